import { Injectable } from '@nestjs/common';
import { addDays, type Days, type Period } from '../../domain/calendar/period.js';
import { dayOf } from '../../domain/calendar/zone.js';
import { assert } from '../../domain/errors.js';
import { seriesOf, writeNumber } from '../../domain/invoice/numbering.js';
import { type AskedPart, askedFor } from '../../domain/ledger/advance-payments.js';
import { postDocument } from '../../domain/ledger/post.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import { isCurrency } from '../../domain/quantity/money.js';
import { Clock } from '../../platform/clock.js';
import { seenMemberId } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import { PlacesService, type Seen } from '../community/places.service.js';
import { AdvancesService } from '../invoices/advances.service.js';
import { bookable, InvoicesService, type Unsealed } from '../invoices/invoices.service.js';
import { LetterheadService } from '../invoices/letterhead.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { type AdvanceSetting, type AgreedPlan, documentOf } from './advance-document.js';
import type { AdvanceReply, AdvancesQuery, AskedReply } from './advances.schema.js';
import { askedBefore, plansOfMonth, readAdvances } from './read-advances.js';

/** What is printed before the year in the numbers of what asks for advance payments: MH-ADV-2027. */
const seriesPart = 'ADV';

interface Due {
  readonly occupancyId: string;
  readonly memberId: string;
  readonly space: string;
  readonly plans: readonly AgreedPlan[];
  readonly parts: readonly AskedPart[];
  readonly days: Period;
  readonly attempt: number;
}

/*
 * A month is asked in one transaction: numbers, documents, advance payments, entries in the books, PDFs to be made. Whatever is killed when,
 * a month was asked of a member or it was not; asked again, only those are asked who were not. Two who ask at once wait for each other at the
 * occupancies.
 */
@Injectable()
export class AskAdvancesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly places: PlacesService,
    private readonly tariffs: TariffsService,
    private readonly ledger: LedgerService,
    private readonly letterheads: LetterheadService,
    private readonly invoices: InvoicesService,
    private readonly advances: AdvancesService,
  ) {}

  /**
   * Asks for the advance payments of a month that nobody was asked for yet, or whose document was taken back.
   *
   * @param month like `2027-01`
   * @throws DomainError `not-found` where a tax code has no rate today
   */
  ask(communityId: string, month: string, actor: Actor): Promise<AskedReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const setting = await this.setting(tx, communityId, `${month}-01`);
      const { due, before } = await this.dueOf(tx, setting);
      const documents = await this.documentsOf(tx, communityId, setting, due);
      const issued = await this.invoices.issue(tx, communityId, documents);
      await this.advances.remember(
        tx,
        issued.map((row, index) => {
          const of = due[index];
          assert(of, 'Every document asks for what was due.');
          const { occupancyId, attempt, days } = of;
          return { invoiceId: row.id, occupancyId, month: setting.month, attempt, days, net: row.net, tax: row.tax };
        }),
      );
      await this.ledger.postAll(
        tx,
        communityId,
        issued.map((row) => ({
          entry: postDocument(bookable(row)),
          text: `Advance payment ${row.number}`,
          runId: null,
        })),
      );
      if (issued.length > 0) {
        const data = { month, documents: issued.map(({ number }) => number) };
        const subject = { subjectKind: 'community', subjectId: communityId };
        await this.audit.record(tx, { actor, type: 'advances.asked', ...subject, data });
      }
      const asked = await readAdvances(tx, {
        documents: issued.map(({ id }) => id),
        member: null,
        seen: null,
        before: null,
        limit: null,
      });
      return { month, asked, before };
    });
  }

  /** Newest first. */
  list(communityId: string, query: AdvancesQuery, seen: Seen): Promise<{ items: AdvanceReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const member = query.member === undefined ? null : await seenMemberId(tx, communityId, query.member, seen);
      const rows = await readAdvances(tx, { documents: null, member, seen, before, limit: limit + 1 });
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  private async setting(tx: Tx, communityId: string, month: string): Promise<AdvanceSetting> {
    const { zone, currency } = await this.community.get(communityId);
    assert(isCurrency(currency), 'A community keeps its books in a currency that is known.');
    const issuedAt = this.clock.now();
    const issuedOn = dayOf(issuedAt, zone);
    const tax = await this.community.policyOn(tx, communityId, 'tax', issuedOn);
    const { rule } = await this.community.policyOn(tx, communityId, 'advances', month);
    const letterhead = await this.letterheads.on(tx, communityId, issuedOn, tax.registered ? tax.vatNumber : null);
    const inForce = await this.tariffs.taxRatesOn(tx, communityId, issuedOn);
    const percent = [...inForce].map(([code, rate]) => [code, { ...rate, rate: rate.rate.times(100) }] as const);
    const rates = tax.registered ? new Map(percent) : null;
    const dueOn = addDays(issuedOn, letterhead.dueDays);
    return { currency, month, rule, issuedAt, issuedOn, dueOn, rates, rounding: tax.rounding, letterhead };
  }

  /** What is due, by member and space, and how many were asked before. */
  private async dueOf(tx: Tx, { month, rule, currency }: AdvanceSetting): Promise<{ due: Due[]; before: number }> {
    const plans = await plansOfMonth(tx, month);
    const asked = await askedBefore(tx, month);
    const ids = [...new Set(plans.map(({ occupancyId }) => occupancyId))];
    let before = 0;
    const due = ids.flatMap((occupancyId): Due[] => {
      const versions = plans.filter((plan) => plan.occupancyId === occupancyId);
      const earlier = asked.get(occupancyId) ?? { attempts: 0, stands: false };
      if (earlier.stands) {
        before += 1;
        return [];
      }
      const parts = askedFor(
        versions.map(({ id, days, amount }): { id: string; days: Days; amount: Decimal } => ({
          id,
          days,
          amount: decimal(amount),
        })),
        month,
        rule,
        currency,
      );
      const [first, last, of] = [parts[0], parts.at(-1), versions[0]];
      if (!first || !last || !of) return [];
      const days = { from: first.days.from, to: last.days.to };
      const { memberId, space } = of;
      return [{ occupancyId, memberId, space, plans: versions, parts, days, attempt: earlier.attempts + 1 }];
    });
    return { due, before };
  }

  private async documentsOf(
    tx: Tx,
    communityId: string,
    setting: AdvanceSetting,
    due: readonly Due[],
  ): Promise<Unsealed[]> {
    if (due.length === 0) return [];
    const { letterhead, issuedOn } = setting;
    const series = seriesOf(`${letterhead.seriesPrefix}-${seriesPart}`, Number.parseInt(issuedOn.slice(0, 4), 10));
    const last = await this.invoices.takeNumbers(tx, series, due.length);
    const members = await this.places.memberDetails(tx, [...new Set(due.map(({ memberId }) => memberId))]);
    const balances = new Map<string, Decimal>();
    for (const id of members.keys()) {
      balances.set(id, (await this.ledger.memberStatementOfAccount(tx, communityId, id, null, null)).closing);
    }
    return due.map((one, index) => {
      const no = last + 1 + index;
      const [details, balance] = [members.get(one.memberId), balances.get(one.memberId)];
      assert(details && balance, 'Whoever has a space is a member with an account.');
      const legal = { series, no, number: writeNumber({ series, no }) };
      const document = documentOf(setting, { ...one, details, balance, ...legal });
      balances.set(one.memberId, balance.plus(decimal(document.gross)));
      return document;
    });
  }
}
