import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { epochMs, type Instant } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
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
  /** `leaving`: it was handed over and nobody knows yet whether it arrived, so that it cannot be held back any more. */
  readonly state: 'waiting' | 'held' | 'leaving' | 'accepted' | 'kept' | 'refused' | 'dropped';
  /** Not before then; null for at once. */
  readonly leavesAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly reason: string | null;
}

interface Posting {
  /** Not before then. */
  readonly leavesAt?: Instant | null;
  /** How often what it is about was sent before. */
  readonly copy?: number;
}

const topic = 'mail';
const columns = `id, kind, subject_id AS "subjectId", recipient AS "to", message_id AS "messageId", created_at AS "createdAt",
  CASE WHEN state = 'waiting' AND handing_at IS NOT NULL THEN 'leaving' ELSE state END AS state,
  leaves_at AS "leavesAt", settled_at AS "settledAt", reason`;
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

  /**
   * Writes down that a mail is to go; the same one again is one.
   *
   * @returns its id; null where the address is none, or it is there already
   */
  async post(
    tx: Tx,
    communityId: string,
    kind: string,
    subjectId: string,
    to: string,
    { leavesAt = null, copy = 0 }: Posting = {},
  ): Promise<string | null> {
    assert(this.kinds.has(kind), `Somebody knows how to write a mail of the kind ${kind}.`);
    if (!mailAddress.test(to)) return null;
    const [id, name] = [newId(), messageId(communityId, kind, subjectId, copy, this.host)];
    const written = await tx.query(
      `INSERT INTO mail (community_id, id, kind, subject_id, copy, message_id, recipient, created_at, leaves_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (community_id, kind, subject_id, copy) DO NOTHING RETURNING id`,
      [communityId, id, kind, subjectId, copy, name, to, this.clock.now(), leavesAt],
    );
    if (written.length === 0) return null;
    await this.outbox.add(tx, communityId, topic, id, { mail: id });
    const wait = leavesAt === null ? 0 : epochMs(leavesAt) - epochMs(this.clock.now());
    if (wait > 0) await this.outbox.reserve(tx, communityId, topic, id, wait);
    return id;
  }

  /** The newest mail about each of some things, by what it is about; those about which there is one. */
  async latest(
    tx: Tx,
    communityId: string,
    kind: string,
    subjectIds: readonly string[],
  ): Promise<Map<string, MailRow>> {
    const rows = await tx.query<MailRow>(
      `SELECT DISTINCT ON (subject_id) ${columns} FROM mail
       WHERE community_id = $1 AND kind = $2 AND subject_id = ANY($3::uuid[]) ORDER BY subject_id, copy DESC`,
      [communityId, kind, subjectIds],
    );
    return new Map(rows.map((row) => [row.subjectId, row]));
  }

  /**
   * Holds back mails about some things: what has not begun to leave never does, and what was not written down yet is written down as held.
   *
   * @param about what, and to whom it would go; addresses that are none are passed over
   * @returns how many are held by this
   */
  async hold(
    tx: Tx,
    communityId: string,
    kind: string,
    about: readonly { readonly subjectId: string; readonly to: string }[],
  ): Promise<number> {
    const [now, reason] = [this.clock.now(), 'It was held back.'];
    const coming = about.filter(({ to }) => mailAddress.test(to));
    // First those that are not there: whoever writes one down at this moment is waited for, and its mail is there afterwards.
    const early = await tx.query(
      `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at, state, settled_at, reason)
       SELECT $1, id, $2, subject_id, message_id, recipient, $7, 'held', $7, $8
       FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS row (id, subject_id, message_id, recipient)
       ON CONFLICT (community_id, kind, subject_id, copy) DO NOTHING RETURNING id`,
      [
        ...[communityId, kind, coming.map(() => newId()), coming.map(({ subjectId }) => subjectId)],
        coming.map(({ subjectId }) => messageId(communityId, kind, subjectId, 0, this.host)),
        ...[coming.map(({ to }) => to), now, reason],
      ],
    );
    const still = await tx.query<{ id: string }>(
      `SELECT id FROM mail WHERE community_id = $1 AND kind = $2 AND subject_id = ANY($3::uuid[]) AND state = 'waiting' AND handing_at IS NULL
       ORDER BY id FOR UPDATE`,
      [communityId, kind, about.map(({ subjectId }) => subjectId)],
    );
    await tx.query(
      `UPDATE mail SET state = 'held', settled_at = $3, reason = $4 WHERE community_id = $1 AND id = ANY($2::uuid[])`,
      [communityId, still.map(({ id }) => id), now, reason],
    );
    for (const { id } of still) await this.outbox.settle(tx, communityId, topic, id);
    return early.length + still.length;
  }

  /**
   * Sends at once: what waits for its time does not wait any longer; what was held back, went or was refused goes as another mail, to the address of now.
   *
   * @returns the id of the mail that goes; null where the address is none, or one is leaving already
   */
  async send(tx: Tx, communityId: string, kind: string, subjectId: string, to: string): Promise<string | null> {
    const [last] = await tx.query<{ id: string; state: string; copy: number; isLeaving: boolean }>(
      `SELECT id, state, copy, handing_at IS NOT NULL AS "isLeaving" FROM mail
       WHERE community_id = $1 AND kind = $2 AND subject_id = $3 ORDER BY copy DESC LIMIT 1 FOR UPDATE`,
      [communityId, kind, subjectId],
    );
    if (last?.state !== 'waiting') {
      return this.post(tx, communityId, kind, subjectId, to, { copy: last === undefined ? 0 : last.copy + 1 });
    }
    if (last.isLeaving) return null;
    // A community that came from another house came without its pieces of work.
    await this.outbox.add(tx, communityId, topic, last.id, { mail: last.id });
    await this.outbox.hurry(tx, communityId, topic, last.id);
    return last.id;
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

  /** What its subject says; null where `read` has nothing. */
  async subject(communityId: string, mail: MailRow, isDemo: boolean): Promise<string | null> {
    const writer = this.kinds.get(mail.kind);
    try {
      if (writer?.isReadable && writer.subject) return await writer.subject(communityId, mail.subjectId);
      return (await this.read(communityId, mail, isDemo))?.subject ?? null;
    } catch (error) {
      // What it was about was erased: the list is there all the same.
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.carrier?.close();
  }

  private async deliver(id: string, work: Work): Promise<void> {
    const { communityId } = work;
    const found = await this.transactions.inCommunity(communityId, async (tx) => {
      const [community] = await tx.query<{ demo: boolean }>('SELECT demo FROM community WHERE id = $1', [communityId]);
      return { mail: await this.begin(tx, work, id), isDemo: community?.demo ?? false };
    });
    if (!found.mail) return;
    const { state, reason } = await this.outcome(found.mail, found.isDemo, work);
    await this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query(
        `UPDATE mail SET state = $3, reason = $4, settled_at = $5 WHERE community_id = $1 AND id = $2 AND state = 'waiting'`,
        [communityId, id, state, reason, this.clock.now()],
      );
      await work.done(tx);
    });
  }

  /** Says that a mail is being handed over, so that nobody holds it back any more; nothing where somebody did, or it went. */
  private async begin(tx: Tx, { communityId }: Work, id: string): Promise<MailRow | undefined> {
    const [mail] = await tx.query<MailRow>(
      `UPDATE mail SET handing_at = coalesce(handing_at, $3)
       WHERE community_id = $1 AND id = $2 AND state = 'waiting' RETURNING ${columns}`,
      [communityId, id, this.clock.now()],
    );
    return mail;
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
