import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import { money } from '../../../domain/statement/format.js';
import type { Locale } from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Causes, StayCause, UseCause } from './correction-causes.js';
import type { RunDelta } from './correct-rows.js';

/*
 * Why somebody is to bear more or less, as data with a sentence. A member's own readings and days come first; then what changed in the cost
 * itself; and where neither did, the pool moved: somebody else's figure is another, and the same cost is shared among all.
 */

/** Why a delta is there. */
export interface DeltaReason {
  readonly what: 'late-reading' | 'corrected-reading' | 'occupancy' | 'cost' | 'tax' | 'fund' | 'held' | 'pool';
  readonly sentence: string;
  readonly figures: Readonly<Record<string, string>>;
}

/** A delta as it is stored. */
export interface DeltaStored {
  readonly costNo: number;
  readonly kind: RunDelta['bearer']['kind'];
  readonly memberId: string | null;
  readonly spaceId: string | null;
  readonly section: string;
  readonly taxCode: string;
  readonly taxRate: string | null;
  readonly before: string;
  readonly after: string;
  readonly reasons: readonly DeltaReason[];
}

export interface Reasoning {
  readonly currency: Currency;
  readonly locale: Locale;
  readonly holdBelow: Decimal;
  readonly causes: Causes;
}

/** Deltas as rows, each with its reasons. */
export function deltaRows(deltas: readonly RunDelta[], reasoning: Reasoning): DeltaStored[] {
  return deltas.map((delta) => {
    const { cost, bearer, section, taxCode, taxRate, before, after } = delta;
    return {
      costNo: cost.no,
      kind: bearer.kind,
      memberId: bearer.kind === 'member' || bearer.kind === 'held' ? bearer.memberId : null,
      spaceId: bearer.kind === 'vacant' ? bearer.spaceId : null,
      section,
      taxCode,
      taxRate,
      before: writeMoney(before, reasoning.currency),
      after: writeMoney(after, reasoning.currency),
      reasons: reasonsOf(delta, deltas, reasoning),
    };
  });
}

function reasonsOf(delta: RunDelta, all: readonly RunDelta[], reasoning: Reasoning): DeltaReason[] {
  const { cost, bearer } = delta;
  const memberId = bearer.kind === 'member' || bearer.kind === 'held' ? bearer.memberId : null;
  const isMetered = cost.billId !== null || cost.tariffVersionId !== null;
  const held = bearer.kind === 'held' && memberId !== null ? [heldReason(delta, reasoning)] : [];
  const own = [
    ...(isMetered && memberId !== null
      ? reasoning.causes.uses.filter((use) => use.memberId === memberId).map((use) => useReason(use, reasoning))
      : []),
    ...(memberId === null
      ? []
      : reasoning.causes.stays.filter((stay) => stay.memberId === memberId).map((stay) => stayReason(stay, reasoning))),
  ];
  const found = [...held, ...own, ...costReason(delta, reasoning), ...taxReason(delta, all, reasoning)];
  return found.length > held.length ? found : [...held, poolReason(reasoning)];
}

function useReason(
  { meter, before, after, unit, late, from, to }: UseCause,
  { locale }: Pick<Reasoning, 'locale'>,
): DeltaReason {
  const { deltas, why } = wordsOf(locale).run;
  const counted = (quantity: string): string => `${why.figure(quantity)} ${unit}`;
  return {
    what: late ? 'late-reading' : 'corrected-reading',
    sentence: deltas.counted(meter, counted(after), counted(before), late),
    figures: { meter, before, after, unit, from, to },
  };
}

function stayReason(
  { member, space, before, after, at }: StayCause,
  { locale }: Pick<Reasoning, 'locale'>,
): DeltaReason {
  const [now, then] = [saidDays(after, locale), before === null ? null : saidDays(before, locale)];
  return {
    what: 'occupancy',
    sentence: wordsOf(locale).run.deltas.stayed(member, space, now, then),
    figures: { member, space, after: now, before: then ?? '', at },
  };
}

function saidDays({ from, to }: StayCause['after'], locale: Locale): string {
  const { day, deltas } = wordsOf(locale).run;
  return to === null ? deltas.fromOn(day(from)) : deltas.fromUntil(day(from), day(to));
}

function costReason({ cost }: RunDelta, { currency, locale }: Reasoning): DeltaReason[] {
  const { deltas: words } = wordsOf(locale).run;
  const [amount, stoodAt] = [decimal(cost.amount), decimal(cost.stoodAt ?? cost.amount)];
  if (amount.equals(stoodAt)) return [];
  const figures = {
    before: writeMoney(stoodAt, currency),
    after: writeMoney(amount, currency),
    cost: cost.description,
  };
  const what = cost.fundId === null ? 'cost' : 'fund';
  const said = (figure: string): string => money(figure, currency, locale);
  const [before, after] = [said(figures.before), said(figures.after)];
  if (stoodAt.isZero()) return [{ what, sentence: words.costNew(cost.description, after), figures }];
  if (amount.isZero()) return [{ what, sentence: words.costGone(cost.description, before), figures }];
  return [
    {
      what,
      sentence: words.costChanged(cost.description, after, before),
      figures,
    },
  ];
}

/** A line that only moved to another tax code or section. */
function taxReason(
  { cost, bearer, taxCode, amount }: RunDelta,
  all: readonly RunDelta[],
  { locale }: Reasoning,
): DeltaReason[] {
  if (bearer.kind !== 'member') return [];
  const mirror = all.find(
    (other) =>
      other.cost.no === cost.no &&
      other.bearer.kind === 'member' &&
      other.bearer.memberId === bearer.memberId &&
      other.taxCode !== taxCode &&
      other.amount.plus(amount).isZero(),
  );
  if (mirror === undefined) return [];
  const [from, to] = amount.isNegative() ? [taxCode, mirror.taxCode] : [mirror.taxCode, taxCode];
  return [
    { what: 'tax', sentence: wordsOf(locale).run.deltas.taxCode(to, from), figures: { before: from, after: to } },
  ];
}

const heldReason = ({ amount }: RunDelta, { holdBelow, currency, locale }: Reasoning): DeltaReason => ({
  what: 'held',
  sentence: wordsOf(locale).run.deltas.held(money(writeMoney(holdBelow, currency), currency, locale)),
  figures: { amount: writeMoney(amount, currency), holdBelow: writeMoney(holdBelow, currency) },
});

function poolReason(reasoning: Reasoning): DeltaReason {
  const { causes, locale } = reasoning;
  const others = [
    ...causes.uses.map((use) => useReason(use, reasoning)),
    ...causes.stays.map((stay) => stayReason(stay, reasoning)),
  ].map(({ sentence }) => sentence);
  return {
    what: 'pool',
    sentence: wordsOf(locale).run.deltas.pool,
    figures: Object.fromEntries(others.map((sentence, index) => [`cause${index + 1}`, sentence])),
  };
}

/** A delta as people see it. */
export interface DeltaRow {
  readonly costNo: number;
  readonly description: string;
  readonly source: string;
  readonly kind: DeltaStored['kind'];
  readonly member: { readonly id: string; readonly code: string; readonly name: string } | null;
  readonly space: string | null;
  readonly section: string;
  readonly taxCode: string;
  readonly before: string;
  readonly after: string;
  readonly amount: string;
  readonly reasons: DeltaReason[];
}

/** The deltas of a correction in the order of its costs. */
export const readDeltas = (tx: Tx, runId: string): Promise<DeltaRow[]> =>
  tx.query<DeltaRow>(
    `SELECT d.cost_no AS "costNo", c.description, coalesce(b.supplier || ' ' || b.number, h.code, f.code, 'correction') AS source, d.kind,
            CASE WHEN m.id IS NOT NULL THEN jsonb_build_object('id', m.id, 'code', m.code, 'name', m.name) END AS member, p.code AS space,
            d.section, d.tax_code AS "taxCode", d.before, d.after, d.amount, d.reasons
     FROM run_delta d
     JOIN run_cost c ON c.community_id = d.community_id AND c.run_id = d.run_id AND c.no = d.cost_no
     LEFT JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id
     LEFT JOIN charge h ON h.community_id = c.community_id AND h.id = c.charge_id
     LEFT JOIN fund f ON f.community_id = c.community_id AND f.id = c.fund_id
     LEFT JOIN member m ON m.community_id = d.community_id AND m.id = d.member_id
     LEFT JOIN space p ON p.community_id = d.community_id AND p.id = d.space_id
     WHERE d.community_id = current_community() AND d.run_id = $1 ORDER BY d.no`,
    [runId],
  );
