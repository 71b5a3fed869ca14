import { Injectable } from '@nestjs/common';
import type { Period } from '../../../domain/calendar/period.js';
import { overlap } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import { assert } from '../../../domain/errors.js';
import { type Currency, isCurrency } from '../../../domain/quantity/money.js';
import { Clock } from '../../../platform/clock.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { InvalidRequest } from '../../../platform/http/validation.js';
import { PlacesService } from '../../community/places.service.js';
import { Collector } from '../collect/collect.js';
import { CorrectRun, type WouldChange } from '../correct/correct-run.js';
import { asItIs, type Instead } from '../run/instead.js';
import type { RunSite } from '../run/inputs.js';
import { takeTime } from '../collect/take-time.js';
import type { Answer } from './answer.schema.js';
import { answerOf } from './answer.js';
import { type Carried, carriedOn, withCarried } from './carry-funds.js';
import { runBefore } from './issued-before.js';
import type { PeriodSides } from './period-answer.js';
import type { Question } from './question.schema.js';
import { ReadQuestion } from './read-question.js';
import { type Side, sideOf } from './side.js';

/** Where a question is asked. */
interface AskedAt {
  readonly communityId: string;
  readonly site: RunSite;
  readonly currency: Currency;
  /** The name of the community. */
  readonly community: string;
}

/**
 * What members would have paid, had something been otherwise: each period is computed twice by the engine of every run, once from what
 * is stored and once with the question in its place, in a transaction in which nothing can be written.
 */
@Injectable()
export class WhatIf {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly collector: Collector,
    private readonly reading: ReadQuestion,
    private readonly places: PlacesService,
    private readonly correcting: CorrectRun,
  ) {}

  /** @throws DomainError `not-found` (site); InvalidRequest that points at what is not there or not past; and what adopting the terms would throw */
  answer(communityId: string, question: Question): Promise<Answer> {
    return this.transactions.inSnapshot(communityId, async (tx) => {
      await takeTime(tx);
      const at = await this.askedAt(tx, communityId, question.site);
      const periods = this.pastPeriods(question.periods, at.site);
      const [first, last] = [periods[0], periods.at(-1)];
      assert(first && last, 'A question names a period.');
      const days = { from: first.from, to: last.to };
      const asked = await this.reading.read({ tx, communityId, siteId: at.site.id, days }, question.changes);
      const sides = await this.sidesOf(tx, at, periods, { instead: asked.instead, takeOn: new Set(question.takeOn) });
      const members = await this.places.memberDetails(tx, memberIdsOf(sides));
      return answerOf({
        ...at,
        at: this.clock.now(),
        question: question.question ?? null,
        changes: asked.sentences,
        sides,
        members,
      });
    });
  }

  private async askedAt(tx: Tx, communityId: string, address: string): Promise<AskedAt> {
    const id = await idOf(tx, communityId, 'site', address);
    const [row] = await tx.query<RunSite & { currency: string; community: string }>(
      `SELECT s.id, s.code, s.name, s.zone, c.currency, c.name AS community FROM site s JOIN community c ON c.id = s.community_id
       WHERE s.community_id = current_community() AND s.id = $1`,
      [id],
    );
    assert(row && isCurrency(row.currency), 'A site that was found is there, in the currency of its community.');
    const { currency, community, ...site } = row;
    return { communityId, community, site, currency };
  }

  /** In the order of time. */
  private pastPeriods(periods: readonly Period[], { zone }: RunSite): Period[] {
    const today = dayOf(this.clock.now(), zone);
    periods.forEach((period, index) => {
      if (period.to > today)
        throw new InvalidRequest([{ pointer: `/periods/${index}/to`, detail: `must be past: today is ${today}` }]);
      if (periods.slice(0, index).some((other) => overlap(other, period) !== null))
        throw new InvalidRequest([{ pointer: `/periods/${index}`, detail: 'shares a day with another period' }]);
    });
    return periods.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  }

  private async sidesOf(
    tx: Tx,
    at: AskedAt,
    periods: readonly Period[],
    { instead, takeOn }: { readonly instead: Instead; readonly takeOn: ReadonlySet<string> },
  ): Promise<PeriodSides[]> {
    const all: PeriodSides[] = [];
    let carried: { readonly now: Carried; readonly then: Carried } = { now: new Map(), then: new Map() };
    for (const period of periods) {
      const before = await runBefore(tx, at.site.id, period);
      const side = async (what: Instead, from: Carried): Promise<Side> => {
        const run = { ...at, siteId: at.site.id, period, correctsId: before?.issued?.originId ?? null };
        const inputs = withCarried(await this.collector.collect(tx, run, what), from);
        return sideOf(inputs, before?.overrides ?? [], takeOn);
      };
      const sides = { now: await side(asItIs, carried.now), then: await side(instead, carried.then) };
      const drawn = before?.issued?.draws ?? [];
      carried = { now: carriedOn(carried.now, sides.now, drawn), then: carriedOn(carried.then, sides.then, drawn) };
      const againstIssued = await this.againstIssued(tx, at, { period, before, now: sides.now });
      all.push({ period, ...sides, before, againstIssued });
    }
    return all;
  }

  /** What a correction would change that were opened now; so `now` is what was issued wherever there is nothing to correct. */
  private async againstIssued(
    tx: Tx,
    { communityId, site, currency }: AskedAt,
    { period, before, now }: Pick<PeriodSides, 'period' | 'before' | 'now'>,
  ): Promise<WouldChange | null> {
    if (!before?.issued || now.figures === null) return null;
    const { originId } = before.issued;
    const run = { communityId, siteId: site.id, period, currency, correctsId: originId, leaverId: null };
    return this.correcting.wouldChange(
      tx,
      { ...run, id: originId, createdAt: this.clock.now() },
      now.inputs,
      now.figures,
    );
  }
}

/** Everybody who had a space or was billed on either side. */
const memberIdsOf = (sides: readonly PeriodSides[]): string[] => [
  ...new Set(
    sides.flatMap(({ now, then, againstIssued }) => [
      ...[now, then].flatMap(({ inputs, figures }) => [
        ...inputs.pieces.flatMap(({ memberId, space }) => [memberId ?? [], space.vacantPayerMemberId ?? []].flat()),
        ...(figures?.drafts.keys() ?? []),
      ]),
      ...(againstIssued?.members.map(({ memberId }) => memberId) ?? []),
    ]),
  ),
];
