import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoControls } from '../modules/access/log-in/demo-doors.service.js';
import { type Config, Secret } from '../platform/config.js';
import { ApiClient } from './client.js';
import type { House } from './house.js';
import { type Memory, remember, remembered } from './memory.js';
import type { Output } from './output.js';

type Api = NonNullable<House['api']>;

/**
 * What a demo has that is this installation's own: a broker for devices, meters that go on counting, a clock that can be put forward, and a
 * button that makes everything anew. A community of somebody's own, or a broker or a database that is configured, is left as it is.
 */
export class OwnDemo {
  private parts: { close(): Promise<void> }[] = [];
  private jumping: Promise<void> = Promise.resolve();
  private jump: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly config: Config,
    readonly brokerUrl: string,
    readonly clock: InstanceType<typeof import('../demo/demo-clock.js').DemoClock>,
  ) {}

  /** @returns undefined where this is none */
  static async open(given: Config): Promise<OwnDemo | undefined> {
    if (!isDemos(given)) return undefined;
    const { openBroker } = await import('../demo/broker.js');
    const { DemoClock } = await import('../demo/demo-clock.js');
    const broker = await openBroker();
    const config = { ...given, mqttUrl: new Secret(broker.url) };
    const demo = new OwnDemo(config, broker.url, new DemoClock(remembered(given)?.aheadMs));
    demo.parts.push(broker);
    return demo;
  }

  /** @param reset what ends this life of the service and begins the next */
  controls(isReady: () => boolean, reset: () => void): DemoControls {
    return { isReady, reset, nextMonth: () => this.nextMonth() };
  }

  /** Lets the hall count on from its last readings. */
  async goOn(api: Api, memory: Memory, out: Output): Promise<void> {
    const { LiveHall } = await import('../demo/live.js');
    const { goToNextMonth } = await import('../demo/next-month.js');
    const url = await api.getUrl();
    const as = (role: string) => new ApiClient(url, memory.tokens[role] ?? '');
    const voices = { gateway: as('device'), installer: as('installer') };
    const hall = await LiveHall.open(api, voices, this.brokerUrl, out);
    this.parts.unshift(hall);
    this.jump = async () => {
      await goToNextMonth(this.clock, hall, as('treasurer'));
      remember(this.config, { ...memory, url, aheadMs: this.clock.ahead });
    };
  }

  /** Stops what speaks to the service. */
  async fallSilent(): Promise<void> {
    await this.jumping.catch(() => undefined);
    await Promise.all(this.parts.splice(0, this.parts.length - 1).map((part) => part.close()));
  }

  /** Ends what the service speaks to. */
  async close(): Promise<void> {
    await this.fallSilent();
    for (const part of this.parts.splice(0)) await part.close();
  }

  /** Writes down that it is to be made anew: whoever opens this database next empties it. */
  async giveUp({ database }: House): Promise<void> {
    const { begin } = await import('../demo/unfinished.js');
    const memory = remembered(this.config);
    if (memory) remember(this.config, { url: memory.url, tokens: memory.tokens });
    begin(this.config, database);
  }

  /** Two who press at once go on by two months, one after the other. */
  private nextMonth(): Promise<void> {
    this.jumping = this.jumping.catch(() => undefined).then(() => this.jump());
    return this.jumping;
  }
}

const isDemos = (config: Config): boolean =>
  config.role === 'all' &&
  config.databaseUrl === undefined &&
  config.mqttUrl === undefined &&
  (remembered(config) !== undefined || !existsSync(join(config.dataDir, 'postgres')));
