import {
  Decimal,
  type Decimal as Value,
  plain,
  quotient,
  roundToScale,
  zero,
} from '../../../domain/quantity/decimal.js';
import { energyGrid } from '../../../domain/metering/reading.js';

/*
 * Registers count in kWh, kVArh and m3 (and l, see ReadingsService.takeTranslated). Devices count in watt-hours, litres, watt-minutes.
 *
 *   2589773.39 Wh     → 2589.77339 kWh     exact: the point moves
 *   1 watt-minute     → 0.000017 kWh       1/60000 has no end
 *
 * A value is rounded once, here, half to even at six decimals: of a cumulative register that is at most half a milliwatt-hour, and it
 * does not add up, because the next reading is rounded from the device's own total again.
 */

interface Factor {
  readonly unit: 'kWh' | 'kVArh' | 'm3';
  readonly times: Value;
  readonly by: Value;
}

const factor = (unit: Factor['unit'], times: string, by = '1'): Factor => ({
  unit,
  times: new Decimal(times),
  by: new Decimal(by),
});

const factors: ReadonlyMap<string, Factor> = new Map([
  ['kWh', factor('kWh', '1')],
  ['Wh', factor('kWh', '1', '1000')],
  ['MWh', factor('kWh', '1000')],
  ['Wmin', factor('kWh', '1', '60000')],
  ['J', factor('kWh', '1', '3600000')],
  ['kJ', factor('kWh', '1', '3600')],
  ['MJ', factor('kWh', '1', '3.6')],
  ['GJ', factor('kWh', '1000', '3.6')],
  ['kVArh', factor('kVArh', '1')],
  ['VArh', factor('kVArh', '1', '1000')],
  ['m3', factor('m3', '1')],
  ['l', factor('m3', '1', '1000')],
  ['ml', factor('m3', '1', '1000000')],
]);

/** A value in the unit that registers count in; any other unit stays, and tells whoever looks at the inbox what it is. */
export function inUnitOfRegisters(value: Value, unit: string): { readonly value: string; readonly unit: string } {
  const found = factors.get(unit);
  const { scale, rounding } = energyGrid;
  const rounded = found
    ? quotient(value.times(found.times), found.by, scale, rounding)
    : roundToScale(value, scale, rounding);
  return { value: plain(rounded.isZero() ? zero : rounded), unit: found?.unit ?? unit };
}
