import { setImmediate as otherWork, setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../platform/clock.js';
import { BrokerClock } from './broker-clock.js';
import { type Delivery, type Handed, InFlight } from './in-flight.js';
import type { MqttFigures } from './mqtt-figures.js';
import type { PatientStore } from './patient-store.js';
import { receive } from './receive.js';
import { type Arrival, Receipts } from './receipts.js';

/** What stands in the line at most: some minutes of a large site while the database is away, and no burden to a small machine. */
const window = { messages: 2_000, bytes: 8_000_000 };
/** Readings that are committed together, about. */
const batchReadings = 1_000;
const stopMs = 10_000;

/** Signs that the broker sets on a message. */
export interface Signs {
  /** It was kept, to be shown to whoever subscribes. */
  readonly isRetained: boolean;
  /** It was sent before, to us or to a process before us. */
  readonly isRepeated: boolean;
}

/**
 * The way of a message from the broker into the database and of its acknowledgement back, over any number of connections.
 *
 *   handed over → read, dated → in line → stored in batches → acknowledged, in the order in which they came
 */
export class MqttIntake {
  private readonly line = new InFlight(window);
  private readonly brokerClock = new BrokerClock();
  private readonly receipts = new Receipts();
  private readonly stopping = new AbortController();
  private storing: Promise<void> | undefined;
  private hasBegun = false;
  private hasCaughtUp = false;

  /** @param acknowledge on the connection that began last */
  constructor(
    private readonly clockTopic: string,
    private readonly clock: Clock,
    private readonly store: PatientStore,
    private readonly figures: MqttFigures,
    private readonly acknowledge: (messageIds: readonly number[]) => void,
  ) {}

  /** A connection began; `isResumed` where the broker kept our session. */
  began(isResumed: boolean): void {
    this.hasBegun = true;
    this.line.connected(isResumed);
    this.brokerClock.connected(isResumed);
  }

  /** A message to ourselves, by which we know how far we are behind. */
  tick(): string {
    return this.brokerClock.tick();
  }

  /** Whether no connection has begun yet. */
  get isNew(): boolean {
    return !this.hasBegun;
  }

  get behindMs(): number {
    return this.brokerClock.behindMs;
  }

  get inLine(): number {
    return this.line.length;
  }

  /** Takes a message; the next one may come after `next`. */
  message(handed: Handed, signs: Signs, next: () => void): void {
    // We are about to leave: what is not acknowledged comes again to whoever comes after us.
    if (this.stopping.signal.aborted) return next();
    if (!this.line.isKnown(handed)) this.line.add(handed, this.read(handed, signs));
    this.storing ??= this.storeAll();
    this.line.whenRoom(next);
  }

  private read(handed: Handed, signs: Signs): Pick<Delivery, 'family' | 'said'> {
    if (handed.topic === this.clockTopic) {
      if (this.brokerClock.hear(handed.payload.toString('latin1', 0, 100))) this.catchUp();
      return { family: 'clock', said: [] };
    }
    const received = receive(handed, this.clock.now(), this.arrivalOf(signs), this.receipts);
    this.figures.received(handed.topic, received);
    return received;
  }

  private arrivalOf({ isRetained, isRepeated }: Signs): Arrival {
    // What comes again to this process is known to it; later, what is repeated and unknown never reached us.
    if (isRetained || (isRepeated && !this.hasCaughtUp)) return 'undated';
    return this.brokerClock.isBehind ? 'waited' : 'live';
  }

  private catchUp(): void {
    this.hasCaughtUp = true;
    this.line.caughtUp();
  }

  private async storeAll(): Promise<void> {
    // What the socket has brought comes in first.
    await otherWork();
    for (let batch = this.line.head(batchReadings); batch.length > 0; batch = this.line.head(batchReadings)) {
      if (!(await this.store.store(batch, this.stopping.signal))) return;
      this.acknowledge(this.line.stored(batch.length));
    }
    this.storing = undefined;
  }

  /**
   * Takes nothing more and stores what is in line, as long as the database takes it.
   *
   * @returns how many messages are lost, because their senders asked for no acknowledgement
   */
  async stop(): Promise<number> {
    this.stopping.abort();
    const patience = new AbortController();
    const enough = pause(stopMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.storing, enough]);
    patience.abort();
    return this.line.unrepeatable;
  }
}
