import { madeBands, usedBands } from '../../domain/apportionment/generation-bands.js';
import type { BandCalendar } from '../../domain/calendar/bands.js';
import { checkCoverage } from '../../domain/tariff/coverage.js';
import type { Tx } from '../../platform/database/transactions.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { generationKeyAt } from './key-generation.js';
import { named } from './key-references.js';
import type { TariffTerms } from './own-tariffs.schema.js';
import { domainTariff } from './tariff-terms.js';

/**
 * Terms of a tariff with the calendar by its code: every hour and quantity has its price.
 *
 * @param at where the terms stand in the request
 * @throws DomainError `tariff-gap`, `tariff-overlap`; InvalidRequest that points at a calendar which is not there
 */
export async function checkedTerms(tx: Tx, communityId: string, given: TariffTerms, at: string): Promise<TariffTerms> {
  const { code, calendar } = await calendarOf(tx, communityId, given, `${at}/calendar`);
  const generation = await generationOf(tx, communityId, given, at);
  const terms = { ...given, calendar: code, generation };
  if (generation === null) checkCoverage(domainTariff(terms), calendar);
  else checkCoverage(domainTariff(terms), byOrigin, byDestination);
  return terms;
}

/** The bands of a tariff that tells local use from that of the grid. They belong to no hours. */
const byOrigin: BandCalendar = { bands: usedBands, rules: [] };

/** Those of a credit tell what others used here from what flowed out. */
const byDestination: BandCalendar = { bands: madeBands, rules: [] };

/** @throws InvalidRequest where the generation key is not there, or a calendar stands beside it */
async function generationOf(
  tx: Tx,
  communityId: string,
  { calendar, generation }: TariffTerms,
  at: string,
): Promise<string | null> {
  if (generation === null) return null;
  if (calendar !== null) {
    throw new InvalidRequest([{ pointer: `${at}/calendar`, detail: 'must be null where a generation key is named' }]);
  }
  return generationKeyAt(tx, communityId, generation, null, `${at}/generation`);
}

/** @throws InvalidRequest that points at a calendar which is not there */
export async function calendarOf(
  tx: Tx,
  communityId: string,
  { calendar: address }: TariffTerms,
  pointer: string,
): Promise<{ code: string | null; calendar: BandCalendar | null }> {
  if (address === null) return { code: null, calendar: null };
  const found = (await named(tx, 'band_calendar', communityId, [address])).get(address);
  if (!found) throw new InvalidRequest([{ pointer, detail: `there is no band calendar ${address}` }]);
  const [row] = await tx.query<{ terms: BandCalendar }>(
    'SELECT terms FROM band_calendar WHERE community_id = $1 AND id = $2',
    [communityId, found.id],
  );
  return { code: found.code, calendar: row?.terms ?? null };
}
