import { setTimeout as pause } from 'node:timers/promises';
import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import type { Answer } from '../support/in-process.js';
import { type Service, startService } from '../support/service.js';
import { calculated, foundMarket, hourly, issued, stalls } from './billing-market.js';
import { channel, countOf, days, type House, houseOf, installed, nem12, overHttp, usedBy } from './import-house.js';

/** A file that was a mistake goes as a whole, as long as nobody has billed or decided anything by it; what others said stays. */

let service: Service;
let house: House;

beforeAll(async () => {
  service = await startService({ clock: new FixedClock('2026-11-20T09:00:00Z') });
  house = await houseOf(service);
}, 60_000);
afterAll(() => service.close());

const undo = (id: string, reason = 'It was the file of another hall'): Promise<Answer> =>
  house.ask('POST', `imports/${id}/undo`, { reason });
const push = (readings: readonly object[]): Promise<Answer> => house.ask('POST', 'readings', { readings });

async function ended(id: string): Promise<Answer['body']> {
  for (let look = 0; ; look += 1) {
    const { body } = await house.ask('GET', `imports/${id}`);
    if (body.progress.phase === 'ended') return body;
    if (look > 2_000) throw new Error(`The import does not end: ${JSON.stringify(body)}`);
    await pause(50);
  }
}

let meters = 0;
/** A meter of its own for each test, as a fresh page. */
async function freshMeter(): Promise<string> {
  meters += 1;
  const code = `QB1${String(meters).padStart(7, '0')}`;
  await installed(house, code);
  return code;
}
const halfHour = (meter: string, at: string, quantity: string): object => ({
  ...{ meter, register: 'E1', from: at, to: new Date(Date.parse(at) + 1_800_000).toISOString(), quantity, unit: 'kWh' },
});

describe('an import that is undone', () => {
  it('is gone from the readings, the inbox and the exceptions, and says who undid it, when and why', async () => {
    const [meter, other] = [await freshMeter(), await freshMeter()];
    expect((await push([halfHour(other, '2026-10-01T00:00:00+10:00', '9')])).body.summary.created).toBe(1);
    const file = nem12(
      ...[channel(meter), ...days('2026-10-01', 3)],
      ...[channel(other), ...days('2026-10-01', 1), ...days('2027-02-01', 1)],
      ...[channel('STRANGER'), ...days('2026-10-01', 1)],
    );
    const { body } = await house.send(file, '?name=mistake.csv');
    expect(body).toMatchObject({ created: 144 + 47, conflict: 1, held: 48, unclaimed: 48 });
    const answer = await undo(body.id);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        state: 'undone',
        created: 191,
        undone: { at: '2026-11-20T09:00:00Z', reason: 'It was the file of another hall' },
      },
    });
    expect([await countOf(house, meter), await countOf(house, other)]).toEqual([0, 1]);
    expect(await usedBy(house, meter, '2026-10-01', '2026-10-02')).toEqual(['unknown']);
    expect((await house.ask('GET', 'unclaimed')).body.items).toEqual([]);
    expect((await house.ask('GET', 'exceptions?kind=conflict')).body.items).toEqual([]);
    expect((await house.ask('GET', 'exceptions?kind=held')).body.items).toEqual([]);
    const log = await house.ask('GET', `log/entries?subjectId=${body.id}`);
    expect(log.body.items.map(({ type }: { type: string }) => type)).toEqual(['import.undone', 'readings.imported']);
    expect(log.body.items[0].data).toMatchObject({ removed: 191, reason: 'It was the file of another hall' });
    expect(await undo(body.id)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    // The file is still there, and can come in again.
    expect((await house.send(file, '?name=again.csv')).body).toMatchObject({
      created: 191,
      conflict: 1,
      held: 48,
      unclaimed: 48,
    });
    expect((await house.ask('GET', 'exceptions?kind=conflict')).body.items).toHaveLength(1);
  }, 60_000);

  it('leaves what a device said too, though it was told that it is known', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2026-10-01', 1)));
    const said = await push([
      halfHour(meter, '2026-10-01T00:00:00+10:00', '0.5'),
      halfHour(meter, '2026-10-01T00:30:00+10:00', '0.7'),
      halfHour(meter, '2026-10-02T00:00:00+10:00', '0.9'),
    ]);
    expect(said.body.summary).toMatchObject({ created: 1, duplicate: 1, conflict: 1 });
    await push([halfHour(meter, '2026-10-01T00:00:00+10:00', '0.5')]);
    expect((await undo(body.id)).status).toBe(200);
    const { items } = (await house.ask('GET', `readings?meter=${meter}&register=E1`)).body;
    expect(items.map(({ at, value }: Record<string, string>) => [at, value])).toEqual([
      ['2026-09-30T14:00:00Z', '0.5'],
      ['2026-09-30T14:30:00Z', '0.7'],
      ['2026-10-01T14:00:00Z', '0.9'],
    ]);
  });

  it('goes with what waited in the inbox and came in when its name was bound', async () => {
    const meter = await freshMeter();
    const name = `PORT-${meter}`;
    const { body } = await house.send(nem12(channel(name), ...days('2026-10-01', 2)));
    await push([{ ...halfHour(name, '2026-10-05T00:00:00+10:00', '0.4') }]);
    const { items } = (await house.ask('GET', 'unclaimed')).body;
    const source = items.find((one: { meter: string }) => one.meter === name) as { id: string };
    const bound = await house.ask('POST', `unclaimed/${source.id}/bind`, { meter, register: 'E1' });
    expect(bound.body.summary).toMatchObject({ created: 97 });
    expect((await undo(body.id)).status).toBe(200);
    const left = (await house.ask('GET', `readings?meter=${meter}&register=E1`)).body.items;
    expect(left).toMatchObject([{ at: '2026-10-04T14:00:00Z', value: '0.4' }]);
  });

  it('and that is large is undone by a worker', async () => {
    const meter = await freshMeter();
    const file = nem12(channel(meter), ...days('2023-06-01', 1_100));
    const { body } = await house.send(file, '', { prefer: 'wait=100' });
    expect(body).toMatchObject({ state: 'done', created: 52_800 });
    const answer = await undo(body.id);
    expect([answer.status, answer.body.state]).toEqual([202, 'undoing']);
    expect(await undo(body.id)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await ended(body.id)).toMatchObject({
      state: 'undone',
      undone: { reason: 'It was the file of another hall' },
    });
    expect(await countOf(house, meter)).toBe(0);
  }, 180_000);

  it('while it is being taken stops where it is, and leaves nothing', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2022-06-01', 800)), '', {
      prefer: 'respond-async',
    });
    for (let taken = 0; taken === 0; await pause(20)) {
      const { progress } = (await house.ask('GET', `imports/${body.id}`)).body;
      taken = progress.taken as number;
    }
    expect([200, 202]).toContain((await undo(body.id)).status);
    expect(await ended(body.id)).toMatchObject({ state: 'undone' });
    await pause(500);
    expect(await countOf(house, meter)).toBe(0);
  }, 120_000);
});

describe('an import is not undone', () => {
  const refusal = async (id: string): Promise<string> => {
    const { status, body } = await undo(id);
    expect([status, body.code]).toEqual([409, 'import-not-undoable']);
    return body.detail as string;
  };

  it('while a later file stands that found its readings known; then it is', async () => {
    const meter = await freshMeter();
    const first = await house.send(nem12(channel(meter), ...days('2026-10-01', 2)), '?name=first.csv');
    const second = await house.send(nem12(channel(meter), ...days('2026-10-02', 2)), '?name=second.csv');
    expect(second.body).toMatchObject({ created: 48, duplicate: 48 });
    expect(await refusal(first.body.id)).toContain('"second.csv"');
    expect((await undo(second.body.id)).status).toBe(200);
    expect(await countOf(house, meter)).toBe(96);
    expect((await undo(first.body.id)).status).toBe(200);
    expect(await countOf(house, meter)).toBe(0);
  });

  it('where a person has corrected one of its readings', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2026-10-01', 1)));
    await push([halfHour(meter, '2026-10-01T12:00:00+10:00', '0.8')]);
    const { items } = (await house.ask('GET', 'exceptions?kind=conflict&state=open')).body;
    const conflict = items.find((one: { meter: string }) => one.meter === meter) as { id: string };
    await house.ask('POST', `exceptions/${conflict.id}/resolve`, { choice: 'supersede', reason: 'Read again' });
    expect(await refusal(body.id)).toContain('A person has corrected');
    expect(await countOf(house, meter)).toBe(48);
  });

  it('where a person has accepted one that was held', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2026-10-01', 1), ...days('2027-01-01', 1)));
    expect(body).toMatchObject({ created: 48, held: 48 });
    const { items } = (await house.ask('GET', 'exceptions?kind=held&state=open')).body;
    const held = items.find((one: { meter: string }) => one.meter === meter) as { id: string };
    await house.ask('POST', `exceptions/${held.id}/resolve`, { choice: 'accept', reason: 'The clock was right' });
    expect(await refusal(body.id)).toContain('accept');
  });

  it('without a reason', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2026-10-01', 1)));
    expect(await undo(body.id, '')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/reason' }] } });
  });

  it('after its readings were billed, but until then it is', async () => {
    const market = await foundMarket(
      {
        app: service.app,
        database: service.database,
        close: () => Promise.resolve(),
        ask: (method, path, { token = '', body } = {}) => overHttp(service.url, token, method, path, body),
      },
      { code: 'oldmarket', withReadings: false },
    );
    const rows = stalls.flatMap(({ meter, watts }) =>
      hourly(meter, watts, '2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z').map((reading) => {
        const { register, from, to, quantity, unit } = reading as Record<string, string>;
        return [meter, register, from, to, quantity, unit].join(',');
      }),
    );
    const file = Buffer.from(['meter,register,from,to,quantity,unit', ...rows, ''].join('\n'));
    const send = (content: Buffer) =>
      overHttp(service.url, market.treasurer, 'POST', 'imports?name=october.csv', content, {
        'content-type': 'text/csv',
      });
    const take = async (id: string) => market.ask('POST', `imports/${id}/undo`, { reason: 'Wrong month' });
    const first = await send(file);
    expect(first.body).toMatchObject({ state: 'done', created: 6 * 745, rejected: 0 });
    const run = await calculated(market);
    expect(run.status).toBe('previewed');
    // Nothing is issued yet: the file may go, and the run notices that it was computed from other readings.
    expect((await take(first.body.id)).status).toBe(200);
    const approve = await market.ask(
      'POST',
      `billing-runs/${run.id}/approve`,
      { inputHash: run.inputHash },
      market.approver,
    );
    expect([approve.status, approve.body.code]).toEqual([409, 'run-changed']);
    const second = await send(file);
    expect(second.body).toMatchObject({ created: 6 * 745 });
    const again = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(again).toMatchObject({ status: 'previewed', inputHash: run.inputHash });
    expect((await issued(market, again)).status).toMatch(/issued|closed/);
    const refused = await take(second.body.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'import-not-undoable']);
    expect(refused.body.detail).toContain('were billed in the run of OMH from 2026-10-01 to 2026-11-01');
    // November is not billed.
    const november = Buffer.from(
      'meter,register,from,to,quantity,unit\nM1,import,2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,1,kWh\n',
    );
    expect((await take((await send(november)).body.id)).status).toBe(200);
  }, 120_000);
});

describe('who may undo', () => {
  it('is the treasurer or an installer; an auditor sees what was undone', async () => {
    const meter = await freshMeter();
    const { body } = await house.send(nem12(channel(meter), ...days('2026-10-01', 1)));
    const access = service.app.get(AccessService);
    const tokenOf = async (role: 'auditor' | 'installer'): Promise<string> => {
      const person = { name: role, email: '', roles: [{ role }] };
      const { personId } = await access.addPerson(house.communityId, person, { kind: 'system', id: null });
      return (await access.issuePersonToken(house.communityId, personId, 'test')).token;
    };
    const [auditor, installer] = [await tokenOf('auditor'), await tokenOf('installer')];
    const as = (token: string, method: string, path: string, given?: object) =>
      overHttp(service.url, token, method, path, given);
    const reason = { reason: 'Wrong meter' };
    expect((await as(auditor, 'POST', `imports/${body.id}/undo`, reason)).status).toBe(403);
    expect((await as(installer, 'POST', `imports/${body.id}/undo`, reason)).status).toBe(200);
    expect((await as(auditor, 'GET', `imports/${body.id}`)).body).toMatchObject({
      state: 'undone',
      undone: { reason: 'Wrong meter' },
    });
  });
});
