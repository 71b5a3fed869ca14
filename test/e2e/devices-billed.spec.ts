import type { MqttClient } from 'mqtt';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { startAedes, type TestBroker } from '../support/broker.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import {
  bulkRow,
  chirpStackUplink,
  emoncmsBulk,
  emoncmsPost,
  type Sent,
  shellyAction,
  shellyStatus,
  thingsStackUplink,
} from '../support/http-devices.js';
import type { Answer } from '../support/in-process.js';
import {
  emonHub,
  espHome,
  type MqttDevice,
  ownTopic,
  shellyGen1Meter,
  shellyGen1Relay,
  shellyNotices,
  shellyStatusTopics,
  tasmota,
  zigbee2mqtt,
} from '../support/mqtt-devices.js';
import { deviceAt, type MqttHouse, mqttHouse, until } from '../support/mqtt-house.js';
import { calculated, type Founded, foundCommunity, issued, october } from './billing-market.js';

/**
 * From power-up to the bill: a hall whose stalls are each metered by another family of devices. Every device is switched on in September
 * and sends what such a device sends; its names are bound to registers; the supplier's bill is shared by what was metered; and what a
 * shop is billed for is, to the digit, what its device said between the two midnights of the site.
 *
 * Each story has seven counts, in the device's own unit. Those of a device that lost its count start again from zero.
 */

/** When everybody speaks: power-up, the first midnight, three times in the month, the last midnight, and after it. */
const instants = [
  '2026-09-28T17:00:00Z',
  '2026-09-30T23:00:00Z',
  '2026-10-09T12:30:00Z',
  '2026-10-17T05:15:00Z',
  // The hour that happened twice has just passed.
  '2026-10-25T01:20:00Z',
  '2026-11-01T00:00:00Z',
  '2026-11-02T09:00:00Z',
].map((text) => new Date(text));
const at = (index: number): Date => {
  const instant = instants[index];
  if (!instant) throw new Error(`Nobody speaks a ${index}th time.`);
  return instant;
};
const instantOf = (time: Date): string => time.toISOString().replace('.000Z', 'Z');
const [firstMidnight, lastMidnight] = [instantOf(at(1)), instantOf(at(5))];

interface Stall {
  readonly family: string;
  readonly meter: string;
  readonly register: string;
  /** What its counter shows at each of the instants, as it writes it. */
  readonly counts: readonly string[];
  /** Of the installation. */
  readonly multiplier?: string;
  /** Between the midnights, in kWh, by hand. */
  readonly used: string;
  /** How it sends a count over HTTP: nothing where it waits with what it has. */
  readonly sends?: (key: string, index: number, counts: readonly string[]) => readonly Sent[];
  readonly publishes?: MqttDevice['tells'];
}

const over = ({ tells, ...device }: MqttDevice, counts: readonly string[], used: string): Stall => ({
  ...device,
  counts,
  used,
  publishes: tells,
});

const stalls: readonly Stall[] = [
  {
    family: 'emoncms, input/post',
    meter: 'emontx-1',
    register: 'E1',
    counts: ['1000000', '1000750.5', '1040000', '1101234.25', '1200000', '1263250.75', '1270000'],
    used: '262.50025', // 1,263,250.75 − 1,000,750.5 Wh
    sends: (key, i, counts) => [emoncmsPost(key, 'emontx-1', `{"P1":312,"E1":${counts[i]}}`, at(i))],
  },
  {
    family: 'emoncms, input/bulk',
    meter: 'attic-gateway',
    register: 'import_kwh',
    counts: ['48210.4', '48251.137', '48300', '48377.7', '48402.25', '48521.903', '48525'],
    used: '270.766', // 48,521.903 − 48,251.137
    // Away for most of the month: it comes back with all it has, the latest first, and says the first again with the last.
    sends: (key, i, counts) => (i === 0 || i > 4 ? [emoncmsBulk(key, rowsUntil(i, counts).toReversed(), at(i))] : []),
  },
  {
    family: 'The Things Stack v3',
    meter: '0004A30B001C0530',
    register: 'energy_kwh',
    counts: ['1520.25', '1531.75', '1560', '1600.5', '1650.125', '1702.625', '1705'],
    used: '170.875', // 1,702.625 − 1,531.75
    sends: (key, i, counts) => {
      const uplink = { counter: i + 1, payload: `{"energy_kwh":${counts[i]},"battery_v":3.6}`, heardAt: at(i) };
      // Two gateways heard it.
      return [thingsStackUplink(key, '0004A30B001C0530', uplink), thingsStackUplink(key, '0004A30B001C0530', uplink)];
    },
  },
  {
    family: 'ChirpStack v4',
    meter: 'A81758FFFE0586CA',
    register: 'pulses',
    counts: ['4711000', '4712345', '4750000', '4790000', '4830000', '4876789', '4880000'],
    multiplier: '0.001',
    used: '164.444', // 4,876,789 − 4,712,345 pulses, a thousand to the kWh
    sends: (key, i, counts) => [
      chirpStackUplink(key, 'a81758fffe0586ca', {
        counter: i + 1,
        payload: `{"pulses":${counts[i]},"battery_v":3.6}`,
        heardAt: at(i),
      }),
    ],
  },
  {
    family: 'Shelly, a webhook',
    meter: 'shellyplus2pm-c049ef8b1234',
    register: 'switch:0.aenergy.total',
    counts: ['110046.046', '110901.301', '130000', '160500.5', '190000.001', '215402.877', '217000'],
    used: '104.501576', // 215,402.877 − 110,901.301 Wh
    sends: (key, i, counts) => [shellyAction(key, 'shellyplus2pm-c049ef8b1234', counts[i] ?? '', at(i))],
  },
  {
    family: 'Shelly, its status',
    meter: 'shellypro3em-aabbccddeeff',
    register: 'emdata:0.total_act',
    counts: ['2589773.39', '2601000.01', '2650000', '2700500.5', '2750000.25', '2803456.78', '2810000'],
    used: '202.45677', // 2,803,456.78 − 2,601,000.01 Wh
    sends: (key, i, counts) => [shellyStatus(key, counts[i] ?? '', at(i))],
  },
  over(
    ownTopic,
    ['48210.400', '48215.250', '48250', '48299.999', '48340.5', '48390.125', '48391'],
    '174.875', // 48,390.125 − 48,215.25
  ),
  over(
    shellyNotices,
    ['5000.5', '6250.25', '31250.75', '1200.125', '30000', '55500.5', '56000'],
    '80.501', // 31,250.75 − 6,250.25 Wh; then, from zero, 55,500.5
  ),
  over(
    shellyStatusTopics,
    ['60.5', '1310.75', '40000', '80000.25', '120000', '152600.25', '153000'],
    '151.2895', // 152,600.25 − 1,310.75 Wh
  ),
  over(
    shellyGen1Meter,
    ['1234567.8', '1240000.3', '1280000', '1320000.1', '1360000', '1401234.5', '1402000'],
    '161.2342', // 1,401,234.5 − 1,240,000.3 Wh
  ),
  over(
    shellyGen1Relay,
    ['34', '60034', '1500000', '3000000', '4500000', '6060094', '6070000'],
    '100.001', // 6,000,060 watt-minutes: 101.001567 − 1.000567
  ),
  over(
    tasmota,
    ['711.792', '720.125', '745.5', '0.375', '20.25', '61.875', '62'],
    '87.25', // 745.5 − 720.125; then, from zero, 61.875
  ),
  over(zigbee2mqtt, ['12.25', '15.5', '30', '45.25', '70', '98.75', '99'], '83.25'), // 98.75 − 15.5
  over(espHome, ['1520.25', '1533.5', '1560', '1590.75', '1620', '1655.75', '1656'], '122.25'), // 1,655.75 − 1,533.5
  over(
    emonHub,
    ['1000000', '1002500', '1040000', '1080000', '1120000', '1149750.5', '1150000'],
    '147.2505', // 1,149,750.5 − 1,002,500 Wh
  ),
];

function rowsUntil(index: number, counts: readonly string[]): string[] {
  return counts.slice(0, index + 1).map((count, i) => bulkRow(at(i), 'attic-gateway', `{"import_kwh":${count}}`));
}

/*
 * 2,380 kWh at the main meter, of which the shops used 2,283.444796, the hall 60.25, the empty stall 3.5, and 32.805204 were lost.
 */
const energy = { kind: 'energy', unit: 'kWh', quantity: '2380', taxCode: 'S', key: 'used' };
const bill = {
  ...{ site: 'OMH', supplier: 'Northgrid', number: 'NE-1', utility: 'electricity', period: october },
  ...{ currency: 'GBP', net: '738.37', tax: '147.67', gross: '886.04' },
  components: [
    { ...energy, description: 'Units', price: '0.2853', amount: '679.01', tax: '135.80' },
    { ...energy, kind: 'levy', description: 'Climate Change Levy', price: '0.00801', amount: '19.06', tax: '3.81' },
    {
      ...{ description: 'Standing charge', kind: 'standing', quantity: '31', unit: 'days', price: '1.30' },
      ...{ amount: '40.30', tax: '8.06', taxCode: 'S', key: 'equal' },
    },
  ],
};

const codeOf = (stall: Stall): string => `SHOP-${String(stalls.indexOf(stall) + 1).padStart(2, '0')}`;
/** Nobody binds it before November. */
const forgotten = espHome.family;
/** Known to count from zero after a power cut; of the other nobody knew. */
const [restarting, exchanged] = [tasmota.family, shellyNotices.family];
const named = (family: string): Stall => {
  const found = stalls.find((stall) => stall.family === family);
  if (!found) throw new Error(family);
  return found;
};

describe('a hall with a family of devices in every stall', () => {
  const clock = new FixedClock('2026-09-28T17:00:00Z');
  let broker: TestBroker;
  let database: TestDatabase;
  let house: MqttHouse;
  let wire: MqttClient;
  let hall: Founded;
  let key: string;
  let published = 0;

  const make = async (path: string, body: object, expected = 201): Promise<Answer['body']> => {
    const answer = await hall.ask('POST', path, body);
    expect([path, answer.status, answer.text]).toEqual([path, expected, expect.anything()]);
    return answer.body;
  };
  const get = async (path: string): Promise<Answer['body']> => (await hall.ask('GET', path)).body;

  /** Everybody says what its counter shows. */
  const speak = async (index: number): Promise<void> => {
    clock.set(instantOf(at(index)));
    for (const { sends, publishes, counts } of stalls) {
      for (const { method, path, question } of sends?.(key, index, counts) ?? []) {
        const answer = await house.asked(method, path, question);
        expect([path, answer.status]).toEqual([path, 200]);
      }
      if (!publishes) continue;
      const { topic, payload } = publishes(counts[index] ?? '', at(index));
      await wire.publishAsync(topic, payload, { qos: 1 });
      published += 1;
    }
    await until('all that was published is dealt with', async () => {
      const [heard, inLine] = [await house.figure('mqtt_messages_total'), await house.figure('mqtt_in_line')];
      return heard >= published && inLine === 0;
    });
  };

  const bind = async (stall: Stall): Promise<Record<string, number>> => {
    const { items } = await get('unclaimed?limit=1000');
    const own = (items as { id: string; meter: string; register: string }[]).find(
      (source) => source.meter === stall.meter && source.register === stall.register,
    );
    expect([stall.family, own]).toEqual([stall.family, expect.anything()]);
    return (await make(`unclaimed/${own?.id}/bind`, { meter: codeOf(stall), register: 'import' }, 200)).summary;
  };

  const display = (at: string, value: string, meter: string) => ({ meter, register: 'import', at, value, unit: 'kWh' });

  beforeAll(async () => {
    broker = await startAedes();
    database = await testDatabase();
    house = await mqttHouse({ databaseUrl: database.url, mqttUrl: broker.url, clock });
    wire = await deviceAt(broker.port);
    hall = await foundCommunity({ app: house.app, ask: house.asked });
    await foundHall();
    await until('the broker is heard', async () => Number.isFinite(await house.figure('mqtt_behind_seconds')));
  }, 60_000);
  afterAll(async () => {
    await house.close();
    await wire.endAsync();
    await broker.stop();
    await database.drop();
  });

  async function foundHall(): Promise<void> {
    const site = await make('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
    const device = { name: 'devices', siteId: site.id as string };
    key = (await house.app.get(AccessService).issueDeviceKey(hall.communityId, device, system)).token;
    const always = { from: '2026-01-01', to: null };
    const space = (code: string, kind: string) => make('spaces', { site: 'OMH', code, name: code, kind, area: '10' });
    const meter = (code: string, role: string, more: object, register: object = {}) =>
      make('meters', {
        ...{ site: 'OMH', code, name: code, role, installedFrom: '2026-01-01T00:00:00Z', serial: code, ...more },
        registers: [{ code: 'import', kind: 'cumulative', unit: 'kWh', ...register }],
      });
    for (const stall of stalls) {
      const code = codeOf(stall);
      await space(code, 'let');
      await make('members', { code, name: `${stall.family} & Co` });
      await make('occupancies', { space: code, member: code, days: always });
      await meter(
        code,
        'sub',
        { space: code },
        {
          ...(stall.multiplier === undefined ? {} : { multiplier: stall.multiplier }),
          ...(stall.family === restarting ? { restarts: true } : {}),
        },
      );
    }
    await space('EMPTY', 'let');
    await space('HALL', 'common');
    await meter('EMPTY', 'sub', { space: 'EMPTY' });
    await meter('HALL', 'sub', { space: 'HALL' });
    await meter('MAIN', 'source', {});
    await make('tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: always });
    const decided = { days: always, adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
    const terms = { kind: 'metered', calendar: null, band: null, residual: { policy: 'landlord-bears' } };
    await make('keys', { code: 'used', name: 'Metered use', version: { ...decided, terms } });
    await make('keys', { code: 'equal', name: 'Equal shares', version: { ...decided, terms: { kind: 'equal' } } });
  }

  it('comes up: what devices say waits under their own names, and all but one are bound', async () => {
    await speak(0);
    await speak(1);
    for (const stall of stalls.filter(({ family }) => family !== forgotten)) {
      const summary = await bind(stall);
      expect([stall.family, summary['created'], summary['rejected']]).toEqual([stall.family, expect.any(Number), 0]);
    }
  });

  it('is heard for a month, and nothing of it is refused or in conflict', async () => {
    for (let index = 2; index < instants.length; index += 1) await speak(index);
    const shown = [
      ['MAIN', '12345.678', '14725.678'],
      ['EMPTY', '3', '6.5'],
      ['HALL', '1000', '1060.25'],
    ].flatMap(([meter = '', first = '', last = '']) => [
      display(firstMidnight, first, meter),
      display(lastMidnight, last, meter),
    ]);
    expect((await make('readings', { readings: shown }, 200)).summary).toMatchObject({ created: 6 });
    for (const kind of ['conflict', 'held'])
      expect((await get(`exceptions?state=open&kind=${kind}`)).items).toEqual([]);
    expect(await house.figure('mqtt_messages_total', { outcome: 'not-understood' })).toBe(0);
    expect(await house.figure('mqtt_readings_total', { status: 'rejected' })).toBe(0);
    await make('supplier-bills', bill);
  });

  let run: Answer['body'];
  const findings = async () =>
    ((await get(`billing-runs/${run.id}/issues`)).items as { code: string; severity: string; subject: Labelled }[]).map(
      ({ code, severity, subject }) => `${severity} ${code} ${subject.label}`,
    );

  it('is not billed while nobody knows what a device counted', async () => {
    run = await calculated(hall);
    expect(run.status).toBe('open');
    const found = await findings();
    expect(found.filter((one) => one.startsWith('blocking'))).toEqual([
      `blocking missing-reading ${codeOf(named(forgotten))} import`,
      `blocking register-regressed ${codeOf(named(exchanged))} import`,
    ]);
    expect(found).toContain('warning unclaimed-readings Old Market Hall');
  });

  it('has the counter that is known to restart recorded as an event, by itself', async () => {
    const { id } = await get(`meters/${codeOf(named(restarting))}`);
    const { items } = await get(`log/entries?subjectId=${id}&type=meter.counter-restarted`);
    expect(items).toMatchObject([
      { actor: { kind: 'system' }, data: { at: '2026-10-09T12:30:00.001Z', registers: ['import'] } },
    ]);
  });

  it('has the other fall explained by a person, whose reason stays', async () => {
    const code = codeOf(named(exchanged));
    const [fall, ...others] = (await get(`exceptions?state=open&rule=register-regressed`)).items;
    expect(others).toEqual([]);
    expect(fall).toMatchObject({ meter: code, evidence: { start: '31.25075', end: '1.200125' } });
    const registers = [{ code: 'import', closing: '31.25075', opening: '0' }];
    const exchange = { at: '2026-10-09T13:00:00Z', serial: code, registers };
    await make(
      `exceptions/${fall.id}/resolve`,
      { choice: 'exchange-found', reason: 'it was reset when the kiln was rewired', exchange },
      200,
    );
  });

  it('has all that the forgotten device said since it was switched on counted, once it is bound', async () => {
    expect(await bind(named(forgotten))).toMatchObject({ created: instants.length, rejected: 0 });
  });

  it('is calculated, approved by somebody else, and issued', async () => {
    run = (await hall.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    const own = await hall.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: run.inputHash });
    expect(own).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await issued(hall, run)).toMatchObject({ status: 'issued', documents: { total: stalls.length } });
  });

  const statementOf = async (stall: Stall): Promise<Answer['body']> => {
    const { items } = await get('invoices?limit=1000');
    const own = (items as { number: string; memberCode: string }[]).filter((one) => one.memberCode === codeOf(stall));
    expect(own).toHaveLength(1);
    return get(`statements/${own[0]?.number}`);
  };

  it.each(stalls)('bills what $family pushed between the midnights: $used kWh', async (stall) => {
    const { use, charges } = await statementOf(stall);
    expect(use).toHaveLength(1);
    const { unit, glance, readings } = use[0] as { unit: string; glance: { total: string }; readings: Row[] };
    expect([unit, glance.total]).toEqual(['kWh', stall.used]);
    expect(addedUp(readings.map(({ used }) => used))).toBe(addedUp([stall.used]));
    expect(readings.filter(({ used }) => !/^\d/.test(used))).toEqual([]);
    expect([readings[0]?.previous.at, readings.at(-1)?.latest.at]).toEqual(['2026-10-01T00:00', '2026-11-01T00:00']);
    const byUse = (charges.lines as { description: string; quantity?: string }[]).filter(({ quantity }) => quantity);
    expect(byUse.map(({ description, quantity }) => [description, quantity])).toEqual([
      ['Units', stall.used],
      ['Climate Change Levy', stall.used],
    ]);
  });

  it.each([
    { family: restarting, from: '2026-10-09T13:30', before: '25.375', since: '61.875' },
    { family: exchanged, from: '2026-10-09T14:00', before: '25.0005', since: '55.5005' },
  ])('shows on the statement that the counter of $family restarted', async ({ family, from, before, since }) => {
    const { use } = await statementOf(named(family));
    expect(use[0].readings).toMatchObject([
      { note: 'until its counter restarted', latest: { at: from }, used: before },
      { note: 'since its counter restarted', previous: { at: from }, used: since },
    ]);
  });

  it('passes the bill on to the penny: members + common + vacant + held', async () => {
    const { lines, total } = await get(`billing-runs/${run.id}/reconciliation`);
    expect(lines.map(({ description, amount }: Record<string, string>) => [description, amount])).toEqual([
      ['Units', '679.01'],
      ['Climate Change Levy', '19.06'],
      ['Standing charge', '40.30'],
    ]);
    for (const line of [...lines, total] as Record<'members' | 'common' | 'vacant' | 'held' | 'amount', string>[]) {
      expect(addedUp([line.members, line.common, line.vacant, line.held])).toBe(addedUp([line.amount]));
      expect(line).toMatchObject({ held: '0.00', difference: '0.00' });
    }
    expect(total.amount).toBe(bill.net);
    // The hall and the losses: 679.01 and 19.06 × 93.055204 / 2,380; the empty stall: 3.5 / 2,380 of both, and one of 16 standing charges.
    expect([total.common, total.vacant]).toEqual(['27.29', '3.55']);
    const statements = [];
    for (const stall of stalls) statements.push(await statementOf(stall));
    expect(addedUp(statements.map(({ charges }) => charges.net as string))).toBe(addedUp([total.members]));
  });
});

interface Labelled {
  readonly label: string;
}
interface Row {
  readonly used: string;
  readonly previous: { readonly at: string };
  readonly latest: { readonly at: string };
}

/** A sum in whole millionths: what is asked here is asked without the arithmetic that answers it. */
function addedUp(values: readonly string[]): bigint {
  return values.reduce((total, value) => {
    const [whole = '', fraction = ''] = value.split('.');
    return total + BigInt(`${whole}${fraction.padEnd(6, '0')}`);
  }, 0n);
}
