import { Controller, Get, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { balanceCsv } from './site-balance-csv.format.js';
import { type BalanceQuery, balanceQuery, balanceReply } from './site-balance.schema.js';
import { SiteBalanceService } from './site-balance.service.js';

const csvType = 'text/csv';

@Controller('sites')
export class SiteBalanceController {
  constructor(private readonly balances: SiteBalanceService) {}

  /** By utility, unit and time: in pages as JSON, or whole as CSV. */
  @Get(':id/balance')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(
    200,
    'What was supplied to the site, what its meters tell of it, and what is left between them.',
    balanceReply,
    ['application/json', csvType],
  )
  async balance(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: balanceQuery }) query: BalanceQuery,
    @CurrentPrincipal() { communityId }: Principal,
    @Headers('accept') accept = '',
  ) {
    if (accept.split(',')[0]?.split(';')[0]?.trim() !== csvType) return this.balances.page(communityId, id, query);
    const content = Buffer.from(balanceCsv(await this.balances.all(communityId, id, query)), 'utf8');
    return new StreamableFile(content, {
      type: `${csvType}; charset=utf-8`,
      length: content.length,
      disposition: 'attachment; filename="site-balance.csv"',
    });
  }
}
