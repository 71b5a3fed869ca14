import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { epochMs, type Instant } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { Clock } from '../clock.js';
import { type Config, configToken, mailAddress } from '../config.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { newId } from '../ids.js';
import { Outbox } from '../queue/outbox.js';
import { type Work, Workers } from '../queue/workers.js';
import { Carrier } from './carrier.js';
import { type Letter, type LetterKind, messageId } from './letter.js';

/** A mail as it is written down: about what, to whom, and what became of it. What it says is made when it is needed. */
export interface MailRow {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly to: string;
  readonly messageId: string;
  readonly createdAt: Instant;
  readonly state: 'waiting' | 'accepted' | 'kept' | 'refused' | 'dropped';
  readonly settledAt: Instant | null;
  readonly reason: string | null;
}

const topic = 'mail';
const columns = `id, kind, subject_id AS "subjectId", recipient AS "to", message_id AS "messageId", created_at AS "createdAt",
  state, settled_at AS "settledAt", reason`;
/** While a slow server listens, the piece is kept from other workers. */
const holdEveryMs = 15_000;

/**
 * Mail. It is written down in the transaction that makes it necessary, once for what it is about, and handed over by a worker.
 *
 * Handing over is at least once, as all mail is: where the server's word that it has it is heard, it is never handed over again; where
 * the line breaks before that word, it is handed over again under the same message id. What the server refuses for good is marked and
 * not repeated. Without a server, and in a demo, it is kept and goes nowhere.
 */
@Injectable()
export class Mail implements OnApplicationShutdown {
  private readonly kinds = new Map<string, LetterKind>();
  private readonly carrier: Carrier | undefined;
  private readonly host: string;

  constructor(
    @Inject(configToken) config: Config,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    workers: Workers,
  ) {
    this.carrier = Carrier.of(config);
    this.host = config.mailFrom?.split('@')[1] ?? 'localhost';
    workers.register({
      topic,
      payload: z.object({ mail: z.string() }),
      concurrency: 2,
      handle: ({ mail }, work) => this.deliver(mail, work),
    });
  }

  /** Tells how one kind of mail is written. */
  teach(kind: LetterKind): void {
    this.kinds.set(kind.kind, kind);
  }

  /** Writes down that a mail is to go; the same one again is one. @returns its id; null where the address is none, or it is there already */
  async post(tx: Tx, communityId: string, kind: string, subjectId: string, to: string): Promise<string | null> {
    assert(this.kinds.has(kind), `Somebody knows how to write a mail of the kind ${kind}.`);
    if (!mailAddress.test(to)) return null;
    const id = newId();
    const written = await tx.query(
      `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (community_id, kind, subject_id) DO NOTHING RETURNING id`,
      [communityId, id, kind, subjectId, messageId(communityId, kind, subjectId, this.host), to, this.clock.now()],
    );
    if (written.length === 0) return null;
    await this.outbox.add(tx, communityId, topic, id, { mail: id });
    return id;
  }

  /** What was written down, newest first. */
  list(tx: Tx, communityId: string, before: string | undefined, count: number): Promise<MailRow[]> {
    return tx.query<MailRow>(
      `SELECT ${columns} FROM mail WHERE community_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [communityId, before ?? null, count],
    );
  }

  async one(tx: Tx, communityId: string, id: string): Promise<MailRow | undefined> {
    const [row] = await tx.query<MailRow>(`SELECT ${columns} FROM mail WHERE community_id = $1 AND id = $2`, [
      communityId,
      id,
    ]);
    return row;
  }

  /** What a mail says; null where it is not to be read, or there is nothing to say any more. */
  async read(communityId: string, { kind, subjectId }: MailRow, isDemo: boolean): Promise<Letter | null> {
    const writer = this.kinds.get(kind);
    return writer && (isDemo || writer.isReadable) ? writer.write(communityId, subjectId) : null;
  }

  onApplicationShutdown(): void {
    this.carrier?.close();
  }

  private async deliver(id: string, work: Work): Promise<void> {
    const { communityId } = work;
    const found = await this.transactions.inCommunity(communityId, async (tx) => {
      const [community] = await tx.query<{ demo: boolean }>('SELECT demo FROM community WHERE id = $1', [communityId]);
      return { mail: await this.one(tx, communityId, id), isDemo: community?.demo ?? false };
    });
    if (found.mail?.state !== 'waiting') return;
    const { state, reason } = await this.outcome(found.mail, found.isDemo, work);
    await this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query(
        `UPDATE mail SET state = $3, reason = $4, settled_at = $5 WHERE community_id = $1 AND id = $2 AND state = 'waiting'`,
        [communityId, id, state, reason, this.clock.now()],
      );
      await work.done(tx);
    });
  }

  private async outcome(mail: MailRow, isDemo: boolean, work: Work): Promise<Pick<MailRow, 'state' | 'reason'>> {
    const letter = await this.kinds.get(mail.kind)?.write(work.communityId, mail.subjectId);
    if (!letter) return { state: 'dropped', reason: 'What it was about is not there any more.' };
    if (letter.until !== null && epochMs(letter.until) <= epochMs(this.clock.now()))
      return { state: 'dropped', reason: 'It came too late.' };
    if (!this.carrier || isDemo) return { state: 'kept', reason: null };
    const hold = setInterval(() => void work.goesOn().catch(() => undefined), holdEveryMs);
    try {
      const handed = await this.carrier.hand(letter, mail.to, mail.messageId, new Date(mail.createdAt));
      return handed.taken ? { state: 'accepted', reason: null } : { state: 'refused', reason: handed.reason };
    } finally {
      clearInterval(hold);
    }
  }
}
