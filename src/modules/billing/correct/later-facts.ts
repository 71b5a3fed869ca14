import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/period.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { Collector } from '../collect/collect.js';
import { takeTime } from '../collect/take-time.js';
import { readRun } from '../run/runs.js';
import { findCauses } from './correction-causes.js';
import type { LaterFactsReply } from './later-facts.schema.js';

/**
 * What a correction of an issued run would find: uses that are measured otherwise by now, and occupancies that were changed. Collected as a
 * correction collects it, and compared with what stands, so that a reading which came late and changes nothing is not told of.
 */
@Injectable()
export class LaterFacts {
  constructor(
    private readonly transactions: Transactions,
    private readonly collector: Collector,
  ) {}

  /** @throws DomainError `not-found` */
  of(communityId: string, id: string): Promise<LaterFactsReply> {
    return this.transactions.inSnapshot(communityId, async (tx) => {
      await takeTime(tx);
      const asked = await readRun(tx, id);
      const run = asked.correctsId === null ? asked : await readRun(tx, asked.correctsId);
      const standing = await standingOf(tx, run.id);
      if (standing === undefined) return { run: run.id, readings: [], occupancies: [] };
      const inputs = await this.collector.collect(tx, { ...run, correctsId: run.id });
      const { uses, stays } = await findCauses(tx, standing.id, standing.since, inputs);
      return {
        run: run.id,
        readings: uses.map(({ meter, memberId, from, to, unit, before, after, late }) => ({
          ...{ meter, from, to, unit, before, after, late },
          member: memberId === null ? null : (inputs.codes[memberId] ?? null),
        })),
        occupancies: stays.map(({ member, space, before, after, at }) => ({ member, space, before, after, at })),
      };
    });
  }
}

/** What stands for the period of a run, and when its figures were calculated; undefined where nothing was issued. */
async function standingOf(tx: Tx, originId: string): Promise<{ id: string; since: Instant } | undefined> {
  const [standing] = await tx.query<{ id: string; since: Instant }>(
    `SELECT s.id, r.proposed_at AS since FROM standing_run s JOIN billing_run r ON r.community_id = s.community_id AND r.id = s.id
     WHERE s.community_id = current_community() AND s.origin_id = $1`,
    [originId],
  );
  return standing;
}
