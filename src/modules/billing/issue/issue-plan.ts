import { Injectable } from '@nestjs/common';
import { addDays, type CivilDate, type Instant, type Period } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import type { Currency } from '../../../domain/quantity/money.js';
import { localeOf } from '../../../domain/statement/catalogue/catalogue.js';
import type {
  Approval,
  Community as Sender,
  Decision,
  Locale,
  Member,
  PaymentDetails,
} from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { type MemberDetails, PlacesService } from '../../community/places.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import { type AdvanceToSetOff, AdvancesService } from '../../invoices/advances.service.js';
import { LetterheadService } from '../../invoices/letterhead.service.js';
import { type MemberAccount, readAccounts } from './accounts.js';
import { grouped } from '../grouped.js';
import { type CostRow, readCosts, readDecisions, readSpaces, readUses, type UseRow } from './issue-sources.js';
import type { Run } from '../run/runs.js';
import { type RunSharing, runSharing } from './sharing.js';
import { StatementHistory } from './statement-history.js';
import { type SiteUse, siteUse } from './statement-use.js';
import { readLines, type StoredLine, type Totals, totalsOf } from '../share/totals.js';

type Community = Awaited<ReturnType<CommunityService['get']>>;

/** Everything that the statements of a run have in common. */
export interface IssuePlan {
  readonly community: Community;
  /** The language of the statements. */
  readonly locale: Locale;
  readonly currency: Currency;
  readonly period: Period;
  readonly issuedAt: Instant;
  readonly issuedOn: CivilDate;
  readonly dueOn: CivilDate;
  readonly taxPoint: CivilDate;
  readonly isTaxed: boolean;
  /** True where it bills a member who leaves, before the period is billed. */
  readonly isFinal: boolean;
  /** The gross amount up to which an invoice may be a simplified one; null where none may. */
  readonly simplifiedUpTo: Decimal | null;
  readonly seriesPrefix: string;
  readonly referencePrefix: string;
  readonly sender: Sender;
  readonly payment: Omit<PaymentDetails, 'reference'>;
  readonly help: { readonly complaints: string; readonly disputeDays: number };
  readonly sharing: readonly RunSharing[];
  /** What a cost of the run is a cost of, by its number; none for costs that came with no bill. */
  readonly utilities: ReadonlyMap<number, string>;
  /** Who gives what a cost of the run takes off, by its number. */
  readonly funds: ReadonlyMap<number, NonNullable<CostRow['fund']>>;
  readonly decisions: readonly Decision[];
  readonly approvals: readonly Approval[];
  readonly use: SiteUse;
}

/** What one member is billed, before it has a number. */
export interface Unnumbered {
  readonly details: MemberDetails;
  readonly lines: readonly StoredLine[];
  readonly totals: Totals;
  readonly account: MemberAccount;
  readonly spaces: readonly string[];
  readonly meters: Member['meters'];
  /** Advance payments that this invoice sets off. */
  readonly advances: readonly AdvanceToSetOff[];
}

export interface MemberPlan extends Unnumbered {
  readonly number: string;
}

/** Reads back what was approved, for all members at once. */
@Injectable()
export class IssuePlanner {
  constructor(
    private readonly community: CommunityService,
    private readonly places: PlacesService,
    private readonly tariffs: TariffsService,
    private readonly history: StatementHistory,
    private readonly letterheads: LetterheadService,
    private readonly advances: AdvancesService,
  ) {}

  async plan(
    tx: Tx,
    run: Run,
    at: Instant,
  ): Promise<{ readonly plan: IssuePlan; readonly members: readonly Unnumbered[] }> {
    const { communityId, period, currency, siteId } = run;
    const community = await this.community.get(communityId);
    const locale = localeOf(community.locale);
    const issuedOn = dayOf(at, community.zone);
    const taxPoint = addDays(period.to, -1);
    const tax = await this.community.policyOn(tx, communityId, 'tax', taxPoint);
    const vatNumber = tax.registered ? tax.vatNumber : null;
    const letterhead = await this.letterheads.on(tx, communityId, issuedOn, vatNumber);
    const lines = grouped(await readLines(tx, run.id), (line) => line.memberId);
    const details = await this.places.memberDetails(tx, [...lines.keys()]);
    const uses = await readUses(tx, run.id);
    const costs = await readCosts(tx, run.id);
    const plan: IssuePlan = {
      community,
      locale,
      currency,
      period,
      issuedAt: at,
      issuedOn,
      dueOn: addDays(issuedOn, letterhead.dueDays),
      taxPoint,
      isTaxed: tax.registered,
      isFinal: run.leaverId !== null,
      simplifiedUpTo: tax.simplifiedUpTo === undefined ? null : decimal(tax.simplifiedUpTo),
      seriesPrefix: letterhead.seriesPrefix,
      referencePrefix: letterhead.referencePrefix,
      sender: letterhead.sender,
      payment: letterhead.payment,
      help: letterhead.help,
      sharing: runSharing(costs, period, currency, tax.registered, locale),
      utilities: new Map(costs.flatMap(({ no, utility }) => (utility === null ? [] : [[no, utility] as const]))),
      funds: new Map(costs.flatMap(({ no, fund }) => (fund === null ? [] : [[no, fund] as const]))),
      decisions: (await readDecisions(tx, run.id)).map((one) => ({ ...one })),
      approvals: await approvalsOf(tx, run, community.zone),
      use: await this.useOf(tx, run, locale, uses, details),
    };
    const kinds = await this.tariffs.taxRatesOn(tx, communityId, taxPoint);
    const accounts = await readAccounts(tx, [...lines.keys()], currency, locale);
    const { rule } = await this.community.policyOn(tx, communityId, 'advances', period.from);
    const advances = await this.advances.toSetOff(tx, communityId, [...lines.keys()], {
      siteId,
      period,
      currency,
      rule,
    });
    const spaces = new Map((await readSpaces(tx, siteId, period)).map(({ memberId, names }) => [memberId, names]));
    const counting = uses.filter((use) => use.direction === 'import');
    const meters = grouped(counting, (use) => use.memberId ?? '');
    const members = [...details.values()]
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map((member): Unnumbered => {
        const own = lines.get(member.id) ?? [];
        return {
          details: member,
          lines: own,
          totals: totalsOf(own, currency, tax.rounding, kinds),
          account: accounts.get(member.id) ?? { opening: { amount: '0.00' }, entries: [] },
          spaces: spaces.get(member.id) ?? [],
          meters: metersOf(meters.get(member.id) ?? []),
          advances: advances.get(member.id) ?? [],
        };
      });
    return { plan, members };
  }

  private async useOf(
    tx: Tx,
    run: Run,
    locale: Locale,
    uses: readonly UseRow[],
    details: ReadonlyMap<string, MemberDetails>,
  ): Promise<SiteUse> {
    const [site] = await tx.query<{ name: string; zone: string }>(
      'SELECT name, zone FROM site WHERE community_id = current_community() AND id = $1',
      [run.siteId],
    );
    const zone = site?.zone ?? 'UTC';
    const history = await this.history.before(tx, run, zone);
    const calendars = await this.tariffs.calendars(tx, run.communityId);
    const bands = [...calendars.values()].flatMap(({ code, bands: names }) => names.map((name) => `${code}/${name}`));
    const trades = new Map([...details].map(([id, { trade }]) => [id, trade]));
    return siteUse({ place: site?.name ?? '', locale, zone, period: run.period, trades, bands }, uses, history);
  }
}

/** Who prepared the run and who approved it. */
async function approvalsOf(tx: Tx, run: Run, zone: string): Promise<Approval[]> {
  const people = await tx.query<{ id: string; name: string }>(
    'SELECT id, name FROM person WHERE community_id = current_community() AND id = ANY($1::uuid[])',
    [[run.proposedBy, run.approvedBy]],
  );
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const by = (step: Approval['step'], id: string | null, at: Instant | null): Approval[] =>
    id === null || at === null ? [] : [{ step, name: names.get(id) ?? '', on: dayOf(at, zone) }];
  return [...by('prepared', run.proposedBy, run.proposedAt), ...by('approved', run.approvedBy, run.approvedAt)];
}

function metersOf(uses: readonly UseRow[]): Member['meters'] {
  const byMeter = new Map(uses.map((use) => [use.meter, use.verifiedUntil]));
  return [...byMeter].map(([label, verifiedUntil]) => ({
    label,
    ...(verifiedUntil === null ? {} : { verifiedUntil }),
  }));
}
