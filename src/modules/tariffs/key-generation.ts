import { type Allotment, checkAllotment, type HourlyCoefficients } from '../../domain/apportionment/generation.js';
import { claimantId } from '../../domain/apportionment/generation-bands.js';
import { overlap } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { FieldProblem } from '../../platform/http/problem.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { named, type Named } from './key-references.js';
import type { GenerationTerms, KeyTerms } from './keys.schema.js';
import { keyVersions, versionsOf } from './versions.js';

/*
 * What a roof makes is allotted by a key of its own, so that it is adopted, dated and voted on like any other. Terms name spaces and
 * members by their codes; an allotment names claimants: `space:…` for whoever has the space, `member:…` for all that a member has.
 */

type Holder = { readonly space: string } | { readonly member: string };

const holdersOf = ({ allotment }: GenerationTerms): readonly Holder[] => {
  switch (allotment.kind) {
    case 'dynamic':
      return [];
    case 'priority':
      return allotment.order.flat();
    default:
      return allotment.tables.flatMap(({ parts }) => parts);
  }
};

const kindOf = (holder: Holder): 'space' | 'member' => ('space' in holder ? 'space' : 'member');
const addressOf = (holder: Holder): string => ('space' in holder ? holder.space : holder.member);

/** Everything that generation terms name, by how they name it. */
export interface Holders {
  readonly space: ReadonlyMap<string, Named>;
  readonly member: ReadonlyMap<string, Named>;
}

export async function holdersIn(tx: Tx, communityId: string, terms: readonly GenerationTerms[]): Promise<Holders> {
  const all = terms.flatMap(holdersOf);
  const of = (kind: 'space' | 'member') =>
    named(tx, kind, communityId, all.filter((holder) => kindOf(holder) === kind).map(addressOf));
  return { space: await of('space'), member: await of('member') };
}

/** The allotment as the domain computes with it. @param idOf what a holder is called in it */
export function allotmentOf({ allotment }: GenerationTerms, idOf: (holder: Holder) => string): Allotment {
  switch (allotment.kind) {
    case 'dynamic':
      return { kind: allotment.kind };
    case 'priority':
      return { kind: allotment.kind, order: allotment.order.map((group) => group.map(idOf)) };
    default:
      return { kind: allotment.kind, ...coefficientsOf(allotment.tables, idOf) };
  }
}

type Tables = Extract<GenerationTerms['allotment'], { kind: 'static' }>['tables'];

const coefficientsOf = (tables: Tables, idOf: (holder: Holder) => string): HourlyCoefficients => ({
  tables: tables.map(({ hours, parts }) => ({
    hours,
    parts: parts.map((one) => ({ id: idOf(one), part: decimal(one.part) })),
  })),
});

/** @param holders of terms that were checked when they were adopted */
export const allotmentInIds = (terms: GenerationTerms, holders: Holders): Allotment =>
  allotmentOf(terms, (holder) => {
    const found = holders[kindOf(holder)].get(addressOf(holder));
    assert(found, 'What an adopted key names is still there.');
    return claimantId(kindOf(holder), found.id);
  });

/**
 * Generation terms with everything they name written by its code.
 *
 * @throws InvalidRequest that points at a name for which there is nothing; DomainError as `checkAllotment`
 */
export async function generationInCodes(
  tx: Tx,
  communityId: string,
  terms: GenerationTerms,
  at: string,
): Promise<GenerationTerms> {
  const holders = await holdersIn(tx, communityId, [terms]);
  const problems: FieldProblem[] = [];
  const coded = <Of extends Holder>(holder: Of, pointer: string): Of => {
    const kind = kindOf(holder);
    const found = holders[kind].get(addressOf(holder));
    if (!found) problems.push({ pointer: `${pointer}/${kind}`, detail: `there is no ${kind} ${addressOf(holder)}` });
    return { ...holder, [kind]: found?.code ?? addressOf(holder) };
  };
  const allotment = inCodes(terms.allotment, coded, `${at}/allotment`);
  if (problems.length > 0) throw new InvalidRequest(problems);
  const written = { ...terms, allotment };
  checkAllotment(allotmentOf(written, (holder) => `${kindOf(holder)} ${addressOf(holder)}`));
  return written;
}

function inCodes(
  allotment: GenerationTerms['allotment'],
  coded: <Of extends Holder>(holder: Of, pointer: string) => Of,
  at: string,
): GenerationTerms['allotment'] {
  switch (allotment.kind) {
    case 'dynamic':
      return allotment;
    case 'priority':
      return {
        ...allotment,
        order: allotment.order.map((group, rank) =>
          group.map((holder, index) => coded(holder, `${at}/order/${rank}/${index}`)),
        ),
      };
    default:
      return {
        ...allotment,
        tables: allotment.tables.map((table, no) => ({
          ...table,
          parts: table.parts.map((one, index) => coded(one, `${at}/tables/${no}/parts/${index}`)),
        })),
      };
  }
}

/** The code of the generation key that something counts by. @param days null where they are not known yet @throws InvalidRequest where there is none */
export async function generationKeyAt(
  tx: Tx,
  communityId: string,
  address: string,
  days: { readonly from: string; readonly to: string | null } | null,
  pointer: string,
): Promise<string> {
  const key = (await named(tx, 'apportionment_key', communityId, [address])).get(address);
  const versions = key ? ((await versionsOf<KeyTerms>(tx, keyVersions, communityId, [key.id])).get(key.id) ?? []) : [];
  const refuse = (detail: string): never => {
    throw new InvalidRequest([{ pointer, detail }]);
  };
  if (!key) return refuse(`there is no key ${address}`);
  if (versions.some(({ terms }) => terms.kind !== 'generation')) {
    return refuse(`${key.code} does not allot what is made on the site; name a key of the kind generation`);
  }
  if (days !== null && !versions.some((version) => overlap(version.days, days) !== null)) {
    return refuse(`the key ${key.code} has no version that holds from ${days.from}; adopt one first`);
  }
  return key.code;
}
