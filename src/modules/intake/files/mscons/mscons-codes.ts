import type { Quality } from '../../../../domain/metering/reading.js';
import { one } from '../../../../domain/quantity/decimal.js';
import type { ChannelHead } from '../meter-file.js';
import { meteredUnitOf } from '../units.js';

/*
 * The codes of MSCONS, as the German market uses them, and what is known of others.
 */

/** What kind of value a quantity is; null is no reading: a forecast, a value that is missing, or one that must not be used. */
const qualities: Readonly<Record<string, Quality | null>> = {
  '220': 'actual', // true value
  '67': 'substituted', // substitute value
  '201': 'estimated', // proposed value
  Z18: 'estimated', // provisional value
  '79': 'derived', // sum
  Z31: 'derived', // for a delivery note
  Z47: 'derived', // for a determination of price caps
  '187': null, // forecast
  '20': null, // not to be used
  Z30: null, // missing
  '136': 'actual', // metered, in the Nordic countries
  '31': null, // expected in a year, in Denmark
  '99': 'estimated', // estimated
};

/** @source EDI@Energy MSCONS MIG 2.4c, SG10 QTY, element 6063; Ediel MSCONS for 31, 99 and 136. Undefined where the code is unknown. */
export const qualityOf = (qualifier: string): Quality | null | undefined =>
  Object.hasOwn(qualities, qualifier) ? qualities[qualifier] : undefined;

/** Codes of UN/ECE Recommendation 20, by the names that meters use. */
const units: Readonly<Record<string, string>> = {
  WHR: 'Wh',
  WTT: 'W',
  KWT: 'kW',
  MAW: 'MW',
  K3: 'kVArh',
  KVH: 'kVArh',
  MAH: 'MVArh',
  KVR: 'kVAr',
  C79: 'kVAh',
  MTQ: 'm3',
  LTR: 'l',
  KJO: 'kJ',
  '3B': 'MJ',
  GV: 'GJ',
};

/** Weather at curtailed plants, which is told in the same message. */
const others: Readonly<Record<string, string>> = { D54: 'W/m2', MTS: 'm/s' };

/** What a unit is kept in; undefined where it is on no list. @example 'MWH' → kWh, 1000 */
export function unitOf(code: string): Pick<ChannelHead, 'baseUnit' | 'factor'> | undefined {
  const name = code.toUpperCase();
  const other = Object.hasOwn(others, name) ? others[name] : undefined;
  if (other !== undefined) return { baseUnit: other, factor: one };
  return meteredUnitOf((Object.hasOwn(units, name) ? units[name] : undefined) ?? code);
}

/** Notices of metered values, which say of every substitute how it was made (EDI@Energy MSCONS AHB, conditions 92 and 94). */
export const noticesOfValues: ReadonlySet<string> = new Set([
  '13002',
  '13008',
  '13009',
  '13015',
  '13016',
  '13017',
  '13018',
  '13019',
  '13025',
]);

/**
 * Names of a metering point: market location (11 digits), other German locations (a letter and 10 more), metering location and
 * its Swiss and Austrian kin (33), GSRN of the Nordic countries and the Netherlands (18 digits), EIC (16).
 */
const pointNames = /^(?:\d{11}|[A-Z][0-9A-Z]{9}\d|[A-Z]{2}[0-9A-Z]{31}|\d{18}|[0-9A-Z-]{16})$/;

export const looksLikePoint = (name: string): boolean => pointNames.test(name);
