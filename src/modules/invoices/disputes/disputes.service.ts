import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import {
  checkStep,
  type DisputeLimits,
  type DisputeOutcome,
  type DisputeStepKind,
  questionedAmount,
} from '../../../domain/ledger/dispute.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../../domain/quantity/money.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { InvalidRequest } from '../../../platform/http/validation.js';
import { limitOf } from '../../../platform/http/wire.js';
import { newId } from '../../../platform/ids.js';
import { AuditService } from '../../audit/audit.service.js';
import { CommunityService } from '../../community/community.service.js';
import type { Seen } from '../../community/places.service.js';
import { LedgerService } from '../../ledger/ledger.service.js';
import { readInvoice, readStatement, summaryAt } from '../read-invoices.js';
import { disputeAt, disputeReply, type DisputeRow, readDisputes, readPatterns, stepsOf } from './dispute-rows.js';
import type { DisputeDecision, DisputePatterns, DisputeReply, DisputesQuery, NewDispute } from './disputes.schema.js';

/** Who takes a step: a person, what it may see, and the members it acts for. */
export interface Party {
  readonly personId: string;
  readonly seen: Seen;
  readonly memberIds: readonly string[];
}

interface NewStep {
  readonly kind: DisputeStepKind;
  readonly text: string;
  readonly outcome?: DisputeOutcome;
  readonly remedyId?: string | null;
}

/** Questions of members about lines of their invoices, and what came of them. Steps are only ever added. */
@Injectable()
export class DisputesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * Questions a line. From now on its part is paused.
   *
   * @throws DomainError `not-found` (invoice), `already-credited`, `already-exists` for a line that was questioned before,
   *   `time-limit-passed`; `invalid-input` for a line that is not there, or an amount beyond it
   */
  ask(
    communityId: string,
    { invoice: address, line: no, amount, question }: NewDispute,
    by: Party,
  ): Promise<DisputeReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const invoice = await readInvoice(tx, address, by.seen);
      const today = await this.today(tx, communityId);
      if (invoice.kind === 'credit-note')
        throw wrong('/invoice', 'is a credit note; question the invoice it takes back');
      if (invoice.creditedBy !== null) {
        throw new DomainError('already-credited', `${invoice.number} was taken back whole by ${invoice.creditedBy}.`);
      }
      const until = lastDay(await readStatement(tx, invoice.id, by.seen));
      if (until !== null && today > until) {
        throw new DomainError('time-limit-passed', `Lines of ${invoice.number} could be questioned until ${until}.`);
      }
      const line = invoice.lines.find((one) => one.no === no);
      if (!line) throw wrong('/line', `is not a line of ${invoice.number}, which has ${invoice.lines.length}`);
      if (!decimal(line.net).greaterThan(0)) throw wrong('/line', 'is no charge, so there is nothing to pause');
      assert(isCurrency(invoice.currency), 'An invoice is in a currency that is known.');
      const most = questionedAmount(decimal(line.net), decimal(line.taxRate), invoice.currency);
      const part: Decimal = amount === undefined ? most : decimal(amount);
      if (part.greaterThan(most)) {
        throw wrong('/amount', `is more than the line with its tax, which is ${writeMoney(most, invoice.currency)}`);
      }
      const id = newId();
      await tx.query(
        `INSERT INTO dispute (community_id, id, invoice_id, line_no, member_id, amount, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [communityId, id, invoice.id, no, invoice.memberId, writeMoney(part, invoice.currency), this.clock.now()],
      );
      await this.write(tx, communityId, id, 1, { kind: 'asked', text: question }, by, today);
      return this.reply(tx, communityId, await disputeAt(tx, id, by.seen), today);
    });
  }

  /** Answers, refers or withdraws. @throws DomainError `not-found`, `already-decided`, `time-limit-passed` */
  say(
    communityId: string,
    id: string,
    kind: 'answered' | 'referred' | 'withdrawn',
    text: string,
    by: Party,
  ): Promise<DisputeReply> {
    return this.transactions.inCommunity(communityId, (tx) => this.step(tx, communityId, id, { kind, text }, by));
  }

  /**
   * Decides. A document that makes it good is named, and is of the same member.
   *
   * @throws DomainError `not-found`, `already-decided`; `four-eyes` for whoever asked, decided before or acts for the member;
   *   `invalid-input` for a remedy that does not fit
   */
  decide(
    communityId: string,
    id: string,
    { outcome, text, remedy }: DisputeDecision,
    by: Party,
  ): Promise<DisputeReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { member, invoice } = await disputeAt(tx, id, by.seen);
      if (by.memberIds.includes(member.id)) {
        throw new DomainError('four-eyes', 'Nobody decides a question of its own shop; another person has to.');
      }
      const document = remedy === undefined ? null : await summaryAt(tx, remedy, null);
      if (document && (document.memberId !== member.id || document.id === invoice.id || outcome === 'rejected')) {
        throw wrong('/remedy', 'must be another document of this member, and only where the member was right');
      }
      return this.step(tx, communityId, id, { kind: 'decided', text, outcome, remedyId: document?.id ?? null }, by);
    });
  }

  /** The last asked first. */
  list(communityId: string, query: DisputesQuery, seen: Seen): Promise<{ items: DisputeReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const { member = null, invoice = null, state = null } = query;
      const rows = await readDisputes(tx, { seen, member, invoice, state, before, limit: limit + 1 });
      const { items, next } = pageOf(rows, limit, ({ id }) => [id]);
      const today = await this.today(tx, communityId);
      const limits = await this.limitsOn(tx, communityId, today);
      return { items: items.map((row) => disputeReply(row, limits, today)), next };
    });
  }

  /** @throws DomainError `not-found` */
  get(communityId: string, id: string, seen: Seen): Promise<DisputeReply> {
    return this.transactions.inCommunity(communityId, async (tx) =>
      this.reply(tx, communityId, await disputeAt(tx, id, seen), await this.today(tx, communityId)),
    );
  }

  /** What is questioned again and again. */
  patterns(communityId: string): Promise<DisputePatterns> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { today, currency } = await this.ledger.books(tx, communityId);
      const limits = await this.limitsOn(tx, communityId, today);
      const items = await readPatterns(tx);
      return {
        items: items.map((item) => ({ ...item, amount: writeMoney(decimal(item.amount), currency) })),
        overdue: await overdue(tx, communityId, limits, today),
      };
    });
  }

  private async step(tx: Tx, communityId: string, id: string, step: NewStep, by: Party): Promise<DisputeReply> {
    const before = await disputeAt(tx, id, by.seen);
    const today = await this.today(tx, communityId);
    const steps = stepsOf(before);
    checkStep(steps, { kind: step.kind, on: today, by: by.personId }, await this.limitsOn(tx, communityId, today));
    await this.write(tx, communityId, before.id, steps.length + 1, step, by, today);
    return this.reply(tx, communityId, await disputeAt(tx, before.id, by.seen), today);
  }

  private async write(
    tx: Tx,
    communityId: string,
    disputeId: string,
    no: number,
    step: NewStep,
    by: Party,
    today: CivilDate,
  ): Promise<void> {
    const { kind, text, outcome = null, remedyId = null } = step;
    await tx.query(
      `INSERT INTO dispute_step (community_id, id, dispute_id, no, kind, taken_on, taken_at, taken_by, text, outcome, remedy_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [communityId, newId(), disputeId, no, kind, today, this.clock.now(), by.personId, text, outcome, remedyId],
    );
    await this.audit.record(tx, {
      actor: { kind: 'person', id: by.personId },
      type: `dispute.${kind}`,
      subjectKind: 'dispute',
      subjectId: disputeId,
      data: { no, outcome, remedyId },
    });
  }

  private async reply(tx: Tx, communityId: string, row: DisputeRow, today: CivilDate): Promise<DisputeReply> {
    return disputeReply(row, await this.limitsOn(tx, communityId, today), today);
  }

  private limitsOn(tx: Tx, communityId: string, day: CivilDate): Promise<DisputeLimits> {
    return this.community.policyOn(tx, communityId, 'disputes', day);
  }

  private async today(tx: Tx, communityId: string): Promise<CivilDate> {
    return (await this.ledger.books(tx, communityId)).today;
  }
}

const wrong = (pointer: string, detail: string): InvalidRequest => new InvalidRequest([{ pointer, detail }]);

/** Until when the frozen statement says that its lines may be questioned. */
function lastDay(statement: string): CivilDate | null {
  const { disputeBy } = JSON.parse(statement) as { disputeBy?: CivilDate };
  return disputeBy ?? null;
}

/** How many wait for longer than they should: the answer first, then the decision. */
async function overdue(tx: Tx, communityId: string, limits: DisputeLimits, today: CivilDate): Promise<number> {
  const [row] = await tx.query<{ late: number }>(
    `SELECT count(*)::int AS late FROM dispute d
     JOIN LATERAL (SELECT taken_on FROM dispute_step s WHERE s.community_id = d.community_id AND s.dispute_id = d.id ORDER BY no DESC LIMIT 1) s ON true
     WHERE d.community_id = $1 AND CASE d.state WHEN 'asked' THEN s.taken_on + $2::int < $4::date
       WHEN 'answered' THEN s.taken_on + $3::int < $4::date WHEN 'referred' THEN s.taken_on + $3::int < $4::date ELSE false END`,
    [communityId, limits.answerDays, limits.decideDays, today],
  );
  return row?.late ?? 0;
}
