import fc from 'fast-check';
import { compose } from '../statement/compose.js';
import type { Statement } from '../statement/model.js';
import { sampleFacts } from '../statement/sample.js';
import { canonicalJson } from './canonical.js';
import { readCode, seal, sealHolds, verificationCode } from './code.js';

describe('verificationCode', () => {
  it('is the first sixty bits in Crockford base32', () => {
    expect(verificationCode('f'.repeat(64))).toBe('ZZZZ-ZZZZ-ZZZZ');
    // 00001 00010 00011 00100 then 40 zero bits: 0x08864 0000000000 → 1, 2, 3, 4.
    expect(verificationCode(`08864${'0'.repeat(59)}`)).toBe('1234-0000-0000');
  });

  it('reads back what it printed, however it is typed', () => {
    const hex = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(hex, (digits) => {
        const code = verificationCode(digits.join(''));
        expect(readCode(code.toLowerCase().replaceAll('-', ' ').replaceAll('1', 'l').replaceAll('0', 'o'))).toBe(code);
      }),
    );
  });

  it('reads nothing from what cannot be a code', () => {
    expect(['', 'ABC', 'UUUU-UUUU-UUUU', '1234-5678-9ABC-D', '<script>abcd'].map(readCode)).toEqual(
      Array(5).fill(null),
    );
  });
});

describe('seal', () => {
  const statement = seal(compose(sampleFacts), 'energy.oldmarkethall.example/verify');

  it('holds for the statement that it was taken over, also after a journey as JSON', () => {
    expect(sealHolds(statement)).toBe(true);
    expect(sealHolds(JSON.parse(canonicalJson(statement)) as Statement)).toBe(true);
    expect(statement.verification.link).toBe(
      `https://energy.oldmarkethall.example/verify/${statement.verification.code}`,
    );
  });

  it('leads where the address leads, and prints it without its scheme', () => {
    const { address, link, code } = seal(compose(sampleFacts), 'http://127.0.0.1:3000/verify').verification;
    expect([address, link]).toEqual(['127.0.0.1:3000/verify', `http://127.0.0.1:3000/verify/${code}`]);
  });

  it('breaks when any character of any figure is altered', () => {
    const text = canonicalJson(statement);
    const figures = [...text.matchAll(/"-?\d+\.\d+"/g)].map((match) => match.index + match[0].length - 2);
    expect(figures.length).toBeGreaterThan(50);
    for (const at of figures) {
      const altered = `${text.slice(0, at)}${text[at] === '9' ? '8' : '9'}${text.slice(at + 1)}`;
      expect(sealHolds(JSON.parse(altered) as Statement)).toBe(false);
    }
  });
});
