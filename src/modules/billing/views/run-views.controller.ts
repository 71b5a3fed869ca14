import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { eventsOf } from '../../../platform/http/server-sent-events.js';
import { idParam, type IdParam } from '../../../platform/http/wire.js';
import {
  changes,
  correctionDeltas,
  type CorrectionDeltas,
  type Changes,
  preview,
  type Preview,
  reconciliation,
  type Reconciliation,
  run,
  runIssues,
  runPage,
  type RunReply,
  runsQuery,
  type RunsQuery,
  shares,
  type Shares,
} from '../billing.schema.js';
import { LaterFacts } from '../correct/later-facts.js';
import { laterFacts, type LaterFactsReply } from '../correct/later-facts.schema.js';
import { RunViews } from './run-views.js';

/** What a run found, shared and would bill. Nothing here changes anything. */
@Controller('billing-runs')
export class RunViewsController {
  constructor(
    private readonly views: RunViews,
    private readonly later: LaterFacts,
  ) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Runs, newest first.', runPage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: runsQuery }) query: RunsQuery) {
    return this.views.list(communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'The run.', run)
  get(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<RunReply> {
    return this.views.get(communityId, id);
  }

  @Get(':id/issues')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Everything that was found, with its remedy.', runIssues)
  async issues(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return { items: await this.views.issues(communityId, id) };
  }

  @Get(':id/shares')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Every share of every cost, with its weight and the reasons for it.', shares)
  shares(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<Shares> {
    return this.views.shares(communityId, id);
  }

  @Get(':id/reconciliation')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Each cost: amount = members + common + vacant + held.', reconciliation)
  reconciliation(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<Reconciliation> {
    return this.views.reconciliation(communityId, id);
  }

  @Get(':id/preview')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, "Each member's lines, with the reason of every line.", preview)
  preview(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<Preview> {
    return this.views.preview(communityId, id);
  }

  @Get(':id/changes')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, "Each member against the member's invoice before.", changes)
  changes(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<Changes> {
    return this.views.changes(communityId, id);
  }

  /** Readings and occupancies that came or changed after the issue, as far as they ask for a correction. */
  @Get(':id/later-facts')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What is known otherwise today than when the run was issued.', laterFacts)
  laterFacts(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<LaterFactsReply> {
    return this.later.of(communityId, id);
  }

  /** Of a correction: what it changes for whom, in which cost, and why. For each cost the deltas come to what it changed by. */
  @Get(':id/deltas')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Deltas by line and by member, each with its reasons.', correctionDeltas)
  deltas(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<CorrectionDeltas> {
    return this.views.deltas(communityId, id);
  }

  /**
   * Sends `{status, done, total}` whenever it changes, until every document is made. Not by `@Sse`, which has answered 200
   * before it is known whether there is such a run.
   */
  @Get(':id/progress')
  @Allow('treasurer', 'approver', 'auditor')
  @Header('cache-control', 'no-store, no-transform')
  @Header('x-accel-buffering', 'no')
  @Reply(200, 'How far the documents of the run are, as server-sent events.', undefined, ['text/event-stream'])
  async progress(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    await this.views.get(communityId, id);
    return eventsOf(this.views.progress(communityId, id));
  }
}
