import { get } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { UnclaimedService } from '../../src/modules/metering/readings/unclaimed.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { createLogger } from '../../src/platform/logging.js';
import {
  asForm,
  bulkRow,
  chirpStackUplink,
  emoncmsBulk,
  hook as message,
  type Sent,
  shellyAction,
  shellyStatus,
  thingsStackUplink,
} from '../support/http-devices.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/**
 * From power-up to use: a device is switched on and sends what it sends, under names of its own; somebody binds those names to
 * registers; then a day's use is what can be counted by hand. For each family that speaks HTTP.
 */

const clock = new FixedClock('2026-10-01T00:00:00+01:00');
let service: InProcess;
let treasurer: string;
let device: string;
let communityId: string;

const form = 'application/x-www-form-urlencoded';
/** Half past midnight in the hall, on the first of October, and so on: `hall(1, 0, 30)`. */
const hall = (day: number, hour = 0, minute = 0): Date => new Date(Date.UTC(2026, 9, day, hour - 1, minute));
const unix = (at: Date): number => at.getTime() / 1000;
/** A clock that every message finds where it should be. */
const setClock = (at: Date): void => clock.set(at.toISOString().replace('.000Z', 'Z'));

async function addMeter(code: string, registers: object[]): Promise<void> {
  const body = { site: 'OMH', code, name: code, role: 'sub', installedFrom: '2026-01-01T00:00:00Z', registers };
  expect(await service.ask('POST', 'meters', { token: treasurer, body })).toMatchObject({ status: 201 });
}
const kWh = (code: string) => ({ code, kind: 'cumulative', unit: 'kWh' });

interface Source {
  readonly id: string;
  readonly meter: string;
  readonly register: string;
  readonly readings: number;
  readonly latest: { readonly value: string; readonly unit: string };
}
const inbox = async (meter: string, state = 'open'): Promise<Source[]> => {
  const { body } = await service.ask('GET', `unclaimed?limit=1000&state=${state}`, { token: treasurer });
  return (body.items as Source[]).filter((source) => source.meter === meter);
};
async function bind(meter: string, register: string, to: { meter: string; register: string }) {
  const source = (await inbox(meter)).find((one) => one.register === register);
  const { status, body } = await service.ask('POST', `unclaimed/${source?.id}/bind`, { token: treasurer, body: to });
  expect(status).toBe(200);
  return body.summary as Record<string, number>;
}
async function useOf(meter: string, day: number) {
  const days = `from=2026-10-0${day}&to=2026-10-0${day + 1}`;
  const { body } = await service.ask('GET', `consumption?meter=${meter}&${days}`, { token: treasurer });
  return {
    quantities: body.series.map(({ figures }: { figures: { quantity: string | null }[] }) => figures[0]?.quantity),
    issues: body.issues.map(({ code }: { code: string }) => code),
  };
}
const send = ({ method, path, question }: Sent) => service.ask(method, path, question);
const hook = (path: string, body: object | string) => send(message(path, body, device));

beforeAll(async () => {
  service = await inProcess(clock);
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = founded.token;
  communityId = founded.communityId;
  const site = await service.ask('POST', 'sites', {
    token: treasurer,
    body: { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' },
  });
  const key = { name: 'gateway', siteId: site.body.id as string };
  device = (await access.issueDeviceKey(founded.communityId, key, system)).token;
}, 60_000);
afterAll(() => service.close());

describe('a gateway that was made for emoncms', () => {
  const apikey = () => ({ apikey: device });
  const row = (at: Date, e1: number, p1 = 312) => bulkRow(at, 'attic', JSON.stringify({ P1: p1, E1: e1 }));
  const bulk = (rows: string[], sentAt: Date) => {
    setClock(sentAt);
    return send(emoncmsBulk(device, rows, sentAt));
  };
  /** A row each half-hour of a day, its midnights included; E1 counts 250 Wh in each. */
  const day = (number: number, startWh: number) =>
    Array.from({ length: 49 }, (_, i) => row(hall(number, 0, 30 * i), startWh + 250 * i));

  it('waits in the inbox with what it counts, and shows what is of a moment beside', async () => {
    const answer = await bulk([row(hall(1), 1_000_000), row(hall(1, 0, 10), 1_000_083.5)], hall(1, 0, 11));
    expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, 'ok', 'no-store']);
    expect(await inbox('attic')).toMatchObject([
      { register: 'E1', readings: 2, latest: { value: expect.stringMatching(/^1000(\.0835)?$/), unit: 'kWh' } },
    ]);
    expect(await inbox('attic', 'momentary')).toMatchObject([
      { register: 'P1', readings: 1, latest: { value: '312', unit: 'W' } },
    ]);
  });

  it('has its readings counted from the first, once it is bound', async () => {
    await addMeter('SHOP-01', [kWh('import')]);
    expect(await bind('attic', 'E1', { meter: 'SHOP-01', register: 'import' })).toMatchObject({
      created: 2,
      rejected: 0,
    });
    const rows = day(1, 1_000_000);
    expect((await bulk(rows.slice(1, 30), hall(1, 15))).text).toBe('ok');
    // The rest of the day late, shuffled, and with rows that were sent before.
    const late = rows.slice(20).flatMap((_, i, all) => all[(i * 7) % all.length] ?? []);
    expect((await bulk(late, hall(2, 9))).text).toBe('ok');
    // 48 half-hours of 250 Wh.
    expect(await useOf('SHOP-01', 1)).toEqual({ quantities: ['12'], issues: [] });
  });

  it('may send everything again: nothing is doubled and nothing is in conflict', async () => {
    expect((await bulk(day(1, 1_000_000), hall(2, 9, 1))).text).toBe('ok');
    expect(await useOf('SHOP-01', 1)).toEqual({ quantities: ['12'], issues: [] });
    const { body } = await service.ask('GET', 'exceptions?state=open', { token: treasurer });
    expect(body.items).toEqual([]);
  });

  it('that counts from zero again after a fault stops the account, and is no negative use', async () => {
    const rows = [...day(2, 1_012_000).slice(0, 20), ...day(2, 0).slice(20)];
    expect((await bulk(rows, hall(3, 1))).text).toBe('ok');
    expect(await useOf('SHOP-01', 2)).toEqual({ quantities: [null], issues: ['register-regressed'] });
    expect(await useOf('SHOP-01', 1)).toEqual({ quantities: ['12'], issues: [] });
  });

  it('keeps one sample a day of what is of a moment, however often it comes, and nobody need bind it', async () => {
    const [power] = await inbox('attic', 'momentary');
    expect(power).toMatchObject({ register: 'P1', readings: 3 });
    const { transactions } = service.database;
    const waiting = () =>
      transactions.inCommunity(communityId, (tx) => service.app.get(UnclaimedService).waiting(tx, communityId));
    expect(await waiting()).toBe(0);
    await service.ask('GET', '/input/post?node=loft&json={total_kwh:5,power:7}', { token: device });
    expect(await waiting()).toBe(1);
  });

  it.each([
    ['GET', (fields: Record<string, string>) => [`/input/post?${new URLSearchParams(fields).toString()}`, {}] as const],
    ['POST', (fields: Record<string, string>) => ['/input/post.json', asForm(fields)] as const],
    ['POST', ({ node, ...fields }: Record<string, string>) => [`/emoncms/input/post/${node}`, asForm(fields)] as const],
  ])('is answered as emoncms answers: %s', async (method, asked) => {
    setClock(hall(3, 2));
    const ask = (fields: Record<string, string>) => {
      const [path, question] = asked({ node: 'cellar', ...apikey(), ...fields });
      return service.ask(method, path, question);
    };
    const full = await ask({ fulljson: '{"total_kwh":5.5}', time: '1790902800' });
    expect([full.status, full.body]).toEqual([200, { success: true }]);
    const loose = await ask({ json: '{total_kwh:5.5}', time: '1790902800' });
    expect([loose.status, loose.text, loose.headers['content-type']]).toEqual([200, 'ok', 'text/plain; charset=utf-8']);
    expect((await ask({ csv: '1,2' })).text).toBe('ok');
    expect(await ask({})).toMatchObject({
      status: 400,
      body: { success: false, code: 'invalid-input', message: expect.stringContaining('no data') },
    });
    expect(await ask({ csv: '1', apikey: 'wrong' })).toMatchObject({
      status: 401,
      body: { success: false, code: 'not-signed-in' },
    });
    expect(await inbox('cellar')).toHaveLength(3);
  });

  it('is told of a channel that cannot be taken, and of a post of which nothing can', async () => {
    const post = (fulljson: string) =>
      service.ask('GET', `/input/post?${new URLSearchParams({ node: 'yard', fulljson, ...apikey() }).toString()}`);
    expect((await post('{"a_kwh":5,"b_kwh":-5}')).body).toEqual({
      success: true,
      message: expect.stringMatching(/^1 of 2 inputs were not taken, the first of them yard b_kwh: .*negative/),
    });
    expect(await post('{"b_kwh":-5}')).toMatchObject({
      status: 400,
      body: { success: false, code: 'invalid-decimal' },
    });
    expect(await post('{"b_kwh":null}')).toMatchObject({ status: 200, body: { success: true } });
  });

  it('may send a token in a header, and a form nowhere else', async () => {
    expect((await service.ask('GET', '/input/post?node=roof&csv=1', { token: device })).text).toBe('ok');
    const elsewhere = await service.ask('POST', 'readings', { token: device, ...asForm({ data: '1' }) });
    expect(elsewhere).toMatchObject({ status: 415, body: { code: 'unsupported-format' } });
    const many = await service.ask('POST', '/input/post', {
      token: device,
      body: '&'.repeat(200),
      headers: { 'content-type': form },
    });
    expect(many).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('may write its address as small devices do, with nothing encoded', async () => {
    await service.app.listen(0, '127.0.0.1');
    const { port } = new URL(await service.app.getUrl());
    const path = `/emoncms/input/post.json?node=shed&json={total_kwh:5,"spare_kwh":6}&apikey=${device}`;
    const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
      get({ port, path, agent: false }, (reply) => {
        reply.setEncoding('utf8').once('data', (text: string) => resolve([reply.statusCode, text]));
      }).once('error', reject);
    });
    expect(answer).toEqual([200, 'ok']);
    expect((await inbox('shed')).map(({ register }) => register).sort()).toEqual(['spare_kwh', 'total_kwh']);
  });

  it('is asked to wait where it guesses keys', async () => {
    const guess = () =>
      service.ask('GET', `/input/post?csv=1&apikey=cm_aaaaaaaa_${'x'.repeat(43)}`, { from: '10.9.9.9' });
    let answer = await guess();
    for (let i = 0; i < 100 && answer.status === 401; i += 1) answer = await guess();
    expect(answer).toMatchObject({ status: 429, body: { success: false, code: 'too-many-attempts' } });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('gets the first answer again under an Idempotency-Key, and only for the same form', async () => {
    const send = (csv: string) => {
      const { body, headers } = asForm({ node: 'twice', csv, ...apikey() });
      return service.ask('POST', '/input/post', { body, headers: { ...headers, 'idempotency-key': 'form-1' } });
    };
    const first = await send('1');
    expect([first.text, (await send('1')).text]).toEqual(['ok', 'ok']);
    expect(await send('2')).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
  });
});

describe('a heat meter behind The Things Stack', () => {
  const uplink = (at: Date, counter: number, payload: object, heardAt = at) => {
    setClock(heardAt);
    const heard = { counter, payload: JSON.stringify(payload), heardAt };
    return send(thingsStackUplink(device, '0004A30B001C0530', heard));
  };
  /** 0.75 kWh more each hour. */
  const hourly = (hour: number) => ({ heat: { energy_kwh: 1520.25 + 0.75 * hour }, supply_temperature_c: 61.5 });
  const statuses = (answer: { body: { results: { status: string }[] } }) =>
    answer.body.results.map(({ status }) => status);

  it('is found in the inbox after its first uplinks, and bound', async () => {
    expect(statuses(await uplink(hall(4), 1, hourly(0)))).toEqual(['unclaimed', 'unclaimed']);
    await uplink(hall(4, 1), 2, hourly(1));
    expect(await inbox('0004A30B001C0530')).toMatchObject([
      { register: 'heat.energy_kwh', readings: 2, latest: { value: '1521', unit: 'kWh' } },
    ]);
    await addMeter('HEAT-1', [kWh('heat')]);
    const to = { meter: 'HEAT-1', register: 'heat' };
    expect(await bind('0004A30B001C0530', 'heat.energy_kwh', to)).toMatchObject({ created: 2 });
  });

  it('has the use of a day, though some uplinks were lost and others came late', async () => {
    // The payloads of hours 9 to 12 carry the time at which they were measured, and come after all others.
    for (const hour of [2, 3, 4, 5, 6, 7, 8, 14, 18, 24]) await uplink(hall(4, hour), hour + 1, hourly(hour));
    for (const hour of [11, 9, 12, 10]) {
      const measured = { ...hourly(hour), timestamp: unix(hall(4, hour)) };
      expect(statuses(await uplink(hall(4, hour), 40 + hour, measured, hall(5, 1, hour)))).toEqual([
        'created',
        'unclaimed',
      ]);
    }
    // 24 hours of 0.75 kWh.
    expect(await useOf('HEAT-1', 4)).toEqual({ quantities: ['18'], issues: [] });
  });

  it('is heard once where a frame is heard twice', async () => {
    const first = await uplink(hall(5, 2), 60, hourly(26));
    const again = await uplink(hall(5, 2), 60, hourly(26), hall(5, 2, 1));
    expect([statuses(first)[0], statuses(again)[0]]).toEqual(['created', 'duplicate']);
    expect(again.body.results[0].at).toBe(first.body.results[0].at);
  });

  it('may join and acknowledge, which is no reading', async () => {
    const answer = await hook('ttn', {
      end_device_ids: { dev_eui: '0004A30B001C0530' },
      join_accept: { session_key_id: 'x' },
    });
    expect(answer).toMatchObject({ status: 200, body: { event: 'join_accept', results: [], summary: { created: 0 } } });
    const { text } = await service.ask('GET', '/metrics');
    expect(text).toContain('device_messages_total{family="ttn",event="join_accept"} 1');
    expect(text).toMatch(/device_readings_total\{family="ttn",status="created"\} \d/);
  });

  it('that was exchanged for one that counts from zero stops the account until that is recorded', async () => {
    await uplink(hall(5, 3), 61, { heat: { energy_kwh: 0.5 } });
    await uplink(hall(6, 0), 62, { heat: { energy_kwh: 16.25 } });
    expect(await useOf('HEAT-1', 5)).toEqual({ quantities: [null], issues: ['register-regressed'] });
  });

  it('is refused in a sentence where the message is none', async () => {
    expect(await hook('ttn', { hello: 1 })).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(await hook('ttn', '{"uplink_message":')).toMatchObject({
      status: 400,
      body: { code: 'invalid-input', detail: expect.stringContaining('not JSON') },
    });
    expect(await hook('ttn', '['.repeat(100_000))).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  });
});

describe('a water meter behind ChirpStack', () => {
  const up = (at: Date, counter: number, object: object) => {
    setClock(at);
    return send(
      chirpStackUplink(device, 'a81758fffe0586ca', { counter, payload: JSON.stringify(object), heardAt: at }),
    );
  };

  it('counts pulses, and the multiplier of its installation makes them cubic metres', async () => {
    await up(hall(4, 0), 1, { pulses: 4_711, volume_m3: 47.11, battery_v: 3.6 });
    expect((await inbox('A81758FFFE0586CA')).map(({ register }) => register)).toEqual(['pulses', 'volume_m3']);
    // A pulse is ten litres. The other register of the same meter counts in litres.
    await addMeter('WATER-1', [
      { code: 'cold', kind: 'cumulative', unit: 'm3', multiplier: '0.01' },
      { code: 'litres', kind: 'cumulative', unit: 'l' },
    ]);
    await bind('A81758FFFE0586CA', 'pulses', { meter: 'WATER-1', register: 'cold' });
    await bind('A81758FFFE0586CA', 'volume_m3', { meter: 'WATER-1', register: 'litres' });
    await up(hall(4, 12), 2, { pulses: 4_800, volume_m3: 48 });
    await up(hall(5, 0), 3, { pulses: 4_836, volume_m3: 48.36 });
    // (4836 − 4711) × 0.01 m3 and (48.36 − 47.11) × 1000 l.
    expect(await useOf('WATER-1', 4)).toEqual({ quantities: ['1.25', '1250'], issues: [] });
  });

  it('has other events, which are no readings', async () => {
    for (const event of ['join', 'ack', 'txack', 'status', 'log', 'location', 'integration', 'new'])
      expect(await hook(`chirpstack?event=${event}`, { batteryLevel: 75.5 })).toMatchObject({
        status: 200,
        body: { results: [] },
      });
    expect(await hook('chirpstack?event=up', { object: { pulses: 1 } })).toMatchObject({ status: 400 });
  });
});

describe('a Shelly', () => {
  const push = (at: Date, wh: string, sentAt = at) => {
    setClock(sentAt);
    return send(shellyStatus(device, wh, at));
  };

  it('pushes its status from a script, and is bound by the names of its counters', async () => {
    const { body } = await push(hall(6), '2589773.39');
    expect(body.results).toMatchObject([
      {
        meter: 'shellypro3em-aabbccddeeff',
        register: 'emdata:0.total_act',
        value: '2589.77339',
        unit: 'kWh',
        status: 'unclaimed',
      },
      { register: 'emdata:0.total_act_ret', value: '1.02661' },
      { register: 'emdata:0.a_total_act_energy', value: '2034.61671' },
    ]);
    await addMeter('SHOP-02', [kWh('import')]);
    await bind('shellypro3em-aabbccddeeff', 'emdata:0.total_act', { meter: 'SHOP-02', register: 'import' });
    await push(hall(6, 18), '2596000.01');
    // Midnight came through late, and after it a reading of the morning before.
    await push(hall(7), '2597890.5', hall(7, 8));
    const late = await push(hall(6, 6), '2591000', hall(7, 9));
    expect(late.body.results[0].status).toBe('created');
    expect((await push(hall(6, 6), '2591000', hall(7, 9, 1))).body.results[0].status).toBe('duplicate');
    // 2597.8905 − 2589.77339
    expect(await useOf('SHOP-02', 6)).toEqual({ quantities: ['8.11711'], issues: [] });
  });

  it('that says something else of the same second is a conflict for a person', async () => {
    const { body } = await push(hall(6, 6), '2591001', hall(7, 9, 2));
    expect(body.results[0]).toMatchObject({ status: 'conflict', problem: { code: 'conflict' } });
    expect(await useOf('SHOP-02', 6)).toMatchObject({ quantities: ['8.11711'] });
  });

  it('whose counters were reset stops the account, and is no negative use', async () => {
    await push(hall(7, 12), '15.5');
    await push(hall(8), '950.25');
    expect(await useOf('SHOP-02', 7)).toEqual({ quantities: [null], issues: ['register-regressed'] });
  });

  it('calls an address with its values where it can do no more', async () => {
    await addMeter('SHOP-03', [kWh('import')]);
    const call = (at: Date, wh: string) => {
      setClock(at);
      return send(shellyAction(device, 'shellyplus1pm-aabbccddeeff', wh, at));
    };
    expect(await call(hall(6), '110.046')).toMatchObject({
      status: 200,
      body: { summary: { unclaimed: 1 }, results: [{ register: 'switch:0.aenergy.total', value: '0.110046' }] },
    });
    await bind('shellyplus1pm-aabbccddeeff', 'switch:0.aenergy.total', { meter: 'SHOP-03', register: 'import' });
    await call(hall(7), '1360.046');
    // 1250 Wh.
    expect(await useOf('SHOP-03', 6)).toEqual({ quantities: ['1.25'], issues: [] });
    expect(await call(hall(7, 1), 'undefined')).toMatchObject({
      status: 200,
      body: { results: [{ status: 'rejected', problem: { detail: expect.stringContaining('not a number') } }] },
    });
  });

  it('of generation 1 counts in watt-minutes', async () => {
    await addMeter('SHOP-04', [kWh('import')]);
    const status = (at: Date, total: number) => {
      setClock(at);
      return hook('shelly?device=kiln', {
        mac: 'AABBCCDDEEFF',
        unixtime: unix(at),
        meters: [{ power: 5, is_valid: true, total }],
      });
    };
    await status(hall(6), 1);
    await bind('kiln', 'meters.0.total', { meter: 'SHOP-04', register: 'import' });
    await status(hall(7), 90_001);
    // 90,000 watt-minutes: 1.500017 − 0.000017.
    expect(await useOf('SHOP-04', 6)).toEqual({ quantities: ['1.5'], issues: [] });
  });

  it('without a name, or without a counter, is told so', async () => {
    expect(await hook('shelly', { 'switch:0': { aenergy: { total: 5 } } })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('device=') },
    });
    expect(await hook('shelly?device=hall', { sys: {}, 'switch:0': { output: false } })).toMatchObject({
      status: 200,
      body: { results: [{ status: 'rejected', problem: { detail: expect.stringContaining('no counter') } }] },
    });
  });
});

describe('a key in an address', () => {
  it('is written into no log, whatever becomes of the request', async () => {
    const lines: string[] = [];
    const logger = createLogger({ logLevel: 'trace' }, { write: (line: string) => void lines.push(line) });
    const config = loadConfig({ LOG_LEVEL: 'trace' });
    const app = await createApi(config, { databaseUrl: service.database.url, clock, logger });
    await app.init();
    const server: FastifyInstance = app.getHttpAdapter().getInstance();
    await server.ready();
    const wrong = `cm_zzzzzzzz_${'w'.repeat(43)}`;
    const statuses: number[] = [];
    for (const key of [device, wrong]) {
      for (const path of [
        '/input/post?csv=1',
        '/emoncms/input/post.json?fulljson=%7B',
        '/nowhere?x=1',
        '/api/v1/readings?x=1',
      ])
        statuses.push((await server.inject(`${path}&apikey=${key}`)).statusCode);
      const payload = new URLSearchParams({ apikey: key, data: '[' }).toString();
      const answer = await server.inject({
        method: 'POST',
        url: '/input/bulk',
        payload,
        headers: { 'content-type': form },
      });
      statuses.push(answer.statusCode);
      expect(answer.body).not.toContain(key);
    }
    await app.close();
    expect(statuses).toEqual([200, 400, 404, 401, 400, 401, 401, 404, 401, 401]);
    expect(lines.filter((line) => line.includes('"request"')).length).toBe(10);
    expect(lines.filter((line) => line.includes(device) || line.includes(wrong))).toEqual([]);
  });
});
