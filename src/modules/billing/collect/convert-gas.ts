import { Injectable } from '@nestjs/common';
import { addDays, epochMs, fromEpochMs, type Period } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import {
  type CalorificValue,
  daysWithoutCalorificValue,
  energyOfGas,
  gasFactor,
} from '../../../domain/metering/gas.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { CalorificValuesService } from '../../metering/meters/calorific-values.service.js';
import type { MeasuredUse, RunMeter, RunSite } from '../run/inputs.js';

/** What the registers of a site counted. */
export interface Measured {
  readonly meters: readonly RunMeter[];
  readonly uses: readonly MeasuredUse[];
  readonly issues: readonly Issue[];
}

/*
 * Gas that is counted in cubic metres and billed in kilowatt hours. What was counted stays beside what it came to, so that the
 * statement shows the readings as the meter shows them. A use goes by the calorific values of its own days.
 */
@Injectable()
export class ConvertGas {
  constructor(
    private readonly community: CommunityService,
    private readonly values: CalorificValuesService,
  ) {}

  /** The same with gas in kWh, where the community bills it so; a day without a value is a blocking finding. */
  async convert(tx: Tx, communityId: string, site: RunSite, period: Period, measured: Measured): Promise<Measured> {
    const gas = new Set(measured.meters.filter(isCubic).map((meter) => meter.registerId));
    if (gas.size === 0) return measured;
    const { billedIn, volumeCorrection } = await this.community.policyOn(
      tx,
      communityId,
      'gas',
      addDays(period.to, -1),
    );
    if (billedIn !== 'kWh') return measured;
    const values = await this.values.within(tx, communityId, site.id, period);
    const missing = daysWithoutCalorificValue(period, values);
    const correction = decimal(volumeCorrection);
    return {
      meters: measured.meters.map((meter) => (gas.has(meter.registerId) ? { ...meter, unit: 'kWh' } : meter)),
      uses: measured.uses.flatMap((use) =>
        !gas.has(use.registerId) ? [use] : missing.length > 0 ? [] : [inKWh(use, correction, values, site)],
      ),
      issues: missing.length === 0 ? measured.issues : [...measured.issues, valueMissing(site, missing)],
    };
  }
}

const isCubic = ({ utility, unit }: RunMeter): boolean => utility === 'gas' && unit === 'm3';

function inKWh(use: MeasuredUse, correction: Decimal, values: readonly CalorificValue[], site: RunSite): MeasuredUse {
  const lastDay = dayOf(fromEpochMs(epochMs(use.to) - 1), site.zone);
  const factor = gasFactor(correction, values, { from: dayOf(use.from, site.zone), to: addDays(lastDay, 1) });
  return {
    ...use,
    quantity: energyOfGas(use.quantity, factor),
    conversion: { ...factor, counted: use.quantity, unit: 'm3' },
  };
}

const valueMissing = (site: RunSite, days: readonly string[]): Issue => ({
  code: 'calorific-value-missing',
  severity: 'blocking',
  subject: { kind: 'site', id: `${site.id}/gas`, label: site.name },
  from: days[0] ?? '',
  to: addDays(days.at(-1) ?? '', 1),
  detail: `The gas of ${site.name} has no calorific value on ${days.length} day(s) from ${days[0] ?? ''} to ${days.at(-1) ?? ''}.`,
  remedy: 'Enter the calorific values of these days as the gas network published them.',
});
