import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../platform/clock.js';
import { type Config, configToken, type Secret } from '../../platform/config.js';
import { type ProcessLock, ProcessLocks } from '../../platform/database/process-locks.js';
import { Transactions } from '../../platform/database/transactions.js';
import { loggerToken } from '../../platform/logging.js';
import { Metrics } from '../../platform/metrics.js';
import { type StandingWork, Workers } from '../../platform/queue/workers.js';
import { system } from '../access/access-changes.service.js';
import { ReadingsService, Unreadable } from '../metering/readings/readings.service.js';
import { BrokerConnection } from './mqtt/broker-connection.js';
import { clientIdOf, clockTopicOf } from './mqtt/broker-names.js';
import { families } from './mqtt/families.js';
import type { Delivery } from './mqtt/in-flight.js';
import { MqttFigures } from './mqtt/mqtt-figures.js';
import { MqttIntake } from './mqtt/mqtt-intake.js';
import { PatientStore } from './mqtt/patient-store.js';
import { communityOfDevices, NobodyYet } from './mqtt/whose-devices.js';

const retryMs = 1_000;
const standByMs = 5_000;
const storeTimes = { firstWaitMs: 250, longestWaitMs: 10_000 };
const filters = families.flatMap((family) => family.filters);

/** Our session at the broker, over any number of connections. */
interface Session {
  readonly clientId: string;
  readonly lock: ProcessLock;
  readonly intake: MqttIntake;
  connection: BrokerConnection | undefined;
}

/**
 * Hears devices that speak MQTT, where MQTT_URL names their broker.
 *
 * That is work of the workers, and of several one does it: who holds the lock in the database. The others stand by and take over when
 * it is gone; the broker then hands them what was not acknowledged, because they go by the same name there.
 */
@Injectable()
export class MqttService implements StandingWork {
  private readonly stopping = new AbortController();
  private readonly figures: MqttFigures;
  private session: Session | undefined;
  private running: Promise<void> | undefined;
  private told = '';

  constructor(
    @Inject(configToken) private readonly config: Config,
    @Inject(loggerToken) private readonly logger: Logger,
    private readonly transactions: Transactions,
    private readonly readings: ReadingsService,
    private readonly clock: Clock,
    private readonly locks: ProcessLocks,
    metrics: Metrics,
    workers: Workers,
  ) {
    this.figures = new MqttFigures(metrics, logger);
    if (config.mqttUrl === undefined) return;
    workers.alongside(this);
    const gauge = (name: string, help: string, read: (intake: MqttIntake) => number) =>
      metrics.gauge(name, help, () => Promise.resolve(this.session ? read(this.session.intake) : NaN));
    gauge('mqtt_in_line', 'Messages of the broker that are not stored yet', ({ inLine }) => inLine);
    gauge(
      'mqtt_behind_seconds',
      'How long what comes from the broker has waited there',
      ({ behindMs }) => behindMs / 1000,
    );
  }

  start(): void {
    const { mqttUrl } = this.config;
    if (mqttUrl) this.running ??= this.run(mqttUrl);
  }

  /** Takes nothing more, stores and acknowledges what is under way, and leaves; the broker keeps our session. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const lost = (await this.session?.intake.stop()) ?? 0;
    if (lost > 0)
      this.logger.warn({ lost }, 'messages that want no acknowledgement (QoS 0) could not be stored and are lost');
    await this.session?.connection?.close();
    await this.running;
    await this.session?.lock.release();
  }

  private async run(url: Secret): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const waitMs = await this.converse(url).catch((error: unknown) => {
        this.tell(error instanceof NobodyYet ? 'info' : 'warn', error instanceof Error ? error.message : String(error));
        return retryMs;
      });
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Speaks with the broker, if that is ours to do, until the connection ends. @returns how long to wait before the next try */
  private async converse(url: Secret): Promise<number> {
    this.session ??= await this.makeSession();
    const { session } = this;
    if (!(await session.lock.isOurs())) {
      this.tell('info', 'Another worker speaks with the broker; this one stands by.');
      return standByMs;
    }
    if (this.stopping.signal.aborted) return 0;
    const place = {
      url: url.reveal(),
      clientId: session.clientId,
      clockTopic: clockTopicOf(session.clientId),
      filters,
      tickMs: this.config.mqttTickMs,
    };
    session.connection = new BrokerConnection(place, this.listener(session.intake), session.intake.isNew);
    await session.connection.ended;
    session.connection = undefined;
    return retryMs;
  }

  private async makeSession(): Promise<Session> {
    const communityId = await communityOfDevices(this.transactions, this.config.mqttCommunity);
    const clientId = clientIdOf(communityId);
    const store = new PatientStore(
      (batch) => this.take(communityId, batch),
      {
        waits: (error) =>
          this.logger.warn({ err: error }, 'messages of the broker cannot be stored; it is tried again'),
        givesUp: (delivery, error) => this.figures.gaveUp(delivery, error),
      },
      storeTimes,
    );
    const intake = new MqttIntake(clockTopicOf(clientId), this.clock, store, this.figures, (messageIds) =>
      this.session?.connection?.acknowledge(messageIds),
    );
    return { clientId, lock: this.locks.lock(clientId), intake, connection: undefined };
  }

  private listener(intake: MqttIntake) {
    return {
      began: (isResumed: boolean) => {
        intake.began(isResumed);
        this.tell('info', `The broker is connected; it ${isResumed ? 'kept' : 'had not kept'} our session.`);
      },
      message: intake.message.bind(intake),
      tick: () => intake.tick(),
      refused: (topics: readonly string[]) =>
        this.logger.error({ topics }, 'the broker does not let us hear these; allow them to the account in MQTT_URL'),
      failed: (error: Error) => this.tell('warn', `The broker: ${error.message || String(error)}`),
    };
  }

  /** Takes the readings of a batch in; they are stored when this is answered. */
  private async take(communityId: string, batch: readonly Delivery[]): Promise<void> {
    const items = batch.flatMap(({ said }) =>
      said.map((one) => ('unread' in one ? new Unreadable({ code: 'invalid-input', detail: one.unread }) : one)),
    );
    if (items.length === 0) return;
    const { results } = await this.readings.takeTranslated(communityId, { ...system, scope: null }, items, 'mqtt');
    this.figures.stored(batch, results);
  }

  /** Says what is so once, not every second. */
  private tell(level: 'info' | 'warn', sentence: string): void {
    if (sentence !== this.told) this.logger[level](sentence);
    this.told = sentence;
  }
}
