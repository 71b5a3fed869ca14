import type { Cost, CostShare } from '../../src/domain/apportionment/apportion.js';
import { beneficiaryId } from '../../src/domain/apportionment/beneficiary.js';
import { drawFund } from '../../src/domain/apportionment/fund.js';
import type { Basis } from '../../src/domain/apportionment/share-out.js';
import { daysIn, type Period } from '../../src/domain/calendar/period.js';
import type { DraftLine } from '../../src/domain/invoice/lines.js';
import { applyRelief, premisesUse, type ReducedRate, reliefOf } from '../../src/domain/invoice/reduced-rate.js';
import { decimal, sum, zero } from '../../src/domain/quantity/decimal.js';
import type { Currency } from '../../src/domain/quantity/money.js';

/* What makes a story's lines less: the reduced rate by use at the premises, and funds. */

/** Lines by member. */
export type Lines = ReadonlyMap<string, readonly DraftLine[]>;

/** Thresholds of use; `declared` is the percent of qualifying use by member. */
export interface GivenRelief {
  readonly normal: string;
  readonly reduced: string;
  readonly smallUsePerDay: string | null;
  readonly qualifyingFromPercent: string;
  readonly declared: Readonly<Record<string, string>>;
}

/** What a funder gives to all, of their lines of energy. */
export interface GivenFund {
  readonly no: number;
  readonly name: string;
  readonly funder: string;
  readonly percent: string;
  readonly left: string;
  readonly taxCode: string;
}

/** Energy at the reduced rate, where the use of a member at the premises earns it. */
export function relieved(
  tax: { kind: 'unregistered' } | { kind: 'registered'; reduced?: GivenRelief },
  uses: readonly { readonly member: string | null; readonly quantity: string }[],
  currency: Currency,
  { pieces }: Basis,
  lines: Lines,
): Lines {
  if (tax.kind === 'unregistered' || tax.reduced === undefined) return lines;
  const { declared, smallUsePerDay, qualifyingFromPercent, ...codes } = tax.reduced;
  const rule: ReducedRate = {
    ...codes,
    utility: 'electricity',
    smallUsePerDay: smallUsePerDay === null ? null : decimal(smallUsePerDay),
    qualifyingFromPercent: decimal(qualifyingFromPercent),
  };
  const isOfUse = ({ section }: DraftLine): boolean => section === 'energy' || section === 'standing';
  return new Map(
    [...lines].map(([id, own]) => {
      const days = pieces.filter((piece) => piece.memberId === id).reduce((n, piece) => n + daysIn(piece.days), 0);
      const quantities = uses.flatMap(({ member, quantity }) =>
        member === id ? [{ quantity: decimal(quantity), percent: decimal(declared[id] ?? '0') }] : [],
      );
      const relief = reliefOf(premisesUse(quantities, days), rule);
      return [id, own.flatMap((line) => (isOfUse(line) ? applyRelief([line], relief, rule, currency, id) : [line]))];
    }),
  );
}

/** What a fund gives: a negative cost, its shares, and the lines with its lines. */
export function drawn(
  { no, name, funder, percent, left, taxCode }: GivenFund,
  currency: Currency,
  period: Period,
  lines: Lines,
): { cost: Cost; shares: CostShare[]; lines: Lines } {
  const cases = [...lines].map(([id, own]) => ({
    id: `member:${id}`,
    charged: sum(own.filter(({ section }) => section === 'energy').map((line) => line.net)),
    days: daysIn(period),
    quantity: zero,
    left: null,
  }));
  const rate = { kind: 'percent', percent: decimal(percent) } as const;
  const draws = drawFund(rate, decimal(left), cases, currency, `${period.from}/${period.to}:fund:${name}`);
  const amount = sum(draws.map((draw) => draw.amount)).negated();
  const asked = sum(draws.map((draw) => draw.claim));
  const shares = draws.map((draw): CostShare => ({
    costNo: no,
    beneficiary: { kind: 'member', memberId: draw.id.slice('member:'.length) },
    part: 'own',
    pool: amount,
    weight: draw.claim,
    whole: asked,
    amount: draw.amount.negated(),
    reasons: [],
  }));
  const lineOf = (share: CostShare): DraftLine => ({
    costNo: no,
    section: 'credit',
    description: `${name}, paid by ${funder}`,
    quantity: null,
    unit: null,
    price: null,
    net: share.amount,
    taxCode,
    why: { kind: 'share', share },
  });
  return {
    cost: { no, component: `fund:${name}`, label: name, currency, amount },
    shares,
    lines: new Map(
      [...lines].map(([id, own]) => [
        id,
        [...own, ...shares.filter((share) => beneficiaryId(share.beneficiary) === `member:${id}`).map(lineOf)],
      ]),
    ),
  };
}
