import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { SitesService } from '../../src/modules/community/sites.service.js';
import { CalendarsService } from '../../src/modules/tariffs/calendars.service.js';
import { KeysService } from '../../src/modules/tariffs/keys.service.js';
import { TaxRatesService } from '../../src/modules/tariffs/tax-rates.service.js';
import { newId } from '../../src/platform/ids.js';

/** A community to be billed: every member one space and one meter of intervals over October 2026, one source meter above them. */
export interface Fixture {
  readonly communityId: string;
  readonly communityNo: number;
  readonly siteId: string;
  readonly treasurer: string;
  readonly approver: string;
  readonly members: readonly string[];
}

export const october = { from: '2026-10-01', to: '2026-11-01' };
export const span = { from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' };

/** Wall hours: night to 7, peak from 16 to 20, day the rest. */
const bands = {
  bands: ['night', 'day', 'peak'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '16:00' },
    { band: 'peak', from: '16:00', to: '20:00' },
    { band: 'day', from: '20:00', to: '24:00' },
  ],
};
export const bandOfHour = `CASE WHEN h < 7 THEN 'night' WHEN h >= 16 AND h < 20 THEN 'peak' ELSE 'day' END`;

/**
 * Makes the community: its rules through the services, its masses by SQL.
 *
 * @param owner   passes row-level security
 * @param count   members
 * @param minutes of an interval
 */
export async function makeFixture(
  app: NestFastifyApplication,
  owner: pg.Pool,
  count: number,
  minutes = 30,
): Promise<Fixture> {
  const access = app.get(AccessService);
  const { communityId, personId: treasurer } = await access.createCommunity({
    code: `run-${count}-${minutes}-${Date.now().toString(36)}`,
    name: 'Bench',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Bench' },
    policies: { tax: { registered: true, vatNumber: 'GB 1', rounding: 'half-up' } },
  });
  const { personId: approver } = await access.addPerson(
    communityId,
    { name: 'Second', email: '', roles: [{ role: 'approver' }] },
    system,
  );
  const site = await app
    .get(SitesService)
    .create(communityId, { code: 'BENCH', name: 'Bench', address: '', zone: 'Europe/London' }, system);
  await makeRules(app, communityId);
  const { rows } = await owner.query<{ no: number }>('SELECT no FROM community WHERE id = $1', [communityId]);
  const communityNo = rows[0]?.no ?? 0;
  const members = await makePlaces(owner, communityId, site.id, count, minutes);
  await makeReadings(owner, communityId, communityNo, minutes);
  await makeCosts(owner, communityId, communityNo, site.id);
  await owner.query('ANALYZE');
  return { communityId, communityNo, siteId: site.id, treasurer, approver, members };
}

async function makeRules(app: NestFastifyApplication, communityId: string): Promise<void> {
  const days = { from: '2026-01-01', to: null };
  const decided = { days, adoptedBy: 'Bench', adoptedOn: '2026-01-01', decision: 'none' };
  await app
    .get(TaxRatesService)
    .create(communityId, { code: 'S', label: 'Standard', rate: '0.2', category: 'S', reason: '', days }, system);
  await app.get(CalendarsService).create(communityId, { code: 'TOU', name: 'Three bands', ...bands }, system);
  const keys = app.get(KeysService);
  const residual = { policy: 'by-area', key: null } as const;
  for (const kind of ['area', 'equal'] as const)
    await keys.create(communityId, { code: kind, name: kind, version: { ...decided, terms: { kind } } }, system);
  for (const band of bands.bands) {
    const terms = { kind: 'metered', calendar: 'TOU', band, generation: null, residual } as const;
    await keys.create(communityId, { code: band, name: band, version: { ...decided, terms } }, system);
  }
}

async function makePlaces(
  owner: pg.Pool,
  communityId: string,
  siteId: string,
  count: number,
  minutes: number,
): Promise<string[]> {
  const ids = () => Array.from({ length: count }, newId);
  const [members, spaces, meters, installations, registers, source] = [
    ids(),
    ids(),
    [...ids(), newId()],
    [...ids(), newId()],
    [...ids(), newId()],
    count,
  ];
  await owner.query(
    `INSERT INTO member (community_id, id, code, name) SELECT $1, id, 'M' || n, 'Member ' || n FROM unnest($2::uuid[]) WITH ORDINALITY AS m (id, n)`,
    [communityId, members],
  );
  await owner.query(
    `INSERT INTO space (community_id, id, site_id, code, name, area)
     SELECT $1, id, $2, 'S' || n, 'Space ' || n, 10 + n % 17 FROM unnest($3::uuid[]) WITH ORDINALITY AS s (id, n)`,
    [communityId, siteId, spaces],
  );
  await owner.query(
    `INSERT INTO occupancy (community_id, id, space_id, member_id, days)
     SELECT $1, id, space, member, '[2026-01-01,)' FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS o (id, space, member)`,
    [communityId, ids(), spaces, members],
  );
  await owner.query(
    `INSERT INTO meter (community_id, id, site_id, code, name, role)
     SELECT $1, id, $2, 'K' || n, 'Meter ' || n, CASE WHEN n > $4 THEN 'source' ELSE 'sub' END FROM unnest($3::uuid[]) WITH ORDINALITY AS m (id, n)`,
    [communityId, siteId, meters, source],
  );
  await owner.query(
    `INSERT INTO installation (community_id, id, meter_id, space_id, period)
     SELECT $1, id, meter, space, '[2026-01-01,)' FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS i (id, meter, space)`,
    [communityId, installations, meters, [...spaces, null]],
  );
  await owner.query(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes)
     SELECT $1, id, meter, 'import', 'interval', 'kWh', $4::int FROM unnest($2::uuid[], $3::uuid[]) AS r (id, meter)`,
    [communityId, registers, meters, minutes],
  );
  await owner.query(
    `INSERT INTO installation_register (community_id, installation_id, register_id)
     SELECT $1, installation, register FROM unnest($2::uuid[], $3::uuid[]) AS i (installation, register)`,
    [communityId, installations, registers],
  );
  return members;
}

/** Uneven intervals for the members, and for the source a fiftieth more than they use together. */
async function makeReadings(owner: pg.Pool, communityId: string, communityNo: number, minutes: number): Promise<void> {
  await owner.query(
    "SELECT make_reading_month(month::date) FROM generate_series($1::timestamptz, $2::timestamptz, interval '15 days') AS m (month)",
    [span.from, span.to],
  );
  await owner.query(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT $1, r.no, at, at + $5::int * interval '1 minute', 1, 'actual',
            (100 + (r.no::bigint * 7919 + extract(epoch FROM at)::bigint / ($5::int * 60) * 104729) % 900) / 1000.0
     FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id AND m.role = 'sub',
          generate_series($3::timestamptz, $4::timestamptz - $5::int * interval '1 minute', $5::int * interval '1 minute') AS at
     WHERE r.community_id = $2`,
    [communityNo, communityId, span.from, span.to, minutes],
  );
  await owner.query(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT $1, (SELECT r.no FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
                 WHERE r.community_id = $2 AND m.role = 'source'), at, until, 1, 'actual', round(sum(value) * 1.02, 3)
     FROM reading WHERE community_no = $1 GROUP BY at, until`,
    [communityNo, communityId],
  );
}

async function makeCosts(owner: pg.Pool, communityId: string, communityNo: number, siteId: string): Promise<void> {
  const { rows } = await owner.query<{ band: string; quantity: string; amount: string }>(
    `SELECT band, sum(value)::text AS quantity, round(sum(value) * 0.2137, 2)::text AS amount
     FROM (SELECT value, ${bandOfHour} AS band FROM (
       SELECT value, extract(hour FROM at AT TIME ZONE 'Europe/London') AS h FROM reading
       WHERE community_no = $1 AND register_no = (SELECT max(register_no) FROM reading WHERE community_no = $1)) x) y GROUP BY band ORDER BY band`,
    [communityNo],
  );
  const bill = newId();
  const components = [...rows, { band: 'equal', quantity: '31', amount: '61.38' }];
  const net = `(SELECT sum(a) FROM unnest($3::numeric[]) AS a)`;
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, days, currency, net, tax, gross)
       SELECT $1, $2, $4, 'Bench', 'B-1', '[2026-10-01,2026-11-01)', 'GBP', ${net}, 0, ${net}`,
      [communityId, bill, components.map(({ amount }) => amount), siteId],
    );
    await client.query(
      `INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, band, quantity, unit, amount, tax, tax_code, key_id)
       SELECT $1, $2, n, 'Component ' || c.band, CASE WHEN c.band = 'equal' THEN 'standing' ELSE 'energy' END, nullif(c.band, 'equal'), c.quantity,
              CASE WHEN c.band = 'equal' THEN 'days' ELSE 'kWh' END, c.amount, 0, 'S', k.id
       FROM unnest($3::text[], $4::numeric[], $5::numeric[]) WITH ORDINALITY AS c (band, quantity, amount, n)
       JOIN apportionment_key k ON k.community_id = $1 AND k.code = c.band`,
      [
        communityId,
        bill,
        components.map(({ band }) => band),
        components.map(({ quantity }) => quantity),
        components.map(({ amount }) => amount),
      ],
    );
    await client.query(
      `INSERT INTO charge (community_id, id, site_id, code, description, section, kind, amount, per, proration, days, tax_code, key_id)
       SELECT $1, c.id, $3, c.code, c.code, 'service', 'recurring', 4321.09, 'month', 'day-of-month', '[2026-01-01,)', 'S', k.id
       FROM unnest($2::uuid[], ARRAY['area', 'equal']) AS c (id, code) JOIN apportionment_key k USING (code) WHERE k.community_id = $1`,
      [communityId, [newId(), newId()], siteId],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
