import { expectedUse } from '../../../domain/apportionment/leaver.js';
import { epochMs, type Period } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import { Decimal, decimal, sum } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Use, Uses } from '../../metering/consume/consumption.service.js';
import type { RunSite } from '../run/inputs.js';

/*
 * On the day a shop leaves its own meter is read, and perhaps no other. What the others counted weighs beside it, so it is expected from what
 * the last run of each meter billed, evenly by time. A source meter is expected to have counted at least what all meters behind it did.
 *
 * The leaver's own meters are never expected: where they were not read, that blocks as in any run. Neither is a meter that no run has billed.
 */

interface Before {
  readonly registerId: string;
  /** As `run_use` names it: empty for the whole, else `calendar/band`. */
  readonly band: string;
  readonly quantity: Decimal;
  readonly ms: Decimal;
}

const gaps: readonly Issue['code'][] = ['missing-reading', 'missing-interval', 'bands-unknown'];

/** Uses that nobody read, as they are expected; what was read stays. @returns also the registers of which something is expected */
export async function expectUses(
  tx: Tx,
  site: RunSite,
  period: Period,
  leaverId: string,
  { uses, issues }: Uses,
): Promise<Uses & { readonly expected: ReadonlySet<string> }> {
  const unknown = uses.filter((use) => use.quantity === null && use.memberId !== leaverId);
  const before = await readBefore(tx, site.id, period, [...new Set(unknown.map(({ registerId }) => registerId))]);
  const own = new Set(
    uses.filter((use) => use.quantity === null && use.memberId === leaverId).map((use) => use.registerId),
  );
  const told = uses.map((use) => (use.quantity === null && unknown.includes(use) ? expectedOf(use, before) : use));
  const all = told.map((use) => (unknown.some((one) => isSame(one, use)) ? atLeastBehind(use, told) : use));
  const open = new Set(all.filter(({ quantity }) => quantity === null).map(({ registerId }) => registerId));
  const expected = new Set(unknown.map(({ registerId }) => registerId).filter((id) => !open.has(id) && !own.has(id)));
  const left = issues.filter(({ code, subject }) => !(gaps.includes(code) && expected.has(subject.id)));
  const meters = [
    ...new Set(all.filter(({ registerId }) => expected.has(registerId)).map(({ meter }) => meter)),
  ].sort();
  return { uses: all, expected, issues: meters.length === 0 ? left : [...left, said(site, period, meters)] };
}

const isSame = (a: Use, b: Use): boolean =>
  a.registerId === b.registerId && a.from === b.from && a.memberId === b.memberId && nameOf(a) === nameOf(b);

const nameOf = ({ calendar, band }: Use): string => (calendar === null ? '' : `${calendar}/${band ?? ''}`);

const lasting = ({ from, to }: Pick<Use, 'from' | 'to'>): Decimal => new Decimal(epochMs(to) - epochMs(from));

function expectedOf(use: Use, before: readonly Before[]): Use {
  const last = before.find((one) => one.registerId === use.registerId && one.band === nameOf(use));
  if (last === undefined) return use;
  return { ...use, quantity: expectedUse(last.quantity, last.ms, lasting(use)), quality: 'estimated' };
}

/** A source that was not read counted no less than what stands behind it. */
function atLeastBehind(use: Use, all: readonly Use[]): Use {
  if (use.meterRole !== 'source' || use.direction !== 'import' || use.quantity === null) return use;
  const behind = all.filter(
    (one) =>
      one.meterRole !== 'source' &&
      one.meterRole !== 'deduction' &&
      one.direction === 'import' &&
      one.utility === use.utility &&
      one.unit === use.unit &&
      nameOf(one) === nameOf(use) &&
      one.from >= use.from &&
      one.to <= use.to,
  );
  const least = sum(behind.map(({ quantity }) => quantity ?? new Decimal(0)));
  return least.greaterThan(use.quantity) ? { ...use, quantity: least } : use;
}

/** What each register counted in the last run that stands and has it. */
async function readBefore(tx: Tx, siteId: string, period: Period, registerIds: readonly string[]): Promise<Before[]> {
  if (registerIds.length === 0) return [];
  const rows = await tx.query<{ registerId: string; band: string; quantity: string; ms: string }>(
    `SELECT u.register_id AS "registerId", u.band, sum(u.quantity)::numeric::text AS quantity,
            (extract(epoch FROM max(u.to_at)) - extract(epoch FROM min(u.from_at)))::numeric(18,3) * 1000 AS ms
     FROM (SELECT DISTINCT ON (x.register_id) x.register_id, r.id AS run_id FROM run_use x
           JOIN standing_run r ON r.community_id = x.community_id AND r.id = x.run_id AND r.site_id = $1 AND upper(r.days) <= $2::date
           WHERE x.community_id = current_community() AND x.register_id = ANY($3::uuid[])
           ORDER BY x.register_id, upper(r.days) DESC) last
     JOIN run_use u ON u.community_id = current_community() AND u.run_id = last.run_id AND u.register_id = last.register_id
     GROUP BY u.register_id, u.band`,
    [siteId, period.from, registerIds],
  );
  return rows.map(({ quantity, ms, ...row }) => ({ ...row, quantity: decimal(quantity), ms: new Decimal(ms) }));
}

const said = (site: RunSite, period: Period, meters: readonly string[]): Issue => ({
  code: 'expected-for-leaver',
  severity: 'info',
  subject: { kind: 'site', id: `${site.id}/expected`, label: site.name },
  ...period,
  detail: `Not read to the end of these days: ${meters.join(', ')}. What they counted is expected from the last run that billed them; the meters of the member who leaves are read.`,
  remedy: 'Read them too for a closer figure; the run of the whole period bills by their readings in any case.',
});
