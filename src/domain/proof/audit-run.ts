import { decimal } from '../quantity/decimal.js';
import { canonicalJson } from './canonical.js';
import { type Certificate, certificateContent } from './certificate.js';
import { type Check, differs, holds, looking, notTold } from './check.js';
import { contextOf, houseUnits, openingShape, sumShape, sumsHash, whole, type WrittenSum } from './run-sums.js';
import { auditSum, checkSum, type Opening, type SumDefect } from './sum-commitment.js';
import { readCanonical } from './proved.js';
import { like, listOf, oneOf, onlyKeys, optional, type Shape, text } from './shape.js';

/**
 * What closes the one gap that members cannot: the auditor, who is given what opens every envelope of a run.
 *
 * Example: of a bill of 12 one envelope holds 15 and another −3. They add up, and who holds the 15 pays too much, if whoever holds the −3
 * never looks. The auditor opens all: each holds no less than nothing and no more than the whole, each belongs to one member who was billed, no
 * member has two, and the whole is what the certificate says of the cost, and so what the supplier's bill says.
 */
export const openingsFormat = 'commonmeter.openings/1';

export interface OpeningsFile {
  readonly format: typeof openingsFormat;
  readonly origin: string;
  readonly run: string;
  /** Numbers of the members who were billed with the run, from their invoices. */
  readonly register: readonly string[];
  readonly lists: readonly WrittenSum[];
  readonly members: readonly MemberOpenings[];
  /** Absent until it is made. */
  readonly certificate?: Certificate;
}

/** What opens the envelopes of one member, in the order of the lists; amounts are whole numbers, written. */
export interface MemberOpenings {
  readonly unitId: string;
  readonly openings: readonly { readonly amount: string; readonly blinding: string; readonly salt: string }[];
}

const amount = like(/^-?\d{1,20}$/, 'a whole number, written');
const opening = onlyKeys({ amount, ...openingShape });
const shape: Shape = onlyKeys({
  format: oneOf(openingsFormat),
  origin: text(),
  run: text(100),
  register: listOf(text(100), 5_000),
  lists: listOf(sumShape, 500),
  members: listOf(onlyKeys({ unitId: text(100), openings: listOf(opening, 500) }), 5_000),
  certificate: optional(certificateContent),
});
const most = { characters: 100_000_000, depth: 12 };

/** Writes the openings of a run. @law readOpenings(writeOpenings(o)) = o */
export const writeOpenings = (file: OpeningsFile): string => canonicalJson(file);

/** Reads openings that anybody may have written. @throws DomainError `invalid-input` as `readBundle` does */
export const readOpenings = (written: string): OpeningsFile =>
  readCanonical(written, shape, most, 'file of openings') as OpeningsFile;

/**
 * Opens every envelope of a run.
 *
 * @returns a sentence for the register and for each list
 * @law nothing differs for what the service gave; a share below nothing or above the whole, a unit twice or missing, or another total differs
 */
export function auditRun(file: OpeningsFile): Check[] {
  return [
    registerCheck(file),
    ...file.lists.flatMap((list, i) => looking('sums', nameOf(list), () => [listCheck(file, list, i)])),
    ...looking('agreement', 'The costs of the certificate', () => totalChecks(file)),
  ];
}

const nameOf = ({ of, list }: WrittenSum): string => (list === 'charges' ? of : `${of}, credits`);

/** Labels against the register: each member who was billed has one set of envelopes, and nobody else has. */
function registerCheck({ register, members, lists }: OpeningsFile): Check {
  const units = members.map(({ unitId }) => unitId);
  const isOnce = new Set(units).size === units.length && new Set(register).size === register.length;
  const isSame = isOnce && units.toSorted().join('\n') === register.toSorted().join('\n');
  const odd = members.find(({ openings }) => openings.length !== lists.length);
  if (!isSame)
    return differs(
      'sums',
      `${units.length} units have envelopes, ${register.length} members were billed: they are not the same.`,
    );
  return odd === undefined
    ? holds(
        'sums',
        `Each of the ${register.length} members who were billed has one envelope in each of the ${lists.length} lists, and nobody else has.`,
      )
    : differs('sums', `${odd.unitId} has ${odd.openings.length} envelopes in ${lists.length} lists.`);
}

function listCheck({ origin, run, members, certificate: _ }: OpeningsFile, list: WrittenSum, i: number): Check {
  const context = contextOf(origin, run, list);
  const total = BigInt(list.total);
  const house = list.house.map((one): Opening => ({ ...one, amount: BigInt(one.amount) }));
  const sum = { context, total, blinding: list.blinding, envelopes: list.envelopes, house };
  const openings = members.flatMap(({ unitId, openings: own }): Opening[] => {
    const one = own[i];
    return one === undefined ? [] : [{ unitId, amount: BigInt(one.amount), blinding: one.blinding, salt: one.salt }];
  });
  const low = openings.find((one) => one.amount < 0n);
  const high = openings.find((one) => one.amount > total);
  const place = nameOf(list);
  if (low !== undefined)
    return differs('sums', `${place}: the envelope of ${low.unitId} holds less than nothing, ${low.amount}.`, place);
  if (high !== undefined)
    return differs(
      'sums',
      `${place}: the envelope of ${high.unitId} holds more than the whole, ${high.amount} of ${total}.`,
      place,
    );
  const defects = [
    ...checkSum(sum, { context, total, units: members.length + houseUnits.length, house: houseUnits }),
    ...auditSum(sum, openings),
  ];
  return defects.length === 0
    ? holds(
        'sums',
        `${place}: every envelope was opened; each holds from 0 to ${total}, and all come to ${total}.`,
        place,
      )
    : differs('sums', `${place}: ${[...new Set<SumDefect>(defects)].join(', ')}.`, place);
}

/** What the lists come to is what the certificate says of the costs, and so what the suppliers' bills say. */
function totalChecks({ lists, certificate }: OpeningsFile): Check[] {
  if (certificate === undefined)
    return [notTold('agreement', 'There is no certificate of the run yet to compare the totals with.')];
  const own = certificate.sums;
  const isThem = own === sumsHash(lists);
  const scale = lists.find(({ of }) => of.startsWith('cost '))?.exponent ?? 0;
  const sumOf = (of: (name: string) => boolean): bigint =>
    lists
      .filter((list) => of(list.of))
      .reduce((all, { total, list }) => all + BigInt(total) * (list === 'charges' ? 1n : -1n), 0n);
  const odd = certificate.costs.flatMap((cost, i): string[] => {
    const whole_ = whole(decimal(cost.total.amount), scale);
    if (sumOf((of) => of.startsWith(`cost ${i + 1}.`)) !== whole_) return [cost.title];
    if (cost.document === undefined) return [];
    return cost.components.flatMap(({ label, amount: stated }, j) =>
      sumOf((of) => of === `cost ${i + 1}.${j + 1}`) === whole(decimal(stated), scale)
        ? []
        : [`${cost.title}, ${label}`],
    );
  });
  return [
    isThem
      ? holds('certificate', 'The lists are those that the certificate of the run names.')
      : differs('certificate', 'The certificate of the run names other lists than these.'),
    ...(odd.length === 0
      ? [
          holds(
            'agreement',
            `The lists come to what the certificate says of all ${certificate.costs.length} costs, component by component of each supplier’s bill.`,
          ),
        ]
      : odd.map((place) =>
          differs('agreement', `${place}: the lists come to another amount than the certificate says.`, place),
        )),
  ];
}
