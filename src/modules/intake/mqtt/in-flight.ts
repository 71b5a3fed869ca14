import { createHash } from 'node:crypto';
import type { Said } from './said.js';

/*
 * The problem: the broker hands over messages one after another and forgets each when it is acknowledged. A commit carries a thousand
 * readings as quickly as one, so many messages must be on their way at once; none may be acknowledged before its readings are committed;
 * and the acknowledgements must go in the order of the messages (MQTT 3.1.1, 4.6). What breaks in between comes again.
 *
 * Method: messages stand in a line. The line is stored from its head, a batch at a time, and the batch is acknowledged in its order. When
 * a connection ends, what was not acknowledged there comes again on the next, under its number, with its topic and payload: it takes
 * another place in the line, with nothing in it, behind the one that it had. So a message is read once and dated once, however often it
 * comes, as long as this process lives; and when its turn comes to be acknowledged, what it said is stored.
 */

/** A message as the broker hands it over. */
export interface Handed {
  readonly topic: string;
  readonly payload: Buffer;
  /** Number by which it is acknowledged; null where the broker wants no acknowledgement (QoS 0). */
  readonly messageId: number | null;
}

/** A message in the line. */
export interface Delivery {
  readonly topic: string;
  readonly family: string;
  readonly said: readonly Said[];
}

interface Place extends Delivery {
  readonly messageId: number | null;
  readonly name: string;
  readonly bytes: number;
  said: readonly Said[];
  /** The connection on which it is to be acknowledged. */
  readonly connection: number;
  isStored: boolean;
}

/** What the line may hold; whoever would pass it waits. */
export interface Window {
  readonly messages: number;
  readonly bytes: number;
}

export class InFlight {
  private readonly line: Place[] = [];
  /** Of this connection, by name: the latest, as many as may be on their way. */
  private current = new Map<string, Place>();
  /** Of the connections before, which may come again. */
  private former = new Map<string, Place>();
  private readonly waiting: (() => void)[] = [];
  private connection = 0;
  private bytes = 0;

  constructor(private readonly window: Window) {}

  /** Messages that are not stored yet. */
  get length(): number {
    return this.line.length;
  }

  /** Those of them that are gone when this process ends, because their sender asked for no acknowledgement. */
  get unrepeatable(): number {
    return this.line.filter(({ messageId }) => messageId === null).length;
  }

  /** A new connection. Where the broker kept our session, what was not acknowledged comes again. */
  connected(isResumed: boolean): void {
    this.connection += 1;
    const before = [...this.former, ...this.current].slice(-2 * this.window.messages);
    this.former = new Map(isResumed ? before : []);
    this.current = new Map();
  }

  /** What had to come again has come: a number that is used again names another message. */
  caughtUp(): void {
    this.former.clear();
  }

  /** Whether a message came before; if so, it has its place in the line, and need not be read. */
  isKnown(handed: Handed): boolean {
    if (handed.messageId === null || this.former.size === 0) return false;
    const name = nameOf(handed);
    const place = this.former.get(name);
    if (!place) return false;
    this.former.delete(name);
    this.enter({ ...place, said: [], bytes: 0, connection: this.connection, isStored: false });
    return true;
  }

  /** Gives a message its place. */
  add({ messageId, payload, topic }: Handed, { family, said }: Pick<Delivery, 'family' | 'said'>): void {
    const name = messageId === null ? '' : nameOf({ messageId, payload, topic });
    const bytes = payload.length;
    this.enter({ topic, family, said, messageId, name, bytes, connection: this.connection, isStored: false });
  }

  private enter(place: Place): void {
    this.line.push(place);
    this.bytes += place.bytes;
    if (place.messageId !== null) this.remember(place);
  }

  private remember(place: Place): void {
    this.current.delete(place.name);
    this.current.set(place.name, place);
    for (const [name, eldest] of this.current) {
      if (this.current.size <= this.window.messages || !eldest.isStored) break;
      this.current.delete(name);
    }
  }

  /** Calls back when there is room for another message: at once, or when some have been stored. */
  whenRoom(callback: () => void): void {
    if (this.hasRoom) callback();
    else this.waiting.push(callback);
  }

  private get hasRoom(): boolean {
    return this.line.length < this.window.messages && this.bytes < this.window.bytes;
  }

  /** The head of the line: as many messages as have about so many readings, at least one where there is any. */
  head(readings: number): readonly Delivery[] {
    let [length, count] = [0, 0];
    while (length < this.line.length && (length === 0 || count < readings)) {
      // A message without readings costs its acknowledgement.
      count += Math.max(1, this.line[length]?.said.length ?? 0);
      length += 1;
    }
    return this.line.slice(0, length);
  }

  /** The head of the line is stored. @returns the numbers to acknowledge on the connection there is now, in their order */
  stored(count: number): number[] {
    const places = this.line.splice(0, count);
    for (const place of places) {
      Object.assign(place, { isStored: true, said: [] });
      this.bytes -= place.bytes;
    }
    while (this.waiting.length > 0 && this.hasRoom) this.waiting.shift()?.();
    return places.flatMap(({ messageId, connection }) =>
      messageId !== null && connection === this.connection ? [messageId] : [],
    );
  }
}

const nameOf = ({ topic, payload, messageId }: Handed): string =>
  `${messageId} ${topic} ${createHash('sha256').update(payload).digest('base64')}`;
