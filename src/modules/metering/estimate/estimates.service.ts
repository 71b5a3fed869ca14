import { Injectable } from '@nestjs/common';
import { daysIn, epochMs, fromEpochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { dayOf, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { estimate, type Passed, writtenInputs } from '../../../domain/metering/estimate.js';
import { type Estimate, type Gap, hullOf, type MethodName } from '../../../domain/metering/estimation.js';
import { decimal, plain, sum } from '../../../domain/quantity/decimal.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { CommunityService } from '../../community/community.service.js';
import { zoneOf } from '../consume/consumption.service.js';
import type { EstimatesMade, EstimatesQuery, NewEstimates, StoredEstimate } from './estimate.schema.js';
import type { FindingRow } from '../validate/finding-exceptions.js';
import { bySlots, findGaps } from './find-gaps.js';
import { registerCalled } from '../registers/find-register.js';
import { countedOnce, type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { refuseReduced } from '../consume/reduced-readings.js';
import { KnowAround, type RegisterGap } from './know-around.js';
import { idOf } from '../meters/metering.service.js';
import { listEstimates } from './list-estimates.js';
import { type MadeEstimate, storeEstimates } from '../consume/stored-estimates.js';
import { lockSite } from '../validate/validation.service.js';

/** What is to be estimated. */
interface Order {
  readonly siteId: string;
  /** Null: all registers that count. */
  readonly registerId: string | null;
  readonly span: Span;
  readonly zone: Zone;
  readonly only: MethodName | null;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly reason: string;
}

interface Named extends Span {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
}

interface Made extends Named {
  readonly method: MethodName;
  readonly values: readonly Estimate[];
  readonly together: Together | null;
  readonly passed: readonly Passed[];
}

type Together = Readonly<Record<'value' | 'low' | 'high', string>>;

interface Outcome {
  readonly made: readonly Made[];
  readonly impossible: readonly (Named & { readonly because: string; readonly passed: readonly Passed[] })[];
  readonly stored: number;
}

/** Longest period of one call. */
const mostDays = 400;
/** Values of a gap that are told; the others are in the list. */
const told = 50;

/** Values in place of readings that nobody took. */
@Injectable()
export class EstimatesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly known: KnowAround,
  ) {}

  /**
   * Estimates all that is missing of a site, or of one register.
   *
   * @throws DomainError `not-found`, `invalid-period` where it has not ended, `too-large`
   */
  make(communityId: string, body: NewEstimates, actor: Actor): Promise<EstimatesMade> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { siteId, registerId } = await asked(tx, communityId, body);
      const { code, zone } = await lockSite(tx, communityId, siteId);
      const { period, method, again, dryRun, reason } = body;
      const span = spanOf(period, zone);
      if (epochMs(span.to) > epochMs(this.clock.now())) {
        throw new DomainError(
          'invalid-period',
          `${period.to} has not come yet; only what has passed can be estimated.`,
        );
      }
      if (daysIn(period) > mostDays) {
        throw new DomainError(
          'too-large',
          `At most ${mostDays} days are estimated at once; ask for this period in parts.`,
        );
      }
      const order = { siteId, registerId, span, zone, only: method ?? null, again, dryRun, reason };
      const { made, impossible, stored } = await this.within(tx, communityId, order, actor);
      const estimated = made.map(({ values, passed, ...gap }) => ({
        ...gap,
        count: values.length,
        values: values.slice(0, told).map(({ at, until, value, low, high, inputs }) => ({
          ...{ at, until, value: plain(value), low: plain(low), high: plain(high) },
          inputs: writtenInputs(inputs),
        })),
        passed: [...passed],
      }));
      return {
        ...{ site: code, period, dryRun, estimated, stored },
        impossible: impossible.map(({ passed, ...gap }) => ({ ...gap, passed: [...passed] })),
      };
    });
  }

  /** All versions of the estimates about a period. @throws DomainError `not-found` */
  list(communityId: string, query: EstimatesQuery): Promise<{ items: StoredEstimate[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', query.site);
      const span = spanOf(query, await zoneOf(tx, communityId, siteId));
      const { meter, register } = query;
      const registerId = register === undefined ? null : (await registerCalled(tx, communityId, meter, register)).id;
      const limit = limitOf(query);
      const after = readCursor(query.cursor, 3) ?? null;
      const filter = { siteId, registerId, span, after };
      const { items, next } = pageOf(await listEstimates(tx, communityId, filter, limit + 1), limit, (row) => [
        row.registerId,
        row.at,
        String(row.version),
      ]);
      return { items: items.map(({ registerId: _, ...estimate }) => estimate), next };
    });
  }

  /**
   * Estimates what is missing where validation found something, because a person decided so.
   *
   * @throws DomainError `no-estimate` where something is missing and no method can fill it
   */
  async forFinding(
    tx: Tx,
    communityId: string,
    { id, siteId, registerId }: Pick<FindingRow, 'id' | 'siteId' | 'registerId'>,
    reason: string,
    actor: Actor,
  ): Promise<void> {
    if (registerId === null) return;
    const span = await missingSpan(tx, communityId, id);
    if (epochMs(span.from) >= epochMs(span.to)) return;
    const zone = await zoneOf(tx, communityId, siteId);
    const order = { siteId, registerId, span, zone, only: null, again: false, dryRun: false, reason };
    const { impossible } = await this.within(tx, communityId, order, actor);
    const [first] = impossible;
    if (!first) return;
    const { meter, register, from, to, because, passed } = first;
    throw new DomainError(
      'no-estimate',
      `${meter} ${register} cannot be estimated from ${from} to ${to}. ${because} Have it read, or decide otherwise.`,
      { meter, register, from, to, because: passed.map((one) => `${one.method}: ${one.because}`) },
    );
  }

  private async within(tx: Tx, communityId: string, order: Order, actor: Actor): Promise<Outcome> {
    const { siteId, registerId, span, zone } = order;
    const day = dayOf(fromEpochMs(epochMs(span.to) - 1), zone);
    const { methods } = await this.community.policyOn(tx, communityId, 'estimation', day);
    const { maxInterpolationHours } = await this.community.policyOn(tx, communityId, 'readings', day);
    const { warnAbovePercent } = await this.community.policyOn(tx, communityId, 'residual', day);
    const installed = (await registersOf(tx, communityId, { siteId }, span)).filter(
      ({ meterRole }) => meterRole !== 'virtual',
    );
    const counted = countedOnce(installed);
    const targets = installed.filter(({ id }) => (registerId === null ? counted.has(id) : id === registerId));
    await refuseReduced(tx, communityId, targets, span);
    const look = { communityId, span, zone, maxGapHours: maxInterpolationHours, again: order.again };
    const found = await findGaps(tx, targets, look);
    const made: Made[] = [];
    const estimates: MadeEstimate[] = [];
    const impossible = found.flatMap(({ register, hopeless }) =>
      hopeless.map(({ from, to, because }) => ({
        ...named(register, { from, to }),
        because,
        passed: [] as readonly Passed[],
      })),
    );
    const site = { communityId, siteId, zone, tolerancePercent: decimal(warnAbovePercent) };
    const gaps = found.flatMap(({ register, gaps: own }) => own.map((gap): RegisterGap => ({ register, gap })));
    for (const group of bySlots(gaps)) {
      for await (const { register, gap, around } of this.known.around(tx, site, group)) {
        const { estimated, passed } = estimate(gap, around, methods, order.only);
        const where = named(register, hullOf(gap));
        if (estimated === null) impossible.push({ ...where, because: 'No method can fill it.', passed });
        else {
          made.push({ ...where, ...estimated, together: togetherOf(gap, estimated.values), passed });
          estimates.push(
            ...estimated.values.map((one) => ({ ...one, registerId: register.id, method: estimated.method })),
          );
        }
      }
    }
    if (order.dryRun || estimates.length === 0)
      return { made: inOrder(made), impossible: inOrder(impossible), stored: 0 };
    const making = { reason: order.reason, madeBy: personOf(actor), madeAt: this.clock.now() };
    const stored = await storeEstimates(tx, communityId, estimates, making);
    const gapsTold = inOrder(made).map(({ meter, register, from, to, method }) => ({
      meter,
      register,
      from,
      to,
      method,
    }));
    const data = { reason: order.reason, stored, gaps: gapsTold.slice(0, told), of: gapsTold.length };
    await this.audit.record(tx, { actor, type: 'readings.estimated', subjectKind: 'site', subjectId: siteId, data });
    return { made: inOrder(made), impossible: inOrder(impossible), stored };
  }
}

const named = ({ meter, code, unit }: InstalledRegister, { from, to }: { from: number; to: number }): Named => ({
  ...{ meter, register: code, unit },
  from: fromEpochMs(from),
  to: fromEpochMs(to),
});

/** What the values of a gap of intervals come to; the values of a display are what it would show, and do not add up. */
function togetherOf({ start, multiplier }: Gap, values: readonly Estimate[]): Together | null {
  if (start !== null) return null;
  const of = (part: keyof Together): string => plain(sum(values.map((one) => one[part])).times(multiplier));
  return { value: of('value'), low: of('low'), high: of('high') };
}

const inOrder = <Some extends Named>(gaps: readonly Some[]): Some[] =>
  gaps.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const keyOf = ({ meter, register, from }: Named): string => [meter, register, from].join('\u0000');

function personOf({ kind, id }: Actor): string {
  assert(kind === 'person' && id !== null, 'A person decides about estimates.');
  return id;
}

async function asked(
  tx: Tx,
  communityId: string,
  { site, meter, register }: NewEstimates,
): Promise<{ siteId: string; registerId: string | null }> {
  if (register === undefined) return { siteId: await idOf(tx, communityId, 'site', site ?? ''), registerId: null };
  const found = await registerCalled(tx, communityId, meter, register);
  const [row] = await tx.query<{ siteId: string }>(
    'SELECT site_id AS "siteId" FROM meter WHERE community_id = $1 AND id = $2',
    [communityId, found.meterId],
  );
  assert(row, 'A register that was found has a meter.');
  return { siteId: row.siteId, registerId: found.id };
}

/**
 * The time that a finding leaves unknown. A gap of intervals is the finding's own time; of a display the edges of the period are missing that
 * was looked at, as far as it had passed.
 */
async function missingSpan(tx: Tx, communityId: string, findingId: string): Promise<Span> {
  const [row] = await tx.query<{ from: Instant; to: Instant }>(
    `SELECT CASE r.kind WHEN 'interval' THEN f.from_at ELSE lower(p.span::tstzrange) END AS from,
            CASE r.kind WHEN 'interval' THEN f.to_at ELSE least(upper(p.span::tstzrange), f.to_at) END AS to
     FROM validation_finding f
     JOIN validation_pass p ON p.community_id = f.community_id AND p.id = f.pass_id
     JOIN register r ON r.community_id = f.community_id AND r.id = f.register_id
     WHERE f.community_id = $1 AND f.id = $2`,
    [communityId, findingId],
  );
  assert(row, 'A finding about a register has both.');
  return row;
}
