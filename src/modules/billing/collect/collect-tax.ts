import { Injectable } from '@nestjs/common';
import { addDays, type Period } from '../../../domain/calendar/period.js';
import type { TaxPolicy } from '../../../domain/invoice/tax.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { QualifyingUsesService } from '../../community/qualifying-uses.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import type { RunSite, TaxRules } from '../run/inputs.js';

/** By what rules a run is taxed and capped: those in force on its tax point, and what occupants declared about its days. */
@Injectable()
export class CollectTax {
  constructor(
    private readonly community: CommunityService,
    private readonly tariffs: TariffsService,
    private readonly declarations: QualifyingUsesService,
  ) {}

  /** How the community charges tax on a day, if it does. */
  async policyOn(tx: Tx, communityId: string, day: string): Promise<TaxPolicy> {
    const { registered, rounding } = await this.community.policyOn(tx, communityId, 'tax', day);
    if (!registered) return { kind: 'unregistered' };
    const rates = [...(await this.tariffs.taxRatesOn(tx, communityId, day)).values()];
    const onDay = { from: day, to: addDays(day, 1) };
    return {
      kind: 'registered',
      rounding,
      rates: rates.map(({ rate, ...tax }) => ({ ...tax, rate: rate.times(100), ...onDay })),
    };
  }

  async rulesOf(tx: Tx, communityId: string, site: RunSite, period: Period, day: string): Promise<TaxRules> {
    const treatment = await this.community.policyOn(tx, communityId, 'tax-treatment', day);
    const { utilities, qualifyingFromPercent } = await this.community.policyOn(tx, communityId, 'reduced-rate', day);
    const { caps } = await this.community.policyOn(tx, communityId, 'price-cap', day);
    const invoicing = await this.invoicingOn(tx, communityId, day);
    return {
      ...(invoicing === undefined ? {} : { invoicing }),
      treatment,
      reduced: utilities.map(({ smallUsePerDay, utility, normal, reduced }) => ({
        utility,
        normal,
        reduced,
        smallUsePerDay: smallUsePerDay === null ? null : decimal(smallUsePerDay),
        qualifyingFromPercent: decimal(qualifyingFromPercent),
      })),
      levy: await this.community.policyOn(tx, communityId, 'levy', day),
      caps: caps
        .filter((cap) => cap.site === null || cap.site === site.id || cap.site === site.code)
        .map(({ site: _, ...cap }) => cap),
      declarations: await this.declarations.forRun(tx, communityId, site.id, period),
    };
  }

  private async invoicingOn(tx: Tx, communityId: string, day: string): Promise<TaxRules['invoicing']> {
    const { simplifiedUpTo, vatNumber } = await this.community.policyOn(tx, communityId, 'tax', day);
    if (simplifiedUpTo === undefined) return undefined;
    const { name, address } = await this.community.get(communityId);
    const members = await tx.query<{ id: string }>(
      `SELECT id FROM member WHERE community_id = current_community() AND btrim(address) = '' ORDER BY id`,
    );
    return {
      simplifiedUpTo: decimal(simplifiedUpTo),
      issuer: { name, address, taxNumber: vatNumber },
      unaddressed: members.map(({ id }) => id),
    };
  }
}
