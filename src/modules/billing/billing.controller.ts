import { Body, Controller, Param, Post } from '@nestjs/common';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  approval,
  type ApprovalBody,
  issueParam,
  type IssueParam,
  newCorrection,
  type NewCorrection,
  newRun,
  type NewRun,
  reasonBody,
  type ReasonBody,
  run,
  runIssue,
  type RunIssueReply,
  type RunReply,
} from './billing.schema.js';
import { BillingService } from './billing.service.js';

/** The steps of a billing run. Each answers the run as it stands after it. */
@Controller('billing-runs')
export class BillingController {
  constructor(private readonly billing: BillingService) {}

  /** Opens a run. One live run covers a day of a site. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The run was opened.', run)
  open(@CurrentPrincipal() principal: Principal, @Body({ schema: newRun }) body: NewRun): Promise<RunReply> {
    return this.billing.open(principal.communityId, body, actorOf(principal));
  }

  /** Opens a correction of an issued run: the whole pool of its days, computed again from the facts of today. Issued documents stay. */
  @Post(':id/corrections')
  @Allow('treasurer')
  @Reply(201, 'The correction was opened; calculate it as any run.', run)
  correct(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newCorrection }) body: NewCorrection,
  ): Promise<RunReply> {
    return this.billing.openCorrection(principal.communityId, id, body, actorOf(principal));
  }

  /** Collects, rates, shares and previews; or says everything that stands in the way. */
  @Post(':id/calculate')
  @Allow('treasurer')
  @Reply(200, 'The run was calculated: previewed, or open with its findings.', run)
  calculate(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<RunReply> {
    return this.billing.calculate(principal.communityId, id, actorOf(principal));
  }

  /** Binds the approval of a second person to the inputs that the person saw. */
  @Post(':id/approve')
  @Allow('approver')
  @StepUp()
  @Reply(200, 'The run was approved.', run)
  approve(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: approval }) { inputHash }: ApprovalBody,
  ): Promise<RunReply> {
    return this.billing.approve(principal.communityId, id, inputHash, actorOf(principal));
  }

  /** Issues all invoices at once, or none. Their documents follow. */
  @Post(':id/issue')
  @Allow('treasurer')
  @StepUp()
  @Reply(200, 'The run was issued; its documents are being made.', run)
  issue(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<RunReply> {
    return this.billing.issue(principal.communityId, id, actorOf(principal));
  }

  @Post(':id/cancel')
  @Allow('treasurer')
  @Reply(200, 'The run was cancelled; its days are free for another.', run)
  cancel(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: reasonBody }) { reason }: ReasonBody,
  ): Promise<RunReply> {
    return this.billing.cancel(principal.communityId, id, reason, actorOf(principal));
  }

  /** Takes a finding on, by name and with a reason; calculate again to go on. */
  @Post(':id/issues/:no/override')
  @Allow('treasurer', 'approver')
  @Reply(200, 'The finding was taken on.', runIssue)
  override(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: issueParam }) { id, no }: IssueParam,
    @Body({ schema: reasonBody }) { reason }: ReasonBody,
  ): Promise<RunIssueReply> {
    return this.billing.override(principal.communityId, id, Number.parseInt(no, 10), reason, actorOf(principal));
  }
}
