import fc from 'fast-check';
import { decimal, plain } from '../quantity/decimal.js';
import { balance, type Flows } from './site-balance.js';

const limits = { notable: decimal('3'), high: decimal('10') };
const flows = (imported: string, metered: string, more: Partial<Record<keyof Flows, string>> = {}): Flows => {
  const all = { imported, metered, generated: '0', exported: '0', derived: '0', ...more };
  const [i, m, g, x, d] = [all.imported, all.metered, all.generated, all.exported, all.derived].map(decimal);
  return { imported: i ?? zero, metered: m ?? zero, generated: g ?? zero, exported: x ?? zero, derived: d ?? zero };
};
const zero = decimal('0');

describe('balance', () => {
  it.each([
    ['losses and tolerance', flows('1000', '970'), '30', '3', 'ok'],
    ['a little more', flows('1000', '969.999'), '30.001', '3', 'notable'],
    ['a tenth', flows('1000', '900'), '100', '10', 'notable'],
    ['a meter that is missing', flows('1000', '880'), '120', '12', 'high'],
    ['a stall worked out by its formula', flows('1000', '785.5', { derived: '214.5' }), '0', '0', 'ok'],
    ['sun on the roof', flows('1000', '1050', { generated: '120', exported: '40' }), '30', '2.78', 'ok'],
    ['more than was supplied', flows('1000', '1000.001'), '-0.001', '0', 'negative'],
    ['nothing at all', flows('0', '0'), '0', null, 'ok'],
    ['use without supply', flows('0', '1'), '-1', null, 'negative'],
  ])('judges %s', (_, given, residual, percent, state) => {
    const found = balance(given, limits);
    expect([plain(found.residual), found.percent && plain(found.percent), found.state]).toEqual([
      residual,
      percent,
      state,
    ]);
  });

  it('adds up, over its parts and over a cut', () => {
    const amount = fc.integer({ min: 0, max: 10 ** 9 }).map((steps) => decimal(String(steps)).dividedBy(1000));
    const some = fc.record({ imported: amount, generated: amount, exported: amount, metered: amount, derived: amount });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [left, right] = [balance(a, limits), balance(b, limits)];
        expect(plain(left.metered.plus(left.derived).plus(left.residual))).toBe(plain(left.supplied));
        const whole = balance(
          {
            imported: a.imported.plus(b.imported),
            generated: a.generated.plus(b.generated),
            exported: a.exported.plus(b.exported),
            metered: a.metered.plus(b.metered),
            derived: a.derived.plus(b.derived),
          },
          limits,
        );
        expect(plain(whole.residual)).toBe(plain(left.residual.plus(right.residual)));
      }),
    );
  });
});
