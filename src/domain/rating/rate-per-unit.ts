import type { Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, sum, zero } from '../quantity/decimal.js';
import { rational } from '../quantity/rational.js';
import type { ExportComponent, LevyComponent, PerUnitComponent } from '../tariff/component.js';
import { productLine, type RatedLine, type RatedWhy, sameUnit } from './rated-line.js';
import type { ByBand, Usage } from './usage.js';

/**
 * A unit price: so much for each unit, in all hours or in one band; a levy; or what is paid back for each unit that flowed out.
 *
 * @returns one line, exact; also for nothing used, so that the reader sees the price; below zero for a credit
 * @throws DomainError `tariff-gap` where the component's band, or what flowed out, was not measured: missing is never zero;
 *   `invalid-input` on another unit
 * @law adds over a cut of the usage
 * @source golden cases G04a (142.50 kWh at 24.61), G09a (a levy of 0.0205 on 320 kWh = 6.56)
 */
export function ratePerUnit(
  component: PerUnitComponent | LevyComponent | ExportComponent,
  usage: Usage,
  period: Period,
): RatedLine {
  const { name, perUnit, unit } = component;
  const band = component.kind === 'levy' ? null : component.band;
  sameUnit(name, unit, usage.unit);
  const used = component.kind === 'export-credit' ? usage.exported : usage.byBand;
  const isIdle = band !== null && used !== undefined && usage.idleBands?.includes(band) === true;
  const quantity = isIdle ? zero : used && quantityIn(used, band);
  if (quantity === undefined) {
    const what = used
      ? `is for the band ${band}, in which nothing was measured`
      : 'pays for what flows out, which was not measured';
    throw new DomainError('tariff-gap', `${name} ${what}.`, { component: name, band });
  }
  const rate = component.kind === 'levy' ? `, ${component.rate}` : '';
  return productLine(
    {
      component: name,
      description: band === null ? `${name}${rate}` : `${name}, ${band}`,
      band,
      quantity: rational(quantity),
      unit,
      period,
      why: whyOf(component),
    },
    component.kind === 'export-credit' ? perUnit.negated() : perUnit,
  );
}

function quantityIn(used: ByBand, band: string | null): Decimal | undefined {
  if (band === null) return sum(Object.values(used));
  return Object.hasOwn(used, band) ? used[band] : undefined;
}

function whyOf(component: PerUnitComponent | LevyComponent | ExportComponent): RatedWhy {
  if (component.kind === 'levy') return { rule: 'levy', rate: component.rate };
  return { rule: component.kind === 'per-unit' ? 'per-unit' : 'export' };
}
