import {
  type Bearer,
  type Delta,
  deltas,
  keepSmall,
  type Position,
  smallChanges,
} from '../../../domain/invoice/correction.js';
import { assert } from '../../../domain/errors.js';
import { type Decimal, decimal, plain, type Rounding, sum, zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { grouped } from '../grouped.js';
import type { CostStored, RunRows, ShareStored } from '../share/run-rows.js';
import { totalsOf } from '../share/totals.js';

/*
 * A correction is stored as the whole of what its period comes to now, with what each cost stood at, and beside it the deltas. Here the rows
 * of the run that stands and those of today become the two: costs that are gone stay with nothing, members whose change is too small keep the
 * shares and lines they were billed by, and the difference is held for them.
 */

/** A delta with the cost it is of. */
export interface RunDelta extends Omit<Delta, 'cost' | 'line'> {
  readonly cost: CostStored;
  readonly section: string;
  readonly taxCode: string;
  /** A fraction; null of what no member is billed. */
  readonly taxRate: string | null;
}

export interface Corrected {
  readonly rows: RunRows;
  readonly deltas: readonly RunDelta[];
}

export interface CorrectionTerms {
  readonly currency: Currency;
  readonly rounding: Rounding;
  readonly holdBelow: Decimal;
}

/** What names a cost on both sides: where it comes from, and the version of the rule that shares it. */
const sourceOf = (cost: CostStored): string =>
  JSON.stringify([
    ...[cost.billId, cost.billComponentNo, cost.chargeId, cost.fundId],
    ...[cost.keyVersionId, cost.tariffVersionId, cost.carriedFrom, cost.component],
  ]);

/** Names by number; of costs with one source each has its own, in their order. */
function namesOf(costs: readonly CostStored[]): ReadonlyMap<number, string> {
  const count = new Map<string, number>();
  return new Map(
    costs.map((cost) => {
      const source = sourceOf(cost);
      const n = (count.get(source) ?? 0) + 1;
      count.set(source, n);
      return [cost.no, `${source}#${n}`];
    }),
  );
}

/** @law Σ deltas of a cost = its amount − what it stood at; Σ shares of a cost = its amount */
export function correctRows(standing: RunRows, now: RunRows, terms: CorrectionTerms): Corrected {
  const [was, is] = [namesOf(standing.costs), namesOf(now.costs)];
  const [before, after] = [positionsOf(standing, was), positionsOf(now, is)];
  const costs = costsOf(standing, now, was, is);
  const byName = new Map(costs.map(({ name, cost }) => [name, cost]));
  const costBy = (name: string): CostStored => {
    const cost = byName.get(name);
    assert(cost !== undefined, 'A cost of either side is a cost of the correction.');
    return cost;
  };
  const small = smallChanges(changesOf(standing, now, before, after, terms), terms.holdBelow);
  const kept = keepSmall(before, after, small, (name) => costBy(name).fundId !== null);
  const isSmall = ({ memberId }: { readonly memberId: string | null }): boolean =>
    memberId !== null && small.has(memberId);
  const renumbered = <Row extends { readonly costNo: number }>(rows: readonly Row[]): Row[] =>
    rows.map((row) => ({ ...row, costNo: costBy(was.get(row.costNo) ?? '').no }));
  const shares = [
    ...now.shares.filter((share) => !isSmall(share)),
    ...renumbered(standing.shares.filter(isSmall)),
    ...kept.flatMap((position) => heldShare(position, costBy(position.cost), terms.currency)),
  ].toSorted((a, b) => a.costNo - b.costNo);
  const lines = [...now.lines.filter((line) => !isSmall(line)), ...renumbered(standing.lines.filter(isSmall))];
  const given = (cost: CostStored): CostStored =>
    cost.fundId === null
      ? cost
      : {
          ...cost,
          amount: writeMoney(
            sum(shares.filter(({ costNo }) => costNo === cost.no).map(({ amount }) => decimal(amount))),
            terms.currency,
          ),
        };
  return {
    rows: { costs: costs.map(({ cost }) => given(cost)), shares, lines },
    deltas: deltas(before, kept)
      .map(({ cost, line, ...delta }): RunDelta => {
        const [section = '', taxCode = '', taxRate = null] = line === '' ? [] : (JSON.parse(line) as string[]);
        return { ...delta, cost: given(costBy(cost)), section, taxCode, taxRate };
      })
      .toSorted((a, b) => a.cost.no - b.cost.no),
  };
}

/** Who bears what: members by the lines they are billed, all else by the shares. */
function positionsOf({ shares, lines }: RunRows, names: ReadonlyMap<number, string>): Position[] {
  const cost = (no: number): string => names.get(no) ?? '';
  return [
    ...lines.map(({ costNo, memberId, section, taxCode, taxRate, net }) => ({
      cost: cost(costNo),
      line: JSON.stringify([section, taxCode, plain(decimal(taxRate))]),
      bearer: { kind: 'member', memberId } as const,
      amount: decimal(net),
    })),
    ...shares
      .filter(({ memberId }) => memberId === null)
      .map((share) => ({ cost: cost(share.costNo), line: '', bearer: bearerOf(share), amount: decimal(share.amount) })),
  ];
}

function bearerOf({ kind, spaceId, reasons }: ShareStored): Bearer {
  if (kind === 'vacant' && spaceId !== null) return { kind, spaceId };
  if (kind === 'held') return { kind, memberId: typeof reasons['heldFor'] === 'string' ? reasons['heldFor'] : null };
  assert(kind === 'common', 'What no member is billed is common, held, or of an empty space.');
  return { kind };
}

/** Costs of today with what they stood at, then those that are gone and of which something stood. */
function costsOf(
  standing: RunRows,
  now: RunRows,
  was: ReadonlyMap<number, string>,
  is: ReadonlyMap<number, string>,
): { readonly name: string; readonly cost: CostStored }[] {
  const stood = new Map(standing.costs.map((cost) => [was.get(cost.no) ?? '', cost]));
  const here = now.costs.map((cost) => {
    const name = is.get(cost.no) ?? '';
    const before = stood.get(name);
    const stoodTax = before?.supplierTax ?? nothing(cost);
    return { name, cost: { ...cost, stoodAt: before?.amount ?? nothing(cost), stoodTax } };
  });
  const names = new Set(here.map(({ name }) => name));
  const borne = new Set(standing.shares.map(({ costNo }) => costNo));
  const gone = standing.costs.filter((cost) => !names.has(was.get(cost.no) ?? '') && borne.has(cost.no));
  const last = now.costs.length;
  return [
    ...here,
    ...gone.map((cost, index) => ({
      name: was.get(cost.no) ?? '',
      cost: {
        ...cost,
        ...{ no: last + index + 1, stoodAt: cost.amount, amount: nothing(cost) },
        ...{ stoodTax: cost.supplierTax, supplierTax: nothing(cost) },
      },
    })),
  ];
}

/** Nothing, on the grid of the cost's own amount. */
const nothing = ({ amount }: CostStored): string => zero.toFixed(decimal(amount).decimalPlaces());

/** By how much each member's bill would change, of those with a line that does. */
function changesOf(
  standing: RunRows,
  now: RunRows,
  before: readonly Position[],
  after: readonly Position[],
  { currency, rounding }: CorrectionTerms,
) {
  const [stood, stands] = [
    grouped(standing.lines, ({ memberId }) => memberId),
    grouped(now.lines, ({ memberId }) => memberId),
  ];
  const moved = new Set(
    deltas(before, after).flatMap(({ bearer }) => (bearer.kind === 'member' ? [bearer.memberId] : [])),
  );
  return [...moved].map((memberId) => {
    const [old, fresh] = [stood, stands].map((lines) =>
      totalsOf(lines.get(memberId) ?? [], currency, rounding, new Map()),
    );
    const difference = (of: 'net' | 'gross'): Decimal => (fresh?.[of] ?? zero).minus(old?.[of] ?? zero);
    return { memberId, net: difference('net'), gross: difference('gross') };
  });
}

/** What is held for a member, as a share of its cost. */
function heldShare({ bearer, amount }: Position, cost: CostStored, currency: Currency): ShareStored[] {
  if (bearer.kind !== 'held' || bearer.memberId === null) return [];
  const written = writeMoney(amount, currency);
  return [
    {
      costNo: cost.no,
      kind: 'held',
      part: 'own',
      memberId: null,
      spaceId: null,
      weight: '0',
      amount: written,
      reasons: { heldFor: bearer.memberId, pool: written, whole: '0', figures: [] },
    },
  ];
}
