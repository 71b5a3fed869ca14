import { Injectable } from '@nestjs/common';
import { assert } from '../../domain/errors.js';
import { approve, nextState, refuseChanged } from '../../domain/invoice/billing-run.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { DocumentsService } from '../invoices/documents.service.js';
import { ValidationService } from '../metering/validate/validation.service.js';
import type { NewCorrection, NewRun, RunIssueReply, RunReply } from './billing.schema.js';
import { Collector } from './collect/collect.js';
import { computeRun } from './compute-run.js';
import { CorrectRun } from './correct/correct-run.js';
import { describeRun } from './store/describe-run.js';
import { overrideFinding, readOverrides } from './share/findings.js';
import { fixAccruals } from './issue/fix-accruals.js';
import { IssueRun } from './issue/issue-run.js';
import { openCorrection, openRun } from './run/open-run.js';
import { changeRun, lockRun, type Run } from './run/runs.js';
import { storeRun } from './store/store-run.js';
import { takeTime } from './collect/take-time.js';

/** The billing run: collect → refuse or rate → apportion → compose → store → enqueue. */
@Injectable()
export class BillingService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly collector: Collector,
    private readonly correcting: CorrectRun,
    private readonly issuing: IssueRun,
    private readonly documents: DocumentsService,
    private readonly validation: ValidationService,
  ) {}

  /** @throws DomainError `overlapping-run`, `not-found` (site, leaver), `conflict` (a leaver who stays) */
  open(communityId: string, given: NewRun, actor: Actor): Promise<RunReply> {
    return this.step(communityId, 'opened', actor, (tx) =>
      openRun(tx, communityId, given, personOf(actor), this.clock.now()),
    );
  }

  /** Opens a correction of an issued run. @throws DomainError `not-found`, `run-not-in-state`, `overlapping-run` */
  openCorrection(communityId: string, runId: string, given: NewCorrection, actor: Actor): Promise<RunReply> {
    const data = { corrects: runId, way: given.way };
    return this.step(
      communityId,
      'opened',
      actor,
      async (tx) => openCorrection(tx, await lockRun(tx, runId), given, personOf(actor), this.clock.now()),
      data,
    );
  }

  /** Computes the run anew, or says all that stands in the way. @throws DomainError `run-not-in-state` */
  calculate(communityId: string, runId: string, actor: Actor): Promise<RunReply> {
    return this.step(communityId, 'calculated', actor, async (tx) => {
      const run = await lockRun(tx, runId);
      nextState(run.status, 'validate');
      await changeRun(tx, run.id, { status: 'open', inputHash: null, proposed: null, approved: null });
      await this.validation.within(tx, communityId, run.siteId, run.period, actor);
      const inputs = await this.collector.collect(tx, run);
      const overrides = await readOverrides(tx, run.id);
      const { findings, figures } = computeRun(inputs, overrides);
      const stored = figures === null ? null : await this.correcting.stored(tx, run, inputs, figures);
      await storeRun(tx, run.id, inputs, findings, stored?.rows ?? null, stored?.deltas);
      if (stored === null) return run;
      const proposed = { by: personOf(actor), at: this.clock.now() };
      const hash = await this.correcting.hash(tx, run, inputs, overrides);
      await changeRun(tx, run.id, { status: 'previewed', inputHash: hash, proposed });
      return run;
    });
  }

  /** A second person says that exactly these inputs may be billed. @throws DomainError `run-not-in-state`, `four-eyes`, `run-changed` */
  approve(communityId: string, runId: string, seenHash: string, actor: Actor): Promise<RunReply> {
    return this.step(communityId, 'approved', actor, async (tx) => {
      const run = await lockRun(tx, runId);
      nextState(run.status, 'approve');
      await this.correcting.refuseEmpty(tx, run);
      const overrides = await readOverrides(tx, run.id);
      const prepared = [run.proposedBy ?? '', ...overrides.map(({ by }) => by)];
      refuseChanged(run.inputHash ?? '', seenHash);
      const { by } = approve(personOf(actor), prepared, seenHash, await this.currentHash(tx, run));
      await changeRun(tx, run.id, { status: 'approved', approved: { by, at: this.clock.now() } });
      return run;
    });
  }

  /** Issues what was approved, in one transaction. @throws DomainError `run-not-in-state`, `run-changed` */
  issue(communityId: string, runId: string, actor: Actor): Promise<RunReply> {
    return this.step(communityId, 'issued', actor, async (tx) => {
      const run = await lockRun(tx, runId);
      nextState(run.status, 'issue');
      const inputs = await this.collector.collect(tx, run);
      refuseChanged(run.inputHash ?? '', await this.correcting.hash(tx, run, inputs, await readOverrides(tx, run.id)));
      // What a final statement expects is no part of a bill.
      if (run.leaverId === null) await fixAccruals(tx, run.id, inputs);
      await this.issuing.issue(tx, run, personOf(actor), this.clock.now());
      return run;
    });
  }

  /** @throws DomainError `run-not-in-state` */
  cancel(communityId: string, runId: string, reason: string, actor: Actor): Promise<RunReply> {
    return this.step(
      communityId,
      'cancelled',
      actor,
      async (tx) => {
        const run = await lockRun(tx, runId);
        await changeRun(tx, run.id, { status: nextState(run.status, 'cancel'), cancelledAt: this.clock.now() });
        return run;
      },
      { reason },
    );
  }

  /** A named person takes a finding on; the run is calculated again to go on. @throws DomainError `issue-not-overridable`, `already-decided` */
  override(communityId: string, runId: string, no: number, reason: string, actor: Actor): Promise<RunIssueReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const run = await lockRun(tx, runId);
      nextState(run.status, 'validate');
      const taken = await overrideFinding(tx, run.id, no, personOf(actor), reason, this.clock.now());
      const data = { code: taken.code, fingerprint: taken.fingerprint, reason };
      await this.audit.record(tx, {
        actor,
        type: 'billing-run.overridden',
        subjectKind: 'billing-run',
        subjectId: run.id,
        data,
      });
      return taken;
    });
  }

  private async currentHash(tx: Tx, run: Run): Promise<string> {
    return this.correcting.hash(tx, run, await this.collector.collect(tx, run), await readOverrides(tx, run.id));
  }

  /** One step of a run: one transaction, one entry in the record, and the run as it stands after it. */
  private step(
    communityId: string,
    happened: string,
    actor: Actor,
    work: (tx: Tx) => Promise<Pick<Run, 'id'>>,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<RunReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await takeTime(tx);
      const { id } = await work(tx);
      const reply = await describeRun(tx, this.documents, id);
      const { status, inputHash: hash } = reply;
      await this.audit.record(tx, {
        actor,
        type: `billing-run.${happened}`,
        subjectKind: 'billing-run',
        subjectId: id,
        data: { status, inputHash: hash, ...data },
      });
      return reply;
    });
  }
}

function personOf({ kind, id }: Actor): string {
  assert(kind === 'person' && id !== null, 'Runs are the work of people.');
  return id;
}
