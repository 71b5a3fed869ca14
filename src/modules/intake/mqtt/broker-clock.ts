import { randomUUID } from 'node:crypto';

/*
 * The problem: a message does not say how long it stood in the broker's queue. Method: every few seconds we send a message to ourselves.
 * It stands in the same queue, so whatever comes after it was sent after it: the age of the last one that came back is how far we are
 * behind. After a stop, or while the database does not answer, that is minutes or hours; else it is next to nothing.
 *
 *   12:00:00 we send 7   12:00:00 it comes back            what follows is live
 *   12:00:10 we send 8   12:04:30 it comes back            what follows has waited for more than four minutes, until 9 comes back
 *
 * Elapsed time is taken from the process and not from the clock, which may be set.
 */

/** A message that waited no longer than this is taken for live. */
const lateMs = 30_000;

export class BrokerClock {
  private readonly process = randomUUID();
  private readonly sentAt = new Map<string, number>();
  /** When the last message that came back was sent; undefined while none has, on this connection. */
  private heard: number | undefined;
  /** When a connection began before which nothing can have waited; undefined where the broker kept our session. */
  private began: number | undefined;
  private count = 0;
  private ofConnection = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A new connection. Where the broker kept no session, nothing can have waited. */
  connected(isResumed: boolean): void {
    this.sentAt.clear();
    this.heard = undefined;
    this.began = isResumed ? undefined : this.now();
    this.ofConnection = 0;
  }

  /** The next message to ourselves. */
  tick(): string {
    this.count += 1;
    const text = `${this.process} ${this.count}`;
    this.sentAt.set(text, this.now());
    const [eldest] = this.sentAt.keys();
    if (this.sentAt.size > 10_000 && eldest !== undefined) this.sentAt.delete(eldest);
    return text;
  }

  /**
   * A message to ourselves came back, this process's or another's.
   *
   * @returns whether that is the second of this connection: what the broker held for us has come
   */
  hear(text: string): boolean {
    const sentAt = this.sentAt.get(text);
    if (sentAt === undefined) return false;
    for (const earlier of this.sentAt.keys()) {
      this.sentAt.delete(earlier);
      if (earlier === text) break;
    }
    this.heard = sentAt;
    this.ofConnection += 1;
    return this.ofConnection === 2;
  }

  /** Milliseconds since the last message that came back was sent; infinite where none has that tells. */
  get behindMs(): number {
    return this.now() - (this.told ?? -Infinity);
  }

  /** Whether what comes now may have waited. */
  get isBehind(): boolean {
    return this.now() - (this.told ?? this.began ?? -Infinity) > lateMs;
  }

  /*
   * A broker that kept our session sends what it held while it already takes what we publish: the first message of such a connection
   * may overtake what waited. Only when a second one has come is the queue before it empty.
   */
  private get told(): number | undefined {
    return this.began === undefined && this.ofConnection < 2 ? undefined : this.heard;
  }
}
