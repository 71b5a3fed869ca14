import { Injectable } from '@nestjs/common';
import type { CivilDate, Instant } from '../../domain/calendar/period.js';
import { dayOf, type Zone } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { type Actor, system } from '../access/access-changes.service.js';
import { SessionsService } from '../access/log-in/sessions.service.js';
import { SignInService } from '../access/sign-in.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RecordService } from '../proofs/record.service.js';
import type { ErasureReply } from './erasure.schema.js';
import { keptOf } from './kept.js';

/*
 * The problem: a shop that has left may ask that nothing personal of it is kept. The law asks for its invoices for years, and every other
 * member's proofs lean on a record in which it stands.
 *
 *   LUND left on 31 March, its account is settled        at once: name, address, mailboxes, log-ins, photos, what it wrote, who it was sent to
 *   policy `keeping`, booksYears 10                      until 1 January 2037: invoices, PDFs, payments, what proves the tax
 *   1 January 2037                                       the rest; its code becomes a number, its entries of the record open no more
 *
 * Method: two functions of the database do it (migration 51), each in one transaction with the entry of the record that says what went.
 * A dry run is the same, undone at its end: what is told is what happens. Roots, heads and the shares of all others stay what they are.
 */

/** What a function of the database says that it took. */
interface Taken {
  readonly taken: Readonly<Record<string, number>>;
  readonly entries: number;
  readonly entriesSha256: string;
}

/** Carries the answer of a dry run out of the transaction that is undone by it. */
class Undone extends Error {
  constructor(readonly reply: ErasureReply) {
    super('A dry run is undone.');
  }
}

/** An erased member whose books went too. */
export interface BooksErased {
  readonly memberId: string;
  readonly removed: ErasureReply['removed'];
  readonly entries: number;
}

/** Erases members: at once what is personal, and the books when their years have passed. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
    private readonly record: RecordService,
  ) {}

  /**
   * Erases what is personal of a member, or says what would go.
   *
   * @param address id or code
   * @throws DomainError `not-found`; `conflict` where something stands in the way, which a dry run tells without refusing
   */
  async erase(communityId: string, address: string, dryRun: boolean, actor: Actor): Promise<ErasureReply> {
    await this.transactions.inCommunity(communityId, (tx) => idOf(tx, communityId, 'member', address));
    // Whatever was written down so far gets its entry first, so that what is erased now is erased there too.
    await this.record.bringUpToDate(communityId);
    try {
      const reply = await this.transactions.inCommunityOnce(communityId, async (tx) => {
        const found = await this.erasing(tx, communityId, address, dryRun, actor);
        if (dryRun) throw new Undone(found);
        return found;
      });
      await this.record.bringUpToDate(communityId);
      return reply;
    } catch (error) {
      if (error instanceof Undone) return error.reply;
      throw error;
    }
  }

  /** Erases the books of a member that was erased, whose years have passed. @throws DomainError `conflict` before */
  async eraseBooks(communityId: string, memberId: string): Promise<BooksErased> {
    await this.record.bringUpToDate(communityId);
    const done = await this.transactions.inCommunityOnce(communityId, async (tx) => {
      const { taken, entries } = await this.take(tx, 'member-books', memberId, system);
      return { memberId, removed: listed(taken), entries };
    });
    await this.record.bringUpToDate(communityId);
    return done;
  }

  /** Erased members whose books are still there, with the first day on which they need not be. */
  async waiting(tx: Tx, today: CivilDate): Promise<{ memberId: string; until: CivilDate | null }[]> {
    return tx.query(
      `SELECT m.id AS "memberId", books_kept_until(m.id, $1::date) AS until FROM member m
       WHERE m.community_id = current_community() AND m.erased_at IS NOT NULL
         AND NOT EXISTS (SELECT FROM erasure e WHERE e.community_id = m.community_id AND e.member_id = m.id AND e.kind = 'member-books')
       ORDER BY m.id`,
      [today],
    );
  }

  private async erasing(
    tx: Tx,
    communityId: string,
    address: string,
    dryRun: boolean,
    actor: Actor,
  ): Promise<ErasureReply> {
    const at = this.clock.now();
    const id = await idOf(tx, communityId, 'member', address);
    const [{ code, zone } = { code: address, zone: 'UTC' as Zone }] = await tx.query<{ code: string; zone: Zone }>(
      `SELECT m.code, c.zone FROM member m JOIN community c ON c.id = m.community_id WHERE m.community_id = $1 AND m.id = $2`,
      [communityId, id],
    );
    const today = dayOf(at, zone);
    const [due] = await tx.query<{ until: CivilDate | null }>('SELECT books_kept_until($1, $2::date) AS until', [
      id,
      today,
    ]);
    const kept = await keptOf(tx, id, due?.until ?? null);
    const obstacles = await tx.query<{ said: string }>(
      'SELECT said FROM obstacles_to_erasure($1, $2::date) AS o (said)',
      [id, today],
    );
    const said = obstacles.map((obstacle) => obstacle.said);
    const reply = { member: { id, code }, at, obstacles: said, kept };
    if (said.length > 0) {
      if (dryRun) return { ...reply, done: false, removed: [], entries: 0 };
      throw new DomainError('conflict', `${code} cannot be erased yet. ${said.join(' ')}`);
    }
    const { taken, entries } = await this.take(tx, 'member-personal', id, actor);
    return { ...reply, done: !dryRun, removed: listed(taken), entries };
  }

  /** Has the database erase, and writes on the record what it took. */
  private async take(tx: Tx, kind: 'member-personal' | 'member-books', memberId: string, actor: Actor): Promise<Taken> {
    const erasure = newId();
    const at: Instant = this.clock.now();
    await this.record.lock(tx);
    const name = kind === 'member-personal' ? 'erase_member_personal' : 'erase_member_books';
    const [row] = await tx.query<{ said: Taken }>(`SELECT ${name}($1, $2, $3::timestamptz) AS said`, [
      memberId,
      erasure,
      at,
    ]);
    const said = row?.said ?? { taken: {}, entries: 0, entriesSha256: '' };
    const { taken, entries, entriesSha256 } = said;
    tx.afterCommit(() => {
      this.signIn.doubtAll();
      this.sessions.doubtAll();
    });
    await this.audit.record(tx, {
      ...{ actor, type: 'member.erased', subjectKind: 'erasure', subjectId: erasure },
      data: { kind, member: memberId, taken, entries, entriesSha256 },
    });
    return said;
  }
}

const listed = (taken: Taken['taken']): ErasureReply['removed'] =>
  Object.entries(taken)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
