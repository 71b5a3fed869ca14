import { FixedClock } from '../../src/platform/clock.js';
import { commonmeter, documentOf } from '../support/cli.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, type Market } from './billing-market.js';

/**
 * The market lets the hours of October go, long after they were billed. The run was issued in November 2026 by the clock of the test; its
 * dates are set back to 2020 in the database, because the command goes by the clock of the machine.
 */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let service: InProcess;
let market: Market;
let run: Answer['body'];

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  run = await issued(market, await calculated(market));
  const client = await service.database.owner.connect();
  // No trigger lets this pass; a replica applies what was done elsewhere without asking them.
  await client.query(`SET session_replication_role = replica`);
  await client.query(`UPDATE billing_run SET issued_at = '2020-11-03T09:30:00Z'`);
  await client.query(`UPDATE reading_batch SET received_at = '2020-11-02T09:30:00Z'`);
  await client.query(`SET session_replication_role = DEFAULT`);
  client.release();
}, 120_000);
afterAll(() => service.close());

const retain = async (...more: string[]) => {
  const said = await commonmeter(['--json', 'retain', ...more], { DATABASE_URL: service.database.url });
  if (said.code !== 0) throw new Error(said.stderr);
  return documentOf(said) as unknown as {
    dryRun: boolean;
    communities: {
      community: string;
      keepMonths: number | null;
      times: { register: string; removed: number; sha256: string | null; obstacle: string | null }[];
    }[];
  };
};
const count = async (): Promise<number> =>
  (await service.database.owner.query('SELECT count(*)::int AS n FROM reading')).rows[0].n;
const use = (days: string) => market.ask('GET', `consumption?meter=M1&${days}`);

describe('readings that need not be kept', () => {
  it('are all kept until the community decides otherwise', async () => {
    expect((await retain()).communities).toEqual([{ community: 'market', keepMonths: null, times: [] }]);
    expect(await count()).toBe(6 * 745);
  });

  it('cannot be let go before thirteen months', async () => {
    const policy = (keepMonths: number) => ({
      name: 'retention',
      from: '2000-01-02',
      terms: { keepMonths },
      decision: 'minute 9',
    });
    expect((await market.ask('POST', 'policies', policy(12))).status).toBe(400);
    expect((await market.ask('POST', 'policies', policy(13))).status).toBe(201);
  });

  it('are only named by a dry run', async () => {
    const { dryRun, communities } = await retain('--dry-run');
    expect(dryRun).toBe(true);
    const times = communities[0]?.times ?? [];
    // Stall 3 was billed in two times, one for each of its members.
    expect(times.map(({ register, removed }) => `${register} ${removed}`)).toEqual([
      'M1 import 745',
      'M2 import 745',
      'M3 import 360',
      'M3 import 385',
      'M4 import 745',
      'MH import 745',
      'SRC import 745',
    ]);
    expect(times.every(({ sha256, obstacle }) => sha256 === null && obstacle === null)).toBe(true);
    expect(await count()).toBe(6 * 745);
  });

  it('go, and leave a record with their count, sum and hash', async () => {
    const before = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).text;
    const [{ times = [] } = {}] = (await retain()).communities;
    expect(times.reduce((sum, { removed }) => sum + removed, 0)).toBe(6 * 745);
    expect(await count()).toBe(0);
    const { items } = (await market.ask('GET', 'log/entries?type=readings.reduced&limit=100')).body;
    expect(items).toHaveLength(7);
    const ofM2 = items.find(({ data }: { data: { register: string } }) => data.register === 'M2 import');
    expect(ofM2).toMatchObject({
      actor: { kind: 'system' },
      subject: { kind: 'register' },
      data: { run: run.id, removed: 745, total: '1490', from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' },
    });
    expect(ofM2.data.sha256).toBe(times.find(({ register }) => register === 'M2 import')?.sha256);
    expect((await retain()).communities[0]?.times).toEqual([]);
    expect((await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).text).toBe(before);
  });

  it('are missed by nobody who asks what was used: the answer says where they went, and counts nothing', async () => {
    for (const days of ['from=2026-10-01&to=2026-11-01&grain=month', 'from=2026-10-05&to=2026-10-07&grain=day']) {
      const { body } = await use(days);
      expect(body.series[0].figures.map(({ quantity }: { quantity: string | null }) => quantity)).not.toContain('0');
      expect(body.series[0].figures.every(({ quantity }: { quantity: string | null }) => quantity === null)).toBe(true);
      expect(body.issues).toMatchObject([
        { code: 'readings-reduced', from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' },
      ]);
      expect(body.issues[0].detail).toMatch(/were reduced on 20\d\d-\d\d-\d\d by policy/);
    }
  });

  it('are not taken again', async () => {
    const readings = hourly('M1', 1000, '2026-10-31T22:00:00Z', '2026-11-01T02:00:00Z');
    const { body } = await market.ask('POST', 'readings', { readings });
    expect(body.summary).toMatchObject({ created: 2, rejected: 2 });
    expect(body.results[0].problem).toMatchObject({ code: 'readings-reduced' });
    expect(await count()).toBe(2);
  });

  it('are neither checked nor estimated', async () => {
    const period = { from: '2026-10-01', to: '2026-11-01' };
    const checked = await market.ask('POST', 'validations', { site: 'OMH', period });
    expect([checked.status, checked.body.code]).toEqual([409, 'readings-reduced']);
    const body = { site: 'OMH', period, reason: 'gap', dryRun: true };
    const estimated = await market.ask('POST', 'estimates', body);
    expect([estimated.status, estimated.body.code]).toEqual([409, 'readings-reduced']);
  });
});
