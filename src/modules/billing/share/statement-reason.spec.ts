import type { CostShare } from '../../../domain/apportionment/apportion.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { explain } from '../../../domain/statement/explain.js';
import { reasonOf } from './statement-reason.js';

type Weighed = CostShare['reasons'][number];
const inStall = (no: number) => ({ spaceId: `stall-${no}`, spaceLabel: `Stall ${no}` });
const area = (no: number, metres: string, days: number, weight = '1'): Weighed => ({
  ...inStall(no),
  what: 'area-days',
  area: decimal(metres),
  weight: decimal(weight),
  days,
  value: decimal(metres).times(decimal(weight)).times(days),
});
const present = (no: number, days: number): Weighed => ({
  ...inStall(no),
  what: 'days',
  days,
  value: decimal(String(days)),
});

const october = 31;
/** The sentence for a share of 118.11 by some reasons out of a whole. */
function sentence(whole: string, ...reasons: Weighed[]): string {
  const weight = reasons.reduce((sum, { value }) => sum.plus(value), decimal('0'));
  const share: CostShare = {
    costNo: 1,
    beneficiary: { kind: 'member', memberId: 'm' },
    part: 'own',
    pool: decimal('118.11'),
    weight,
    whole: decimal(whole),
    amount: decimal('1.00'),
    reasons,
  };
  return explain(reasonOf({ kind: 'share', share }, 'GBP', october), 'GBP').replaceAll('\u00a0', ' ');
}

describe('reasonOf', () => {
  it('leaves the days out where everybody was there for all of them', () => {
    expect(sentence('12772', area(7, '18', 31))).toBe('£118.11 × 18 / 412 m²');
    expect(sentence('744', present(7, 31))).toBe('1 of 24 equal shares of £118.11');
  });

  it('shows what a weight is made of where a member moved: 10 × 15 + 14 × 16 = 374', () => {
    expect(sentence('12772', area(21, '10', 15), area(19, '14', 16))).toBe(
      '£118.11 × 374 / 12,772 (10 m² × 15 days + 14 m² × 16 days)',
    );
    expect(sentence('12772', area(21, '10', 15, '1.5'))).toBe('£118.11 × 225 / 12,772 (10 m² × 1.5 × 15 days)');
  });

  it('knows an equal share that was spent in two spaces, one after the other', () => {
    expect(sentence('744', present(21, 15), present(19, 16))).toBe('1 of 24 equal shares of £118.11');
    expect(sentence('744', present(21, 15))).toBe('£118.11 × 15 / 744 days');
  });

  it('says weight and whole alone where a line has no room for the products', () => {
    const many = [1, 2, 3, 4].map((no) => area(no, '10', 5));
    expect(sentence('12772', ...many)).toBe('£118.11 × 200 / 12,772 m² × days');
  });
});
