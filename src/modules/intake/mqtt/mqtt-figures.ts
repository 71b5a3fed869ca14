import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import type { Metrics } from '../../../platform/metrics.js';
import { type ItemResult, statuses } from '../../metering/readings/readings.service.js';
import type { Delivery } from './in-flight.js';
import type { Received } from './receive.js';

const hourMs = 3_600_000;
const mostComplaints = 5_000;

/**
 * What became of messages and readings, for whoever looks after the house. A device hears no answer, so what cannot be taken is told
 * in the log: of one topic, one thing, once an hour; all are counted.
 */
export class MqttFigures {
  private readonly messages: Counter;
  private readonly readings: Counter;
  /** When a complaint was last written down. */
  private readonly complaints = new Map<string, number>();

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    const registers = [metrics.registry];
    this.messages = new Counter({
      name: 'mqtt_messages_total',
      help: 'Messages of the broker by family of devices and what they came to',
      labelNames: ['family', 'outcome'],
      registers,
    });
    this.readings = new Counter({
      name: 'mqtt_readings_total',
      help: 'Readings in messages of the broker by what became of them',
      labelNames: ['family', 'status'],
      registers,
    });
  }

  received(topic: string, { family, outcome, problem }: Received): void {
    this.messages.inc({ family, outcome });
    if (problem !== undefined)
      this.complain(topic, problem, 'a message could not be read; it is acknowledged and gone');
    if (outcome === 'undated')
      this.complain(topic, outcome, 'what the broker had kept says no time; it is no reading', 'info');
  }

  /** The answers to the readings of messages that were stored together, in their order. */
  stored(batch: readonly Delivery[], results: readonly ItemResult[]): void {
    let place = 0;
    for (const { topic, family, said } of batch) {
      for (const { status, problem } of results.slice(place, place + said.length)) {
        this.readings.inc({ family, status });
        if (status === 'rejected') this.complain(topic, problem?.detail ?? '', 'a reading was rejected');
      }
      place += said.length;
    }
  }

  gaveUp({ topic, family }: Delivery, error: unknown): void {
    this.messages.inc({ family, outcome: 'given-up' });
    this.logger.error({ topic, err: error }, 'a message can never be stored; it is acknowledged and gone');
  }

  /** Every status is there from the beginning, so that a first one is a rise. */
  announce(families: readonly string[]): void {
    for (const family of families) for (const status of statuses) this.readings.inc({ family, status }, 0);
  }

  private complain(topic: string, reason: string, message: string, level: 'info' | 'warn' = 'warn'): void {
    const name = `${topic} ${reason}`.slice(0, 400);
    const now = this.now();
    if (now - (this.complaints.get(name) ?? -Infinity) < hourMs) return;
    this.complaints.delete(name);
    this.complaints.set(name, now);
    const [eldest] = this.complaints.keys();
    if (this.complaints.size > mostComplaints && eldest !== undefined) this.complaints.delete(eldest);
    this.logger[level]({ topic: topic.slice(0, 200), reason }, message);
  }
}
