import { Controller, Get, Param } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { seenBy } from '../../community/places.service.js';
import { LineChain } from './line-chain.js';
import { lineChain, type LineChainReply, lineParam, type LineParam } from './line-chain.schema.js';

@Controller('invoices')
export class LineChainController {
  constructor(private readonly chains: LineChain) {}

  /** Where a line comes from: the cost, the supplier's bill with the hash of its file, the rule, and the readings with their deliveries. */
  @Get(':id/lines/:no/why')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The chain from the line to its sources; members see that of their own lines.', lineChain)
  of(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: lineParam }) { id, no }: LineParam,
  ): Promise<LineChainReply> {
    return this.chains.of(principal.communityId, id, Number.parseInt(no, 10), seenBy(principal));
  }
}
