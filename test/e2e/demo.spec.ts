import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { ApiClient, Refused } from '../../src/cli/client.js';
import { addDays, daysIn, type Period } from '../../src/domain/calendar/period.js';
import { dayOf } from '../../src/domain/calendar/zone.js';
import { decimal, sum } from '../../src/domain/quantity/decimal.js';
import { billMonth } from '../../src/demo/month.js';
import { asKWh, zone } from '../../src/demo/readings.js';
import { season } from '../../src/demo/hall.js';
import { seed } from '../../src/demo/seed.js';
import { FixedClock } from '../../src/platform/clock.js';
import { command, commonmeter, documentOf, type RunningCommand, type Spoken } from '../support/cli.js';
import { insertCommunity, testDatabase } from '../support/database.js';
import { type Service, startService } from '../support/service.js';

/*
 * Old Market Hall three times: as `start --check` makes it and throws it away, as `start` makes it and keeps it, and on another clock of the
 * same month. What a newcomer sees in the first minutes is asserted on the second, figure by figure against the others.
 */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-demo-'));
chmodSync(folder, 0o755); // as root, the database server's own user must be able to walk here
const within = (name: string): string => {
  mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
  return join(folder, name);
};
const home = within('home');

interface Items<T> {
  readonly items: readonly T[];
}
interface Cost {
  readonly description: string;
  readonly source: string;
  readonly amount: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
}
interface InvoiceRow {
  readonly number: string;
  readonly memberCode: string;
  readonly net: string;
  readonly gross: string;
}
interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly period: Period;
  readonly documents: { readonly done: number; readonly total: number };
}

/** What a run came to, without anything that is drawn by lot: ids differ, figures may not. */
async function figuresOf(api: ApiClient, runId: string): Promise<{ costs: readonly Cost[]; invoices: string[][] }> {
  const { lines } = await api.get<{ lines: Cost[] }>(`/billing-runs/${runId}/reconciliation`);
  const { items } = await api.get<Items<InvoiceRow>>(`/invoices?run=${runId}&limit=500`);
  const invoices = items.map(({ memberCode, number, net, gross }) => [memberCode, number, net, gross]);
  return { costs: lines, invoices: invoices.toSorted() };
}

/** The open questions of the demo, each with the likeliest answer: the door stood open, and the night is estimated. */
async function decide(api: ApiClient): Promise<void> {
  const { items } = await api.get<Items<{ id: string; choices: string[] }>>('/exceptions?state=open');
  for (const { id, choices } of items) {
    await api.post(`/exceptions/${id}/resolve`, { choice: choices[0], reason: 'Looked at it.' });
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

let port: number;
let hall: RunningCommand;
let checked: Spoken;
let elsewhere: Service;
let onOtherClock: Awaited<ReturnType<typeof figuresOf>>;
let tokens: Record<string, string>;
let treasurer: ApiClient;
/** The month that is billed, and the one that waits. */
let billed: Period;
let ready: Period;
let run: RunRow;

const cli = (...args: string[]): Promise<Spoken> => commonmeter(args, { DATA_DIR: home });
const as = (role: string): ApiClient => new ApiClient(treasurer.url, tokens[role] ?? '');

/** The hall on another day of this month, in this process. */
async function billOnOtherClock(): Promise<void> {
  const today = dayOf(new Date().toISOString(), zone);
  const other = today.endsWith('-03') ? 27 : 3;
  elsewhere = await startService({
    clock: new FixedClock(`${addDays(`${today.slice(0, 8)}01`, other - 1)}T21:30:00Z`),
  });
  const quiet = { answer: () => undefined, say: () => undefined, busy: () => undefined, progress: () => undefined };
  const made = await seed(elsewhere.app, quiet);
  const api = new ApiClient(elsewhere.url, made.tokens.treasurer);
  await decide(api);
  const { id } = await billMonth(api, new ApiClient(elsewhere.url, made.tokens.approver), made.ready);
  onOtherClock = await figuresOf(api, id);
}

beforeAll(async () => {
  port = await freePort();
  hall = command(['start'], { DATA_DIR: home, PORT: String(port) });
  const checking = commonmeter(['start', '--check'], { DATA_DIR: within('check'), TMPDIR: within('tmp') });
  await Promise.all([hall.says('Press Ctrl-C to stop.'), billOnOtherClock()]);
  checked = await checking;
  const memory = JSON.parse(readFileSync(join(home, 'cli.json'), 'utf8')) as { tokens: Record<string, string> };
  tokens = memory.tokens;
  treasurer = new ApiClient(`http://127.0.0.1:${port}`, tokens['treasurer'] ?? '');
  const { items } = await treasurer.get<Items<RunRow>>('/billing-runs');
  billed = items[0]?.period ?? { from: '', to: '' };
  const next = await treasurer.get<Items<{ period: Period }>>('/supplier-bills');
  ready = next.items.find(({ period }) => period.from === billed.to)?.period ?? { from: '', to: '' };
}, 300_000);
afterAll(async () => {
  hall?.process.kill('SIGKILL');
  await elsewhere?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('start --check', () => {
  const lines = (): string[] => checked.stdout.trimEnd().split('\n');

  it('ends with 0, and with the proof in its last line', () => {
    expect(checked.code).toBe(0);
    expect(lines().at(-1)).toMatch(
      /^supplier bill 1919\.19 = members \d+\.\d\d \+ common \d+\.\d\d \+ vacant \d+\.\d\d \+ held \d+\.\d\d, difference 0\.00; invoices 24, documents 24$/,
    );
    const [bill = '', ...parts] = (
      lines()
        .at(-1)
        ?.split(';')[0]
        ?.match(/\d+\.\d\d/g) ?? []
    ).slice(0, 5);
    expect(sum(parts.map(decimal)).toFixed(2)).toBe(bill);
  });

  it('says one line for every cost, with the figures of any other clock in the month', () => {
    const said = lines().filter((line) => line.endsWith(', difference 0.00'));
    expect(said).toEqual(
      onOtherClock.costs.map(
        ({ description, amount, members, common, vacant, held }) =>
          `${description} ${amount} = members ${members} + common ${common} + vacant ${vacant} + held ${held}, difference 0.00`,
      ),
    );
    expect(said.length).toBeGreaterThanOrEqual(8);
  });

  it('shows progress on standard error and puts the documents where it says', () => {
    for (const work of ['Installing meters: 31/31', 'Pushing 14 months of readings', 'Making documents: 24/24']) {
      expect(checked.stderr).toContain(work);
    }
    const place =
      lines()
        .find((line) => line.startsWith('Documents: '))
        ?.slice('Documents: '.length) ?? '';
    expect(place).toBe(join(folder, 'check', 'check'));
    const files = readdirSync(place).toSorted();
    // The month before has the numbers 1 to 24.
    expect(files.map((file) => file.replace(/^MH-\d{4}-(\d+)\.pdf$/, '$1'))).toEqual(
      Array.from({ length: 24 }, (_, i) => String(25 + i).padStart(5, '0')),
    );
    for (const file of files) expect(readFileSync(join(place, file)).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  it('leaves nothing else behind', () => {
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(readdirSync(join(folder, 'check'))).toEqual(['check']);
  });
});

describe('start on an empty machine', () => {
  it('says where to go', async () => {
    const url = `http://127.0.0.1:${port}`;
    for (const place of [`${url}/api/v1`, `${url}/reference`, `${url}/health/ready`]) {
      expect(hall.stdout()).toContain(place);
    }
    expect(hall.stdout()).toContain(`npm run cli -- run new OMH ${ready.from} ${ready.to}`);
    expect(
      await Promise.all(['reference', 'health/ready', 'openapi.json'].map((path) => statusOf(`${url}/${path}`))),
    ).toEqual([200, 200, 200]);
  });

  it('remembers the tokens of all roles, readable by its owner only', async () => {
    expect(statSync(join(home, 'cli.json')).mode & 0o777).toBe(0o600);
    expect(Object.keys(tokens)).toEqual(['treasurer', 'approver', 'auditor', 'installer', 'member', 'device']);
    for (const role of ['treasurer', 'approver', 'auditor', 'installer', 'member']) {
      expect((await as(role).get<{ name: string }>('/community')).name).toBe('Old Market Hall Co-operative Ltd');
    }
    // A gateway pushes and sees nothing; Rosa sees what is hers.
    await expect(as('device').get('/community')).rejects.toThrow(Refused);
    const own = await as('member').get<Items<InvoiceRow>>('/invoices');
    expect(own.items.map(({ memberCode }) => memberCode)).toEqual(['0711']);
  });

  it('has 23 shops, the landlord and one who has left, 24 stalls, 31 meters and 14 months', async () => {
    const count = async (path: string): Promise<number> => (await treasurer.get<Items<object>>(path)).items.length;
    expect([await count('/members?limit=500'), await count('/meters?limit=500')]).toEqual([25, 31]);
    const months = await consumption(
      'M-0001',
      `${Number.parseInt(ready.from, 10) - 1}${ready.from.slice(4)}`,
      ready.to,
      'month',
    );
    expect(months.map(({ quantity }) => quantity === null)).toEqual(Array.from({ length: 13 }, () => false));
  });
});

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;
interface Figure {
  readonly quantity: string | null;
  readonly quality: string;
}
async function consumption(meter: string, from: string, to: string, grain: string): Promise<readonly Figure[]> {
  const { series } = await treasurer.get<{ series: { figures: Figure[] }[] }>(
    `/consumption?meter=${meter}&from=${from}&to=${to}&grain=${grain}`,
  );
  return series[0]?.figures ?? [];
}
const used = async (meter: string, { from, to }: Period): Promise<string | null | undefined> =>
  (await consumption(meter, from, to, 'billing-period'))[0]?.quantity;
/** What a meter uses in the month that is billed: the model month's day and night by season, in whole watt-hours. */
function inSeason(day: string, night: string): string {
  const ofSeason = BigInt(season[Number.parseInt(billed.from.slice(5, 7), 10) - 1] ?? 0);
  const [byDay = 0n, byNight = 0n] = [day, night].map(
    (kWh) => (BigInt(decimal(kWh).times(1000).toFixed()) * ofSeason) / 1000n,
  );
  return decimal(asKWh(byDay + byNight)).toFixed();
}
type Band = Readonly<Record<'low' | 'value' | 'high', string>>;
interface Question {
  readonly meter: string;
  readonly kind: string;
  readonly rule?: string;
  readonly value: string;
  readonly known: { readonly value: string };
  readonly choices: readonly string[];
}
const decisionOf = async (meter: string): Promise<readonly Question[]> =>
  (await treasurer.get<Items<Question>>(`/exceptions?state=decided&meter=${meter}`)).items;
const dayOfReady = (day: number): string => addDays(ready.from, day - 1);
const dayOfBilled = (day: number): string => addDays(billed.from, day - 1);

describe('the stories of the hall', () => {
  it('M-0714 runs over its five digits, and not a unit is lost', async () => {
    // Stall 12: 131.0 kWh by day and 16.5 by night.
    expect(await used('M-0714', ready)).toBe('147.5');
    const { items } = await treasurer.get<Items<{ at: string; value: string }>>(
      `/readings?meter=M-0714&register=import&from=${dayOfBilled(16)}T00:00:00Z&to=${dayOfBilled(17)}T00:00:00Z&limit=500`,
    );
    const values = items.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ value }) => decimal(value));
    expect(values.filter((value, i) => value.lessThan(values[i - 1] ?? '0')).map((value) => value.toFixed())).toEqual([
      '0',
    ]);
    expect(await decisionOf('M-0714')).toMatchObject([
      { rule: 'rollover-assumed', decision: { choice: 'rollover-confirmed' } },
    ]);
  });

  it('M-0718 starts again at zero after a power cut, and what it counted before is kept', async () => {
    // Stall 16: 127.5 kWh by day and 14.0 by night in the model month, this month by its season.
    expect(await used('M-0718', billed)).toBe(inSeason('127.5', '14.0'));
    const { installations } = await treasurer.get<{ installations: { serial: string }[] }>('/meters/M-0718');
    expect(installations.map(({ serial }) => serial)).toEqual(['OMH-0718-A', 'OMH-0718-A']);
  });

  it('M-0701B: the door of the cold room stood open for an hour, and for a night nobody knows; both wait for the treasurer', async () => {
    const { items } = await treasurer.get<Items<Question>>('/exceptions?state=open');
    expect(items.map(({ meter, rule, choices }) => [meter, rule, choices[0]]).toSorted()).toEqual([
      ['M-0701B', 'missing-interval', 'estimate'],
      ['M-0701B', 'spike', 'accept'],
    ]);
    const { estimated } = await treasurer.post<{ estimated: { method: string; together: Band }[] }>('/estimates', {
      ...{ meter: 'M-0701B', register: 'import', period: ready, reason: 'To see it', dryRun: true },
    });
    expect(estimated).toMatchObject([{ method: 'node-balance', count: 10 }]);
    const { low, value, high } = estimated[0]?.together ?? { low: '0', value: '0', high: '0' };
    expect([decimal(value).minus(low).greaterThan(0), decimal(high).minus(value).greaterThan(0)]).toEqual([true, true]);
  });

  it('M-0709 is exchanged, and both devices are counted', async () => {
    const meter = await treasurer.get<{
      installations: { serial: string; registers: { opening: string | null; closing: string | null }[] }[];
    }>('/meters/M-0709');
    expect(meter.installations.map(({ serial }) => serial)).toEqual(['OMH-0709-A', 'OMH-0709-B']);
    expect(meter.installations[0]?.registers[0]?.closing).toMatch(/^\d+\.\d{1,3}$/);
    expect(decimal(meter.installations[1]?.registers[0]?.opening ?? '').isZero()).toBe(true);
    // Stall 9: 96.0 kWh by day and 13.2 by night in the model month, this month by its season, in whole watt-hours.
    expect(await used('M-0709', billed)).toBe(inSeason('96.0', '13.2'));
  });

  it('M-0702 is silent over midnight, and the boundary is interpolated and marked', async () => {
    expect(await used('M-0702', ready)).toBe('265');
    const days = await consumption('M-0702', dayOfReady(11), dayOfReady(15), 'day');
    expect(days.map(({ quality }) => quality)).toEqual(['actual', 'estimated', 'estimated', 'actual']);
  });

  it('M-0717 is late and nothing is missing', async () => {
    const [day] = await consumption('M-0717', dayOfReady(28), dayOfReady(29), 'day');
    expect(day).toMatchObject({ quality: 'actual', quantity: expect.stringMatching(/^\d/) });
  });

  it('M-0704 contradicts itself, and the treasurer has decided between the two values', async () => {
    const items = await decisionOf('M-0704');
    expect(items).toMatchObject([{ kind: 'conflict', decision: { choice: 'keep' } }]);
    expect(
      decimal(items[0]?.value ?? '')
        .minus(items[0]?.known.value ?? '')
        .toFixed(),
    ).toBe('3.2');
  });

  it('a device that nobody knows waits in the inbox', async () => {
    const { items } = await treasurer.get<Items<object>>('/unclaimed?state=open');
    expect(items).toMatchObject([{ meter: 'SHELLY-3C61', register: 'import', readings: 3 }]);
  });

  it('the phone repairer moves from stall 21 to stall 19 on the 16th', async () => {
    const { items } = await treasurer.get<Items<{ space: unknown; days: object }>>('/occupancies?member=0723');
    expect(items.map(({ days }) => days)).toEqual(
      expect.arrayContaining([expect.objectContaining({ to: dayOfReady(16) }), { from: dayOfReady(16), to: null }]),
    );
  });

  it('a barber questions a standing charge, and its part is paused', async () => {
    const { items } = await treasurer.get<Items<{ amount: string }>>('/disputes');
    expect(items).toMatchObject([
      { member: { code: '0716' }, line: { description: 'Standing charge' }, state: 'asked', paused: true },
    ]);
    expect(items[0]?.amount).toMatch(/^2\.8[67]$/);
  });

  it('has had one paid by half, one too much, one not at all, one but for what is questioned, and one twice', async () => {
    const { items: invoices } = await treasurer.get<Items<InvoiceRow>>('/invoices?limit=500');
    const grossOf = (member: string): string => invoices.find((one) => one.memberCode === member)?.gross ?? '';
    const { items: accounts } =
      await treasurer.get<Items<{ member: { code: string } | null; balance: string }>>('/accounts');
    const { items: disputes } = await treasurer.get<Items<{ amount: string }>>('/disputes');
    const open = accounts.filter(({ member, balance }) => member !== null && !decimal(balance).isZero());
    const half = decimal(grossOf('0705')).minus(decimal(grossOf('0705')).times('0.5').toDecimalPlaces(2));
    expect(open.map(({ member, balance }) => [member?.code, balance]).toSorted()).toEqual([
      ['0705', half.toFixed(2)],
      ['0710', '-10.00'],
      // She has left, and her standing order went out once more.
      ['0712', '-45.00'],
      ['0716', disputes[0]?.amount ?? ''],
      ['0724', grossOf('0724')],
    ]);
  });

  it('has had one payment under the number of somebody else, which was taken back and entered where it belongs', async () => {
    interface Payment {
      readonly member: { readonly code: string };
      readonly amount: string;
      readonly reverses: string | null;
      readonly reversedBy: string | null;
    }
    const { items } = await treasurer.get<Items<Payment>>('/payments?limit=500');
    const { items: invoices } = await treasurer.get<Items<InvoiceRow>>('/invoices?limit=500');
    const amount = invoices.find((one) => one.memberCode === '0715')?.gross;
    const same = items.filter((one) => one.amount === amount);
    expect(
      same.map(({ member, reverses, reversedBy }) => [member.code, reverses !== null, reversedBy !== null]).toSorted(),
    ).toEqual([
      ['0701', false, true],
      ['0701', true, false],
      ['0715', false, false],
    ]);
  });
});

describe('the month that is ready', () => {
  it('is blocked until it is decided about the gap, by the commands that start prints', async () => {
    run = documentOf(await cli('--json', 'run', 'new', 'OMH', ready.from, ready.to)) as RunRow;
    const blocked = await cli('run', 'calculate', run.id);
    expect([blocked.code, blocked.stderr]).toEqual([3, expect.stringContaining('2 issues block this run')]);
    const issues = documentOf(await cli('--json', 'run', 'issues', run.id)) as { code: string; severity: string }[];
    const codes = (severity: string): string[] =>
      issues.filter((one) => one.severity === severity).map(({ code }) => code);
    // What the logger did not tell, nobody's meter explains.
    expect(codes('blocking')).toEqual(['missing-interval', 'residual-high']);
    expect(codes('warning').toSorted()).toEqual(['residual-notable', 'spike', 'unclaimed-readings']);
    expect(codes('info')).toEqual(['estimated-boundary']);
    await decide(treasurer);
    const previewed = await cli('run', 'calculate', run.id);
    expect([previewed.code, previewed.stdout]).toEqual([0, expect.stringContaining('previewed')]);
  });

  it('shares by days where somebody moves, and has the landlord pay for the empty stalls', async () => {
    interface Share {
      readonly description: string;
      readonly kind: string;
      readonly member: string | null;
      readonly space: string | null;
      readonly weight: string;
      readonly reasons: { readonly figures: readonly { readonly spaceLabel: string; readonly days: number }[] };
    }
    const { items } = await treasurer.get<Items<Share>>(`/billing-runs/${run.id}/shares`);
    const internet = items.filter(({ description }) => description === 'Internet line');
    const whole = daysIn(ready);
    const mover = internet.find(({ member }) => member === '0723');
    expect([mover?.weight, mover?.reasons.figures.map(({ spaceLabel, days }) => [spaceLabel, days])]).toEqual([
      String(whole),
      [
        ['Stall 19 (STALL-19)', whole - 15],
        ['Stall 21 (STALL-21)', 15],
      ],
    ]);
    expect(internet.filter(({ kind }) => kind === 'vacant')).toMatchObject([
      { member: '0800', space: 'STALL-19', weight: '15' },
      { member: '0800', space: 'STALL-21', weight: String(whole - 15) },
    ]);
    expect(new Set(items.filter(({ kind }) => kind === 'vacant').map(({ member }) => member))).toEqual(
      new Set(['0800']),
    );
    // The use moves along: what the shop left behind in stall 21 is what stood in stall 19 before.
    const energy = items.filter(({ description, kind }) => description === 'Day units' && kind === 'vacant');
    for (const { weight } of energy.slice(0, 2)) expect(decimal(weight).lessThan(6)).toBe(true);
  });

  it('is approved by the second person and issued, with the figures of every other clock', async () => {
    const alone = await cli('run', 'approve', run.id, '--as', 'treasurer');
    expect([alone.code, alone.stdout]).toEqual([1, '']);
    expect((await cli('run', 'approve', run.id)).code).toBe(0);
    const issued = await cli('--json', 'run', 'issue', run.id);
    expect(documentOf(issued).documents).toEqual({ done: 24, total: 24 });
    const figures = await figuresOf(treasurer, run.id);
    expect(figures).toEqual(onOtherClock);
    const bill = figures.costs.filter(({ source }) => source.startsWith('Northgrid Energy'));
    expect(sum(bill.map(({ amount }) => decimal(amount))).toFixed(2)).toBe('1919.19');
  });
});

describe('the hall goes on', () => {
  interface Health {
    readonly meter: string;
    readonly state: string;
    readonly lastReading: string;
    readonly gaps: { readonly count: number };
  }
  const health = async () => (await treasurer.get<Items<Health>>('/meters/health?limit=100')).items;
  /** Over MQTT a Shelly, a Tasmota and a counter of our own topics; over HTTP two of LoRaWAN, and the gateway for the others. */
  const ways = ['M-0702', 'M-0703B', 'M-0711', 'M-0790', 'M-0791', 'M-0720'];

  it('with devices that an installer has bound, each heard again and again in its own way', async () => {
    const { items } = await treasurer.get<Items<{ boundTo: string }>>('/unclaimed?state=bound');
    expect(items.map(({ boundTo }) => boundTo).toSorted()).toEqual([
      ...['M-0702 import', 'M-0703B import', 'M-0719 import', 'M-0790 import', 'M-0791 import'],
    ]);
    // Older than a half-hour is only what came late; each device speaks once a minute.
    const isLive = ({ lastReading }: Health): boolean => !/:[03]0:00Z$/.test(lastReading);
    const heard = async () => (await health()).filter(isLive).map(({ meter }) => meter);
    const silent = async (): Promise<string[]> => {
      const loud = new Set(await heard());
      return ways.filter((meter) => !loud.has(meter));
    };
    for (let look = 0; look < 130 && (await silent()).length > 0; look += 1) await pause(1_000);
    expect(await silent()).toEqual([]);
  }, 180_000);

  it('so that no meter is silent, and what they counted since the month ended is there, without a gap', async () => {
    const meters = await health();
    expect(meters.map(({ meter, state }) => `${meter} ${state}`)).toEqual(meters.map(({ meter }) => `${meter} ok`));
    expect(meters).toHaveLength(31);
    // Those that were silent in a night of last month have a gap, where that is not too long ago.
    const whole = meters.filter(({ gaps }) => gaps.count === 0).map(({ meter }) => meter);
    expect([...new Set([...whole, 'M-0701B', 'M-0702'])]).toHaveLength(31);
    const until = dayOf(new Date().toISOString(), zone);
    if (until === ready.to) return;
    for (const meter of ['M-0711', 'M-0701B']) {
      const { series, issues } = await treasurer.get<{
        series: { figures: { quantity: string | null }[] }[];
        issues: unknown[];
      }>(`/consumption?meter=${meter}&from=${ready.to}&to=${until}&grain=day`);
      expect(series[0]?.figures.filter(({ quantity }) => quantity === null)).toEqual([]);
      expect(issues).toEqual([]);
    }
  });
});

it('hears a device at the broker of the demo, which whoever starts it is told of', async () => {
  const url = /^Devices {6}(mqtt:\/\/127\.0\.0\.1:\d+), from this machine only$/m.exec(hall.stdout())?.[1] ?? '';
  const device = await connectAsync(url);
  const reading = { at: `${ready.from}T12:00:00Z`, value: '12.5', unit: 'kWh' };
  await device.publishAsync('meters/NEW-01/import', JSON.stringify(reading), { qos: 1 });
  await device.endAsync();
  const heard = async () =>
    (await treasurer.get<Items<{ meter: string }>>('/unclaimed?state=open')).items.find(
      ({ meter }) => meter === 'NEW-01',
    );
  for (let look = 0; look < 400 && !(await heard()); look += 1) await pause(50);
  expect(await heard()).toMatchObject({ register: 'import', readings: 1, latest: { value: '12.5' } });
});

describe('stopping and starting', () => {
  const waiting = (): Period => ({ from: ready.to, to: addDays(ready.to, 1) });

  it('answers what is under way, ends with 0, and stops the database', async () => {
    const url = `/consumption?meter=M-0001&from=${addDays(ready.to, -360)}&to=${ready.to}&grain=day`;
    // Somebody watches a run that is not going to end.
    const { id } = await treasurer.post<RunRow>('/billing-runs', { site: 'OMH', period: waiting() });
    const watched = await fetch(`${treasurer.url}/api/v1/billing-runs/${id}/progress`, {
      headers: { authorization: `Bearer ${tokens['treasurer']}` },
    });
    const events = watched.body?.getReader();
    const first = await events?.read();
    expect(Buffer.from(first?.value ?? []).toString('utf8')).toContain('data: {"status":"open"');
    const settled = Promise.allSettled(Array.from({ length: 12 }, () => treasurer.get(url)));
    await pause(150);
    const ended = await hall.interrupt();
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('Stopping: requests and jobs under way')]);
    expect(await events?.read()).toMatchObject({ done: true });
    // What came in before the signal is answered; what came after finds nobody and is told so, never half an answer.
    for (const answer of await settled) {
      if (answer.status === 'rejected') expect(String(answer.reason)).toMatch(/No service answers|503|stopping/);
    }
    const place = /embedded PostgreSQL in (\S+)/.exec(ended.stdout)?.[1] ?? '';
    expect([existsSync(join(place, 'data')), existsSync(join(place, 'data', 'postmaster.pid'))]).toEqual([true, false]);
  });

  it('finds everything again at the same addresses', async () => {
    const before = hall.stdout();
    hall = command(['start'], { DATA_DIR: home, PORT: String(port) });
    await hall.says('Press Ctrl-C to stop.');
    expect(hall.stdout()).not.toContain('Seeding');
    const places = (text: string): string[] =>
      text.split('\n').filter((line) => /^(API|Reference|Health| {2}\w+ +cm_)/.test(line));
    expect(places(before)).toHaveLength(9);
    expect(places(hall.stdout())).toEqual(places(before));
    const { run: again } = documentOf(await cli('--json', 'run', 'status', run.id));
    expect([again.status, again.documents]).toEqual(['closed', { done: 24, total: 24 }]);
    expect((await treasurer.get<Items<InvoiceRow>>('/invoices?limit=500')).items).toHaveLength(48);
    expect((await hall.interrupt()).code).toBe(0);
  });

  it('makes a demo anew that was interrupted while it was made', async () => {
    const half = within('half');
    const first = command(['start'], { DATA_DIR: half, PORT: '0' });
    await first.says('Seeding Old Market Hall');
    expect((await first.interrupt()).code).toBe(0);
    expect(existsSync(join(half, 'cli.json'))).toBe(false);
    const second = command(['start'], { DATA_DIR: half, PORT: '0' });
    await second.says('What there was of a demo is thrown away; it is made anew.');
    await second.says('Seeding Old Market Hall');
    expect((await second.interrupt()).code).toBe(0);
  });

  it("never seeds where there is anybody's data, and refuses to check there", async () => {
    const database = await testDatabase();
    try {
      await insertCommunity(database, 'MILL');
      const env = { DATABASE_URL: database.url, DATA_DIR: within('mill'), PORT: '0' };
      const mill = command(['--json', 'start'], env);
      await mill.says('"url"');
      const ended = await mill.interrupt();
      expect(ended.code).toBe(0);
      expect(documentOf(ended)).toMatchObject({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        tokens: {},
      });
      // A demo that was left half-made in a database of somebody else's is theirs to clear away; one that is being made is waited for.
      const { database: described } = documentOf(ended) as { database: string };
      for (const [pid, sentence] of [
        ['999999999', 'Making the demo in'],
        [String(process.pid), 'is making the demo just now'],
      ] as const) {
        writeFileSync(join(env.DATA_DIR, 'demo.unfinished'), `${pid}\n${described}\n`);
        const refused = await commonmeter(['start'], env);
        expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(sentence)]);
      }
      rmSync(join(env.DATA_DIR, 'demo.unfinished'));
      const check = await commonmeter(['start', '--check'], env);
      expect([check.code, check.stderr]).toEqual([
        1,
        expect.stringContaining('DATABASE_URL holds data already; --check wants an empty database.'),
      ]);
      const { rows } = await database.owner.query<{ n: string }>('SELECT count(*)::text AS n FROM community');
      expect(rows).toEqual([{ n: '1' }]);
    } finally {
      await database.drop();
    }
  });
});
