import type pg from 'pg';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of bookings, their prices and what is measured of a space. */

let db: TestDatabase;
let community: string;
const [site, space, member, person, kiln] = [newId(), newId(), newId(), newId(), newId()];

const asOwner = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => asOwner((client) => client.query(text, params));
const book = (period: string, more: Readonly<Record<string, unknown>> = {}) => {
  const columns = { community_id: community, id: newId(), resource_id: kiln, member_id: member, period, ...more };
  const names = Object.keys(columns);
  return sql(
    `INSERT INTO booking (${names.join(', ')}, created_at) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')}, now())`,
    Object.values(columns),
  );
};
const measure = (what: string, value: string, days: string, of: string | null = null) =>
  sql(
    'INSERT INTO space_measure (community_id, id, space_id, member_id, what, value, days) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [community, newId(), space, of, what, value, days],
  );

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await sql(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  await sql(
    `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'S1', 'Stall 1', 20)`,
    [community, space, site],
  );
  await sql(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'ROSA', 'Rosa')`, [community, member]);
  await sql(`INSERT INTO resource (community_id, id, site_id, code, name) VALUES ($1, $2, $3, 'KILN', 'Kiln')`, [
    community,
    kiln,
    site,
  ]);
}, 60_000);
afterAll(() => db.drop());

describe('a booking', () => {
  it('never meets another of the same resource, and may begin where it ends', async () => {
    await book('[2026-10-03T08:00Z,2026-10-03T12:00Z)');
    await expect(book('[2026-10-03T11:59Z,2026-10-03T13:00Z)')).rejects.toThrow('booking_no_overlap');
    await expect(book('[2026-10-03T12:00Z,2026-10-03T17:00Z)')).resolves.toBeUndefined();
  });

  it('is made by one of two at once', async () => {
    const made = await Promise.allSettled([1, 2].map(() => book('[2026-10-05T08:00Z,2026-10-05T12:00Z)')));
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['no end', '[2026-11-01T08:00Z,)', {}, 'booking_ends'],
    ['more days than an occupancy begins with', '[2026-11-01T08:00Z,2027-03-01T08:00Z)', {}, 'booking_ends'],
    ['a start within a minute', '[2026-11-01T08:00:30Z,2026-11-01T09:00Z)', {}, 'booking_on_the_minute'],
    ['an end within a minute', '[2026-11-01T08:00Z,2026-11-01T09:00:01Z)', {}, 'booking_on_the_minute'],
    ['a price without a least', '[2026-11-01T08:00Z,2026-11-01T09:00Z)', { per_hour: '6' }, 'booking_price_is_whole'],
    [
      'a price below zero',
      '[2026-11-01T08:00Z,2026-11-01T09:00Z)',
      { per_hour: '-6', minimum: '0' },
      'booking_per_hour',
    ],
    [
      'a cancellation that nobody explains',
      '[2026-11-01T08:00Z,2026-11-01T09:00Z)',
      { cancelled_at: '2026-10-01T00:00Z' },
      'booking_cancelled_with_reason',
    ],
  ])('is refused with %s', async (_, period, more, constraint) => {
    await expect(book(period, more)).rejects.toThrow(constraint);
  });

  it('is cancelled once, leaves its time free, and changes in no other way', async () => {
    const id = newId();
    const at = '[2026-10-07T08:00Z,2026-10-07T12:00Z)';
    await book(at, { id });
    const cancel = (reason: string) =>
      sql(
        `UPDATE booking SET cancelled_at = now(), cancelled_by = $3, cancel_reason = $4 WHERE community_id = $1 AND id = $2`,
        [community, id, person, reason],
      );
    await expect(sql(`UPDATE booking SET note = 'x' WHERE id = $1`, [id])).rejects.toThrow('append-only');
    await cancel('rain');
    await expect(book(at)).resolves.toBeUndefined();
    await expect(cancel('again')).rejects.toThrow('append-only');
    await expect(
      sql('UPDATE booking SET cancelled_at = NULL, cancelled_by = NULL, cancel_reason = NULL WHERE id = $1', [id]),
    ).rejects.toThrow('append-only');
    await expect(sql('DELETE FROM booking WHERE id = $1', [id])).rejects.toThrow('append-only');
  });

  it('is seen by its community only', async () => {
    const other = await insertCommunity(db, 'other');
    const rows = await db.transactions.inCommunity(other, (tx) => tx.query('SELECT id FROM booking'));
    expect(rows).toEqual([]);
  });
});

describe('a resource', () => {
  it('is never changed, and a space is booked as one resource', async () => {
    const make = (code: string) =>
      sql(`INSERT INTO resource (community_id, id, site_id, code, name, space_id) VALUES ($1, $2, $3, $4, 'S', $5)`, [
        community,
        newId(),
        site,
        code,
        space,
      ]);
    await make('POPUP');
    await expect(make('POPUP-2')).rejects.toThrow('resource_space');
    await expect(sql(`UPDATE resource SET name = 'x'`)).rejects.toThrow('append-only');
  });

  it('has one price a day, which ends and is not edited', async () => {
    const price = (days: string, perHour = '6', minimum = '9') =>
      sql(
        'INSERT INTO resource_price (community_id, id, resource_id, days, per_hour, minimum) VALUES ($1, $2, $3, $4, $5, $6)',
        [community, newId(), kiln, days, perHour, minimum],
      );
    await price('[2026-01-01,)');
    await expect(price('[2026-06-01,)')).rejects.toThrow('resource_price_no_overlap');
    await expect(price('[2020-01-01,2021-01-01)', '-1')).rejects.toThrow('resource_price_per_hour');
    await expect(price('[2020-01-01,2021-01-01)', '1', '-1')).rejects.toThrow('resource_price_minimum');
    await expect(sql('UPDATE resource_price SET per_hour = 7')).rejects.toThrow('append-only');
    await expect(sql(`UPDATE resource_price SET days = '[2026-01-01,2026-06-01)'`)).resolves.toBeUndefined();
  });
});

describe('a measure of a space', () => {
  it('has one value a day, which ends and is not edited', async () => {
    await measure('weight', '1.5', '[2026-01-01,)');
    await measure('headcount', '0', '[2026-01-01,)', member);
    await expect(measure('weight', '2', '[2026-06-01,)')).rejects.toThrow('space_measure_no_overlap');
    await expect(sql('UPDATE space_measure SET value = 3')).rejects.toThrow('append-only');
    await expect(sql('DELETE FROM space_measure')).rejects.toThrow('append-only');
  });

  it.each<[string, string, string, boolean, string]>([
    ['a weight of a member', 'weight', '1', true, 'space_measure_of_whom'],
    ['people of nobody', 'headcount', '1', false, 'space_measure_of_whom'],
    ['a weight of nothing', 'weight', '0', false, 'space_measure_weighs'],
    ['people below zero', 'headcount', '-1', true, 'space_measure_value'],
    ['what is no number', 'headcount', 'NaN', true, 'space_measure_value'],
    ['a thing nobody measures', 'mood', '1', false, 'space_measure'],
  ])('is refused with %s', async (_, what, value, ofMember, constraint) => {
    await expect(measure(what, value, '[2020-01-01,2020-02-01)', ofMember ? member : null)).rejects.toThrow(constraint);
  });
});

describe('a vote on a version of a key', () => {
  it('was carried, is there once and is never changed', async () => {
    const [key, version] = [newId(), newId()];
    await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'area', 'Area')`, [
      community,
      key,
    ]);
    await sql(
      `INSERT INTO key_version (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision)
       VALUES ($1, $2, $3, '[2026-01-01,)', '{}', 'Meeting', '2025-12-01', 'Minute 7')`,
      [community, version, key],
    );
    const vote = (votesFor: number, against: number) =>
      sql(
        `INSERT INTO key_version_vote (community_id, version_id, votes_for, votes_against, votes_abstained) VALUES ($1, $2, $3, $4, 0)`,
        [community, version, votesFor, against],
      );
    await expect(vote(3, 3)).rejects.toThrow('key_version_vote_carried');
    await expect(vote(3, -1)).rejects.toThrow('votes_against');
    await vote(3, 2);
    await expect(vote(3, 2)).rejects.toThrow('key_version_vote_pkey');
    await expect(sql('UPDATE key_version_vote SET votes_for = 9')).rejects.toThrow('append-only');
  });
});
