import { usedBands } from '../../domain/apportionment/generation-bands.js';
import { overlap } from '../../domain/calendar/period.js';
import type { BandCalendar } from '../../domain/calendar/bands.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { FieldProblem } from '../../platform/http/problem.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { generationInCodes, generationKeyAt } from './key-generation.js';
import { countsBy, isPool, named, type Named, referencesOf, simpleTermsOf } from './key-references.js';
import type { CompositeTerms, KeyTerms, LimitedTerms, NewKeyVersion, SimpleTerms } from './keys.schema.js';
import { keyVersions, versionsOf } from './versions.js';

/** Terms, and the days on which they are to hold. */
type Given = Pick<NewKeyVersion, 'days' | 'terms'>;

/**
 * The terms with everything they name written by its code.
 *
 * @throws InvalidRequest that points at every name for which there is nothing
 */
export async function inCodes(tx: Tx, communityId: string, key: Named, given: Given, at: string): Promise<KeyTerms> {
  refuseTwoCalendars(given.terms, at);
  return termsInCodes({ tx, communityId, key, given }, given.terms, at);
}

/** What every piece of the terms is looked up with. */
interface Looking {
  readonly tx: Tx;
  readonly communityId: string;
  readonly key: Named;
  readonly given: Given;
}

type PartTerms = CompositeTerms['parts'][number]['key'];

async function termsInCodes(looking: Looking, terms: KeyTerms, at: string): Promise<KeyTerms> {
  if (terms.kind === 'generation') return generationInCodes(looking.tx, looking.communityId, terms, at);
  if (terms.kind === 'composite') {
    const parts = [];
    for (const [index, { part, key }] of terms.parts.entries()) {
      parts.push({ part, key: (await termsInCodes(looking, key, `${at}/parts/${index}/key`)) as PartTerms });
    }
    return { kind: 'composite', parts };
  }
  if (terms.kind === 'limited') {
    return { ...terms, key: await simpleInCodes(looking, terms.key, `${at}/key`) } satisfies LimitedTerms;
  }
  return simpleInCodes(looking, terms, at);
}

async function simpleInCodes(
  { tx, communityId, key, given }: Looking,
  terms: SimpleTerms,
  at: string,
): Promise<SimpleTerms> {
  if (terms.kind === 'fixed') return fixedInCodes(tx, communityId, terms, at);
  if (terms.kind === 'bookings') return bookingsInCodes(tx, communityId, terms, at);
  if (terms.kind !== 'metered') return terms;
  const problems: FieldProblem[] = [];
  const generation =
    terms.generation === null ? null : await generationInCode(tx, communityId, terms, given, terms.generation, at);
  const calendar = generation === null ? await calendarInCode(tx, communityId, terms, at, problems) : null;
  const residual = await residualInCode(tx, communityId, key, given, terms.residual, `${at}/residual/key`, problems);
  if (problems.length > 0) throw new InvalidRequest(problems);
  return { ...terms, calendar, generation, residual };
}

/** The metered parts of a key are measured together, so they speak of the bands of one calendar. */
function refuseTwoCalendars(terms: KeyTerms, at: string): void {
  const named = new Set(simpleTermsOf(terms).flatMap((one) => (one.kind === 'metered' ? [countsBy(one)] : [])));
  if (named.size < 2) return;
  throw new InvalidRequest([
    { pointer: at, detail: 'its metered parts must all name the same calendar or generation key, or none of them any' },
  ]);
}

async function bookingsInCodes(
  tx: Tx,
  communityId: string,
  terms: Extract<SimpleTerms, { kind: 'bookings' }>,
  at: string,
): Promise<SimpleTerms> {
  const found = (await named(tx, 'resource', communityId, [terms.resource])).get(terms.resource);
  if (found) return { ...terms, resource: found.code };
  throw new InvalidRequest([
    { pointer: `${at}/resource`, detail: `there is nothing to book called ${terms.resource}` },
  ]);
}

type Metered = Extract<SimpleTerms, { kind: 'metered' }>;
type Fixed = Extract<SimpleTerms, { kind: 'fixed' }>;

/** Use by where it came from: of one of two bands, and by no calendar beside. */
async function generationInCode(
  tx: Tx,
  communityId: string,
  { calendar, band }: Metered,
  { days }: Given,
  address: string,
  at: string,
): Promise<string> {
  if (calendar !== null) {
    throw new InvalidRequest([{ pointer: `${at}/calendar`, detail: 'must be null where a generation key is named' }]);
  }
  if (band === null || !usedBands.includes(band)) {
    throw new InvalidRequest([
      { pointer: `${at}/band`, detail: `must be ${usedBands.join(' or ')} where a generation key is named` },
    ]);
  }
  return generationKeyAt(tx, communityId, address, days, `${at}/generation`);
}

async function calendarInCode(
  tx: Tx,
  communityId: string,
  terms: Metered,
  at: string,
  problems: FieldProblem[],
): Promise<string | null> {
  const { calendar, band } = terms;
  if (calendar === null) {
    if (band !== null)
      problems.push({ pointer: `${at}/calendar`, detail: `must name the calendar of the band ${band}` });
    return null;
  }
  const found = (await named(tx, 'band_calendar', communityId, [calendar])).get(calendar);
  if (!found) {
    problems.push({ pointer: `${at}/calendar`, detail: `there is no band calendar ${calendar}` });
    return calendar;
  }
  const [row] = await tx.query<{ terms: BandCalendar }>(
    'SELECT terms FROM band_calendar WHERE community_id = $1 AND id = $2',
    [communityId, found.id],
  );
  const bands = row?.terms.bands ?? [];
  if (band !== null && !bands.includes(band)) {
    problems.push({
      pointer: `${at}/band`,
      detail: `the calendar ${found.code} has no band ${band}; it has ${bands.join(', ')}`,
    });
  }
  return found.code;
}

async function residualInCode(
  tx: Tx,
  communityId: string,
  key: Named,
  { days }: Given,
  residual: Metered['residual'],
  pointer: string,
  problems: FieldProblem[],
): Promise<Metered['residual']> {
  if (residual.policy !== 'to-common') return residual;
  const pool = (await named(tx, 'apportionment_key', communityId, [residual.key])).get(residual.key);
  const versions = pool
    ? ((await versionsOf<KeyTerms>(tx, keyVersions, communityId, [pool.id])).get(pool.id) ?? [])
    : [];
  if (!pool) {
    problems.push({ pointer, detail: `there is no key ${residual.key}` });
  } else if (pool.id === key.id || versions.some(({ terms }) => !isPool(terms))) {
    problems.push({
      pointer,
      detail: `a residual is shared by one key without meters; ${pool.code} is not such a key`,
    });
  } else if (!versions.some((version) => overlap(version.days, { from: days.from, to: days.to }) !== null)) {
    problems.push({
      pointer,
      detail: `the key ${pool.code} has no version that holds from ${days.from}; adopt one first`,
    });
  }
  return { policy: residual.policy, key: pool?.code ?? residual.key };
}

async function fixedInCodes(tx: Tx, communityId: string, terms: Fixed, at: string): Promise<SimpleTerms> {
  const { spaces, members } = await referencesOf(tx, communityId, [terms]);
  const problems: FieldProblem[] = [];
  const parts = terms.parts.map((part, index) => {
    if ('common' in part) return part;
    const [what, address] = 'space' in part ? (['space', part.space] as const) : (['member', part.member] as const);
    const found = (what === 'space' ? spaces : members).get(address);
    if (!found) problems.push({ pointer: `${at}/parts/${index}/${what}`, detail: `there is no ${what} ${address}` });
    const code = found?.code ?? address;
    return what === 'space' ? { space: code, part: part.part } : { member: code, part: part.part };
  });
  if (problems.length > 0) throw new InvalidRequest(problems);
  return { ...terms, parts };
}
