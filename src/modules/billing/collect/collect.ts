import { Injectable } from '@nestjs/common';
import { occupancyPieces } from '../../../domain/apportionment/pieces.js';
import { addDays, type Period } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { localeOf } from '../../../domain/statement/catalogue/catalogue.js';
import { BookingsService } from '../../community/bookings.service.js';
import { CommunityService } from '../../community/community.service.js';
import { PlacesService } from '../../community/places.service.js';
import { BillContractService } from '../../costs/bill-contract.service.js';
import { CostsService } from '../../costs/costs.service.js';
import { FundsService } from '../../costs/funds.service.js';
import type { Uses } from '../../metering/consume/consumption.service.js';
import { ExceptionsService, type ReadingException } from '../../metering/decide/exceptions.service.js';
import { EstimationLimitsService } from '../../metering/estimate/estimation-limits.service.js';
import { UnclaimedService } from '../../metering/readings/unclaimed.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import { CollectAccruals } from './collect-accruals.js';
import { CollectGeneration } from './collect-generation.js';
import { CollectTax } from './collect-tax.js';
import { CollectPeaks } from './collect-peaks.js';
import { CollectTariffUses } from './collect-tariff-uses.js';
import { CollectUses } from './collect-uses.js';
import type { RunInputs, RunKey, RunSite, RunTariff, SupplierBill } from '../run/inputs.js';
import { asItIs, type Instead } from '../run/instead.js';
import type { Run } from '../run/runs.js';
import { runCosts } from '../run/run-costs.js';
import { charged } from './tariff-stays.js';
import { contractFindings } from './contract-findings.js';
import {
  type Counting,
  expectedBill,
  expectedUsage,
  type Expecting,
  expectingOf,
  saidOfBills,
} from './expect-bills.js';
import { expectUses } from './expect-uses.js';
import { runFinding } from './validation-findings.js';

/** A run as far as it says what to collect. */
type Collecting = Pick<Run, 'communityId' | 'siteId' | 'period' | 'currency' | 'correctsId'> &
  Partial<Pick<Run, 'leaverId'>>;

/** Everything that a run is computed from, read once, in the transaction that computes with it. */
@Injectable()
export class Collector {
  constructor(
    private readonly community: CommunityService,
    private readonly places: PlacesService,
    private readonly bookings: BookingsService,
    private readonly peaks: CollectPeaks,
    private readonly costs: CostsService,
    private readonly contracts: BillContractService,
    private readonly accruals: CollectAccruals,
    private readonly tariffs: TariffsService,
    private readonly exceptions: ExceptionsService,
    private readonly unclaimed: UnclaimedService,
    private readonly estimation: EstimationLimitsService,
    private readonly uses: CollectUses,
    private readonly tariffUses: CollectTariffUses,
    private readonly generation: CollectGeneration,
    private readonly tax: CollectTax,
    private readonly funds: FundsService,
  ) {}

  /** @param instead what a question puts in place of stored facts; nothing where a run is computed */
  async collect(
    tx: Tx,
    { correctsId, communityId, siteId, period, currency, leaverId = null }: Collecting,
    instead: Instead = asItIs,
  ): Promise<RunInputs> {
    const site = await siteOf(tx, siteId);
    const taxPoint = addDays(period.to, -1);
    const { bills: known, charges } = await this.costs.forRun(tx, communityId, siteId, period);
    const expecting =
      leaverId === null
        ? []
        : expectingOf(period, known, await this.costs.lastBefore(tx, communityId, siteId, period.from));
    const bills = [...known, ...expecting.map((one) => expectedBill(one, currency, null))];
    const { keys, tariffs, issues } = await this.rules(tx, communityId, period, { bills, charges }, instead);
    const { spaces, occupancies } = await this.places.spacesWithOccupancies(
      tx,
      communityId,
      siteId,
      period,
      instead.places,
    );
    const pieces = occupancyPieces(spaces, occupancies, period);
    const taxRules = await this.tax.rulesOf(tx, communityId, site, period, taxPoint);
    const tax = await this.tax.policyOn(tx, communityId, taxPoint);
    const accruing = { period, tax, bills, keys: byId(keys) };
    const accruals = await this.accruals.collect(tx, communityId, site, { ...accruing, bills: known });
    const costing = { ...accruing, currency, charges, accruals };
    const asking = {
      ...{ period, bills, taxRules, keys: costing.keys },
      costs: runCosts(costing),
      tariffs: charged(charges, tariffs, period),
    };
    let expected: ReadonlySet<string> = new Set();
    const expectingUses = async (found: Uses): Promise<Uses> => {
      if (leaverId === null) return found;
      const told = await expectUses(tx, site, period, leaverId, found);
      expected = told.expected;
      return told;
    };
    const measured = await this.uses.collect(tx, communityId, site, pieces, asking, instead.meters, expectingUses);
    const priced = leaverId === null ? pieces : pieces.filter(({ memberId }) => memberId === leaverId);
    const asked = await this.tariffUses.collect(tx, communityId, site, {
      ...{ pieces: priced, period, charges, tariffs, instead },
    });
    const generated = await this.generation.collect(tx, communityId, {
      ...{ site, period, pieces, instead, ...measured },
      calendars: [
        ...asking.costs.map(({ calendar }) => calendar),
        ...tariffs.flatMap((tariff) => tariff.pieces.map(({ calendar }) => calendar)),
      ],
    });
    const counting = { ...measured, site, currency, keys: costing.keys };
    const contracted = await this.contracted(tx, communityId, expecting, counting);
    const inputs = {
      ...costing,
      ...(leaverId === null ? {} : { leaver: leaverId }),
      bills: [...known, ...contracted.map((one) => expectedBill(one, currency, counting))],
      communityId,
      locale: localeOf((await this.community.get(communityId)).locale),
      site,
      taxPoint,
      slices: measured.slices,
      pieces,
      codes: await codesOf(tx, siteId),
      tariffs: byId(tariffs),
      tariffUses: asked.tariffUses,
      taxRules,
      funds: await this.funds.forRun(tx, communityId, siteId, period, correctsId),
      thresholds: await this.thresholdsOn(tx, communityId, taxPoint),
      meters: measured.meters,
      uses: [...measured.uses, ...generated.uses],
      bookings: await this.bookings.atSite(tx, communityId, siteId, spanOf(period, site.zone)),
      issues: [
        ...issues,
        ...saidOfBills(contracted),
        ...(await this.besideContracts(tx, communityId, siteId, currency, known)),
        ...measured.issues,
        ...generated.issues,
        ...asked.issues,
        ...(await this.estimation.issuesOf(tx, communityId, site, period)),
        ...(await this.undecided(tx, communityId, site, period)),
      ],
      findings: (await this.exceptions.seenFindings(tx, communityId, siteId, spanOf(period, site.zone)))
        .map(runFinding)
        .filter(({ registerId }) => registerId === null || !expected.has(registerId)),
    };
    return { ...inputs, peaks: await this.peaks.collect(tx, inputs, instead.meters) };
  }

  /** Keys and tariffs over the period. Their days without a version are findings. */
  private async rules(
    tx: Tx,
    communityId: string,
    period: Period,
    { bills, charges }: Pick<RunInputs, 'bills' | 'charges'>,
    instead: Instead,
  ) {
    const keyIds = [
      ...bills.flatMap((bill) => bill.components.map((one) => one.keyId)),
      ...charges.flatMap(({ keyId }) => keyId ?? []),
    ];
    const found = await this.tariffs.keysInForce(tx, communityId, [...new Set(keyIds)], period, instead.keys);
    const tariffs: RunTariff[] = [];
    const issues: Issue[] = found.flatMap((key) => key.issues);
    for (const tariffId of new Set(charges.flatMap((charge) => charge.tariffId ?? []))) {
      const { issues: gaps, ...tariff } = await this.tariffs.tariffInForce(
        tx,
        communityId,
        tariffId,
        period,
        instead.tariffs,
      );
      tariffs.push(tariff);
      issues.push(...gaps);
    }
    const keys: RunKey[] = found.map(({ id, code, name, pieces }) => ({ id, code, name, pieces }));
    return { keys, tariffs, issues };
  }

  private async thresholdsOn(tx: Tx, communityId: string, day: string): Promise<RunInputs['thresholds']> {
    const { warnAbovePercent, blockAbovePercent } = await this.community.policyOn(tx, communityId, 'residual', day);
    return { notable: decimal(warnAbovePercent), high: decimal(blockAbovePercent) };
  }

  /** Expected bills, with what their suppliers have agreed to ask for these days. */
  private async contracted(
    tx: Tx,
    communityId: string,
    expecting: readonly Expecting[],
    counting: Counting,
  ): Promise<Expecting[]> {
    const found: Expecting[] = [];
    for (const one of expecting) {
      const { supplier, utility } = one.last;
      const of = { siteId: counting.site.id, supplier, utility, days: one.days, currency: counting.currency };
      const contract = await this.contracts.rate(tx, communityId, of, expectedUsage(counting, utility));
      found.push(contract === null ? one : { ...one, contract });
    }
    return found;
  }

  /** What bills differ from what their suppliers have agreed to bill. */
  private async besideContracts(
    tx: Tx,
    communityId: string,
    siteId: string,
    currency: Run['currency'],
    bills: readonly SupplierBill[],
  ): Promise<Issue[]> {
    const issues: Issue[] = [];
    for (const bill of bills.filter(({ kind }) => kind !== 'credit')) {
      const found = await this.contracts.check(tx, communityId, { ...bill, siteId, currency });
      if (found !== null) issues.push(...contractFindings(bill, found, currency));
    }
    return issues;
  }

  /** What a person has still to decide about readings. */
  private async undecided(tx: Tx, communityId: string, site: RunSite, period: Period): Promise<Issue[]> {
    const open = await this.exceptions.openOf(tx, communityId, site.id, spanOf(period, site.zone));
    const waiting = await this.unclaimed.waiting(tx, communityId);
    const unclaimed: Issue = {
      code: 'unclaimed-readings',
      severity: 'warning',
      subject: { kind: 'site', id: site.id, label: site.name },
      ...period,
      detail: `Readings arrived under ${waiting} name(s) that belong to no meter.`,
      remedy: 'Bind the names to their registers, or leave them if they are not of this community.',
    };
    return [...open.map(openException), ...(waiting > 0 ? [unclaimed] : [])];
  }
}

const openException = ({ id, meter, register, at, until, detail }: ReadingException): Issue => ({
  code: 'open-exception',
  severity: 'blocking',
  subject: { kind: 'register', id, label: `${meter} ${register}` },
  from: at,
  to: until ?? at,
  detail,
  remedy: 'Decide about the reading in the exceptions, or take the run on in spite of it with a reason.',
});

async function siteOf(tx: Tx, siteId: string): Promise<RunSite> {
  const [site] = await tx.query<RunSite>(
    'SELECT id, code, name, zone FROM site WHERE community_id = current_community() AND id = $1',
    [siteId],
  );
  return site as RunSite;
}

async function codesOf(tx: Tx, siteId: string): Promise<RunInputs['codes']> {
  const rows = await tx.query<{ id: string; code: string }>(
    `SELECT id, code FROM member WHERE community_id = current_community()
     UNION ALL SELECT id, code FROM space WHERE community_id = current_community() AND site_id = $1`,
    [siteId],
  );
  return Object.fromEntries(rows.map(({ id, code }) => [id, code]));
}

const byId = <Thing extends { readonly id: string }>(things: readonly Thing[]): ReadonlyMap<string, Thing> =>
  new Map(things.map((thing) => [thing.id, thing]));
