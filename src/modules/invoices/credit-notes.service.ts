import { Injectable } from '@nestjs/common';
import { dayOf } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';
import { seriesOf, writeNumber } from '../../domain/invoice/numbering.js';
import { postDocument } from '../../domain/ledger/post.js';
import { type Decimal, decimal, zero } from '../../domain/quantity/decimal.js';
import { writeMoney } from '../../domain/quantity/money.js';
import { wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import { compose } from '../../domain/statement/compose.js';
import type { StatementFacts } from '../../domain/statement/facts.js';
import type { ChargeLine, Statement } from '../../domain/statement/model.js';
import { Clock } from '../../platform/clock.js';
import { constraintRefusals } from '../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import { AdvancesService } from './advances.service.js';
import type { InvoiceReply } from './invoices.schema.js';
import { bookable, InvoicesService, type LineRow, type Unsealed } from './invoices.service.js';
import { readInvoice, readStatement } from './read-invoices.js';

constraintRefusals.set('invoice_credited_once', {
  code: 'already-credited',
  sentence: 'This invoice has been taken back already; see its credit note.',
});

/** What is printed before the year in the numbers of credit notes: MH-CN-2026. */
const seriesPart = 'CN';

/** Takes whole invoices back: the mirror of every line, with a number of its own. The invoice stays as it is. */
@Injectable()
export class CreditNotesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly ledger: LedgerService,
    private readonly invoices: InvoicesService,
    private readonly advances: AdvancesService,
  ) {}

  /** @throws DomainError `not-found`, `already-credited`; `conflict` for a credit note */
  create(communityId: string, address: string, reason: string, actor: Actor): Promise<InvoiceReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id } = await this.takeBack(tx, communityId, address, { reason, runId: null, actor });
      return readInvoice(tx, id, null);
    });
  }

  /** The same within a transaction. @throws DomainError as `create` */
  async takeBack(
    tx: Tx,
    communityId: string,
    address: string,
    { reason, runId, actor }: { reason: string; runId: string | null; actor: Actor },
  ): Promise<{ readonly id: string; readonly number: string }> {
    const invoice = await readInvoice(tx, address, null);
    refuseTwice(invoice);
    const document = await this.mirror(tx, communityId, invoice, reason, runId);
    const [issued] = await this.invoices.issue(tx, communityId, [document]);
    if (!issued) throw new DomainError('not-found', `There is no invoice ${address} here.`);
    await this.ledger.post(tx, communityId, {
      entry: postDocument(bookable(issued)),
      text: `Credit note ${issued.number} for ${invoice.number}`,
      runId,
    });
    await this.advances.free(tx, communityId, invoice.id, issued);
    await this.audit.record(tx, {
      actor,
      type: 'credit-note.issued',
      subjectKind: 'invoice',
      subjectId: issued.id,
      data: { number: issued.number, credits: invoice.number, reason },
    });
    return { id: issued.id, number: issued.number };
  }

  /** @param runId the correction that takes it back; null: it belongs to the run of the invoice */
  private async mirror(
    tx: Tx,
    communityId: string,
    invoice: InvoiceReply,
    reason: string,
    runId: string | null,
  ): Promise<Unsealed> {
    const { zone } = await this.community.get(communityId);
    const issuedAt = this.clock.now();
    const issuedOn = dayOf(issuedAt, zone);
    const { seriesPrefix } = await this.community.policyOn(tx, communityId, 'numbering', issuedOn);
    const series = seriesOf(`${seriesPrefix}-${seriesPart}`, Number.parseInt(issuedOn.slice(0, 4), 10));
    const no = (await this.invoices.takeNumbers(tx, series, 1)) + 1;
    const number = writeNumber({ series, no });
    const statement = JSON.parse(await readStatement(tx, invoice.id, null)) as Statement;
    const currency = statement.currency;
    const turned = (amount: string): string => writeMoney(zero.minus(decimal(amount)), currency);
    const balance = await this.ledger.memberStatementOfAccount(tx, communityId, invoice.memberId, null, null);
    const off = await this.advances.setOffOn(tx, invoice.id);
    const freed = off.net.plus(off.tax);
    return {
      id: newId(),
      series,
      no,
      number,
      kind: 'credit-note',
      runId: runId ?? invoice.runId,
      memberId: invoice.memberId,
      creditsId: invoice.id,
      reason,
      period: invoice.period,
      issuedOn,
      dueOn: issuedOn,
      issuedAt,
      currency,
      net: turned(invoice.net),
      tax: turned(invoice.tax),
      gross: turned(invoice.gross),
      lines: await turnedLines(tx, invoice, statement),
      taxes: invoice.taxes.map((row) => ({ ...row, net: turned(row.net), tax: turned(row.tax) })),
      content: compose(factsOf(statement, { number, issuedAt, issuedOn, reason, before: balance.closing, freed })),
    };
  }
}

function refuseTwice({ kind, number, creditedBy }: InvoiceReply): void {
  if (kind === 'credit-note')
    throw new DomainError('conflict', `${number} is a credit note; only an invoice can be taken back.`);
  if (creditedBy !== null) {
    throw new DomainError('already-credited', `${number} was already taken back by ${creditedBy}.`, {
      invoice: number,
      creditedBy,
    });
  }
}

async function turnedLines(
  tx: Tx,
  invoice: InvoiceReply,
  { currency, locale }: Pick<Statement, 'currency' | 'locale'>,
): Promise<LineRow[]> {
  const costs = await tx.query<{ no: number; costNo: number | null }>(
    'SELECT no, cost_no AS "costNo" FROM invoice_line WHERE community_id = current_community() AND invoice_id = $1',
    [invoice.id],
  );
  const costOf = new Map(costs.map(({ no, costNo }) => [no, costNo]));
  return invoice.lines.map((line) => ({
    ...line,
    costNo: costOf.get(line.no) ?? null,
    quantity: line.quantity === null ? null : zero.minus(decimal(line.quantity)).toFixed(),
    net: writeMoney(zero.minus(decimal(line.net)), currency),
    why: {
      sentence: wordsOf(locale).run.takesBackLine(String(line.no), invoice.number),
      reason: { rule: 'reverses', amount: line.net, document: invoice.number },
    },
  }));
}

interface Taking {
  readonly number: string;
  readonly issuedAt: string;
  readonly issuedOn: string;
  readonly reason: string;
  /** What the member owed before. */
  readonly before: Decimal;
  /** Advance payments that the invoice had set off; they are left to be set off again. */
  readonly freed: Decimal;
}

const kept = ({
  verification: _,
  format: __,
  taxPoint: ___,
  dueOn: ____,
  disputeBy: _____,
  advances: ______,
  ...rest
}: Statement) => rest;

/** The statement of a credit note says what is taken back and what is owed then; use, shares and terms stand on the invoice. */
function factsOf(statement: Statement, { number, issuedAt, issuedOn, reason, before, freed }: Taking): StatementFacts {
  const { currency } = statement;
  const turned = (amount: string): string => writeMoney(zero.minus(decimal(amount)), currency);
  const { lines, net, tax, gross, taxes } = statement.charges;
  const credit = turned(gross);
  return {
    ...kept(statement),
    kind: 'credit-note',
    number,
    issuedAt,
    issuedOn,
    corrects: { number: statement.number, issuedOn: statement.issuedOn, reason },
    balance: {
      opening: { amount: writeMoney(before, currency) },
      entries: [
        { kind: 'credit', document: number, label: reason, amount: credit },
        ...(freed.isZero()
          ? []
          : [
              {
                kind: 'adjustment',
                label: 'Advance payments, no longer set off',
                amount: writeMoney(freed, currency),
              } as const,
            ]),
      ],
      closing: writeMoney(before.plus(decimal(credit)).plus(freed), currency),
    },
    use: [],
    charges: {
      lines: lines.map((line) => turnedLine(line, statement.number, turned)),
      net: turned(net),
      ...(tax === undefined ? {} : { tax: turned(tax) }),
      gross: credit,
      ...(taxes === undefined
        ? {}
        : {
            taxes: taxes.map(({ label, rate, ...row }) => ({
              label,
              rate,
              net: turned(row.net),
              tax: turned(row.tax),
            })),
          }),
    },
    sharing: [],
  };
}

function turnedLine({ why: _, ...line }: ChargeLine, document: string, turned: (amount: string) => string) {
  const quantity = line.quantity === undefined ? {} : { quantity: zero.minus(decimal(line.quantity)).toFixed() };
  return {
    ...line,
    ...quantity,
    net: turned(line.net),
    reason: { rule: 'reverses', amount: line.net, document } as const,
  };
}
