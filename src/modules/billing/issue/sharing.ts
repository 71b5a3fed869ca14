import { type Period, within } from '../../../domain/calendar/period.js';
import { decimal, sum } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { SharedCostFacts } from '../../../domain/statement/facts.js';
import type { Locale, SharedComponent } from '../../../domain/statement/model.js';
import { grouped } from '../grouped.js';
import type { CostRow } from './issue-sources.js';

/** A cost as every statement of a run shows it, but for the part that is the reader's own. */
export interface RunSharing extends Omit<SharedCostFacts, 'components'> {
  /** True of what credits a final statement: it is nobody's business but the leaver's. */
  readonly isFinal: boolean;
  readonly parts: readonly (Omit<SharedComponent, 'you'> & { readonly costNo: number })[];
}

/** How the costs of a run were shared: each supplier's bill, then the community's own costs. Worked out once for all statements. */
export function runSharing(
  costs: readonly CostRow[],
  period: Period,
  currency: Currency,
  isTaxed: boolean,
  locale: Locale,
): RunSharing[] {
  const words = wordsOf(locale).run.costs;
  const byBill = grouped(costs, (cost) => cost.billId ?? cost.fund?.id ?? carriedName(cost));
  return [...byBill.values()].flatMap((some): RunSharing[] => {
    const [first] = some;
    if (first === undefined) return [];
    const isExpected = first.billPeriod !== null && within(period, first.billPeriod) === null;
    const { from, to } = isExpected ? period : (first.billPeriod ?? period);
    return [
      {
        isFinal: first.isFinal,
        title:
          first.supplier ??
          (first.carriedFrom !== null
            ? first.isFinal
              ? words.finals
              : words.corrections
            : first.fund === null
              ? words.own
              : words.fund(first.fund.name, first.fund.funder)),
        ...(first.document === null ? {} : { document: first.document }),
        from,
        to,
        basis: isTaxed ? 'before tax' : 'including tax',
        amount: writeMoney(sum(some.map((cost) => decimal(cost.amount))), currency),
        parts: some.map((cost) => partOf(cost, currency, locale)),
        ...(first.supplier === null
          ? first.fund === null
            ? {}
            : { note: first.fund.notice }
          : { note: isExpected ? words.expected(first.document ?? '') : words.nothingAdded }),
      },
    ];
  });
}

/** Corrections stand together; each final statement by itself. */
const carriedName = ({ carriedFrom, isFinal }: CostRow): string =>
  carriedFrom === null ? '' : isFinal ? `final ${carriedFrom}` : 'carried';

function partOf(cost: CostRow, currency: Currency, locale: Locale): RunSharing['parts'][number] {
  const money = (text: string): string => writeMoney(decimal(text), currency);
  return {
    costNo: cost.no,
    label: cost.description,
    sharedBy: cost.keyName ?? wordsOf(locale).run.costs.sharedBy[cost.sharedHow],
    amount: money(cost.amount),
    members: money(cost.members),
    common: money(cost.common),
    vacant: money(cost.vacant),
    held: money(cost.held),
  };
}
