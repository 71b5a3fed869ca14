import { Body, Controller, Get, Header, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Statement } from '../../domain/statement/model.js';
import { renderText } from '../../domain/statement/render-text.js';
import { Allow, Public, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { seenBy } from '../community/places.service.js';
import { CreditNotesService } from './credit-notes.service.js';
import {
  codeParam,
  type CodeParam,
  invoice,
  invoicePage,
  type InvoiceReply,
  invoicesQuery,
  type InvoicesQuery,
  newCreditNote,
  type NewCreditNote,
  verified,
  type Verified,
} from './invoices.schema.js';
import { InvoicesService } from './invoices.service.js';
import { renderHtml } from './render/statement.html.js';
import { statementPolicy } from './render/statement.style.js';

/** Invoices as they were issued, in every format. They never change. */
@Controller('invoices')
export class InvoicesController {
  constructor(
    private readonly invoices: InvoicesService,
    private readonly creditNotes: CreditNotesService,
  ) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Invoices and credit notes, newest first; members see their own.', invoicePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: invoicesQuery }) query: InvoicesQuery) {
    return this.invoices.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The invoice with its lines, by id or number.', invoice)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<InvoiceReply> {
    return this.invoices.get(principal.communityId, id, seenBy(principal));
  }

  @Get(':id/document.pdf')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The PDF; 409 while it is being made.', undefined, ['application/pdf'])
  async pdf(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.invoices.pdf(principal.communityId, id, seenBy(principal)), {
      type: 'application/pdf',
    });
  }

  @Get(':id/document.html')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', statementPolicy)
  @Reply(200, 'The statement as a page.', undefined, ['text/html'])
  async html(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<string> {
    return renderHtml(await this.statement(principal, id));
  }

  @Get(':id/document.txt')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Reply(200, 'The statement as plain text.', undefined, ['text/plain'])
  async text(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<string> {
    return renderText(await this.statement(principal, id));
  }

  /** Canonical JSON: the very bytes over which the verification code was taken, with the code beside them. */
  @Get(':id/document.json')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The sealed statement.', undefined, ['application/json'])
  async json(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    const body = await this.invoices.statement(principal.communityId, id, seenBy(principal));
    return new StreamableFile(Buffer.from(body, 'utf8'), { type: 'application/json; charset=utf-8' });
  }

  /** Takes the whole invoice back. */
  @Post(':id/credit-notes')
  @Allow('treasurer')
  @StepUp()
  @Reply(201, 'The credit note was issued.', invoice)
  credit(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newCreditNote }) { reason }: NewCreditNote,
  ): Promise<InvoiceReply> {
    return this.creditNotes.create(principal.communityId, id, reason, actorOf(principal));
  }

  private async statement(principal: Principal, id: string): Promise<Statement> {
    return JSON.parse(await this.invoices.statement(principal.communityId, id, seenBy(principal))) as Statement;
  }
}

/** Credit notes are documents like invoices; here they are listed by themselves. */
@Controller('credit-notes')
export class CreditNotesController {
  constructor(private readonly invoices: InvoicesService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Credit notes, newest first; members see their own.', invoicePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: invoicesQuery }) query: InvoicesQuery) {
    return this.invoices.list(principal.communityId, query, seenBy(principal), 'credit-note');
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The credit note with its lines, by id or number.', invoice)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<InvoiceReply> {
    return this.invoices.get(principal.communityId, id, seenBy(principal));
  }
}

/** Whether a document was issued here, for whoever holds it. */
@Controller('verify')
export class VerifyController {
  constructor(private readonly invoices: InvoicesService) {}

  @Get(':code')
  @Public()
  @Reply(200, 'What was issued under the code.', verified)
  verify(@Param({ schema: codeParam }) { code }: CodeParam, @Req() { ip }: FastifyRequest): Promise<Verified> {
    return this.invoices.verify(code, ip);
  }
}
