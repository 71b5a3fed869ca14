import fc from 'fast-check';
import { addDays, daysIn } from '../calendar/period.js';
import { DomainError, type Subject } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { checkKey, checkVersions, type FixedKey, type Holder, type KeyVersion, keyInForce } from './key.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const fixedKey = (parts: readonly string[], holder?: Holder): FixedKey => ({
  kind: 'fixed',
  parts: parts.map((part, index) => ({
    holder: holder ?? { kind: 'member', memberId: `m${index}` },
    part: decimal(part),
  })),
});
const version = (from: string, to: string | null): KeyVersion => ({
  from,
  to,
  key: { kind: 'area' },
  adoptedBy: 'general meeting',
  adoptedOn: '2025-11-20',
  decision: 'minutes 7',
});
const subject: Subject = { kind: 'key', id: 'space', label: 'Space costs' };
const october = { from: '2026-10-01', to: '2026-11-01' };

describe('checkKey', () => {
  it.each([[['1']], [['0.333333333', '0.333333333', '0.333333334']], [['60', '40']], [['100', '0']]])(
    'accepts parts %j that make one or a hundred',
    (parts) => expect(() => checkKey(fixedKey(parts))).not.toThrow(),
  );

  it.each([[['33.3', '33.3', '33.3']], [['0.5', '0.499999999']], [['50', '50.000000001']], [[]]])(
    'refuses parts %j that do not',
    (parts) => expect(() => checkKey(fixedKey(parts))).toThrow(refusal('key-incomplete')),
  );

  it('refuses a negative part and a holder named twice', () => {
    expect(() => checkKey(fixedKey(['101', '-1']))).toThrow(refusal('negative-weight'));
    expect(() => checkKey(fixedKey(['50', '50'], { kind: 'space', spaceId: 's' }))).toThrow(refusal('duplicate-share'));
  });

  it('looks into the key of a residual', () => {
    const residual = { policy: 'to-common' as const, key: fixedKey(['99']) };
    expect(() => checkKey({ kind: 'metered', band: null, residual })).toThrow(refusal('key-incomplete'));
  });
});

describe('checkVersions', () => {
  it('accepts versions that follow each other, in any order', () => {
    expect(() => checkVersions([version('2026-07-01', null), version('2026-01-01', '2026-07-01')])).not.toThrow();
  });

  it('refuses two at once', () => {
    expect(() => checkVersions([version('2026-01-01', null), version('2026-07-01', null)])).toThrow(
      refusal('overlapping-version'),
    );
  });

  it('refuses days between two versions', () => {
    expect(() => checkVersions([version('2026-01-01', '2026-06-01'), version('2026-07-01', null)])).toThrow(
      refusal('key-incomplete'),
    );
  });
});

describe('keyInForce', () => {
  it('gives the versions in force and names the days without one', () => {
    const { pieces, issues } = keyInForce([version('2026-10-05', '2026-10-20')], october, subject);
    expect(pieces.map((piece) => piece.period)).toEqual([{ from: '2026-10-05', to: '2026-10-20' }]);
    expect(issues.map(({ code, severity, from, to }) => [code, severity, from, to])).toEqual([
      ['key-gap', 'blocking', '2026-10-01', '2026-10-05'],
      ['key-gap', 'blocking', '2026-10-20', '2026-11-01'],
    ]);
  });

  it('cuts the period where the key changes', () => {
    const { pieces, issues } = keyInForce(
      [version('2026-10-17', null), version('2024-01-01', '2026-10-17')],
      october,
      subject,
    );
    expect(issues).toEqual([]);
    expect(pieces.map((piece) => [piece.period.from, piece.period.to])).toEqual([
      ['2026-10-01', '2026-10-17'],
      ['2026-10-17', '2026-11-01'],
    ]);
  });

  it('tiles the period with pieces and gaps', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: -40, max: 80 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 60 }), fc.boolean(), (days, length, open) => {
        const dates = days.toSorted((a, b) => a - b).map((day) => addDays('2026-10-01', day));
        const versions = dates.flatMap((from, index) =>
          index % 2 === 0 ? [version(from, dates[index + 1] ?? (open ? null : addDays(from, 3)))] : [],
        );
        const period = { from: '2026-10-01', to: addDays('2026-10-01', length) };
        const { pieces, issues } = keyInForce(versions.toReversed(), period, subject);
        const gaps = issues.map((issue) => ({ from: issue.from ?? '', to: issue.to ?? '' }));
        const runs = [...pieces.map((piece) => piece.period), ...gaps].toSorted((a, b) => (a.from < b.from ? -1 : 1));
        expect(runs.reduce((total, run) => total + daysIn(run), 0)).toBe(length);
        runs.forEach((run, index) => expect(run.from).toBe(index === 0 ? period.from : runs[index - 1]?.to));
      }),
    );
  });
});
