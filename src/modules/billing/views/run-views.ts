import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  distinctUntilChanged,
  map,
  type Observable,
  ReplaySubject,
  switchMap,
  takeUntil,
  takeWhile,
  timer,
} from 'rxjs';
import { addDays } from '../../../domain/calendar/period.js';
import { decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { money as spoken } from '../../../domain/statement/format.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import { CommunityService } from '../../community/community.service.js';
import { DocumentsService } from '../../invoices/documents.service.js';
import type {
  Changes,
  CorrectionDeltas,
  Preview,
  Reconciliation,
  RunIssueReply,
  RunReply,
  RunsQuery,
  Shares,
} from '../billing.schema.js';
import { describeDeltas } from '../correct/describe-deltas.js';
import { describeRun } from '../store/describe-run.js';
import { readFindings } from '../share/findings.js';
import { grouped } from '../grouped.js';
import { type CostRow, readCosts } from '../issue/issue-sources.js';
import { readRun, readRuns } from '../run/runs.js';
import { readLines, totalsOf } from '../share/totals.js';

/** How often the progress of a run is looked at. */
const lookEveryMs = 500;

/** How far a run is: its state, and its documents that are made of how many. */
export interface RunProgress {
  readonly status: RunReply['status'];
  readonly done: number;
  readonly total: number;
}

/** What there is to see of runs. */
@Injectable()
export class RunViews implements OnModuleDestroy {
  /** Whoever watches a run is let go when the service stops; else the stop would wait for the run. */
  private readonly stopping = new ReplaySubject<void>(1);

  constructor(
    private readonly transactions: Transactions,
    private readonly community: CommunityService,
    private readonly documents: DocumentsService,
  ) {}

  onModuleDestroy(): void {
    this.stopping.next();
  }

  list(communityId: string, query: RunsQuery): Promise<{ items: RunReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const { items, next } = pageOf(await readRuns(tx, siteId, before, limit + 1), limit, ({ id }) => [id]);
      const replies: RunReply[] = [];
      for (const { id } of items) replies.push(await describeRun(tx, this.documents, id));
      return { items: replies, next };
    });
  }

  get(communityId: string, id: string): Promise<RunReply> {
    return this.transactions.inCommunity(communityId, (tx) => describeRun(tx, this.documents, id));
  }

  issues(communityId: string, id: string): Promise<RunIssueReply[]> {
    return this.transactions.inCommunity(communityId, async (tx) => readFindings(tx, (await readRun(tx, id)).id));
  }

  shares(communityId: string, id: string): Promise<Shares> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const run = await readRun(tx, id);
      const items = await tx.query<Shares['items'][number]>(
        `SELECT s.cost_no AS "costNo", s.no, c.description, s.kind, s.part, m.code AS member, p.code AS space, s.weight::text AS weight,
                s.amount, s.reasons
         FROM run_share s
         JOIN run_cost c ON c.community_id = s.community_id AND c.run_id = s.run_id AND c.no = s.cost_no
         LEFT JOIN member m ON m.community_id = s.community_id AND m.id = s.member_id
         LEFT JOIN space p ON p.community_id = s.community_id AND p.id = s.space_id
         WHERE s.community_id = current_community() AND s.run_id = $1 ORDER BY s.cost_no, s.no`,
        [run.id],
      );
      return { items };
    });
  }

  reconciliation(communityId: string, id: string): Promise<Reconciliation> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const run = await readRun(tx, id);
      const costs = await readCosts(tx, run.id);
      const lines = costs.map((cost) => ({
        costNo: cost.no,
        description: cost.description,
        source: cost.source,
        ...divided([cost], run.currency),
      }));
      const total = divided(costs, run.currency);
      return { currency: run.currency, lines, total, sentence: sentenceOf(total, run.currency) };
    });
  }

  preview(communityId: string, id: string): Promise<Preview> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { currency, period, ...run } = await readRun(tx, id);
      const { rounding } = await this.community.policyOn(tx, communityId, 'tax', addDays(period.to, -1));
      const lines = grouped(await readLines(tx, run.id), (line) => line.memberId);
      const members = (await membersOf(tx, [...lines.keys()])).map((member) => {
        const own = lines.get(member.id) ?? [];
        const { net, tax, gross } = totalsOf(own, currency, rounding, new Map());
        const shown = own.map(({ memberId: _, costNo: __, why, ...line }) => ({
          ...line,
          taxCategory: why.tax?.category ?? null,
          taxBecause: why.tax?.because ?? '',
          sentence: why.sentence,
        }));
        const money = (amount: typeof net): string => writeMoney(amount, currency);
        return { member, net: money(net), tax: money(tax), gross: money(gross), lines: shown };
      });
      return { currency, members };
    });
  }

  /** Each member of this run and of the one before, with the difference of the net amounts. */
  changes(communityId: string, id: string): Promise<Changes> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const run = await readRun(tx, id);
      const now = await tx.query<{ memberId: string; net: string }>(
        `SELECT member_id AS "memberId", sum(net)::numeric AS net FROM run_line
         WHERE community_id = current_community() AND run_id = $1 GROUP BY member_id`,
        [run.id],
      );
      const before = await tx.query<{ memberId: string; net: string; period: RunReply['period'] }>(
        `SELECT l.member_id AS "memberId", sum(l.net)::numeric AS net, r.days AS period
         FROM (SELECT id, days FROM standing_run WHERE community_id = current_community() AND site_id = $1 AND upper(days) <= $2::date
               ORDER BY days DESC LIMIT 1) r
         JOIN run_line l ON l.community_id = current_community() AND l.run_id = r.id GROUP BY l.member_id, r.days`,
        [run.siteId, run.period.from],
      );
      const [nets, earlier] = [
        new Map(now.map((row) => [row.memberId, row.net])),
        new Map(before.map((row) => [row.memberId, row])),
      ];
      const members = await membersOf(tx, [...new Set([...nets.keys(), ...earlier.keys()])]);
      const money = (text: string): string => writeMoney(decimal(text), run.currency);
      const items = members.map((member) => {
        const [net, was] = [decimal(nets.get(member.id) ?? '0'), earlier.get(member.id)];
        return {
          member,
          net: writeMoney(net, run.currency),
          before: was === undefined ? null : { net: money(was.net), period: was.period },
          difference: writeMoney(net.minus(was === undefined ? zero : decimal(was.net)), run.currency),
        };
      });
      return { currency: run.currency, items };
    });
  }

  /** What a correction changes for whom, in which cost, and why; nothing where a run corrects nothing. */
  deltas(communityId: string, id: string): Promise<CorrectionDeltas> {
    return this.transactions.inCommunity(communityId, async (tx) => describeDeltas(tx, await readRun(tx, id)));
  }

  /** How far the run is, whenever that changes, until it is closed or cancelled. */
  progress(communityId: string, id: string): Observable<RunProgress> {
    return timer(0, lookEveryMs).pipe(
      switchMap(() => this.get(communityId, id)),
      map(({ status, documents }) => ({ status, ...documents })),
      distinctUntilChanged((a, b) => a.status === b.status && a.done === b.done && a.total === b.total),
      takeWhile(({ status }) => status !== 'closed' && status !== 'cancelled', true),
      takeUntil(this.stopping),
    );
  }
}

const membersOf = (tx: Tx, ids: readonly string[]): Promise<{ id: string; code: string; name: string }[]> =>
  tx.query(
    'SELECT id, code, name FROM member WHERE community_id = current_community() AND id = ANY($1::uuid[]) ORDER BY code COLLATE "C"',
    [ids],
  );

type Division = Reconciliation['total'];

function divided(costs: readonly CostRow[], currency: Currency): Division {
  const of = (key: 'amount' | 'members' | 'common' | 'vacant' | 'held') => sum(costs.map((cost) => decimal(cost[key])));
  const [amount, members, common, vacant, held] = [of('amount'), of('members'), of('common'), of('vacant'), of('held')];
  const money = (value: typeof amount): string => writeMoney(value, currency);
  const difference = amount.minus(members).minus(common).minus(vacant).minus(held);
  return {
    amount: money(amount),
    members: money(members),
    common: money(common),
    vacant: money(vacant),
    held: money(held),
    difference: money(difference),
  };
}

function sentenceOf({ amount, members, common, vacant, held, difference }: Division, currency: Currency): string {
  const say = (value: string): string => spoken(value, currency);
  return `${say(amount)} = members ${say(members)} + common ${say(common)} + vacant ${say(vacant)} + held ${say(held)}, difference ${say(difference)}.`;
}
