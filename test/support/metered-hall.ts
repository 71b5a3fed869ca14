import type { Instant } from '../../src/domain/calendar/period.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase } from './database.js';

/**
 * A hall of one unit in a database, and meters in it, written straight into the tables: for what is held against the domain row by
 * row, where the routes would be in the way.
 */
export interface MeteredHall {
  readonly community: string;
  readonly site: string;
  readonly space: string;
  /** A statement as the application says it, within the community. */
  readonly asApp: <Row>(sql: string, params?: unknown[]) => Promise<Row[]>;
  readonly person: (name: string) => Promise<string>;
  /** A meter with one register, and the devices that were in its place one after another. */
  readonly meter: (register: Register, devices?: readonly Device[]) => Promise<Metered>;
  /** Readings of a register; what is there already stays. */
  readonly sent: (no: number, readings: readonly Sent[]) => Promise<void>;
}

export interface Register {
  readonly kind: 'cumulative' | 'interval';
  /** Of an interval register; 30 where it is not said. */
  readonly minutes?: number;
}

export interface Device {
  readonly from?: Instant;
  readonly to?: Instant | null;
  readonly multiplier?: string;
  readonly opening?: string | null;
  readonly closing?: string | null;
  readonly capacity?: string | null;
  readonly maxPerHour?: string | null;
}

export interface Metered {
  readonly meter: string;
  readonly register: string;
  readonly no: number;
}

export interface Sent {
  readonly at: Instant;
  /** The end of what an interval register says; null of a display. */
  readonly until: Instant | null;
  readonly value: string;
  readonly quality?: string;
}

export async function meteredHall(
  database: TestDatabase,
  { zone, months }: { readonly zone: string; readonly months: readonly [string, string] },
): Promise<MeteredHall> {
  await makeMonths(database, ...months);
  const community = await insertCommunity(database, 'market');
  const [site, space] = [newId(), newId()];
  let made = 0;

  const asApp = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

  const install = async (
    meter: string,
    register: string,
    { from = '2026-01-01T00:00:00Z', to = null, multiplier = '1', ...said }: Device,
  ): Promise<void> => {
    const device = newId();
    await asApp(
      `INSERT INTO installation (community_id, id, meter_id, space_id, period) VALUES ($1, $2, $3, $4, tstzrange($5, $6))`,
      [community, device, meter, space, from, to],
    );
    const { opening = null, closing = null, capacity = null, maxPerHour = null } = said;
    await asApp(
      `INSERT INTO installation_register (community_id, installation_id, register_id, multiplier, opening, closing, capacity, max_per_hour)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [community, device, register, multiplier, opening, closing, capacity, maxPerHour],
    );
  };

  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', $3)`, [
    community,
    site,
    zone,
  ]);
  await asApp(`INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'U1', 'Unit', 10)`, [
    community,
    space,
    site,
  ]);

  return {
    community,
    site,
    space,
    asApp,
    person: async (name) => {
      const id = newId();
      await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3)`, [community, id, name]);
      return id;
    },
    meter: async ({ kind, minutes = 30 }, devices = [{}]) => {
      made += 1;
      const [meter, register] = [newId(), newId()];
      await asApp(
        `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, $4, 'M', 'sub')`,
        [community, meter, site, `M-${made}`],
      );
      const [row] = await asApp<{ no: number }>(
        `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes)
         VALUES ($1, $2, $3, 'r', $4, 'kWh', $5) RETURNING no`,
        [community, register, meter, kind, kind === 'interval' ? minutes : null],
      );
      for (const device of devices) await install(meter, register, device);
      return { meter, register, no: row!.no };
    },
    sent: async (no, readings) => {
      await asApp(
        `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
         SELECT c.no, $2::int, t.at, t.until, 1, t.quality, t.value FROM community c,
           unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::numeric[]) AS t (at, until, quality, value)
         WHERE c.id = $1 ON CONFLICT DO NOTHING`,
        [
          community,
          no,
          readings.map(({ at }) => at),
          readings.map(({ until }) => until),
          readings.map(({ quality = 'actual' }) => quality),
          readings.map(({ value }) => value),
        ],
      );
    },
  };
}
