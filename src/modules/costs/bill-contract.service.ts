import { Injectable } from '@nestjs/common';
import { bandWindows } from '../../domain/calendar/bands.js';
import type { Period } from '../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';
import { type Decimal, decimal, sum } from '../../domain/quantity/decimal.js';
import type { Currency } from '../../domain/quantity/money.js';
import { type ComparedElement, compareBill } from '../../domain/rating/compare-bill.js';
import { measureUsage } from '../../domain/rating/measure-usage.js';
import { rateInCoins } from '../../domain/rating/rate.js';
import type { RoundedLine } from '../../domain/rating/rated-line.js';
import { type Needs, needsOf, type Usage } from '../../domain/rating/usage.js';
import { allHours } from '../../domain/tariff/component.js';
import type { Tx } from '../../platform/database/transactions.js';
import { CommunityService } from '../community/community.service.js';
import { ConsumptionService, zoneOf } from '../metering/consume/consumption.service.js';
import { countedOnce, MeteringService } from '../metering/meters/metering.service.js';
import { type TariffPieceInForce, TariffsService } from '../tariffs/tariffs.service.js';
import { SupplierContractsService } from './supplier-contracts.service.js';

/*
 * What a supplier's bill should say: its contract, rated on what the source meter counted over the days of the bill. A contract that changes
 * within them is rated version by version.
 */

/** What is rated by a contract. */
export interface Contracted {
  readonly siteId: string;
  readonly supplier: string;
  readonly utility: string;
  readonly days: Period;
  readonly currency: Currency;
}

/** As much of a bill as is held to its contract. */
export interface ContractedBill extends Contracted {
  readonly components: readonly { readonly no: number; readonly description: string; readonly amount: Decimal }[];
}

/** A bill beside its contract. */
export interface ContractCheck {
  readonly tariff: string;
  /** None where something is not known, which the notes say. */
  readonly elements: readonly ComparedElement[];
  readonly notes: readonly string[];
}

/** What the contract comes to; no lines where something is not known, which the note says. */
export interface RatedContract {
  readonly tariff: string;
  readonly lines: readonly RoundedLine[] | null;
  readonly note: readonly string[];
}

/** What is taken to have been counted; null where that is not known either. */
export type Instead = (period: Period, calendar: string | null, unit: string) => Usage | null;

@Injectable()
export class BillContractService {
  constructor(
    private readonly contracts: SupplierContractsService,
    private readonly community: CommunityService,
    private readonly consumption: ConsumptionService,
    private readonly metering: MeteringService,
    private readonly tariffs: TariffsService,
  ) {}

  /** @returns null where the supplier has no contract on the first day of the bill */
  async check(tx: Tx, communityId: string, bill: ContractedBill): Promise<ContractCheck | null> {
    const rated = await this.rate(tx, communityId, bill, () => null);
    if (rated === null) return null;
    const { tariff, lines, note } = rated;
    if (lines === null) return { tariff, elements: [], notes: note };
    const terms = await this.community.policyOn(tx, communityId, 'bill-check', bill.days.from);
    const tolerance = { amount: decimal(terms.passBelow), percent: decimal(terms.passBelowPercent) };
    const billed = bill.components.map(({ no, description, amount }) => ({ no, name: description, amount }));
    return { tariff, elements: compareBill(billed, lines, tolerance), notes: [] };
  }

  /**
   * What the contract comes to on what the source counted over some days.
   *
   * @param instead what is taken to have been counted where the source was not read; only sums by band can be, by one version
   * @returns null where the supplier has no contract on the first day
   */
  async rate(tx: Tx, communityId: string, of: Contracted, instead: Instead): Promise<RatedContract | null> {
    const { siteId, days, currency } = of;
    const tariffId = await this.contracts.tariffOn(tx, communityId, { ...of, day: days.from });
    if (tariffId === null) return null;
    const { code, pieces, issues } = await this.tariffs.tariffInForce(tx, communityId, tariffId, days);
    const unknown = (note: readonly string[]): RatedContract => ({ tariff: code, lines: null, note });
    if (issues.length > 0) return unknown(issues.map(({ detail }) => detail));
    const zone = await zoneOf(tx, communityId, siteId);
    try {
      const rated = [];
      for (const piece of pieces) {
        const counted = await this.usageOver(tx, communityId, of, piece, zone);
        const needs = needsOf(piece.tariff);
        const usage =
          typeof counted !== 'string' || needs.unit === null || !isSums(needs) || pieces.length > 1
            ? counted
            : (instead(piece.period, piece.calendar, needs.unit) ?? counted);
        if (typeof usage === 'string') return unknown([usage]);
        const priced = { tariff: piece.tariff, period: piece.period, usage, whole: days };
        rated.push(...rateInCoins([priced], { currency, rounding: 'half-up' }));
      }
      return { tariff: code, lines: rated, note: [] };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return unknown([error.message]);
    }
  }

  /** What the source counted, as the contract asks for it; a sentence where that is not known. */
  private async usageOver(
    tx: Tx,
    communityId: string,
    { siteId, utility }: Contracted,
    { tariff, period, calendar: code }: TariffPieceInForce,
    zone: Zone,
  ): Promise<Usage | null | string> {
    const needs = needsOf(tariff);
    if (needs.unit === null) return null;
    const span = spanOf(period, zone);
    const calendar = code === null ? null : ((await this.tariffs.calendars(tx, communityId)).get(code) ?? null);
    const all = await this.metering.registersOf(tx, communityId, siteId, span);
    const counted = countedOnce(all);
    const sources = all.filter(
      (one) => counted.has(one.id) && one.meterRole === 'source' && one.utility === utility && one.unit === needs.unit,
    );
    const [first, ...more] = sources.filter(({ direction }) => direction === 'import');
    if (first === undefined) return `No source meter of ${utility} counts ${needs.unit}.`;
    if (first.kind === 'interval' && more.length === 0) {
      const out = sources.find(({ direction, kind }) => direction === 'export' && kind === 'interval');
      const sent = {
        label: first.label,
        readings: await this.consumption.intervalsOf(tx, communityId, first, span),
        exported: out === undefined ? null : await this.consumption.intervalsOf(tx, communityId, out, span),
      };
      const { usage, issues } = measureUsage(needs, sent, { period, zone, calendar });
      return issues.find(({ severity }) => severity === 'blocking')?.detail ?? usage;
    }
    if (!isSums(needs)) return `${first.label} sends no intervals, which the contract asks for.`;
    const bands = new Map(calendar === null ? [] : [[calendar.code, bandWindows(calendar, span, zone)] as const]);
    const { uses, issues } = await this.consumption.of(tx, communityId, [first, ...more], {
      ...{ span, zone, bands, pieces: null },
    });
    const own = uses.filter((use) => use.calendar === (calendar?.code ?? null));
    if (own.some(({ quantity }) => quantity === null)) return issues[0]?.detail ?? `${first.label} is not known.`;
    const names = [...new Set(own.map(({ band }) => band ?? allHours))];
    const of = (name: string): Decimal =>
      sum(own.filter(({ band }) => (band ?? allHours) === name).map(({ quantity }) => quantity ?? decimal('0')));
    return { unit: needs.unit, byBand: Object.fromEntries(names.map((name) => [name, of(name)])) };
  }
}

/** True for a contract that asks for no more than sums by band. */
const isSums = ({ exported, months, days, peaks, series }: Needs): boolean =>
  !exported && !months && !days && peaks.length === 0 && series.length === 0;
