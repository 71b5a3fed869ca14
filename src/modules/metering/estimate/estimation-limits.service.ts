import { Injectable } from '@nestjs/common';
import { addDays, epochMs, type Instant, type Period } from '../../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { estimationIssues } from '../../../domain/metering/estimation-limits.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import { countedOnce, type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { registersWithEstimates, standingEstimates } from '../consume/stored-estimates.js';

/** What stands in the way of a bill that rests on estimates. */
@Injectable()
export class EstimationLimitsService {
  constructor(private readonly community: CommunityService) {}

  async issuesOf(
    tx: Tx,
    communityId: string,
    site: { readonly id: string; readonly name: string; readonly zone: Zone },
    period: Period,
  ): Promise<Issue[]> {
    const span = spanOf(period, site.zone);
    const installed = await registersOf(tx, communityId, { siteId: site.id }, span);
    const counted = countedOnce(installed);
    const some = await registersWithEstimates(tx, communityId, installed, span);
    const suspects = installed.filter(({ id }) => some.has(id) && counted.has(id));
    const read = await readingsAround(tx, communityId, suspects, span, true);
    const standing = await standingEstimates(tx, communityId, suspects, span, (register) =>
      readingsFrom(register, read.get(register.no) ?? []),
    );
    // The value with which a display opens was used up to then, and intervals count that share time with the period.
    const estimated = suspects.filter(({ no }) =>
      (standing.get(no) ?? []).some(({ at, until }) =>
        until === null ? at > span.from : epochMs(until) > epochMs(span.from) && epochMs(at) < epochMs(span.to),
      ),
    );
    if (estimated.length === 0) return [];
    const { maxSharePercent, maxMonths } = await this.community.policyOn(
      tx,
      communityId,
      'estimation',
      addDays(period.to, -1),
    );
    return estimationIssues(
      { kind: 'site', id: site.id, label: site.name },
      { period, zone: site.zone },
      await spacesOf(tx, communityId, site.id, estimated),
      await lastReadings(tx, communityId, estimated, span.to),
      { maxSharePercent: decimal(maxSharePercent), maxMonths },
    );
  }
}

async function spacesOf(tx: Tx, communityId: string, siteId: string, estimated: readonly InstalledRegister[]) {
  const ids = new Set(estimated.flatMap(({ devices }) => devices.flatMap(({ spaceId }) => spaceId ?? [])));
  const rows = await tx.query<{ id: string; code: string; area: string }>(
    'SELECT id, code, area::text AS area FROM space WHERE community_id = $1 AND site_id = $2',
    [communityId, siteId],
  );
  return rows.map(({ id, code, area }) => ({ code, area: decimal(area), isEstimated: ids.has(id) }));
}

async function lastReadings(tx: Tx, communityId: string, registers: readonly InstalledRegister[], before: Instant) {
  const rows = await tx.query<{ no: number; at: Instant | null }>(
    `SELECT a.no, (SELECT max(coalesce(r.until, r.at)) FROM reading_in_force r
                   WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no
                     AND r.at <= $3::timestamptz AND r.quality IN ('actual', 'customer')) AS at
     FROM unnest($2::int[]) AS a (no)`,
    [communityId, registers.map(({ no }) => no), before],
  );
  const read = new Map(rows.map(({ no, at }) => [no, at]));
  return registers.flatMap(({ id, label, no, devices }) => {
    const at = read.get(no) ?? devices[0]?.from;
    return at === undefined ? [] : [{ subject: { kind: 'register', id, label } as const, lastRead: epochMs(at) }];
  });
}
