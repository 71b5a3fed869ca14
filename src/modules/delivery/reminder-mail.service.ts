import { Injectable } from '@nestjs/common';
import { type CivilDate, epochMs, fromEpochMs, type Instant, type Period } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { mostReminders } from '../../domain/ledger/reminder.js';
import { type Decimal, decimal, sum } from '../../domain/quantity/decimal.js';
import { type Currency, isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import type { Letter } from '../../platform/mail/letter.js';
import { Mail } from '../../platform/mail/mail.js';
import { CommunityService } from '../community/community.service.js';
import { LetterheadService } from '../invoices/letterhead.service.js';
import { writeReminderLetter } from './reminder-letter.js';

/** The kind of mail that reminds of what is overdue. */
export const reminderKind = 'reminder';
/** After so long it is not sent any more: much may have been paid by then. */
const usefulMs = 3 * 24 * 3_600_000;

/** One document of a letter: what is asked for, and what went before. */
interface Asked {
  readonly number: string;
  readonly kind: 'invoice' | 'advance';
  readonly period: Period;
  readonly dueOn: CivilDate;
  readonly currency: Currency;
  readonly due: Decimal;
  readonly paused: Decimal;
  /** Which reminder of it this is: from 1. */
  readonly no: number;
  readonly step: number | null;
  /** When the one before went. */
  readonly before: CivilDate | null;
}

interface Row extends Omit<Asked, 'due' | 'paused' | 'currency'> {
  readonly currency: string;
  readonly due: string;
  readonly paused: string;
  readonly sentOn: CivilDate;
  readonly sentAt: Instant;
  readonly member: { readonly code: string; readonly name: string };
}

/** What a reminder says: made of what was written down when it was sent, so that it says the same whenever it is read. */
@Injectable()
export class ReminderMailService {
  constructor(
    private readonly transactions: Transactions,
    private readonly communities: CommunityService,
    private readonly letterheads: LetterheadService,
    private readonly address: PublicAddress,
    mail: Mail,
  ) {
    mail.teach({
      kind: reminderKind,
      isReadable: true,
      write: (communityId, letterId) => this.write(communityId, letterId),
    });
  }

  /**
   * A letter to a member.
   *
   * @param day by whose policies it says how to pay, and whether another reminder follows
   * @param asked the longest overdue first; never none
   */
  async letterOf(
    tx: Tx,
    communityId: string,
    day: CivilDate,
    member: { readonly code: string; readonly name: string },
    asked: readonly Asked[],
    until: Instant | null,
  ): Promise<Letter> {
    const [first] = asked;
    assert(first, 'A reminder is about something.');
    const { community, payment, referencePrefix } = await this.letterheads.on(tx, communityId, day, null);
    const { daysAfterDue } = await this.communities.policyOn(tx, communityId, 'reminders', day);
    const money = (amount: Decimal): string => writeMoney(amount, first.currency);
    const facts = {
      ...{ community, memberName: member.name, currency: first.currency, until },
      payment: { ...payment, reference: `${referencePrefix}-${member.code}` },
      total: money(sum(asked.map(({ due }) => due))),
      documents: asked.map(({ number, kind, period, dueOn, due, paused }) => ({
        ...{ number, kind, period, dueOn, amount: money(due) },
        paused: paused.isZero() ? null : money(paused),
      })),
      before:
        asked
          .flatMap(({ before }) => (before === null ? [] : [before]))
          .toSorted()
          .at(-1) ?? null,
      isLast: asked.every(({ step, no }) => no >= mostReminders || !daysAfterDue.some((later) => later > (step ?? 0))),
    };
    return writeReminderLetter(facts, this.address.of('/my/account'));
  }

  private write(communityId: string, letterId: string): Promise<Letter | null> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await tx.query<Row>(
        `SELECT i.number, i.kind, i.days AS period, i.due_on AS "dueOn", i.currency, r.amount AS due, r.paused, r.no, r.step,
                (SELECT p.sent_on FROM reminder p WHERE p.community_id = r.community_id AND p.invoice_id = r.invoice_id AND p.no = r.no - 1) AS before,
                r.sent_on AS "sentOn", r.sent_at AS "sentAt", jsonb_build_object('code', m.code, 'name', m.name) AS member
         FROM reminder r JOIN invoice i ON i.community_id = r.community_id AND i.id = r.invoice_id
         JOIN member m ON m.community_id = r.community_id AND m.id = r.member_id
         WHERE r.community_id = $1 AND r.letter_id = $2 ORDER BY i.due_on, i.number`,
        [communityId, letterId],
      );
      const [first] = rows;
      if (!first) return null;
      const asked = rows.map(({ currency, due, paused, ...row }) => {
        assert(isCurrency(currency), 'Documents are in a currency that is known.');
        return { ...row, currency, due: decimal(due), paused: decimal(paused) };
      });
      const until = fromEpochMs(epochMs(first.sentAt) + usefulMs);
      return this.letterOf(tx, communityId, first.sentOn, first.member, asked, until);
    });
  }
}
