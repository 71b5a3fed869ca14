import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { type Decimal, decimal, sum } from '../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../domain/quantity/money.js';
import { Clock } from '../../platform/clock.js';
import { idsOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { Mail, type MailRow } from '../../platform/mail/mail.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import { debtors, type OverdueDocument, overdueToday } from './overdue.js';
import { ReminderMailService, reminderKind } from './reminder-mail.service.js';
import type {
  OverdueMember,
  OverdueReply,
  ReminderLetter,
  Reminders,
  SendReminders,
  SentReminders,
} from './reminders.schema.js';
import { statementKind } from './statement-mail.service.js';

interface Today {
  readonly today: CivilDate;
  readonly currency: Currency;
  readonly steps: readonly number[];
}

/** Who has something overdue, and the way to remind them of it: once for each step, whoever sends and however often. */
@Injectable()
export class RemindersService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly communities: CommunityService,
    private readonly ledger: LedgerService,
    private readonly letters: ReminderMailService,
    private readonly mail: Mail,
    private readonly audit: AuditService,
  ) {}

  list(communityId: string): Promise<Reminders> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const now = await this.today(tx, communityId);
      const byMember = await this.overdue(tx, communityId, now, await debtors(tx));
      const letterIds = [...byMember.values()]
        .flat()
        .flatMap(({ reminded }) => reminded.map(({ letterId }) => letterId));
      const mails = await this.mail.latest(tx, communityId, reminderKind, letterIds);
      const items = [...byMember.values()].map((documents) => told(documents, now.currency, mails));
      const { today, steps } = now;
      return { today, daysAfterDue: [...steps], due: items.filter(({ isDue }) => isDue).length, items };
    });
  }

  /** What a reminder would say. @throws DomainError `not-found` */
  preview(communityId: string, address: string): Promise<ReminderLetter> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [id = ''] = await idsOf(tx, communityId, 'member', [address]);
      const now = await this.today(tx, communityId);
      const documents = dueOf((await this.overdue(tx, communityId, now, [id])).get(id));
      const [member] = await tx.query<ReminderLetter['member'] & { email: string }>(
        'SELECT id, code, name, email FROM member WHERE community_id = $1 AND id = $2',
        [communityId, id],
      );
      assert(member, 'A member that was just found is there.');
      const asked = documents.map((one) => ({
        ...one,
        no: one.reminded.length + 1,
        before: one.reminded.at(-1)?.on ?? null,
      }));
      const letter =
        asked.length > 0 ? await this.letters.letterOf(tx, communityId, now.today, member, asked, null) : null;
      return { member, to: member.email, letter };
    });
  }

  /** Sends reminders. @throws DomainError `not-found`; `conflict` where an address is none that mail goes to */
  send(communityId: string, { members }: SendReminders, actor: Actor): Promise<SentReminders> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      // In one order, so that two who send at once do not wait for each other.
      const ids = [...new Set(await idsOf(tx, communityId, 'member', members))].toSorted();
      const now = await this.today(tx, communityId);
      const byMember = await this.overdue(tx, communityId, now, ids);
      const names = await tx.query<SentReminders['passedOver'][number]['member'] & { email: string }>(
        'SELECT id, code, name, email FROM member WHERE community_id = $1 AND id = ANY($2::uuid[]) ORDER BY id',
        [communityId, ids],
      );
      const answer: SentReminders = { sent: [], passedOver: [] };
      for (const { email, ...member } of names) {
        const documents = dueOf(byMember.get(member.id));
        if (documents.length > 0 && email === '') {
          answer.passedOver.push({ member, why: 'no-address' });
          continue;
        }
        const sent = documents.length === 0 ? null : await this.sendOne(tx, communityId, now, documents, actor);
        if (sent) answer.sent.push({ member, ...sent });
        else answer.passedOver.push({ member, why: 'nothing-due' });
      }
      return answer;
    });
  }

  private async today(tx: Tx, communityId: string): Promise<Today> {
    const { today, currency } = await this.ledger.books(tx, communityId);
    const { daysAfterDue } = await this.communities.policyOn(tx, communityId, 'reminders', today);
    return { today, currency, steps: daysAfterDue };
  }

  /** What is overdue today, by member; who has been waited for the longest comes first. */
  private async overdue(
    tx: Tx,
    communityId: string,
    { today, steps }: Today,
    memberIds: readonly string[],
  ): Promise<Map<string, OverdueDocument[]>> {
    const open = await this.ledger.openByDocument(tx, communityId, memberIds);
    const byMember = new Map<string, OverdueDocument[]>();
    for (const one of await overdueToday(tx, open, steps, today, statementKind))
      byMember.set(one.member.id, [...(byMember.get(one.member.id) ?? []), one]);
    return byMember;
  }

  /** Writes one letter down; null where somebody else did so a moment ago. */
  private async sendOne(
    tx: Tx,
    communityId: string,
    { today, currency }: Today,
    documents: readonly OverdueDocument[],
    actor: Actor,
  ): Promise<Omit<SentReminders['sent'][number], 'member'> | null> {
    const [letterId, member, email] = [newId(), documents[0]?.member.id ?? '', documents[0]?.email ?? ''];
    const rows = documents.map(({ invoiceId, step, due, paused, currency: of, reminded }) => ({
      ...{ id: newId(), invoice_id: invoiceId, no: reminded.length + 1, step },
      ...{ amount: writeMoney(due, of), paused: writeMoney(paused, of) },
    }));
    const written = await tx.query<{ invoiceId: string; amount: string }>(
      `INSERT INTO reminder (community_id, id, letter_id, member_id, invoice_id, no, step, amount, paused, sent_on, sent_at, sent_by)
       SELECT $1, id, $2, $3, invoice_id, no, step, amount, paused, $4, $5, $6
       FROM jsonb_to_recordset($7) AS r (id uuid, invoice_id uuid, no integer, step integer, amount numeric, paused numeric) ORDER BY invoice_id
       ON CONFLICT DO NOTHING RETURNING invoice_id AS "invoiceId", amount`,
      [communityId, letterId, member, today, this.clock.now(), actor.id, JSON.stringify(rows)],
    );
    if (written.length === 0) return null;
    const mailId = await this.mail.post(tx, communityId, reminderKind, letterId, email);
    if (mailId === null)
      throw new DomainError('conflict', `No mail can be sent to ${email}. Enter an address that can be reached first.`);
    const numbers = documents
      .filter(({ invoiceId }) => written.some((row) => row.invoiceId === invoiceId))
      .map(({ number }) => number);
    const amount = writeMoney(sum(written.map((row): Decimal => decimal(row.amount))), currency);
    const data = { letter: letterId, documents: numbers, amount, currency };
    await this.audit.record(tx, { actor, type: 'reminder.sent', subjectKind: 'member', subjectId: member, data });
    return { mailId, amount, currency, documents: numbers };
  }
}

const dueOf = (documents: readonly OverdueDocument[] = []): OverdueDocument[] =>
  documents.filter(({ step }) => step !== null);

function told(
  documents: readonly OverdueDocument[],
  currency: Currency,
  mails: ReadonlyMap<string, MailRow>,
): OverdueMember {
  const [first] = documents;
  assert(first, 'Whoever is listed has something overdue.');
  const due = dueOf(documents);
  const hasAddress = first.email !== '';
  return {
    member: first.member,
    hasAddress,
    currency,
    isDue: hasAddress && due.length > 0,
    amount: writeMoney(sum(due.map((one) => one.due)), currency),
    documents: documents.map((one): OverdueReply => {
      const { invoiceId, number, kind, period, dueOn, days, step, next, pause } = one;
      const money = (amount: Decimal): string => writeMoney(amount, one.currency);
      return {
        ...{ invoiceId, number, kind, period, dueOn, days, step, next, pause },
        ...{ open: money(one.open), paused: money(one.paused), due: money(one.due) },
        reminded: one.reminded.map(({ step: of, on, amount }) => ({ step: of, on, amount: money(decimal(amount)) })),
        mail: mails.get(one.reminded.at(-1)?.letterId ?? '') ?? null,
      };
    }),
  };
}
