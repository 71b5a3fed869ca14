import { Injectable } from '@nestjs/common';
import { newId } from '../ids.js';
import type { Tx } from '../database/transactions.js';
import { Dispatcher } from './dispatcher.js';

/**
 * What must happen after a commit is written down in the very transaction that makes it necessary: it is there exactly when
 * the fact is. A dispatcher then hands it to the queue, which no transaction of ours could reach.
 */
@Injectable()
export class Outbox {
  constructor(private readonly dispatcher: Dispatcher) {}

  /**
   * Writes down one piece of work in the transaction that makes it necessary.
   *
   * @param topic   the worker's name
   * @param key     names this piece within its topic and community; the same piece twice is one
   * @param payload ids only; the worker reads the facts when it works
   */
  async add(
    tx: Tx,
    communityId: string,
    topic: string,
    key: string,
    payload: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.addMany(tx, communityId, topic, [{ key, payload }]);
  }

  /** Keeps a piece from the workers for a time: whoever wrote it down does it at once, and only if that fails a worker does. */
  async reserve(tx: Tx, communityId: string, topic: string, key: string, forMs: number): Promise<void> {
    await tx.query(
      `UPDATE outbox SET claimed_until = clock_timestamp() + $4 * interval '1 millisecond'
       WHERE community_id = $1 AND topic = $2 AND key = $3 AND done_at IS NULL`,
      [communityId, topic, key, forMs],
    );
  }

  /** Hands a piece out that was kept back, unless it was handed out before. */
  async hurry(tx: Tx, communityId: string, topic: string, key: string): Promise<void> {
    await tx.query(
      `UPDATE outbox SET claimed_until = NULL
       WHERE community_id = $1 AND topic = $2 AND key = $3 AND done_at IS NULL AND attempts = 0`,
      [communityId, topic, key],
    );
    tx.afterCommit(() => this.dispatcher.kick());
  }

  /** Marks a piece done that was reserved or is not to be done any more, in the transaction that decided so. */
  async settle(tx: Tx, communityId: string, topic: string, key: string): Promise<void> {
    await tx.query(
      `UPDATE outbox SET done_at = clock_timestamp()
       WHERE community_id = $1 AND topic = $2 AND key = $3 AND done_at IS NULL`,
      [communityId, topic, key],
    );
  }

  /** Like `add`, for many pieces of one topic in one statement. */
  async addMany(
    tx: Tx,
    communityId: string,
    topic: string,
    pieces: readonly { readonly key: string; readonly payload: Readonly<Record<string, string>> }[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO outbox (id, community_id, topic, key, payload)
       SELECT id, $1, $2, key, payload FROM unnest($3::uuid[], $4::text[], $5::jsonb[]) AS piece (id, key, payload)
       ON CONFLICT (community_id, topic, key) DO NOTHING`,
      [
        communityId,
        topic,
        pieces.map(() => newId()),
        pieces.map((piece) => piece.key),
        pieces.map((piece) => JSON.stringify(piece.payload)),
      ],
    );
    tx.afterCommit(() => this.dispatcher.kick());
  }
}
