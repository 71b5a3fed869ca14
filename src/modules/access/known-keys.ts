import { epochMs, type Instant } from '../../domain/calendar/period.js';
import type { Principal } from '../../platform/http/principal.js';

/**
 * Principals of secrets that were good a moment ago, so that 32 connections that send single readings do not cost the
 * database a question each.
 *
 * A revocation made in this process is felt at once: everything is asked anew. One made in another process is felt after
 * `freshMs`, five seconds, at the latest. Expiry is looked at on every use. At most `capacity` secrets are remembered.
 */
export const freshMs = 5_000;
const capacity = 10_000;

interface Known {
  readonly principal: Principal;
  readonly expiresAt: Instant | null;
  readonly checkedMs: number;
  readonly generation: number;
}

export class KnownKeys {
  private readonly byHash = new Map<string, Known>();
  private current = 0;

  /** @param monotonicMs time that only grows; the clock on the wall may be set back, and would keep a key alive */
  constructor(private readonly monotonicMs: () => number = () => performance.now()) {}

  /** The principal, where the secret was checked within the last seconds and has not expired since. */
  fresh(hash: string, now: Instant): Principal | undefined {
    const known = this.byHash.get(hash);
    if (!known || known.generation !== this.current) return undefined;
    if (this.monotonicMs() - known.checkedMs >= freshMs) return undefined;
    return isOver(known.expiresAt, now) ? undefined : known.principal;
  }

  /** Whether the secret was good at some time not long ago. Says nothing about now. */
  wasGood(hash: string): boolean {
    return this.byHash.has(hash);
  }

  /** Counts the changes of people and keys. Taken before the database is asked, handed to `remember` with its answer. */
  get generation(): number {
    return this.current;
  }

  /** Remembers what the database said at a generation; what has been changed since then is not believed. */
  remember(hash: string, known: Omit<Known, 'checkedMs'>): void {
    this.byHash.delete(hash);
    this.byHash.set(hash, { ...known, checkedMs: this.monotonicMs() });
    const [oldest] = this.byHash.keys();
    if (this.byHash.size > capacity && oldest !== undefined) this.byHash.delete(oldest);
  }

  forget(hash: string): void {
    this.byHash.delete(hash);
  }

  /** Something about people or keys has changed: the database is asked again about everybody. */
  doubtAll(): void {
    this.current += 1;
  }
}

/** Whether something that expires has done so; it is good until just before that instant. */
export const isOver = (expiresAt: Instant | null, now: Instant): boolean =>
  expiresAt !== null && epochMs(expiresAt) <= epochMs(now);
