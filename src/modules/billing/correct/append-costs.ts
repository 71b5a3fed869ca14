import type { Currency } from '../../../domain/quantity/money.js';
import { explain } from '../../../domain/statement/explain.js';
import type { Locale, Reason } from '../../../domain/statement/model.js';
import type { CostStored, RunRows, ShareStored } from '../share/run-rows.js';
import type { StoredLine } from '../share/totals.js';

/*
 * Costs that a run takes over from other runs come after all else is computed: no fund helps with them and no cap looks at them, for in the run
 * where they belong both have been done.
 */

/** What every such cost has in common: it is none of the run's own days. */
export const noSource = {
  ...{ billId: null, billComponentNo: null, chargeId: null, keyVersionId: null, tariffVersionId: null, fundId: null },
  ...{ quantity: null, unit: null, price: null, supplierTax: '0', stoodAt: null, stoodTax: null },
} as const;

/** A cost with its shares and lines, before they are numbered. */
export interface Appended {
  readonly cost: Omit<CostStored, 'no'>;
  readonly shares: readonly Omit<ShareStored, 'costNo'>[];
  readonly lines: readonly Omit<StoredLine, 'no' | 'costNo'>[];
}

/** What a line says that another run decided. */
export interface Decided extends Pick<
  StoredLine,
  'memberId' | 'section' | 'description' | 'net' | 'taxCode' | 'taxRate'
> {
  /** Who or what set the amount, in the words of the statement. */
  readonly by: string;
  /** Null where no tax is charged. */
  readonly category: NonNullable<StoredLine['why']['tax']>['category'] | null;
}

/** A line whose amount another run set; its reason is that run, and its tax what it was there. */
export function decidedLine(
  { by, category, ...line }: Decided,
  currency: Currency,
  locale: Locale,
): Appended['lines'][number] {
  const reason: Reason = { rule: 'set-amount', amount: line.net, by };
  return {
    ...line,
    ...{ quantity: null, unit: null, price: null },
    why: {
      ...{ sentence: explain(reason, currency, locale), reason: { ...reason } },
      ...(category === null ? {} : { tax: { category, because: '' } }),
    },
  };
}

/** Rows with more costs after them; each member's lines are numbered on. */
export function appended(rows: RunRows, more: readonly Appended[]): RunRows {
  const last = rows.costs.length;
  const count = new Map<string, number>();
  for (const { memberId } of rows.lines) count.set(memberId, (count.get(memberId) ?? 0) + 1);
  const next = (memberId: string): number => {
    const no = (count.get(memberId) ?? 0) + 1;
    count.set(memberId, no);
    return no;
  };
  const numbered = more.map((one, index) => ({ ...one, no: last + index + 1 }));
  return {
    costs: [...rows.costs, ...numbered.map(({ cost, no }) => ({ ...cost, no }))],
    shares: [
      ...rows.shares,
      ...numbered.flatMap(({ shares, no }) => shares.map((share) => ({ ...share, costNo: no }))),
    ],
    lines: [
      ...rows.lines,
      ...numbered.flatMap(({ lines, no }) => lines.map((line) => ({ ...line, no: next(line.memberId), costNo: no }))),
    ],
  };
}
