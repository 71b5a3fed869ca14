import { type Decimal, decimal, sum } from '../../../domain/quantity/decimal.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import { money as spoken } from '../../../domain/statement/format.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { CorrectionDeltas } from '../billing.schema.js';
import { type DeltaRow, readDeltas } from './correction-deltas.js';
import { grouped } from '../grouped.js';
import type { Run } from '../run/runs.js';
import { standingInvoices } from './take-back.js';

/** The deltas of a correction, by line and by member, with the proof that they come to what the costs changed by. A run that corrects nothing has none. */
export async function describeDeltas(tx: Tx, { id, currency, correctsId }: Run): Promise<CorrectionDeltas> {
  const items = await readDeltas(tx, id);
  const invoices = new Map(
    (await standingInvoices(tx, correctsId ?? id)).map((invoice) => [invoice.memberId, invoice.number]),
  );
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  const of = (rows: readonly DeltaRow[]): Decimal => sum(rows.map(({ amount }) => decimal(amount)));
  const [costs] = await tx.query<{ before: string; after: string }>(
    `SELECT coalesce(sum(coalesce(stood_at, amount)), 0)::numeric AS before, coalesce(sum(amount), 0)::numeric AS after
     FROM run_cost WHERE community_id = current_community() AND run_id = $1`,
    [id],
  );
  const [before, after] = [decimal(costs?.before ?? '0'), decimal(costs?.after ?? '0')];
  const change = after.minus(before);
  const byMember = grouped(
    items.filter(({ member }) => member !== null),
    ({ member }) => member?.code ?? '',
  );
  const members = [...byMember.values()].flatMap((rows) => {
    const [{ member } = { member: null }] = rows;
    if (member === null) return [];
    const billed = rows.filter(({ kind }) => kind === 'member');
    const held = of(rows.filter(({ kind }) => kind === 'held'));
    return [
      {
        member,
        change: money(of(billed)),
        held: money(held),
        document: billed.length === 0 ? null : (invoices.get(member.id) ?? null),
      },
    ];
  });
  const say = (amount: Decimal): string => spoken(money(amount), currency);
  const by = (kind: DeltaRow['kind']): string => say(of(items.filter((item) => item.kind === kind)));
  return {
    currency,
    costs: { before: money(before), after: money(after), change: money(change) },
    members: members.toSorted((a, b) => (a.member.code < b.member.code ? -1 : 1)),
    items,
    difference: money(change.minus(of(items))),
    sentence: `The costs went from ${say(before)} to ${say(after)}: ${say(change)} = members ${by('member')} + common ${by('common')} + vacant ${by('vacant')} + held ${by('held')}, difference ${say(change.minus(of(items)))}.`,
  };
}
