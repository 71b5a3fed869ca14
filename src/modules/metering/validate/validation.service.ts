import { Injectable } from '@nestjs/common';
import { addDays, daysIn, fromEpochMs, type Period } from '../../../domain/calendar/period.js';
import { startOfDay, type Zone } from '../../../domain/calendar/zone.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { frameOf } from '../../../domain/metering/frame.js';
import { validate } from '../../../domain/metering/validate.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { newId } from '../../../platform/ids.js';
import { type Actor, system } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { CommunityService } from '../../community/community.service.js';
import { type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { KnowSite, type RegisterRecord, type SiteLook } from './know-site.js';
import { measureRegisters } from './measure-registers.js';
import { idOf } from '../meters/metering.service.js';
import { refuseReduced } from '../consume/reduced-readings.js';
import { recordRestarts, type Restart } from './restart-counters.js';
import { openFindings } from './finding-exceptions.js';
import { storeFindings } from './store-findings.js';
import type { NewPass, PassReply } from './validation.schema.js';
import { rulesOf } from './validation-rules.js';

interface Site {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly zone: Zone;
}

/** Longest period of one pass. */
const mostDays = 400;

/** Asks the community's rules of all readings of a site. */
@Injectable()
export class ValidationService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly site: KnowSite,
  ) {}

  /** @throws DomainError `not-found` (site), `invalid-period` where it has not begun, `too-large` */
  pass(communityId: string, { site: address, period }: NewPass, actor: Actor): Promise<PassReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', address);
      const { zone } = await lockSite(tx, communityId, siteId);
      if (startOfDay(period.from, zone) >= this.clock.now()) {
        throw new DomainError('invalid-period', `${period.from} has not begun; there is nothing to look at yet.`);
      }
      if (daysIn(period) > mostDays) {
        throw new DomainError('too-large', `A pass looks at ${mostDays} days at most; ask for this period in parts.`);
      }
      return this.within(tx, communityId, siteId, period, actor);
    });
  }

  /** A pass within an open transaction: passes of one site wait for each other. */
  async within(tx: Tx, communityId: string, siteId: string, period: Period, actor: Actor): Promise<PassReply> {
    const site = await lockSite(tx, communityId, siteId);
    const { policyId, look } = await this.lookAt(tx, communityId, site, period);
    const span = { from: fromEpochMs(look.frame.span.from), to: fromEpochMs(look.frame.span.to) };
    const { registers, records, figures, restarts } = await this.measure(tx, look);
    const known = await this.site.know(tx, look, registers, records, figures);
    const findings = validate(known, look.rules);
    const [passId, at] = [newId(), this.clock.now()];
    await tx.query(
      `INSERT INTO validation_pass (community_id, id, site_id, days, span, policy_id, actor_kind, actor_id, passed_at)
       VALUES ($1, $2, $3, $4, tstzrange($5, $6), $7, $8, $9, $10)`,
      [communityId, passId, siteId, daysToDatabase(period), span.from, span.to, policyId, actor.kind, actor.id, at],
    );
    const stored = await storeFindings(tx, { communityId, passId, siteId, span, at, findings }, registers);
    const blocking = findings.filter(({ severity }) => severity === 'blocking').length;
    const reply: PassReply = {
      ...{ id: passId, site: site.code, period, at, registers: registers.length, restarts },
      found: { blocking, warning: findings.length - blocking },
      open: (await openFindings(tx, communityId, siteId, span)).filter(({ decision }) => decision === null).length,
      ...stored,
    };
    const { found, added, closed, reopened } = reply;
    const data = { pass: passId, period, found, added, closed, reopened, restarts };
    await this.audit.record(tx, { actor, type: 'site.validated', subjectKind: 'site', subjectId: siteId, data });
    return reply;
  }

  private async lookAt(
    tx: Tx,
    communityId: string,
    site: Site,
    period: Period,
  ): Promise<{ policyId: string; look: SiteLook }> {
    const lastDay = addDays(period.to, -1);
    const policy = await this.community.versionOn(tx, communityId, 'validation', lastDay);
    const thresholds = await this.community.policyOn(tx, communityId, 'residual', lastDay);
    const readings = await this.community.policyOn(tx, communityId, 'readings', lastDay);
    const asked = {
      period,
      zone: site.zone,
      now: this.clock.now(),
      futureMinutes: readings.futureMinutes,
      maxGapHours: readings.maxInterpolationHours,
      rules: rulesOf(policy.terms, thresholds),
    };
    const look = { ...asked, communityId, siteId: site.id, siteName: site.name, frame: frameOf(asked) };
    return { policyId: policy.id, look };
  }

  /** The figures of all registers. Counters that started again are recorded as that, and their meters measured anew. */
  private async measure(tx: Tx, look: SiteLook) {
    const { communityId, siteId, frame } = look;
    const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.span.to) };
    const installed = async (): Promise<InstalledRegister[]> =>
      (await registersOf(tx, communityId, { siteId }, span)).filter(({ meterRole }) => meterRole !== 'virtual');
    const records = await recordsOf(tx, communityId, siteId);
    const before = await installed();
    await refuseReduced(tx, communityId, before, span);
    const figures = await measureRegisters(tx, communityId, before, frame);
    const restarts = await recordRestarts(tx, look, before, records, figures);
    if (restarts.length === 0) return { registers: before, records, figures, restarts: 0 };
    for (const restart of restarts) await this.tell(tx, restart);
    const changed = new Set(restarts.map(({ meterId }) => meterId));
    const registers = await installed();
    const again = registers.filter(({ meterId }) => changed.has(meterId));
    for (const [no, one] of await measureRegisters(tx, communityId, again, frame)) figures.set(no, one);
    return { registers, records, figures, restarts: restarts.length };
  }

  private tell(tx: Tx, { meterId, at, installation, registers }: Restart): Promise<void> {
    return this.audit.record(tx, {
      actor: system,
      type: 'meter.counter-restarted',
      subjectKind: 'meter',
      subjectId: meterId,
      data: { at, installation, registers },
    });
  }
}

/** Passes of one site, and decisions about what they found, stand in line at its row. */
export async function lockSite(tx: Tx, communityId: string, siteId: string): Promise<Site> {
  const [site] = await tx.query<Site>(
    'SELECT id, code, name, zone FROM site WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [communityId, siteId],
  );
  assert(site, 'A site that was found is there.');
  return site;
}

async function recordsOf(tx: Tx, communityId: string, siteId: string): Promise<Map<string, RegisterRecord>> {
  const rows = await tx.query<RegisterRecord>(
    `SELECT r.id, r.restarts, m.verified_until AS "verifiedUntil"
     FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE r.community_id = $1 AND m.site_id = $2`,
    [communityId, siteId],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
