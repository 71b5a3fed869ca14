import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/period.js';
import { nextState } from '../../../domain/invoice/billing-run.js';
import { nextNumbers, seriesOf, writeNumber } from '../../../domain/invoice/numbering.js';
import { decimal, plain, sum, zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { compose } from '../../../domain/statement/compose.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import { FundsService } from '../../costs/funds.service.js';
import { AdvancesService } from '../../invoices/advances.service.js';
import { InvoicesService, type Unsealed } from '../../invoices/invoices.service.js';
import { LedgerService } from '../../ledger/ledger.service.js';
import { type IssuePlan, IssuePlanner, type MemberPlan, type Unnumbered } from './issue-plan.js';
import { markCarried } from '../correct/carry.js';
import { runEntries } from './journal.js';
import { changeRun, type Run } from '../run/runs.js';
import { statementFacts } from './statement-facts.js';
import { type Replaced, TakeBack } from '../correct/take-back.js';

/*
 * The money step. In one transaction: numbers without gap, invoices, lines, taxes, statements, entries in the books, documents to be
 * made. At its commit the database checks that every cost was shared, that the members' shares are their invoices, and that nothing is
 * left in the clearing. So there is no half-issued run, whatever is killed when; the queue has no part in it.
 */
@Injectable()
export class IssueRun {
  constructor(
    private readonly planner: IssuePlanner,
    private readonly invoices: InvoicesService,
    private readonly ledger: LedgerService,
    private readonly funds: FundsService,
    private readonly takeBack: TakeBack,
    private readonly advances: AdvancesService,
  ) {}

  async issue(tx: Tx, run: Run, by: string, at: Instant): Promise<void> {
    // Before the statements are composed, so that each begins with what was taken back.
    const taken = run.correctsId === null ? null : await this.takeBack.of(tx, run, by);
    await markCarried(tx, run);
    const { plan, members } = await this.planner.plan(tx, run, at);
    const billed = taken === null ? members : members.filter(({ details }) => taken.moved.has(details.id));
    const numbered = await this.number(tx, plan, billed);
    const issued = await this.invoices.issue(
      tx,
      run.communityId,
      numbered.map((member) => documentOf(plan, run, member, taken?.replaced.get(member.details.id) ?? null)),
    );
    const setting = numbered.map((member, index) => ({ member, row: issued[index] }));
    const fromHeld = run.leaverId === null ? (taken?.net ?? zero) : sum(issued.map(({ net }) => decimal(net)));
    const entries = await runEntries(tx, run, plan.issuedOn, plan.isTaxed, issued, fromHeld);
    await this.ledger.postAll(tx, run.communityId, entries);
    await this.advances.setOff(
      tx,
      run.communityId,
      run.id,
      run.currency,
      setting.flatMap(({ member, row }) => (row === undefined ? [] : [{ ...row, advances: member.advances }])),
    );
    if (run.leaverId === null) await this.funds.draw(tx, run.communityId, run.id, at);
    await changeRun(tx, run.id, { status: 'issued', issued: { by, at } });
    // With no document to be made there is nothing to wait for.
    if (numbered.length === 0 && (taken === null || taken.replaced.size === 0))
      await changeRun(tx, run.id, { status: nextState('issued', 'close') });
  }

  /** Numbers in the order of the members' codes. The year is that of the issue where the community is. */
  private async number(tx: Tx, plan: IssuePlan, members: readonly Unnumbered[]): Promise<Numbered[]> {
    if (members.length === 0) return [];
    const series = seriesOf(plan.seriesPrefix, Number.parseInt(plan.issuedOn.slice(0, 4), 10));
    const last = await this.invoices.takeNumbers(tx, series, members.length);
    const numbers = nextNumbers(series, last, members.length);
    return members.flatMap((member, index) => {
      const legal = numbers[index];
      return legal === undefined ? [] : [{ ...member, series, no: legal.no, number: writeNumber(legal) }];
    });
  }
}

interface Numbered extends MemberPlan {
  readonly series: string;
  readonly no: number;
}

function documentOf(plan: IssuePlan, run: Run, member: Numbered, replaced: Replaced | null): Unsealed {
  const { currency, period, issuedOn, dueOn, issuedAt } = plan;
  const { series, no, number, totals, details, lines } = member;
  const money = (amount: typeof totals.net): string => writeMoney(amount, currency);
  return {
    id: newId(),
    series,
    no,
    number,
    kind: 'invoice',
    runId: run.id,
    memberId: details.id,
    creditsId: null,
    reason: null,
    period,
    issuedOn,
    dueOn,
    issuedAt,
    currency,
    net: money(totals.net),
    tax: money(totals.tax),
    gross: money(totals.gross),
    lines,
    taxes: taxesOf(totals.taxes, currency),
    content: compose(statementFacts(plan, member, replaced)),
  };
}

const taxesOf = (taxes: Unnumbered['totals']['taxes'], currency: Currency): Unsealed['taxes'] =>
  taxes.map(({ code, label, category, reason, rate, net, tax }) => ({
    code,
    label,
    category,
    reason,
    rate: plain(rate.times('0.01')),
    net: writeMoney(net, currency),
    tax: writeMoney(tax, currency),
  }));
