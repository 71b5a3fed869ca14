import { Injectable } from '@nestjs/common';
import { bandWindows } from '../../domain/calendar/bands.js';
import { spanOf } from '../../domain/calendar/zone.js';
import { assert } from '../../domain/errors.js';
import { type Decimal, decimal, plain } from '../../domain/quantity/decimal.js';
import { isCurrency, roundToCoin, writeMoney } from '../../domain/quantity/money.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { CommunityService } from '../community/community.service.js';
import { ConsumptionService, type Use, zoneOf } from '../metering/consume/consumption.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { whyInWords } from '../../domain/rating/why-words.js';
import { BillContractService } from './bill-contract.service.js';
import { type Billed, compareEnergy } from './energy-check.js';
import { SupplierBillsService } from './supplier-bills.service.js';
import type { BillCheckReply, ComponentReply, SupplierBillReply } from './supplier-bills.schema.js';

/*
 * The supplier's bill is recomputed before the community passes it on.
 *
 *   Day units   1,000 kWh × 0.2345 = 234.50, billed 234.50                → agrees
 *   day         billed 1,000, the source meter counted 980, 2.04 % more   → agrees within 3 %
 */

@Injectable()
export class BillCheckService {
  constructor(
    private readonly transactions: Transactions,
    private readonly bills: SupplierBillsService,
    private readonly community: CommunityService,
    private readonly consumption: ConsumptionService,
    private readonly tariffs: TariffsService,
    private readonly contracts: BillContractService,
  ) {}

  /** Checks a bill against itself and against the source meter. @throws DomainError `not-found` */
  check(communityId: string, id: string): Promise<BillCheckReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const bill = await this.bills.get(communityId, id);
      const components = bill.components.map((component) => checkComponent(component, bill.currency));
      const { energy, notes } = await this.checkEnergy(tx, communityId, bill);
      const { contract, unknown } = await this.checkContract(tx, communityId, bill);
      const all = [...components, ...energy, ...(contract?.elements ?? [])];
      const agrees = all.every(({ status }) => status !== 'differs');
      return {
        bill: bill.id,
        currency: bill.currency,
        agrees,
        components,
        energy,
        contract,
        notes: [...notes, ...unknown],
      };
    });
  }

  /** Each element of the bill against the contract of its supplier. */
  private async checkContract(
    tx: Tx,
    communityId: string,
    { site, period: days, components, currency, supplier, utility }: SupplierBillReply,
  ): Promise<{ readonly contract: BillCheckReply['contract']; readonly unknown: readonly string[] }> {
    assert(isCurrency(currency), 'A bill was entered in a currency that is known.');
    const exact = components.map(({ no, description, amount }) => ({ no, description, amount: decimal(amount) }));
    const bill = { siteId: site.id, supplier, utility, days, currency, components: exact };
    const found = await this.contracts.check(tx, communityId, bill);
    if (found === null) return { contract: null, unknown: [] };
    const money = (amount: Decimal): string => writeMoney(amount, currency);
    const elements = found.elements.map(({ name, components: nos, billed, expected, difference, isWithin, lines }) => ({
      ...{ name, components: [...nos], difference: money(difference) },
      billed: billed && money(billed),
      expected: expected && money(expected),
      status: difference.isZero() ? ('agrees' as const) : isWithin ? ('passes' as const) : ('differs' as const),
      because: lines.map((line) => whyInWords(line)).join('; '),
      decision: decisionOn(components.filter(({ no }) => nos.includes(no))),
    }));
    return { contract: { tariff: found.tariff, elements }, unknown: found.notes };
  }

  /** Billed energy by band against what the source meters of the site counted over the same days. */
  private async checkEnergy(
    tx: Tx,
    communityId: string,
    bill: SupplierBillReply,
  ): Promise<Pick<BillCheckReply, 'energy' | 'notes'>> {
    const billed = await this.billedEnergy(tx, communityId, bill);
    if (billed.length === 0)
      return { energy: [], notes: ['The bill states no energy, so there is nothing to compare with a meter.'] };
    const policy = await this.community.policyOn(tx, communityId, 'residual', bill.period.from);
    const { counted, notes } = await this.countedAtSource(tx, communityId, bill, billed);
    const compared = billed.map((one) => compareEnergy(one, counted, decimal(policy.warnAbovePercent)));
    return {
      energy: compared.map(({ figures }) => figures),
      notes: [...notes, ...compared.flatMap(({ note }) => note ?? [])],
    };
  }

  /** Energy components by band and unit, each with the calendar of its key. */
  private async billedEnergy(
    tx: Tx,
    communityId: string,
    { components, period }: SupplierBillReply,
  ): Promise<Billed[]> {
    const energy = components.filter(({ kind }) => kind === 'energy');
    const keys = await this.tariffs.keysInForce(
      tx,
      communityId,
      energy.map(({ key }) => key.id),
      period,
    );
    const calendars = new Map(
      keys.map((key) => [key.id, key.pieces.find((piece) => piece.calendar !== null)?.calendar ?? null]),
    );
    const billed = new Map<string, Billed>();
    for (const { band, unit, quantity, key } of energy) {
      if (quantity === null || unit === null) continue;
      const calendar = band === null ? null : (calendars.get(key.id) ?? null);
      const name = JSON.stringify([calendar, band, unit]);
      const before = billed.get(name)?.quantity ?? decimal('0');
      billed.set(name, { calendar, band, unit, quantity: before.plus(decimal(quantity)) });
    }
    return [...billed.values()];
  }

  private async countedAtSource(
    tx: Tx,
    communityId: string,
    { site, utility, period }: SupplierBillReply,
    billed: readonly Billed[],
  ): Promise<{ counted: readonly Use[]; notes: readonly string[] }> {
    const zone = await zoneOf(tx, communityId, site.id);
    const span = spanOf(period, zone);
    const known = await this.tariffs.calendars(tx, communityId);
    const named = new Set(billed.flatMap(({ calendar }) => calendar ?? []));
    const bands = new Map(
      [...known.values()]
        .filter(({ code }) => named.has(code))
        .map((calendar) => [calendar.code, bandWindows(calendar, span, zone)]),
    );
    const { uses, issues } = await this.consumption.over(tx, communityId, { siteId: site.id, period: span, bands }, []);
    const counted = uses.filter(
      (use) => use.meterRole === 'source' && use.direction === 'import' && use.utility === utility,
    );
    const registers = new Set(counted.map(({ registerId }) => registerId));
    const notes = issues.filter(({ subject }) => registers.has(subject.id)).map(({ detail }) => detail);
    return { counted, notes: counted.length === 0 ? [`${site.code} has no source meter for ${utility}.`] : notes };
  }
}

/** What was decided about an element: the same about all of its components, or nothing. */
function decisionOn(components: readonly ComponentReply[]): 'pass-on' | 'hold' | null {
  const choices = new Set(components.map(({ decision }) => decision?.choice ?? null));
  return choices.size === 1 ? ([...choices][0] ?? null) : null;
}

type CheckedComponent = BillCheckReply['components'][number];

/** Quantity × price, rounded once, against the amount. */
function checkComponent(
  { no, description, quantity, price, amount }: ComponentReply,
  currency: string,
): CheckedComponent {
  if (quantity === null || price === null) {
    return { no, description, status: 'not-checkable', product: null, rounded: null, amount, difference: null };
  }
  assert(isCurrency(currency), 'A bill was entered in a currency that is known.');
  const product: Decimal = decimal(quantity).times(decimal(price));
  const rounded = roundToCoin(product, currency);
  const difference = decimal(amount).minus(rounded);
  return {
    no,
    description,
    status: difference.isZero() ? 'agrees' : 'differs',
    product: plain(product),
    rounded: writeMoney(rounded, currency),
    amount,
    difference: writeMoney(difference, currency),
  };
}
