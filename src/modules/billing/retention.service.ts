import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Instant, Period } from '../../domain/calendar/period.js';
import { dayOf, type Zone } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { loggerToken } from '../../platform/logging.js';
import { type StandingWork, Workers } from '../../platform/queue/workers.js';
import { system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';

/*
 * The problem: half-hours tell when a shop was open and an oven was on. To prove an invoice, years later, its totals and the readings that it
 * cites are enough; the rest need not be kept for ever.
 *
 *   October 2024, billed on 3 November 2024, 13 months    from 3 December 2025 on 1,488 half-hours of a meter may go
 *   what stays                                           the totals by band in the run; of a display, the first and the last reading
 *
 * Method: every time that an issued run billed as one (a register, while one member had its space) is taken by itself, in a transaction of
 * its own. Writing the record of it is what removes the readings; the database weighs once more whether they may go, counts them and
 * takes their hash. The same stands in the record of the community. A pass that is cut short goes on with the next one.
 */

/** What became of a time that was billed, or would become of it. */
export interface Retained {
  readonly site: string;
  readonly runId: string;
  readonly days: Period;
  readonly register: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Readings that went, or would go. */
  readonly removed: number;
  /** Hexadecimal; null in a dry run, and where nothing went. */
  readonly sha256: string | null;
  /** Why they stay; null where they go. */
  readonly obstacle: string | null;
}

export interface RetentionReport {
  readonly community: string;
  /** Null: everything is kept. */
  readonly keepMonths: number | null;
  readonly times: readonly Retained[];
}

interface Slice extends Omit<Retained, 'removed' | 'sha256'> {
  readonly no: number;
  readonly registerId: string;
  readonly readings: number;
}

interface Removed {
  readonly removed: number;
  readonly first: Instant;
  readonly last: Instant;
  readonly total: string;
  readonly sha256: string;
}

const firstLookMs = 5 * 60_000;
const dayMs = 86_400_000;

/** Lets readings go that need not be kept any more, as each community has decided; a worker does so once a day. */
@Injectable()
export class RetentionService implements StandingWork {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    @Inject(loggerToken) private readonly logger: Logger,
    workers: Workers,
  ) {
    workers.alongside(this);
  }

  start(): void {
    this.wait(firstLookMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Looks at all communities. @param dryRun only says what would go */
  async retain(dryRun: boolean): Promise<RetentionReport[]> {
    const communities = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string; code: string; zone: Zone }>('SELECT id, code, zone FROM community ORDER BY code'),
    );
    const reports: RetentionReport[] = [];
    for (const { id, code, zone } of communities) {
      if (this.stopped) break;
      reports.push({ community: code, ...(await this.ofCommunity(id, zone, dryRun)) });
    }
    return reports;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.retain(false)
        .catch((error: unknown) => this.logger.error({ err: error }, 'readings could not be reduced; tomorrow again'))
        .then(() => (this.stopped ? undefined : this.wait(dayMs)));
    }, ms).unref();
  }

  private async ofCommunity(
    communityId: string,
    zone: Zone,
    dryRun: boolean,
  ): Promise<Omit<RetentionReport, 'community'>> {
    const now = this.clock.now();
    const { policyId, keepMonths, slices } = await this.transactions.inCommunity(communityId, async (tx) => {
      const { id, terms } = await this.community.versionOn(tx, communityId, 'retention', dayOf(now, zone));
      const due = terms.keepMonths === null ? [] : await slicesDue(tx, communityId, terms.keepMonths, now);
      return { policyId: id, keepMonths: terms.keepMonths, slices: due };
    });
    const times: Retained[] = [];
    for (const slice of slices) {
      if (this.stopped) break;
      const isKept = slice.obstacle !== null || dryRun;
      times.push(isKept ? told(slice) : await this.reduce(communityId, slice, policyId, now));
    }
    return { keepMonths, times };
  }

  private async reduce(communityId: string, slice: Slice, policyId: string, now: Instant): Promise<Retained> {
    const { no, registerId, register, runId, from, to } = slice;
    try {
      return await this.transactions.inCommunity(communityId, async (tx) => {
        const gone = await remove(tx, communityId, slice, policyId, now);
        const { removed, first, last, total, sha256 } = gone;
        await this.audit.record(tx, {
          ...{ actor: system, type: 'readings.reduced', subjectKind: 'register', subjectId: registerId },
          data: {
            run: runId,
            policy: policyId,
            register,
            registerNo: no,
            from,
            to,
            removed,
            first,
            last,
            total,
            sha256,
          },
        });
        return told(slice, gone);
      });
    } catch (error) {
      // Somebody decided, sent or removed something since we looked; the next pass looks again.
      if (error instanceof DomainError) return told({ ...slice, obstacle: error.message });
      throw error;
    }
  }
}

const told = (
  { site, runId, days, register, from, to, readings, obstacle }: Slice,
  gone?: Pick<Removed, 'removed' | 'sha256'>,
): Retained => ({
  ...{ site, runId, days, register, from, to, obstacle },
  removed: gone?.removed ?? (obstacle === null ? readings : 0),
  sha256: gone?.sha256 ?? null,
});

/** Times that were billed long enough ago and of which something could go. */
const slicesDue = (tx: Tx, communityId: string, keepMonths: number, now: Instant): Promise<Slice[]> =>
  tx.query<Slice>(
    `SELECT s.code AS site, r.id AS "runId", r.days, g.no, g.id AS "registerId", m.code || ' ' || g.code AS register, u.from, u.to, found.readings,
            obstacle_to_reduction(g.no, u.from, u.to, r.id) AS obstacle
     FROM billing_run r
     JOIN site s ON s.community_id = r.community_id AND s.id = r.site_id
     CROSS JOIN LATERAL (SELECT DISTINCT register_id, from_at AS from, to_at AS to FROM run_use
                         WHERE community_id = r.community_id AND run_id = r.id AND band = '') u
     JOIN register g ON g.community_id = r.community_id AND g.id = u.register_id
     JOIN meter m ON m.community_id = g.community_id AND m.id = g.meter_id
     CROSS JOIN LATERAL (SELECT count(*)::int AS readings FROM reducible_readings(g.no, u.from, u.to)) found
     WHERE r.community_id = $1 AND r.status IN ('issued', 'closed') AND r.issued_at + make_interval(months => $2::int) <= $3::timestamptz
       AND NOT EXISTS (SELECT FROM reading_reduction d WHERE d.community_id = r.community_id AND d.register_no = g.no AND d.from_at = u.from)
       AND found.readings > 0
     ORDER BY r.days, s.code, register, u.from`,
    [communityId, keepMonths, now],
  );

/** Removes the readings by writing the record; the database fills in what it removed. */
async function remove(
  tx: Tx,
  communityId: string,
  { no, from, to, runId }: Slice,
  policyId: string,
  now: Instant,
): Promise<Removed> {
  const rows = await tx.query<Removed>(
    `INSERT INTO reading_reduction (community_id, register_no, from_at, to_at, run_id, policy_id, reduced_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     RETURNING removed::int AS removed, first_at AS first, last_at AS last, trim_scale(total)::text AS total, encode(sha256, 'hex') AS sha256`,
    [communityId, no, from, to, runId, policyId, now],
  );
  const [gone] = rows;
  if (!gone) throw new DomainError('conflict', 'Nothing was removed; try again.');
  return gone;
}
