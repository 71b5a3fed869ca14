import {
  bearerId,
  byCost,
  type Delta,
  deltas,
  keepSmall,
  type Position,
  smallChanges,
} from '../../src/domain/invoice/correction.js';
import { creditNote } from '../../src/domain/invoice/correct.js';
import { type Decimal, plain, sum } from '../../src/domain/quantity/decimal.js';
import { writeMoney } from '../../src/domain/quantity/money.js';
import type { Told } from './story.js';

/** What members were billed, line by line of the cost it comes from. */
const positions = ({ invoices }: Told): Position[] =>
  invoices.flatMap(({ memberId, lines }) =>
    lines.map(({ costNo, section, taxCode, net }) => ({
      cost: String(costNo),
      line: JSON.stringify([section, taxCode]),
      bearer: { kind: 'member', memberId } as const,
      amount: net,
    })),
  );

/** What a correction of one state into the other does: all deltas, and what becomes of them where small changes are held. */
export function corrected(issued: Told, now: Told, holdBelow: Decimal): unknown {
  const money = (amount: Decimal): string => writeMoney(amount, issued.currency);
  const [before, after] = [positions(issued), positions(now)];
  const written = ({ cost, line, bearer, before: was, after: is, amount }: Delta) => ({
    ...{ cost, line, bearer: bearerId(bearer) },
    ...{ before: money(was), after: money(is), delta: money(amount) },
  });
  const changes = now.invoices.map(({ memberId, net, gross }) => {
    const old = issued.invoices.find((invoice) => invoice.memberId === memberId);
    return { memberId, net: net.minus(old?.net ?? 0), gross: gross.minus(old?.gross ?? 0) };
  });
  const small = smallChanges(changes, holdBelow);
  const all = deltas(before, after);
  return {
    deltas: all.map(written),
    byCost: Object.fromEntries([...byCost(all)].map(([cost, amount]) => [cost, money(amount)])),
    together: money(sum(all.map(({ amount }) => amount))),
    holdBelow: plain(holdBelow),
    held: deltas(
      before,
      keepSmall(before, after, small, () => false),
    ).map(written),
    credited: issued.invoices
      .filter(({ memberId }) => !small.has(memberId))
      .map((invoice) =>
        creditNote(invoice, { number: `for ${invoice.number}`, issuedOn: '2026-11-20', cause: 'a late reading' }, null),
      )
      .map(({ number, gross }) => `${number} ${money(gross)}`),
  };
}
