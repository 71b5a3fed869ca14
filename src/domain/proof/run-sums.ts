import { type Decimal, decimal, fixed } from '../quantity/decimal.js';
import { coinScale } from '../quantity/money.js';
import type { Statement, UtilityUse } from '../statement/model.js';
import { canonicalSha256 } from './canonical.js';
import type { Hash } from './merkle.js';
import { count, hash, like, listOf, oneOf, onlyKeys, type Shape, text } from './shape.js';
import { commitToSum, type Envelope, type Opening, type SumCommitment } from './sum-commitment.js';

/**
 * The sealed sums of a run: one list of envelopes for each cost and for each utility that was shared, made of the statements as
 * they were issued and of nothing else, so that what an envelope holds is what is printed.
 *
 * Example: of standing charges of 55.80 five members bear 13.95, 13.95, 6.75, 7.20 and, for an empty stall, 13.95, and the house
 * bears nothing. The list has eight envelopes: five of members, and three of the house (common, vacant, held), which are open.
 * They add up to 5,580 pence. ROSA opens hers with the 13.95 that stands on her statement.
 *
 * What an empty space costs its payer is the payer's; `vacant` of the house is what nobody pays. A cost that takes something off
 * has a list of credits; a cost where some pay and some are paid has both, and the cost is their difference.
 */
export interface WrittenSum {
  /** `cost 1.3`: the third component of the first cost on the statement; `use electricity`. */
  readonly of: string;
  readonly list: 'charges' | 'credits';
  readonly unit: string;
  readonly exponent: number;
  /** Whole numbers, written. */
  readonly total: string;
  readonly blinding: string;
  readonly envelopes: readonly Envelope[];
  readonly house: readonly WrittenOpening[];
}
export type WrittenOpening = Omit<Opening, 'amount'> & { readonly amount: string };

/** What opens the envelope of one member; its amount is the printed one. */
export type OwnOpening = Pick<Opening, 'blinding' | 'salt'>;

export interface WrittenSums {
  readonly run: string;
  readonly lists: readonly WrittenSum[];
  /** Of the member whose bundle it is, in the order of the lists. */
  readonly own: readonly OwnOpening[];
}

/** Units of the house, which are open to all. */
export const houseUnits = ['house:common', 'house:held', 'house:vacant'];

const scalar = hash;
/** What opens an envelope, but for its amount. */
export const openingShape = { blinding: scalar, salt: like(/^[0-9a-f]{32}$/, '16 bytes in hex') };
const digits = like(/^\d{1,20}$/, 'a whole number, written');
/** What a sealed sum that a stranger wrote must look like. */
export const sumShape: Shape = onlyKeys({
  of: text(300),
  list: oneOf('charges', 'credits'),
  unit: text(20),
  exponent: count,
  total: digits,
  blinding: scalar,
  envelopes: listOf(onlyKeys({ label: hash, commitment: hash }), 5_000),
  house: listOf(onlyKeys({ unitId: text(100), amount: digits, ...openingShape }), 20),
});

/** As many members as a sealed sum takes. */
export const fewestMembers = 3;
/** Energy is committed on the grid of readings. */
const energyScale = 6;

/** A sum that is to be committed: what each member bears, what the house bears. */
export interface Shared {
  readonly of: string;
  readonly unit: string;
  readonly exponent: number;
  readonly total: Decimal;
  /** What is printed of the house; what nobody pays of empty spaces is what is left, and no more than is printed of them. */
  readonly house: Readonly<Record<'common' | 'held', Decimal>>;
  readonly vacant: Decimal;
  readonly you: (statement: Statement) => Decimal;
}

/** All that a statement says was shared among the members of its run. */
export function sharedOn({ sharing, use, currency }: Statement): Shared[] {
  const costs = sharing.flatMap((cost, i) =>
    cost.components.map((component, j): Shared => ({
      of: `cost ${i + 1}.${j + 1}`,
      unit: currency,
      exponent: coinScale[currency],
      total: decimal(component.amount),
      house: { common: decimal(component.common), held: decimal(component.held) },
      vacant: decimal(component.vacant),
      you: (statement) => decimal(statement.sharing[i]?.components[j]?.you ?? '0'),
    })),
  );
  return [...costs, ...use.flatMap(sharedUse)];
}

function sharedUse({ utility, unit, share }: UtilityUse): Shared[] {
  if (share === undefined) return [];
  const part = (kind: string) => decimal(share.parts.find((one) => one.kind === kind)?.quantity ?? '0');
  return [
    {
      of: `use ${utility}`,
      unit,
      exponent: energyScale,
      total: decimal(share.total),
      house: { common: part('shared'), held: part('unmeasured') },
      vacant: part('vacant'),
      you: ({ use }) =>
        decimal(
          use.find((one) => one.utility === utility)?.share?.parts.find(({ kind }) => kind === 'you')?.quantity ?? '0',
        ),
    },
  ];
}

export const whole = (amount: Decimal, exponent: number): bigint => BigInt(fixed(amount, exponent).replace('.', ''));
export const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/** Numbers that nobody can guess, used once. */
export interface Chance {
  readonly blinding: () => string;
  readonly salt: () => string;
}

/**
 * Commits to all sums of a run.
 *
 * @param statements all that were issued with the run, each of another member
 * @param chance fresh for each run and each envelope
 * @returns the lists that all members get, and by member number what opens that member's envelopes; null for fewer than three members
 * @law checkSums finds nothing that differs for each statement with its openings
 * @source ADR 0029
 */
export function commitToRun(
  origin: string,
  run: string,
  statements: readonly Statement[],
  chance: Chance,
): { readonly lists: readonly WrittenSum[]; readonly own: ReadonlyMap<string, readonly OwnOpening[]> } | null {
  if (statements.length < fewestMembers) return null;
  const own = new Map(statements.map(({ member }) => [member.number, [] as OwnOpening[]]));
  // A member without a meter of some utility does not see how it was shared; whoever does tells for all.
  const shared = new Map(statements.flatMap(sharedOn).map((one) => [one.of, one]));
  const lists = [...shared.values()].flatMap((one) =>
    amountsOf(one, statements).map(({ list, members, house }) => {
      const openings = members.map((amount, i): Opening => ({
        unitId: unitOf(statements[i]),
        amount,
        blinding: chance.blinding(),
        salt: chance.salt(),
      }));
      const open = Object.entries(house).map(([unitId, amount]): Opening => ({
        unitId: `house:${unitId}`,
        amount,
        blinding: chance.blinding(),
        salt: chance.salt(),
      }));
      openings.forEach(({ blinding, salt }, i) => own.get(unitOf(statements[i]))?.push({ blinding, salt }));
      const context = contextOf(origin, run, { of: one.of, unit: one.unit, exponent: one.exponent, list });
      return writtenSum(one.of, commitToSum(context, openings, open));
    }),
  );
  return { lists, own };
}

const unitOf = (statement: Statement | undefined): string => statement?.member.number ?? '';

/** What stands in the envelopes: charges, credits, or where some pay and some are paid, both. */
function amountsOf({ total, house, you, exponent }: Shared, statements: readonly Statement[]) {
  const members = statements.map((statement) => whole(you(statement), exponent));
  const named = Object.fromEntries(Object.entries(house).map(([name, amount]) => [name, whole(amount, exponent)]));
  const rest = [...members, ...Object.values(named)].reduce((left, one) => left - one, whole(total, exponent));
  const all: Readonly<Record<string, bigint>> = { ...named, vacant: rest };
  const every = [...members, ...Object.values(all)];
  const signs = [
    ...(every.some((amount) => amount > 0n) || every.every((amount) => amount === 0n)
      ? [['charges', 1n] as const]
      : []),
    ...(every.some((amount) => amount < 0n) ? [['credits', -1n] as const] : []),
  ];
  return signs.map(([list, sign]) => ({
    list,
    members: members.map((amount) => positive(amount * sign)),
    house: Object.fromEntries(Object.entries(all).map(([name, amount]) => [name, positive(amount * sign)])),
  }));
}

export const contextOf = (
  origin: string,
  run: string,
  { of, unit, exponent, list }: Pick<WrittenSum, 'of' | 'unit' | 'exponent' | 'list'>,
) => ({
  origin,
  runId: `${run} ${of}`,
  unit,
  exponent,
  list,
});

const writtenSum = (of: string, { context, total, blinding, envelopes, house }: SumCommitment): WrittenSum => ({
  of,
  list: context.list,
  unit: context.unit,
  exponent: context.exponent,
  total: String(total),
  blinding,
  envelopes,
  house: house.map((opening) => ({ ...opening, amount: String(opening.amount) })),
});

/** What the record seals of the sums: one hash over all lists, the same for every member. */
export const sumsHash = (lists: readonly WrittenSum[]): Hash => canonicalSha256(lists);
