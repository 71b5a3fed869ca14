import pg from 'pg';
import type { MqttClient } from 'mqtt';
import { AccessService } from '../../src/modules/access/access.service.js';
import { MqttService } from '../../src/modules/intake/mqtt.service.js';
import { checkBroker } from '../../src/modules/intake/mqtt/check-broker.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Secret } from '../../src/platform/config.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { Metrics } from '../../src/platform/metrics.js';
import { hasMosquitto, startAedes, startMosquitto, type TestBroker } from '../support/broker.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { type Gate, gateTo } from '../support/gate.js';
import { freePort } from '../support/ports.js';
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
  type Told,
  zigbee2mqtt,
} from '../support/mqtt-devices.js';
import { deviceAt, type MqttHouse, mqttHouse, until } from '../support/mqtt-house.js';

/**
 * From power-up to use, for each family of devices that speaks MQTT, through a real broker: a device is switched on and publishes under
 * names of its own; somebody binds those names to registers; then a day's use is what can be counted by hand. And whatever happens on
 * the way, to the service, to the database, to the connection, every reading arrives once.
 */

const brokers = [
  { name: 'a broker in this process', start: startAedes, isMissing: false, isPlain: true },
  { name: 'Mosquitto, as we configure it', start: startMosquitto, isMissing: !hasMosquitto, isPlain: false },
];

/** Half past midnight in the hall, on the first of October: `hall(1, 0, 30)`. */
const hall = (day: number, hour = 0, minute = 0): Date => new Date(Date.UTC(2026, 9, day, hour - 1, minute));
const instantOf = (at: Date): string => at.toISOString().replace('.000Z', 'Z');

interface Story extends MqttDevice {
  /** What its counter shows when it has counted for so many hours. */
  readonly shows: (hours: number) => string;
  /** Counted by hand, in kWh: 24 hours of what it uses in one. */
  readonly dayUse: string;
}

const stories: readonly Story[] = [
  { ...ownTopic, shows: (hours) => `${48210 + 2 * hours}.400`, dayUse: '48' }, // 24 × 2
  { ...shellyNotices, shows: (hours) => String(110046.046 + 250.5 * hours), dayUse: '6.012' }, // 24 × 250.5 Wh
  { ...shellyStatusTopics, shows: (hours) => String(60.5 + 125.25 * hours), dayUse: '3.006' }, // 24 × 125.25 Wh
  { ...shellyGen1Meter, shows: (hours) => `${1234567 + 500 * hours}.8`, dayUse: '12' }, // 24 × 500 Wh
  { ...shellyGen1Relay, shows: (hours) => String(34 + 60_000 * hours), dayUse: '24' }, // 24 × 60,000 watt-minutes
  { ...tasmota, shows: (hours) => String((711792 + 375 * hours) / 1000), dayUse: '9' }, // 24 × 0.375
  { ...zigbee2mqtt, shows: (hours) => String(12.25 + 0.25 * hours), dayUse: '6' }, // 24 × 0.25
  { ...espHome, shows: (hours) => String(1520.25 + 1.5 * hours), dayUse: '36' }, // 24 × 1.5
  { ...emonHub, shows: (hours) => String(1_000_000 + 500 * hours), dayUse: '12' }, // 24 × 500 Wh
];

if (!hasMosquitto) it.skip('through Mosquitto: skipped, because there is none on this machine', () => undefined);

describe.each(brokers.filter(({ isMissing }) => !isMissing))('through $name', ({ start, isPlain }) => {
  const clock = new FixedClock('2026-10-01T00:00:00+01:00');
  let broker: TestBroker;
  let database: TestDatabase;
  let [toDatabase, toBroker]: Gate[] = [];
  let house: MqttHouse;
  let device: MqttClient;
  let treasurer: string;
  let communityId: string;
  let published = 0;

  const at = (time: Date): void => clock.set(instantOf(time));
  const gates = () => ({ database: toDatabase as Gate, broker: toBroker as Gate });
  const openHouse = (code?: string) =>
    mqttHouse({
      databaseUrl: Object.assign(new URL(database.url), { port: String(gates().database.port) }).href,
      mqttUrl: Object.assign(new URL(broker.url), { port: String(gates().broker.port) }).href,
      ...(code === undefined ? {} : { mqttCommunity: code }),
      clock,
    });
  const isConnected = () => until('the broker is heard', async () => Number.isFinite(await behind()));
  const behind = () => house.figure('mqtt_behind_seconds');
  /** Starts the service anew, as after a stop. */
  const restart = async (): Promise<void> => {
    house = await openHouse();
    published = 0;
  };

  const publish = async ({ topic, payload }: Told, options: { qos?: 0 | 1; retain?: boolean } = {}): Promise<void> => {
    await device.publishAsync(topic, payload, { qos: 1, ...options });
    published += 1;
  };
  /** Waits until the service has dealt with all that was published to it. */
  const dealtWith = async (): Promise<void> => {
    await until(`${published} messages are dealt with`, async () => {
      const [heard, inLine] = [await house.figure('mqtt_messages_total'), await house.figure('mqtt_in_line')];
      return heard >= published && inLine === 0;
    });
    expect(await house.figure('mqtt_messages_total')).toBe(published);
  };
  const tell = async (story: Story, hours: number, time: Date): Promise<void> => {
    at(time);
    await publish(story.tells(story.shows(hours), time));
    await dealtWith();
  };

  const addMeter = async (code: string): Promise<void> => {
    const registers = [{ code: 'import', kind: 'cumulative', unit: 'kWh' }];
    const body = { site: 'OMH', code, name: code, role: 'sub', installedFrom: '2026-01-01T00:00:00Z', registers };
    expect(await house.ask('POST', 'meters', treasurer, body)).toMatchObject({ status: 201 });
  };
  const inbox = async (meter: string) => {
    const { body } = await house.ask('GET', 'unclaimed?limit=1000', treasurer);
    return (body.items as { id: string; meter: string; register: string; readings: number; latest: object }[]).filter(
      (source) => source.meter === meter,
    );
  };
  const bind = async (meter: string, register: string, to: string) => {
    const source = (await inbox(meter)).find((one) => one.register === register);
    const body = { meter: to, register: 'import' };
    const answer = await house.ask('POST', `unclaimed/${source?.id}/bind`, treasurer, body);
    expect(answer.status).toBe(200);
    return answer.body.summary as Record<string, number>;
  };
  const useOf = async (meter: string, day: number) => {
    const days = `from=2026-10-0${day}&to=2026-10-0${day + 1}`;
    const { body } = await house.ask('GET', `consumption?meter=${meter}&${days}`, treasurer);
    return {
      quantities: body.series.map(({ figures }: { figures: { quantity: string | null }[] }) => figures[0]?.quantity),
      issues: body.issues.map(({ code }: { code: string }) => code),
    };
  };
  const readingsOf = async (meter: string) => {
    const { body } = await house.ask('GET', `readings?meter=${meter}&register=import&limit=1000`, treasurer);
    return body.items as { at: string; value: string; quality: string }[];
  };
  const storedFor = async (meter: string): Promise<number> => {
    const { rows } = await asSuperuser(
      `SELECT count(*)::int AS n FROM reading r JOIN register g ON g.no = r.register_no
       JOIN meter m ON m.id = g.meter_id WHERE m.code = '${meter}'`,
    );
    return rows[0]?.n ?? 0;
  };
  const asSuperuser = async (sql: string): Promise<pg.QueryResult<{ n: number }>> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    return client.query<{ n: number }>(sql).finally(() => client.end());
  };

  beforeAll(async () => {
    broker = await start();
    database = await testDatabase();
    toDatabase = await gateTo(Number(new URL(database.url).port));
    toBroker = await gateTo(broker.port);
    house = await openHouse();
    device = await deviceAt(broker.port);
  }, 60_000);
  afterAll(async () => {
    gates().database.open();
    gates().broker.open();
    await house.close();
    await device.endAsync();
    await broker.stop();
    await gates().database.stop();
    await gates().broker.stop();
    await database.drop();
  });

  it('a house that was there before its community hears its devices as soon as it is founded', async () => {
    const founded = await house.app.get(AccessService).createCommunity({
      code: 'market',
      name: 'Market',
      currency: 'GBP',
      zone: 'Europe/London',
      treasurer: { name: 'Tess' },
    });
    ({ token: treasurer, communityId } = founded);
    const site = { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' };
    expect(await house.ask('POST', 'sites', treasurer, site)).toMatchObject({ status: 201 });
    await isConnected();
  });

  describe.each(stories)('$family', (story) => {
    const code = `SHOP-${stories.indexOf(story) + 1}`;

    it('waits in the inbox, and has its readings counted from the first, once it is bound', async () => {
      await tell(story, 0, hall(1));
      await tell(story, 1, hall(1, 1));
      expect(await inbox(story.meter)).toEqual(
        expect.arrayContaining([expect.objectContaining({ register: story.register, readings: 2 })]),
      );
      await addMeter(code);
      expect(await bind(story.meter, story.register, code)).toMatchObject({ created: 2, rejected: 0 });
    });

    it(`uses ${story.dayUse} kWh in a day`, async () => {
      for (let hours = 2; hours <= 24; hours += 1) await tell(story, hours, hall(1, hours));
      expect(await useOf(code, 1)).toEqual({ quantities: [story.dayUse], issues: [] });
    });

    it('that counts from zero again is no negative use: somebody must look', async () => {
      for (let hours = 25; hours <= 36; hours += 1) await tell(story, hours, hall(1, hours));
      for (const time of [hall(2, 13), hall(3)]) {
        at(time);
        await publish(story.tells('1', time));
        await dealtWith();
      }
      expect(await useOf(code, 2)).toEqual({ quantities: [null], issues: ['register-regressed'] });
      expect(await useOf(code, 1)).toEqual({ quantities: [story.dayUse], issues: [] });
    });
  });

  it('what cannot be read or stored is told of, costs the others nothing, and does not come again', async () => {
    at(hall(4));
    const before = await house.figure('mqtt_messages_total', { outcome: 'not-understood' });
    await publish({ topic: 'meters/SHOP-1/import', payload: '{"at":' });
    await publish({ topic: 'tele/D1-HAIER-POW/SENSOR', payload: '\u0000\u0001' });
    const reading = { at: instantOf(hall(4)), value: '48400', unit: 'kWh' };
    const wrong = [{ ...reading, value: '-5' }, { ...reading, unit: 'm3' }, { ...reading, at: 'noon' }, reading];
    await publish({ topic: 'meters/SHOP-1/import', payload: JSON.stringify(wrong) });
    await publish({ topic: 'somebody/elses/business', payload: 'x' });
    published -= 1; // to which nobody is subscribed
    await dealtWith();
    expect(await house.figure('mqtt_messages_total', { outcome: 'not-understood' })).toBe(before + 2);
    expect(await house.figure('mqtt_readings_total', { status: 'rejected' })).toBe(3);
    expect((await readingsOf('SHOP-1')).at(-1)).toMatchObject({ at: instantOf(hall(4)), value: '48400' });
    await house.close();
    await restart();
    await isConnected();
    await until('the broker sends nothing more', async () => (await behind()) < 5);
    expect(await house.figure('mqtt_messages_total', { outcome: 'not-understood' })).toBe(0);
  });

  it('what a broker had kept has no time, and is no reading unless it says one', async () => {
    await house.close();
    at(hall(5));
    await publish({ topic: 'shellies/kept-1/emeter/0/total', payload: '5000' }, { retain: true });
    await publish(
      { topic: 'zigbee2mqtt/kept-2', payload: `{"energy":5,"last_seen":"${instantOf(hall(4))}"}` },
      { retain: true },
    );
    await device.publishAsync('shellies/kept-1/emeter/0/total', '', { retain: true });
    await restart();
    await isConnected();
    // Both waited, were taken then, and are not kept any more but for the second.
    await until('what waited has come', async () => (await house.figure('mqtt_messages_total')) >= 2);
    expect(await inbox('kept-2')).toMatchObject([{ readings: 1, latest: { at: instantOf(hall(4)), value: '5' } }]);
    await publish({ topic: 'shellies/kept-3/emeter/0/total', payload: '7000' }, { retain: true });
    await until('it has come', async () => (await inbox('kept-3')).length === 1);
    await house.close();
    at(hall(6));
    await restart();
    await isConnected();
    await until('what is kept has come', async () => (await house.figure('mqtt_messages_total')) >= 2);
    expect(await house.figure('mqtt_messages_total', { outcome: 'undated' })).toBe(1);
    expect(await inbox('kept-3')).toMatchObject([{ readings: 1, latest: { at: instantOf(hall(5)), value: '7' } }]);
    const heard = await house.figure('mqtt_messages_total');
    for (const topic of ['zigbee2mqtt/kept-2', 'shellies/kept-3/emeter/0/total'])
      await device.publishAsync(topic, '', { retain: true });
    await until('both are kept no more', async () => (await house.figure('mqtt_messages_total')) >= heard + 2);
  });

  it('messages that come again because nobody heard us acknowledge them are one reading each', async () => {
    await addMeter('REPEATED');
    await addMeter('TIMELESS');
    published = await house.figure('mqtt_messages_total');
    at(hall(6, 1));
    await publish({ topic: 'shellies/timeless/emeter/0/total', payload: '1000' });
    await dealtWith();
    await bind('timeless', 'emeters.0.total', 'TIMELESS');
    gates().broker.deafen();
    for (let i = 1; i <= 20; i += 1) {
      at(hall(6, 1, i));
      const reading = { at: instantOf(hall(6, 1, i)), value: String(i), unit: 'kWh' };
      await publish({ topic: 'meters/REPEATED/import', payload: JSON.stringify(reading) });
      await publish({ topic: 'shellies/timeless/emeter/0/total', payload: String(1000 + i) });
      await dealtWith();
    }
    expect([await storedFor('REPEATED'), await storedFor('TIMELESS')]).toEqual([20, 21]);
    at(hall(6, 2));
    gates().broker.shut();
    gates().broker.open();
    await publish({ topic: 'shellies/timeless/emeter/0/total', payload: '1100' });
    await until('the last has come', async () => (await storedFor('TIMELESS')) >= 22);
    await until('all is acknowledged', async () => (await house.figure('mqtt_in_line')) === 0);
    expect([await storedFor('REPEATED'), await storedFor('TIMELESS')]).toEqual([20, 22]);
    expect((await readingsOf('TIMELESS')).map(({ value }) => value).at(-2)).toBe('1.02');
  });

  it('nothing is lost and nothing doubled while the database is away', async () => {
    await addMeter('AWAY');
    await addMeter('AWAY-2');
    published = await house.figure('mqtt_messages_total');
    at(hall(7));
    await publish({ topic: 'shellies/away/emeter/0/total', payload: '0' });
    await dealtWith();
    await bind('away', 'emeters.0.total', 'AWAY-2');
    await until('it has caught up', async () => (await behind()) < 5);
    gates().database.shut();
    for (let i = 1; i <= 100; i += 1) {
      at(hall(7, 1, i));
      const reading = { at: instantOf(hall(7, 1, i)), value: String(i), unit: 'kWh' };
      await publish({ topic: 'meters/AWAY/import', payload: JSON.stringify(reading) });
      // A device that asks for no acknowledgement and says no time.
      await publish({ topic: 'shellies/away/emeter/0/total', payload: String(1000 * i) }, { qos: 0 });
      await until('it has come', async () => (await house.figure('mqtt_messages_total')) >= published);
    }
    expect(await storedFor('AWAY')).toBe(0);
    // The connection to the broker breaks too, as it does when a whole machine is in trouble.
    gates().broker.shut();
    gates().broker.open();
    at(hall(7, 4));
    gates().database.open();
    await until('all has come', async () => (await storedFor('AWAY')) === 100 && (await storedFor('AWAY-2')) === 101);
    await until('all is acknowledged', async () => (await house.figure('mqtt_in_line')) === 0);
    expect([await storedFor('AWAY'), await storedFor('AWAY-2')]).toEqual([100, 101]);
    // What has no time is of when it came, and not of when the database was back.
    const untimed = await readingsOf('AWAY-2');
    expect(untimed.at(-1)).toMatchObject({ at: instantOf(hall(7, 1, 100)), value: '100', quality: 'actual' });
    const { body } = await house.ask('GET', 'exceptions?state=open', treasurer);
    expect(body.items).toEqual([]);
  });

  it('a service that stops while the database is away loses nothing, for it has acknowledged nothing', async () => {
    await addMeter('STOPPED');
    await until('it has caught up', async () => (await behind()) < 5);
    published = await house.figure('mqtt_messages_total');
    at(hall(7, 6));
    gates().database.shut();
    for (let i = 1; i <= 30; i += 1) {
      const reading = { at: instantOf(hall(7, 5, i)), value: String(i), unit: 'kWh' };
      await publish({ topic: 'meters/STOPPED/import', payload: JSON.stringify(reading) });
    }
    await until('all have come', async () => (await house.figure('mqtt_messages_total')) === published);
    await house.app.get(MqttService).stop();
    gates().database.open();
    await house.close();
    expect(await storedFor('STOPPED')).toBe(0);
    await restart();
    await until('all are stored', async () => (await storedFor('STOPPED')) === 30);
    expect(await house.figure('mqtt_readings_total', { status: 'created' })).toBe(30);
  });

  it('what waits at the broker while the service is stopped is there when it is back', async () => {
    await addMeter('WAITED');
    published = await house.figure('mqtt_messages_total');
    at(hall(8));
    await publish({ topic: 'boiler-2/sensor/total_kwh/state', payload: '10' });
    await dealtWith();
    await bind('boiler-2', 'total_kwh', 'WAITED');
    await house.close();
    for (let i = 1; i <= 10; i += 1) {
      const reading = { at: instantOf(hall(8, i)), value: String(i), unit: 'kWh' };
      await publish({ topic: 'meters/LATE/import', payload: JSON.stringify(reading) });
      await publish({ topic: 'boiler-2/sensor/total_kwh/state', payload: String(10 + i) });
    }
    at(hall(8, 12));
    await restart();
    await until('all has come', async () => (await storedFor('WAITED')) === 11);
    expect(await inbox('LATE')).toMatchObject([{ readings: 10 }]);
    const readings = await readingsOf('WAITED');
    // In their order and of the time when they came at last, which is an estimate; the total is what it is.
    expect(readings.map(({ value }) => value)).toEqual(Array.from({ length: 11 }, (_, i) => String(10 + i)));
    expect(readings.at(-1)).toMatchObject({ value: '20', quality: 'estimated' });
    await until('it has caught up', async () => (await behind()) < 5);
    at(hall(8, 13));
    await publish({ topic: 'boiler-2/sensor/total_kwh/state', payload: '21' });
    await until('the next has come', async () => (await storedFor('WAITED')) === 12);
    expect((await readingsOf('WAITED')).at(-1)).toMatchObject({ at: instantOf(hall(8, 13)), quality: 'actual' });
  });

  it('2,000 messages that waited drain, each once', async () => {
    await addMeter('DRAIN');
    await house.close();
    at(hall(9, 12));
    const from = hall(9).getTime();
    for (let i = 0; i < 2_000; i += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, j) => {
          const reading = { at: new Date(from + 1000 * (i + j)).toISOString(), value: String(i + j), unit: 'kWh' };
          return publish({ topic: 'meters/DRAIN/import', payload: JSON.stringify(reading) });
        }),
      );
    await restart();
    await until('all have come', async () => (await storedFor('DRAIN')) === 2_000, 60);
    await until('all are acknowledged', async () => (await house.figure('mqtt_in_line')) === 0);
    expect(await house.figure('mqtt_readings_total', { status: 'created' })).toBe(2_000);
    await house.close();
    await restart();
    await isConnected();
    await until('it has caught up', async () => (await behind()) < 5);
    expect(await house.figure('mqtt_readings_total')).toBe(0);
  });

  it('of two workers one speaks with the broker, and the other takes over', async () => {
    await until('it has caught up', async () => (await behind()) < 5);
    const second = await openHouse('market');
    published = await house.figure('mqtt_messages_total');
    at(hall(10));
    const reading = (i: number) => ({
      topic: 'meters/TWO/import',
      payload: JSON.stringify({ at: instantOf(hall(9, i)), value: String(i), unit: 'kWh' }),
    });
    await publish(reading(1));
    await dealtWith();
    expect(await second.figure('mqtt_messages_total')).toBe(0);
    await house.close();
    await publish(reading(2));
    await until('the other has it', async () => (await second.figure('mqtt_messages_total')) === 1);
    house = second;
    await until('it is stored', async () => (await inbox('TWO'))[0]?.readings === 2);
  });

  // The one in this process keeps no accounts, and does not mark what it repeats.
  if (!isPlain) {
    it('what is repeated to a process that is new has no time, for it may be stored already', async () => {
      published = await house.figure('mqtt_messages_total');
      gates().broker.deafen();
      at(hall(10, 1));
      await publish({ topic: 'shellies/crashed/emeter/0/total', payload: '1000' });
      await publish({
        topic: 'meters/CRASHED/import',
        payload: '{"at":"2026-10-10T00:00:00Z","value":"1","unit":"kWh"}',
      });
      await dealtWith();
      await house.close();
      gates().broker.open();
      at(hall(10, 2));
      await restart();
      await until('both have come again', async () => (await house.figure('mqtt_messages_total')) === 2);
      await until('they are dealt with', async () => (await house.figure('mqtt_in_line')) === 0);
      expect(await house.figure('mqtt_messages_total', { outcome: 'undated' })).toBe(1);
      expect(await inbox('crashed')).toMatchObject([{ readings: 1, latest: { at: instantOf(hall(10, 1)) } }]);
      expect(await inbox('CRASHED')).toMatchObject([{ readings: 1 }]);
    });

    it('a device that asks for no acknowledgement is kept for us all the same', async () => {
      await house.close();
      const reading = { at: '2026-10-10T00:00:00Z', value: '1', unit: 'kWh' };
      await publish({ topic: 'meters/CARELESS/import', payload: JSON.stringify(reading) }, { qos: 0 });
      await restart();
      await until('it is there', async () => (await inbox('CARELESS')).length === 1);
    });
  }

  it('the doctor says whether the broker would do', async () => {
    const check = (mqttUrl: string, mqttCommunity?: string) =>
      checkBroker({ mqttUrl: new Secret(mqttUrl), mqttCommunity }, house.app.get(Transactions));
    expect(await check(broker.url)).toEqual({ ok: true, detail: 'hears devices, and itself' });
    expect(await check(broker.url, 'elsewhere')).toMatchObject({
      ok: false,
      detail: 'MQTT_COMMUNITY is elsewhere, and there is no such community: market.',
    });
    expect(await check(`mqtt://127.0.0.1:${await freePort()}`)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('ECONNREFUSED'),
    });
    if (isPlain) return;
    expect(await check(broker.url.replace('secret', 'wrong'))).toMatchObject({
      ok: false,
      detail: expect.stringContaining('Not authorized'),
    });
    // The account of the devices hears nothing but what is below its name.
    expect(await check(broker.url.replace('commonmeter:', 'devices:'))).toMatchObject({
      ok: false,
      detail: expect.stringContaining('commonmeter/commonmeterdoctor/clock (and write)'),
    });
  });

  it('a house with several communities hears nobody until it is told whose devices they are', async () => {
    const { communityId: other } = await house.app.get(AccessService).createCommunity({
      code: 'depot',
      name: 'Depot',
      currency: 'GBP',
      zone: 'Europe/London',
      treasurer: { name: 'Tom' },
    });
    expect(other).not.toBe(communityId);
    await house.close();
    const unsure = await openHouse();
    await publish({ topic: 'meters/WHOSE/import', payload: '{"value":"1","unit":"kWh"}' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await unsure.figure('mqtt_messages_total')).toBe(0);
    await unsure.close();
    house = await openHouse('market');
    await until('it has come', async () => (await inbox('WHOSE')).length === 1);
  });
});

describe('a house without a broker', () => {
  it('hears nobody and says nothing of it', async () => {
    const database = await testDatabase();
    const house = await mqttHouse({ databaseUrl: database.url, clock: new FixedClock('2026-10-01T00:00:00+01:00') });
    expect(await house.figure('mqtt_behind_seconds')).toBe(0);
    const { text } = { text: await house.app.get(Metrics).registry.metrics() };
    expect(text).not.toContain('mqtt_behind_seconds');
    await house.close();
    await database.drop();
  });
});
