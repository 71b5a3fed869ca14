import { assert, AssertionFailed, DomainError, domainErrorCodes, issueCodes } from './errors.js';

describe('the codes of trouble', () => {
  it('are words with hyphens, as the headings of docs/problems.md are', () => {
    for (const code of [...issueCodes, ...domainErrorCodes]) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('are there for what is found and for what is refused, each once', () => {
    expect(issueCodes).toContain('missing-reading');
    expect(domainErrorCodes).toContain('append-only');
    for (const codes of [issueCodes, domainErrorCodes]) expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a refusal', () => {
  it('carries its code, its sentence and its facts', () => {
    const refusal = new DomainError('no-weight', 'Nobody has a weight.', { shares: 3 });
    expect(refusal).toMatchObject({ name: 'DomainError', code: 'no-weight', message: 'Nobody has a weight.' });
    expect(refusal.facts).toEqual({ shares: 3 });
    expect(new DomainError('no-weight', 'Nobody has a weight.').facts).toEqual({});
  });
});

describe('our own bug', () => {
  it('stops with what should have been true, and with nothing else', () => {
    expect(() => assert(1 > 2, 'one is more than two')).toThrow(AssertionFailed);
    expect(() => assert('', 'a text is there')).toThrow(
      expect.objectContaining({ name: 'AssertionFailed', message: 'a text is there' }),
    );
    expect(() => assert(0 < 1, 'nought is less than one')).not.toThrow();
  });
});
