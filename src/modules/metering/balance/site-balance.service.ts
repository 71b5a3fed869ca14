import { Injectable } from '@nestjs/common';
import { type CivilDate, epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import { dayOf, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { assert, DomainError } from '../../../domain/errors.js';
import type { BalanceLimits } from '../../../domain/metering/site-balance.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { readCursor, writeCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import { CommunityService } from '../../community/community.service.js';
import { balancePlan, type BalanceGroup } from './balance-plan.js';
import { balanceRows } from './balance-rows.js';
import { ConsumptionService, zoneOf } from '../consume/consumption.service.js';
import { registersOf } from '../registers/installed-registers.js';
import { idOf } from '../meters/metering.service.js';
import type { BalanceQuery, BalanceRow } from './site-balance.schema.js';
import { formulasOf } from '../registers/site-formulas.js';
import { VirtualConsumptionService } from '../consume/virtual-consumption.service.js';
import { virtualRegistersOf } from '../registers/virtual-registers.js';

/*
 * The problem: a month of half-hours of a site is 1,488 balances of all its registers.
 *
 * Method: the steps that are asked for are the bands of one question, so their sums are made where the readings are, exactly, by the
 * statements that also make bills (consume-in-sql.ts); a register that is not regular is explained by the domain. Of these few figures
 * the domain makes balances. A page holds as many rows as can be answered at once.
 */

const mostDays = { interval: 366, day: 3660, period: 3660 } as const;
/** Figures that are asked for at once. */
const mostFigures = 400_000;
/** Rows of a file. */
const mostRows = 20_000;
const dayMs = 86_400_000;

interface Question {
  readonly siteId: string;
  readonly zone: Zone;
  readonly groups: readonly BalanceGroup[];
}

/** A place in the rows of all groups. */
interface Place {
  readonly group: number;
  readonly step: number;
}

/** What was supplied to a site against what its meters tell. */
@Injectable()
export class SiteBalanceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly community: CommunityService,
    private readonly consumption: ConsumptionService,
    private readonly virtual: VirtualConsumptionService,
  ) {}

  /** @throws DomainError `not-found`, `too-large` for more steps than anybody looks at */
  page(communityId: string, site: string, query: BalanceQuery): Promise<{ items: BalanceRow[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const question = await this.question(tx, communityId, site, query);
      const { items, next } = await this.rows(tx, communityId, question, placeOf(query, question), limitOf(query));
      return { items, next: next && writeCursor(keyOf(question, next)) };
    });
  }

  /** All rows at once. @throws DomainError also `too-large` for more than a file holds */
  all(communityId: string, site: string, query: BalanceQuery): Promise<BalanceRow[]> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const question = await this.question(tx, communityId, site, query);
      const count = question.groups.reduce((all, { steps }) => all + steps.length, 0);
      if (count > mostRows) {
        throw new DomainError('too-large', `This file would have ${count} rows; ask for fewer days or a coarser step.`);
      }
      const items: BalanceRow[] = [];
      let place: Place | null = { group: 0, step: 0 };
      while (place !== null) {
        const part: { items: BalanceRow[]; next: Place | null } = await this.rows(
          tx,
          communityId,
          question,
          place,
          mostRows,
        );
        items.push(...part.items);
        place = part.next;
      }
      return items;
    });
  }

  private async question(tx: Tx, communityId: string, site: string, query: BalanceQuery): Promise<Question> {
    const days = (epochMs(`${query.to}T00:00:00Z`) - epochMs(`${query.from}T00:00:00Z`)) / dayMs;
    if (days > mostDays[query.by]) {
      throw new DomainError(
        'too-large',
        `By ${query.by}, at most ${mostDays[query.by]} days can be asked for at once.`,
      );
    }
    const siteId = await idOf(tx, communityId, 'site', site);
    const zone = await zoneOf(tx, communityId, siteId);
    const registers = await registersOf(tx, communityId, { siteId }, spanOf(query, zone));
    const virtual = await virtualRegistersOf(tx, communityId, { siteId }, spanOf(query, zone));
    const formulas = virtual.length === 0 ? null : await formulasOf(tx, communityId, siteId);
    return { siteId, zone, groups: balancePlan(registers, virtual, formulas, query, zone) };
  }

  /** Rows from a place on, of one group at most, as many as are asked for and can be answered at once. */
  private async rows(
    tx: Tx,
    communityId: string,
    { zone, groups }: Question,
    place: Place,
    limit: number,
  ): Promise<{ items: BalanceRow[]; next: Place | null }> {
    const items: BalanceRow[] = [];
    let { group, step } = place;
    for (let one = groups[group]; one !== undefined && items.length < limit; one = groups[group]) {
      const most = Math.max(Math.trunc(mostFigures / (one.registers.length + one.virtual.length)), 1);
      const steps = one.steps.slice(step, step + Math.min(limit - items.length, most));
      if (steps.length > 0) items.push(...(await this.rowsOf(tx, communityId, one, steps, zone)));
      step += steps.length;
      if (step >= one.steps.length) [group, step] = [group + 1, 0];
    }
    return { items, next: group < groups.length ? { group, step } : null };
  }

  private async rowsOf(
    tx: Tx,
    communityId: string,
    group: BalanceGroup,
    steps: readonly Span[],
    zone: Zone,
  ): Promise<BalanceRow[]> {
    const [first, last] = [steps[0], steps.at(-1)];
    if (!first || !last) return [];
    const span = { from: first.from, to: last.to };
    const bands = new Map([['steps', steps.map(({ from, to }, index) => ({ from, to, band: String(index) }))]]);
    const asked = { span, zone, bands, pieces: null };
    const read = await this.consumption.of(tx, communityId, group.registers, asked);
    const worked = await this.virtual.of(tx, communityId, group.virtual, { ...asked, isSteps: true });
    return balanceRows(group, steps, read, worked, await this.limits(tx, communityId, steps, zone));
  }

  /** The limits that the community had on the last day of each step. */
  private async limits(
    tx: Tx,
    communityId: string,
    steps: readonly Span[],
    zone: Zone,
  ): Promise<(step: Span) => BalanceLimits> {
    const lastDay = ({ to }: Span): CivilDate => dayOf(fromEpochMs(epochMs(to) - 1), zone);
    const on = async (day: CivilDate) => {
      const { id, terms } = await this.community.versionOn(tx, communityId, 'residual', day);
      return { id, limits: { notable: decimal(terms.warnAbovePercent), high: decimal(terms.blockAbovePercent) } };
    };
    const [start, end] = [steps[0], steps.at(-1)];
    assert(start && end, 'There is a step.');
    const [first, last] = [await on(lastDay(start)), await on(lastDay(end))];
    // Versions follow one another: between two days of the same one there is no other.
    if (first.id === last.id) return () => first.limits;
    const byDay = new Map<CivilDate, BalanceLimits>();
    for (const day of new Set(steps.map(lastDay))) byDay.set(day, (await on(day)).limits);
    return (step) => byDay.get(lastDay(step)) ?? first.limits;
  }
}

const keyOf = ({ groups }: Question, { group, step }: Place): string[] => {
  const one = groups[group];
  return [one?.utility ?? '', one?.unit ?? '', one?.steps[step]?.from ?? ''];
};

/** The place that a cursor names; the beginning where there is none. */
function placeOf({ cursor }: BalanceQuery, { groups }: Question): Place {
  const key = readCursor(cursor, 3);
  if (key === undefined) return { group: 0, step: 0 };
  const group = groups.findIndex(({ utility, unit }) => utility === key[0] && unit === key[1]);
  const step = groups[group]?.steps.findIndex(({ from }) => from === key[2]) ?? -1;
  if (step < 0) throw new DomainError('invalid-input', 'The cursor is not one of this list; begin without it.');
  return { group, step };
}
