import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import mqtt, { type MqttClient } from 'mqtt';
import { ApiClient } from '../cli/client.js';
import type { Output } from '../cli/output.js';
import { epochMs, fromEpochMs, type Instant } from '../domain/calendar/period.js';
import { decimal } from '../domain/quantity/decimal.js';
import { Clock } from '../platform/clock.js';
import { Course, halfHours, metersRead } from './course.js';
import { type Message, type NamedDevice, namedDevices, pulseCounter } from './devices.js';
import { coldRoom } from './hall.js';
import { type Counted, told } from './logger.js';
import { halfHour, type Shown } from './readings.js';

/*
 * The hall goes on: while the demo runs, its meters count and its devices tell of it, over the broker and over HTTP as real ones would. What they counted while
 * nobody listened comes first and late, through the gateway of the hall, half-hour by half-hour.
 *
 * Every ten seconds a sixth of the devices speaks, so each once a minute; at each half-hour of the clock all do.
 */

const tickMs = 10_000;
const turns = 6;
const mostItems = 10_000;

interface Meter {
  readonly code: string;
  readonly registers: readonly { readonly lastReading: Instant | null }[];
}

interface Reading {
  readonly at: Instant;
  readonly until: Instant | null;
  readonly value: string;
}

interface Source {
  readonly id: string;
  readonly meter: string;
  readonly register: string;
}

/** Who asks for what: the gateway pushes, the installer binds. */
export interface Voices {
  readonly gateway: ApiClient;
  readonly installer: ApiClient;
}

export class LiveHall {
  private readonly course = new Course();
  private readonly shown = new Map<string, Shown>();
  /** Devices that are bound to a register. The others are read by the gateway. */
  private readonly speaking = new Map<string, NamedDevice>([[pulseCounter.meter, pulseCounter]]);
  private ticking: NodeJS.Timeout | undefined;
  private tick: Promise<void> = Promise.resolve();

  private constructor(
    private readonly voices: Voices,
    private readonly broker: MqttClient,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets the hall go on from its last readings.
   *
   * @returns when all has come in that was counted until now
   */
  static async open(app: NestFastifyApplication, voices: Voices, brokerUrl: string, out: Output): Promise<LiveHall> {
    const broker = await mqtt.connectAsync(brokerUrl, { protocolVersion: 4 });
    const hall = new LiveHall(voices, broker, app.get(Clock, { strict: false }));
    await hall.readDisplays();
    await hall.catchUp(hall.clock.now(), out);
    await hall.bindDevices();
    hall.ticking = setInterval(() => {
      // A tick that finds nobody is no loss: what it would have told comes with the next.
      hall.tick = hall.tick.then(() => hall.speak()).catch(() => undefined);
    }, tickMs);
    return hall;
  }

  /** Hears at once what was counted until now. */
  hearAll(): Promise<void> {
    const heard = this.tick.then(() => this.catchUp(this.clock.now()));
    this.tick = heard.catch(() => undefined);
    return heard;
  }

  async close(): Promise<void> {
    clearInterval(this.ticking);
    await this.tick;
    await this.broker.endAsync(true);
  }

  private async readDisplays(): Promise<void> {
    const { items } = await this.voices.installer.get<{ items: Meter[] }>('/meters?limit=500');
    for (const { code, registers } of items) {
      const at = registers[0]?.lastReading;
      if (!at || !metersRead.includes(code)) continue;
      const readings = await this.voices.installer.get<{ items: Reading[] }>(
        `/readings?meter=${code}&register=import&from=${at}`,
      );
      const last = readings.items.at(-1);
      if (!last) continue;
      const wh = BigInt(decimal(last.value).times(1000).floor().toFixed());
      this.shown.set(code, { at: last.until ?? last.at, wh });
    }
  }

  /** Sends what was counted since the last reading, half-hour by half-hour, up to an instant. */
  private async catchUp(to: Instant, out?: Output): Promise<void> {
    const late = [...this.shown].flatMap(([code, last]) =>
      halfHours(last.at, to).map((at) => ({ meter: code, ...this.count(code, at) })),
    );
    for (let sent = 0; sent < late.length; sent += mostItems) {
      await this.push(late.slice(sent, sent + mostItems));
      out?.progress('Hearing of the days since', Math.min(sent + mostItems, late.length), late.length);
    }
  }

  /** What a display shows at an instant, from now on its last. */
  private count(code: string, at: Instant): Counted {
    const last = this.shown.get(code) ?? { at, wh: 0n };
    const gained = this.course.use(code, last.at, at);
    const next = { from: last.at, at, wh: last.wh + gained, gained };
    this.shown.set(code, next);
    return next;
  }

  private push(late: readonly (Counted & { readonly meter: string })[]): Promise<unknown> {
    return this.voices.gateway.post('/readings', { readings: late.map((one) => told(one.meter, one)) });
  }

  private async speak(): Promise<void> {
    const at = fromEpochMs(Math.floor(epochMs(this.clock.now()) / tickMs) * tickMs);
    await this.catchUp(fromEpochMs(epochMs(at) - 1));
    const turn = (epochMs(at) / tickMs) % turns;
    const isHalfHour = epochMs(at) % halfHour === 0;
    const now = [...this.shown]
      // The logger tells whole half-hours, and nothing in between.
      .filter(
        ([meter, last], index) => last.at < at && (isHalfHour || (index % turns === turn && meter !== coldRoom.meter)),
      )
      .map(([meter]) => ({ meter, ...this.count(meter, at) }));
    const read = now.filter(({ meter }) => !this.speaking.has(meter));
    if (read.length > 0) await this.push(read);
    for (const { meter, at: when, wh } of now) {
      const device = this.speaking.get(meter);
      if (device) await this.say(device.tells(wh, when));
    }
  }

  private async say(message: Message): Promise<void> {
    if ('topic' in message) await this.broker.publishAsync(message.topic, message.payload, { qos: 1 });
    else await this.voices.gateway.post(message.path, message.body);
  }

  /** Switches on the devices that have names of their own, and binds those names as an installer does. */
  private async bindDevices(): Promise<void> {
    const bound = await this.sources('bound');
    for (const device of namedDevices) {
      const last = this.shown.get(device.meter);
      if (!last) continue;
      if (isThere(bound, device) || (await this.bind(device, last))) this.speaking.set(device.meter, device);
    }
  }

  private async bind(device: NamedDevice, { at, wh }: Shown): Promise<boolean> {
    for (let look = 0; look < 40; look += 1) {
      // Again and again: the service may not listen to the broker yet, and the same reading is one.
      if (look % 5 === 0) await this.say(device.tells(wh, at));
      const found = isThere(await this.sources('open'), device);
      if (found) {
        await this.voices.installer.post(`/unclaimed/${found.id}/bind`, { meter: device.meter, register: 'import' });
        return true;
      }
      await pause(100);
    }
    return false;
  }

  private async sources(state: 'open' | 'bound'): Promise<readonly Source[]> {
    return (await this.voices.installer.get<{ items: Source[] }>(`/unclaimed?state=${state}&limit=500`)).items;
  }
}

const isThere = (sources: readonly Source[], { name, register }: NamedDevice): Source | undefined =>
  sources.find((source) => source.meter === name && source.register === register);
