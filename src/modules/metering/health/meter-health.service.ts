import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { dayOf, localMoment } from '../../../domain/calendar/zone.js';
import { DomainError } from '../../../domain/errors.js';
import {
  adviceOn,
  healthOf,
  type HealthTerms,
  type RegisterHealth,
  silentSince,
} from '../../../domain/metering/health.js';
import { decimal, plain, quotient } from '../../../domain/quantity/decimal.js';
import { Clock } from '../../../platform/clock.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import { CommunityService } from '../../community/community.service.js';
import { type HealthRow, healthRows } from './health-rows.js';
import type { HealthQuery, RegisterHealthReply } from './meter-health.schema.js';

/** Which meters somebody has to look at, and why. */
@Injectable()
export class MeterHealthService {
  constructor(
    private readonly transactions: Transactions,
    private readonly communities: CommunityService,
    private readonly clock: Clock,
  ) {}

  /** A page, by meter and register. */
  async list(communityId: string, query: HealthQuery): Promise<{ items: RegisterHealthReply[]; next: string | null }> {
    const limit = limitOf(query);
    const [meter = '', register = ''] = readCursor(query.cursor, 2) ?? [];
    const all = await this.all(communityId, query);
    const isAfter = (one: RegisterHealthReply): boolean =>
      one.meter > meter || (one.meter === meter && one.register > register);
    return pageOf(all.filter(isAfter).slice(0, limit + 1), limit, (one) => [one.meter, one.register]);
  }

  /** All of them. @throws DomainError `not-found` for a site */
  all(communityId: string, { site, state }: Pick<HealthQuery, 'site' | 'state'>): Promise<RegisterHealthReply[]> {
    const now = this.clock.now();
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = site === undefined ? null : await idOf(tx, communityId, 'site', site);
      const rows = await healthRows(tx, communityId, siteId, now);
      const terms = await this.terms(tx, communityId, now);
      const moves = movesBySite(rows);
      return rows
        .map((row) => described(row, epochMs(now), terms, moves))
        .filter((one) => state === undefined || one.state === state)
        .sort((a, b) => order(a.meter, b.meter) || order(a.register, b.register));
    });
  }

  /** What the community takes for odd, as its rules of validation say; a rule that is off is not asked here either. */
  private async terms(tx: Tx, communityId: string, now: Instant): Promise<HealthTerms> {
    try {
      const rules = await this.communities.policyOn(tx, communityId, 'validation', now.slice(0, 10));
      const { 'zero-use': still, 'stuck-intervals': even } = rules;
      return {
        stillDays: still.mode === 'off' ? null : still.days,
        evenDays: even.mode === 'off' ? null : even.days,
      };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not-found') return { stillDays: null, evenDays: null };
      throw error;
    }
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** When each register of a site last said something new, the latest first: whether others move is told by the first that is another. */
function movesBySite(rows: readonly HealthRow[]): ReadonlyMap<string, readonly Move[]> {
  const sites = new Map<string, Move[]>();
  for (const row of rows) {
    const at = row.unchangedSince ?? row.lastReading;
    if (at !== null) sites.set(row.siteId, [...latest(sites.get(row.siteId) ?? [], { row, at: epochMs(at) })]);
  }
  return sites;
}

interface Move {
  readonly row: HealthRow;
  readonly at: number;
}

/** Of all moves the two latest are enough: one of them is another's. */
const latest = (known: readonly Move[], move: Move): Move[] => [...known, move].sort((a, b) => b.at - a.at).slice(0, 2);

function described(
  row: HealthRow,
  now: number,
  terms: HealthTerms,
  moves: ReadonlyMap<string, readonly Move[]>,
): RegisterHealthReply {
  const { meter, name, site, zone, space, register, kind, unit, serial, lastSeen, lastReading, held } = row;
  const { unchangedSince, verifiedUntil, declaredMs, learntMs, skewMs } = row;
  const rhythmMs = declaredMs ?? learntMs;
  const others = (moves.get(row.siteId) ?? []).find((move) => move.row !== row);
  const facts: RegisterHealth = {
    since: epochMs(row.since),
    lastReading: lastReading === null ? null : epochMs(lastReading),
    rhythmMs,
    skewMs,
    unchangedSince: unchangedSince === null ? null : epochMs(unchangedSince),
    isEven: kind === 'interval' && !row.isZero,
    othersMove: others !== undefined && unchangedSince !== null && others.at > epochMs(unchangedSince),
    verifiedUntil,
    held,
  };
  const state = healthOf(facts, now, dayOf(fromEpochMs(now), zone), terms);
  const silent = silentSince(facts, now);
  const when = (ms: number): string => localMoment(fromEpochMs(ms), zone).replace('T', ' ');
  return {
    ...{ meter, name, site, space, register, kind, unit, serial, state, lastSeen, lastReading, unchangedSince },
    ...{ verifiedUntil, held, advice: adviceOn(state, facts, when) },
    silentSince: silent === null ? null : fromEpochMs(silent),
    rhythm:
      rhythmMs === null
        ? null
        : { seconds: Math.trunc(rhythmMs / 1000), how: declaredMs === null ? 'learnt' : 'declared' },
    gaps: rhythmMs === null ? null : { count: row.gaps, hours: hoursOf(row.gapMs) },
    clockSkewSeconds: skewMs === null ? null : Math.trunc(skewMs / 1000),
  };
}

const hourMs = decimal('3600000');
const hoursOf = (ms: number): string => plain(quotient(decimal(String(ms)), hourMs, 1, 'half-up'));
