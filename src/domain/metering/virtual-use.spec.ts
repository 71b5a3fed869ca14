import fc from 'fast-check';
import { fromEpochMs, epochMs } from '../calendar/period.js';
import { decimal, plain } from '../quantity/decimal.js';
import { type Quality, qualities } from './reading.js';
import { type PartUse, type VirtualPiece, virtualUses } from './virtual-use.js';

const subject = { kind: 'register', id: 'v', label: 'STALL-4 use' } as const;
const start = epochMs('2026-10-01T00:00:00Z');
const hour = (index: number): string => fromEpochMs(start + index * 3_600_000);
const part = (label: string, coefficient: string, quantity: string | null, quality: Quality = 'actual'): PartUse => ({
  registerId: label,
  label,
  coefficient: decimal(coefficient),
  quantity: quantity === null ? null : decimal(quantity),
  quality,
});
const piece = (index: number, parts: PartUse[], more: Partial<VirtualPiece> = {}): VirtualPiece => ({
  from: hour(index),
  to: hour(index + 1),
  band: null,
  parts,
  without: [],
  ...more,
});
const stall = (main: string | null, ...others: string[]) => [
  part('MAIN', '1', main),
  ...others.map((quantity, index) => part(`STALL-${index + 1}`, '-1', quantity)),
];

describe('virtualUses', () => {
  it('gives the stall without a meter what the others leave', () => {
    const { uses, issues } = virtualUses(subject, 'kWh', [piece(0, stall('1000', '310', '250', '225.5'))]);
    expect(uses.map(({ quantity, quality }) => [quantity && plain(quantity), quality])).toEqual([['214.5', 'derived']]);
    expect(issues).toEqual([]);
  });

  it('takes nothing for nothing', () => {
    const { uses, issues } = virtualUses(subject, 'kWh', [piece(0, stall('560', '310', '250'))]);
    expect([uses[0]?.quantity?.isZero(), issues]).toEqual([true, []]);
  });

  it('refuses less than nothing and cuts nothing off', () => {
    const { uses, issues } = virtualUses(subject, 'kWh', [
      piece(0, stall('10', '11')),
      piece(1, stall('10', '12.5')),
      piece(2, stall('10', '1')),
      piece(0, stall('10', '11'), { band: 'in the band night' }),
    ]);
    expect(uses.map(({ quantity }) => quantity && plain(quantity))).toEqual([null, null, '9', null]);
    expect(issues.map(({ code, severity, from, to }) => [code, severity, from, to])).toEqual([
      ['negative-virtual-use', 'blocking', hour(0), hour(2)],
      ['negative-virtual-use', 'blocking', hour(0), hour(1)],
    ]);
    expect(issues[0]?.detail).toContain('comes to -3.5 kWh');
    expect(issues[1]?.detail).toContain('in the band night');
  });

  it('names the part that is not known, once for the whole and its bands', () => {
    const parts = [part('MAIN', '1', '10'), part('STALL-2', '-1', null)];
    const { uses, issues } = virtualUses(subject, 'kWh', [
      piece(0, parts),
      piece(0, parts, { band: 'in the band day' }),
    ]);
    expect(uses.map(({ quantity }) => quantity)).toEqual([null, null]);
    expect(issues.map(({ code, severity, detail }) => [code, severity, detail])).toEqual([
      ['virtual-part-missing', 'blocking', expect.stringContaining('what STALL-2 counted')],
    ]);
  });

  it('says that a formula has not begun, though its other parts are known', () => {
    const { uses, issues } = virtualUses(subject, 'kWh', [piece(0, [], { without: ['REST use'] })]);
    expect([uses[0]?.quantity, issues[0]?.detail]).toEqual([
      null,
      expect.stringContaining('REST use had no formula yet'),
    ]);
  });

  const quantity = fc.integer({ min: 0, max: 10 ** 9 }).map((steps) => decimal(String(steps)).dividedBy(1000));
  const factor = fc.integer({ min: -2000, max: 2000 }).map((steps) => decimal(String(steps)).dividedBy(1000));
  const known = fc.array(
    fc.record({ coefficient: factor, at: fc.tuple(quantity, quantity), quality: fc.constantFrom(...qualities) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );

  it('adds over a cut', () => {
    fc.assert(
      fc.property(known, (parts) => {
        const of = (which: (at: readonly [PartUse['quantity'], PartUse['quantity']]) => PartUse['quantity']) =>
          parts.map(({ coefficient, at, quality }, i) => ({
            ...part(`P${i}`, '1', '0', quality),
            coefficient,
            quantity: which(at),
          }));
        const [left, right, whole] = virtualUses(subject, 'kWh', [
          piece(
            0,
            of(([a]) => a),
          ),
          piece(
            1,
            of(([, b]) => b),
          ),
          {
            ...piece(
              0,
              of(([a, b]) => a && b && a.plus(b)),
            ),
            to: hour(2),
          },
        ]).uses;
        if (!left?.quantity || !right?.quantity) return;
        expect(whole?.quantity && plain(whole.quantity)).toBe(plain(left.quantity.plus(right.quantity)));
      }),
    );
  });

  it('is as good as its worst part, never better than derived, whatever the order of its parts', () => {
    fc.assert(
      fc.property(known, (some) => {
        const parts = some.map(({ coefficient, at, quality }, i) => ({
          ...part(`P${i}`, '1', '0', quality),
          coefficient: coefficient.abs(),
          quantity: at[0],
        }));
        const [forward] = virtualUses(subject, 'kWh', [piece(0, parts)]).uses;
        const [back] = virtualUses(subject, 'kWh', [piece(0, parts.toReversed())]).uses;
        const worst = Math.max(qualities.indexOf('derived'), ...parts.map((one) => qualities.indexOf(one.quality)));
        expect(forward?.quality).toBe(qualities[worst]);
        expect([back?.quality, back?.quantity && plain(back.quantity)]).toEqual([
          forward?.quality,
          forward?.quantity && plain(forward.quantity),
        ]);
      }),
    );
  });
});
