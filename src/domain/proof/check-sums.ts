import { type Decimal, fixed } from '../quantity/decimal.js';
import { coinScale } from '../quantity/money.js';
import type { Statement } from '../statement/model.js';
import { type Check, differs, holds, notTold } from './check.js';
import {
  contextOf,
  houseUnits,
  type OwnOpening,
  positive,
  type Shared,
  sharedOn,
  whole,
  type WrittenSum,
  type WrittenSums,
} from './run-sums.js';
import { checkShare, checkSum, type SumCommitment, type SumDefect } from './sum-commitment.js';

const readSum = (origin: string, run: string, written: WrittenSum): SumCommitment => ({
  context: contextOf(origin, run, written),
  total: BigInt(written.total),
  blinding: written.blinding,
  envelopes: written.envelopes,
  house: written.house.map((opening) => ({ ...opening, amount: BigInt(opening.amount) })),
});

/**
 * Checks the sums of a run against one statement.
 *
 * @param known from the record, not from the lists: its origin, the run, and how many members were billed
 * @returns for each cost whether its envelopes add up to it, and whether the member's own holds the printed share
 */
export function checkSums(
  { lists, own }: WrittenSums,
  statement: Statement,
  known: { readonly origin: string; readonly run: string; readonly members: number },
): Check[] {
  if (own.length !== lists.length)
    return [differs('own-sum', 'Not every list of sealed sums comes with what opens your envelope.')];
  const shared = sharedOn(statement);
  const told = new Set(shared.map(({ of }) => of));
  // An envelope of what the statement does not show holds nothing: else a part could be laid on who never looks.
  const others = lists.flatMap((list, i) => {
    if (told.has(list.of)) return [];
    const opening = { unitId: statement.member.number, amount: 0n, ...(own[i] as OwnOpening) };
    return [...defectsOf(list, known, null), ...checkShare(readSum(known.origin, known.run, list), opening)];
  });
  return [
    ...shared.flatMap((one) => sharedChecks(one, lists, own, statement, known)),
    ...others.map((defect) => differs('sums', `Sealed sums of what you had no part in: ${sayDefect[defect]}.`)),
  ];
}

function sharedChecks(
  one: Shared,
  lists: readonly WrittenSum[],
  own: readonly OwnOpening[],
  statement: Statement,
  known: Parameters<typeof checkSums>[2],
): Check[] {
  const place = placeOf(one.of, statement);
  const found = lists.flatMap((list, i) => (list.of === one.of ? [{ list, own: own[i] as OwnOpening }] : []));
  if (found.length === 0) return [differs('sums', `${place}: there is no sealed sum of it.`, place)];
  const defects = found.flatMap(({ list }) => defectsOf(list, known, one));
  const total = found.reduce((all, { list }) => all + BigInt(list.total) * (list.list === 'charges' ? 1n : -1n), 0n);
  const isTotal =
    total === whole(one.total, one.exponent) && new Set(found.map(({ list }) => list.list)).size === found.length;
  const printed = whole(one.you(statement), one.exponent);
  const ownDefects = found.flatMap(({ list, own: opens }) => {
    const amount = positive(list.list === 'charges' ? printed : -printed);
    return checkShare(readSum(known.origin, known.run, list), { unitId: statement.member.number, amount, ...opens });
  });
  const isPaid = found.some(({ list }) => list.list === (printed < 0n ? 'credits' : 'charges')) || printed === 0n;
  const why = [
    ...defects,
    ...(isTotal ? [] : (['total-differs'] as const)),
    ...(isHouse(
      one,
      found.map(({ list }) => list),
    )
      ? []
      : (['house-not-opened'] as const)),
  ];
  const written = (figure: Decimal): string =>
    fixed(figure, Math.min(one.exponent, Math.max(figure.decimalPlaces(), coinScale[statement.currency])));
  return [
    why.length === 0
      ? holds(
          'sums',
          `${place}: ${known.members} sealed shares and those of the house add up to exactly ${written(one.total)} ${one.unit}.`,
          place,
        )
      : differs('sums', `${place}: ${[...new Set(why)].map((defect) => sayDefect[defect]).join('; ')}.`, place),
    ownDefects.length === 0 && isPaid
      ? holds('own-sum', `${place}: your share of ${written(one.you(statement))} is one of them.`, place)
      : differs('own-sum', `${place}: ${sayDefect[ownDefects[0] ?? 'share-differs']}.`, place),
  ];
}

/** What is open of the house is what is printed of it. */
function isHouse({ house, vacant, exponent }: Shared, lists: readonly WrittenSum[]): boolean {
  const open = (name: string): bigint =>
    lists.reduce((all, { list, house: openings }) => {
      const amount = BigInt(openings.find(({ unitId }) => unitId === `house:${name}`)?.amount ?? '0');
      return all + (list === 'charges' ? amount : -amount);
    }, 0n);
  const [printed, unpaid] = [whole(vacant, exponent), open('vacant')];
  const isWithin = printed < 0n ? unpaid <= 0n && unpaid >= printed : unpaid >= 0n && unpaid <= printed;
  return open('common') === whole(house.common, exponent) && open('held') === whole(house.held, exponent) && isWithin;
}

function defectsOf(list: WrittenSum, known: Parameters<typeof checkSums>[2], one: Shared | null): SumDefect[] {
  const sums = readSum(known.origin, known.run, list);
  const { unit, exponent } = one ?? list;
  const context = contextOf(known.origin, known.run, { of: list.of, unit, exponent, list: list.list });
  return checkSum(sums, { context, total: sums.total, units: known.members + houseUnits.length, house: houseUnits });
}

/** How the statement calls what was shared. */
function placeOf(of: string, { sharing }: Statement): string {
  const [, i, j] = /^cost (\d+)\.(\d+)$/.exec(of) ?? [];
  if (i === undefined || j === undefined) return of.replace(/^use /, 'Use of ');
  const cost = sharing[Number(i) - 1];
  return `${cost?.title ?? ''}, ${cost?.components[Number(j) - 1]?.label ?? ''}`;
}

/** Where no sums are offered, and why. */
export const noSums = (statement: Statement): Check => notTold('sums', whyNone(statement));

function whyNone({ kind, corrects }: Statement): string {
  if (kind === 'credit-note') {
    return 'A credit note shares nothing; the sealed sums are those of the invoice that it takes back.';
  }
  if (kind === 'advance') {
    return 'An advance payment shares nothing yet; the sealed sums are those of the invoice that sets it off.';
  }
  if (corrects !== undefined) {
    return 'There are no sealed sums of a correction: it bills those whose figures moved, and not all who bear the costs.';
  }
  return 'There are no sealed sums: among fewer than three members a share would follow from the total, so they are not offered.';
}

const sayDefect: Readonly<Record<SumDefect, string>> = {
  'context-differs': 'the list is of another run, cost or currency',
  'too-few-members': 'the list is of fewer than three members',
  'number-of-units-differs': 'there are not as many envelopes as members and parts of the house',
  'labels-not-distinct': 'two envelopes bear one label, or they are not in their order',
  'not-a-point': 'an envelope is not of the group',
  'total-differs': 'the envelopes do not add up to the amount',
  'house-not-opened': 'what the house bears is not open, or not what it says',
  'share-not-in-list': 'your envelope is not in the list',
  'share-differs': 'your envelope does not hold the share that is printed',
};
