import { overlap } from '../../domain/calendar/period.js';
import type { BandCalendar } from '../../domain/calendar/bands.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { FieldProblem } from '../../platform/http/problem.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { isPool, named, type Named, referencesOf } from './key-references.js';
import type { KeyTerms, NewKeyVersion } from './keys.schema.js';
import { keyVersions, versionsOf } from './versions.js';

/**
 * The terms with everything they name written by its code.
 *
 * @throws InvalidRequest that points at every name for which there is nothing
 */
export async function inCodes(
  tx: Tx,
  communityId: string,
  key: Named,
  given: NewKeyVersion,
  at: string,
): Promise<KeyTerms> {
  const { terms } = given;
  if (terms.kind === 'fixed') return fixedInCodes(tx, communityId, terms, at);
  if (terms.kind !== 'metered') return terms;
  const problems: FieldProblem[] = [];
  const calendar = await calendarInCode(tx, communityId, terms, at, problems);
  const residual = await residualInCode(tx, communityId, key, given, terms.residual, `${at}/residual/key`, problems);
  if (problems.length > 0) throw new InvalidRequest(problems);
  return { ...terms, calendar, residual };
}

type Metered = Extract<KeyTerms, { kind: 'metered' }>;
type Fixed = Extract<KeyTerms, { kind: 'fixed' }>;

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
  { days }: NewKeyVersion,
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
    problems.push({ pointer, detail: `a residual is shared by a key without meters; ${pool.code} is metered` });
  } else if (!versions.some((version) => overlap(version.days, { from: days.from, to: days.to }) !== null)) {
    problems.push({
      pointer,
      detail: `the key ${pool.code} has no version that holds from ${days.from}; adopt one first`,
    });
  }
  return { policy: residual.policy, key: pool?.code ?? residual.key };
}

async function fixedInCodes(tx: Tx, communityId: string, terms: Fixed, at: string): Promise<KeyTerms> {
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
