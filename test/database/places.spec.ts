import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** Occupancies and policies: what two at once must not do, and what a run of days must not be. */

let database: TestDatabase;
let market: string;
let stall: string;
let rosa: string;
let lund: string;

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  const site = newId();
  await owner(
    `INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'HALL', 'Hall', 'Europe/London')`,
    [market, site],
  );
  rosa = await insertMember('ROSA');
  lund = await insertMember('LUND');
  stall = newId();
  await owner(
    `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'STALL-4', 'Stall 4', 12.5)`,
    [market, stall, site],
  );
});
afterAll(() => database.drop());
afterEach(() => owner('DELETE FROM occupancy', []));

const owner = (sql: string, params: unknown[]) => database.owner.query(sql, params);

async function insertMember(code: string): Promise<string> {
  const id = newId();
  await owner('INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3, $4)', [market, id, code, code]);
  return id;
}

const occupySql = 'INSERT INTO occupancy (community_id, id, space_id, member_id, days) VALUES ($1, $2, $3, $4, $5)';
const occupy = (days: string, member = rosa, space = stall) => owner(occupySql, [market, newId(), space, member, days]);
/** The same as the application, whose refusals are in our words. */
const occupyAsApp = (days: string, member = rosa) =>
  database.transactions.inCommunity(market, (tx) => tx.query(occupySql, [market, newId(), stall, member, days]));

describe('occupancies', () => {
  it('follow each other without a day between', async () => {
    await occupy('[2026-01-01,2026-04-01)');
    await expect(occupy('[2026-04-01,)', lund)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('never overlap in a space, not for one day', async () => {
    await occupy('[2026-01-01,2026-04-01)');
    await expect(occupy('[2026-03-31,2026-05-01)', lund)).rejects.toMatchObject({ constraint: 'occupancy_no_overlap' });
    await expect(occupy('[2025-01-01,)', lund)).rejects.toMatchObject({ constraint: 'occupancy_no_overlap' });
    await expect(occupyAsApp('[2026-02-01,2026-02-02)', lund)).rejects.toMatchObject({ code: 'overlapping-occupancy' });
  });

  it('do not come to overlap by a change', async () => {
    await occupy('[2026-01-01,2026-04-01)');
    await occupy('[2026-04-01,)', lund);
    const longer = owner(`UPDATE occupancy SET days = '[2026-01-01,2026-04-02)' WHERE member_id = $1`, [rosa]);
    await expect(longer).rejects.toMatchObject({ constraint: 'occupancy_no_overlap' });
  });

  it('let one of two in who come at the same moment, and tell the others why not', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => occupyAsApp('[2026-01-01,2026-02-01)', i % 2 === 0 ? rosa : lund)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.length - refused.length).toBe(1);
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array.from({ length: 11 }, () => 'overlapping-occupancy'));
  });

  it('may be in two spaces at once, for one member', async () => {
    const other = newId();
    await owner(
      `INSERT INTO space (community_id, id, site_id, code, name, area) SELECT community_id, $1, site_id, 'STALL-5', 'Stall 5', 9 FROM space WHERE id = $2`,
      [other, stall],
    );
    await occupy('[2026-01-01,)');
    await expect(occupy('[2026-01-01,)', rosa, other)).resolves.toMatchObject({ rowCount: 1 });
  });

  it.each([
    ['is empty', '[2026-01-01,2026-01-01)'],
    ['is the empty range', 'empty'],
    ['has no beginning', '(,2026-01-01)'],
  ])('refuse a run of days that %s', async (_, days) => {
    await expect(occupy(days)).rejects.toMatchObject({ code: '23514' });
  });

  it('cannot hold a closed end, which would charge the last day to two', async () => {
    await occupy('[2026-01-01,2026-03-31]');
    const { rows } = await owner('SELECT upper(days)::text AS "to", upper_inc(days) AS closed FROM occupancy', []);
    expect(rows).toEqual([{ to: '2026-04-01', closed: false }]);
    await expect(occupy('[2026-03-31,2026-04-30]', lund)).rejects.toMatchObject({ constraint: 'occupancy_no_overlap' });
  });

  it('cannot name the space of another community', async () => {
    const arches = await insertCommunity(database, 'arches');
    const site = newId();
    const foreign = newId();
    await owner(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'A', 'A', 'Europe/London')`, [
      arches,
      site,
    ]);
    await owner(`INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'A1', 'A1', 5)`, [
      arches,
      foreign,
      site,
    ]);
    await expect(occupy('[2026-01-01,)', rosa, foreign)).rejects.toMatchObject({ code: '23503' });
  });
});

describe('periods that are not days', () => {
  const install = (period: string) =>
    owner('INSERT INTO installation (community_id, id, meter_id, period) VALUES ($1, $2, $3, $4)', [
      market,
      newId(),
      meter,
      period,
    ]);
  let meter: string;

  beforeAll(async () => {
    meter = newId();
    await owner(
      `INSERT INTO meter (community_id, id, site_id, code, name, role) SELECT community_id, $1, site_id, 'SHOP-07', 'Shop 7', 'sub' FROM space WHERE id = $2`,
      [meter, stall],
    );
  });

  it.each(['[2026-01-01T00:00Z,2026-02-01T00:00Z]', '(2026-01-01T00:00Z,2026-02-01T00:00Z)'])(
    'refuse an end that is in, or a start that is out: %s',
    async (period) => {
      await expect(install(period)).rejects.toMatchObject({ code: '23514' });
    },
  );

  it('take a half-open one', async () => {
    await expect(install('[2026-01-01T00:00Z,2026-02-01T00:00Z)')).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe('spaces', () => {
  const space = (area: string) =>
    owner(
      `INSERT INTO space (community_id, id, site_id, code, name, area) SELECT community_id, $1, site_id, $2, 'S', $3 FROM space WHERE id = $4`,
      [newId(), `S${area.replace(/[^0-9]/g, '')}`, area, stall],
    );

  it.each(['0', '-1', 'NaN', 'Infinity', '1.0000000001'])('have an area that can be measured: not %s', async (area) => {
    await expect(space(area)).rejects.toMatchObject({ code: '23514' });
  });

  it('have a code of their own in the community', async () => {
    await expect(
      owner(
        `INSERT INTO space (community_id, id, site_id, code, name, area) SELECT community_id, $1, site_id, code, name, 1 FROM space WHERE id = $2`,
        [newId(), stall],
      ),
    ).rejects.toMatchObject({ constraint: 'space_code' });
  });
});

describe('policies', () => {
  const adopt = (days: string, name = 'tax') =>
    owner('INSERT INTO community_policy (community_id, id, name, days, terms) VALUES ($1, $2, $3, $4, $5)', [
      market,
      newId(),
      name,
      days,
      '{}',
    ]);

  it('hold one at a time, by name', async () => {
    await adopt('[2026-01-01,2026-07-01)');
    await adopt('[2026-07-01,)');
    await expect(adopt('[2026-06-30,2026-07-01)')).rejects.toMatchObject({ constraint: 'community_policy_no_overlap' });
    await expect(adopt('[2026-01-01,)', 'help')).resolves.toMatchObject({ rowCount: 1 });
  });
});
