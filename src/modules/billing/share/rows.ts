import { billedMember } from '../../../domain/apportionment/beneficiary.js';
import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { Waiting } from '../../../domain/apportionment/leaver.js';
import type { Reason as Weighed, Step } from '../../../domain/apportionment/reason.js';
import type { Draft, InvoiceLine } from '../../../domain/invoice/invoice.js';
import { assert } from '../../../domain/errors.js';
import { Decimal, plain } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { explain } from '../../../domain/statement/explain.js';
import type { Locale } from '../../../domain/statement/model.js';
import { reasonOf } from './statement-reason.js';

/** The code of a line that is not taxed, in a community that charges none. */
export const untaxed = 'none';

/** The figures behind a share, as they are stored and shown. */
export const writtenReasons = (reasons: readonly (Weighed | Step)[]): object[] =>
  reasons.map((reason) =>
    Object.fromEntries(
      Object.entries(reason as Readonly<Record<string, unknown>>).map(([key, value]) => [
        key,
        value instanceof Decimal ? plain(value) : value,
      ]),
    ),
  );

/** One share as a row. */
export const shareRow = (share: CostShare | Waiting, currency: Currency) => ({
  costNo: share.costNo,
  kind: share.beneficiary.kind,
  part: share.part,
  memberId: billedMember(share.beneficiary),
  spaceId: share.beneficiary.kind === 'vacant' ? share.beneficiary.spaceId : null,
  weight: plain(share.weight),
  amount: writeMoney(share.amount, currency),
  reasons: {
    pool: writeMoney(share.pool, currency),
    whole: plain(share.whole),
    figures: writtenReasons(share.reasons),
    ...stepsOf(share),
    ...('heldFor' in share ? { heldFor: share.heldFor } : {}),
  },
});

/** How the cost became what the share is a part of, where that took steps. */
const stepsOf = ({ steps = [] }: CostShare): object => (steps.length === 0 ? {} : { steps: writtenReasons(steps) });

/** One line as a row, with the sentence a member reads and the figures behind it. */
export const lineRow = (draft: Draft, line: InvoiceLine, wholeDays: number, locale: Locale) => ({
  memberId: draft.memberId,
  no: line.no,
  costNo: costOf(line),
  section: line.section,
  description: line.description,
  quantity: line.quantity === null ? null : plain(line.quantity),
  unit: line.unit,
  price: line.price === null ? null : plain(line.price),
  net: writeMoney(line.net, draft.currency),
  taxCode: line.taxCode ?? untaxed,
  taxRate: line.taxRate === null ? '0' : plain(line.taxRate.times('0.01')),
  why: whyOf(line, draft.currency, wholeDays, locale),
});

/** Every line of a run comes from one of its costs, a member's own tariff included. */
function costOf({ costNo, description }: InvoiceLine): number {
  assert(costNo !== null, `The line "${description}" comes from a cost of the run.`);
  return costNo;
}

function whyOf(
  { why, taxCategory, taxBecause }: InvoiceLine,
  currency: Currency,
  wholeDays: number,
  locale: Locale,
): object {
  const reason = reasonOf(why, currency, wholeDays, locale);
  const origin = why.kind === 'part' ? why.cut : why;
  const figures =
    origin.kind === 'share' ? { figures: writtenReasons(origin.share.reasons), ...stepsOf(origin.share) } : {};
  const tax = taxCategory === undefined ? {} : { tax: { category: taxCategory, because: taxBecause ?? '' } };
  return { sentence: explain(reason, currency, locale), reason, ...figures, ...tax };
}
