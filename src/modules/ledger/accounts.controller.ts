import { Controller, Get, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { AccountsService } from './accounts.service.js';
import { journalCsv } from './csv.format.js';
import { journalHledger } from './hledger.format.js';
import { JournalService } from './journal.service.js';
import {
  accountQuery,
  type AccountQuery,
  accounts,
  type AccountsReply,
  journal,
  journalQuery,
  type JournalQuery,
  memberAccount,
  type MemberAccountReply,
} from './ledger.schema.js';
import { ownMembers } from './own-members.js';

const csvType = 'text/csv';
const hledgerType = 'text/plain';

@Controller()
export class AccountsController {
  constructor(
    private readonly balances: AccountsService,
    private readonly journals: JournalService,
  ) {}

  @Get('accounts')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Balances of all accounts, with what members owe by age, and the trial balance.', accounts)
  list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<AccountsReply> {
    return this.balances.list(principal.communityId, query);
  }

  @Get('accounts/:id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The account of a member with its running balance; a member sees only its own.', memberAccount)
  ofMember(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: accountQuery }) query: AccountQuery,
  ): Promise<MemberAccountReply> {
    return this.balances.ofMember(principal.communityId, id, query, ownMembers(principal));
  }

  /** The journal by posting day: in pages as JSON, or whole as CSV or hledger text. */
  @Get('journal')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Entries with their postings.', journal, ['application/json', csvType, hledgerType])
  async journal(
    @CurrentPrincipal() { communityId }: Principal,
    @Query({ schema: journalQuery }) query: JournalQuery,
    @Headers('accept') accept?: string,
  ) {
    const format = query.format ?? acceptedFormat(accept);
    if (format === 'json') return this.journals.page(communityId, query);
    const entries = await this.journals.all(communityId, query);
    return format === 'csv'
      ? file(journalCsv(entries), csvType, 'journal.csv')
      : file(journalHledger(entries), hledgerType, 'journal.hledger');
  }
}

function acceptedFormat(accept = ''): 'json' | 'csv' | 'hledger' {
  const first = accept.split(',')[0]?.split(';')[0]?.trim();
  if (first === csvType) return 'csv';
  return first === hledgerType ? 'hledger' : 'json';
}

function file(text: string, type: string, name: string): StreamableFile {
  const content = Buffer.from(text, 'utf8');
  return new StreamableFile(content, {
    type: `${type}; charset=utf-8`,
    length: content.length,
    disposition: `attachment; filename="${name}"`,
  });
}
