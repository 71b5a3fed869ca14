import type { Quality } from '../../../../domain/metering/reading.js';
import { Decimal } from '../../../../domain/quantity/decimal.js';
import type { ChannelHead } from '../meter-file.js';

/*
 * The codes of ESPI (NAESB REQ.21, espi.xsd version 4.0), as far as meters use them.
 */

export type EspiUnit = Pick<ChannelHead, 'unit' | 'baseUnit' | 'factor'>;

const unit = (symbol: string, baseUnit = symbol, factor = '1'): EspiUnit => ({
  unit: symbol,
  baseUnit,
  factor: new Decimal(factor),
});

/**
 * UnitSymbolKind. Kept in another unit only where that is a shift of the decimal point: a cubic foot in cubic metres has eleven
 * fraction digits, and what a therm is in kWh depends on the country.
 */
const units: Readonly<Record<string, EspiUnit>> = {
  '5': unit('A', 'kA', '0.001'),
  '23': unit('°C'),
  '27': unit('s'),
  '29': unit('V', 'kV', '0.001'),
  '31': unit('J', 'MJ', '0.000001'),
  '33': unit('Hz'),
  '38': unit('W', 'kW', '0.001'),
  '39': unit('Pa'),
  '42': unit('m3'),
  '45': unit('m3/s'),
  '61': unit('VA', 'kVA', '0.001'),
  '63': unit('VAr', 'kVAr', '0.001'),
  '65': unit('cos φ', 'pf'),
  '71': unit('VAh', 'kVAh', '0.001'),
  '72': unit('Wh', 'kWh', '0.001'),
  '73': unit('VArh', 'kVArh', '0.001'),
  '82': unit('L/s', 'm3/s', '0.001'),
  '106': unit('Ah', 'kAh', '0.001'),
  '111': unit('count'),
  '119': unit('ft3'),
  '120': unit('ft3 compensated', 'ft3'),
  '123': unit('ft3/h compensated', 'ft3/h'),
  '125': unit('m3/h'),
  '126': unit('m3/h compensated', 'm3/h'),
  '127': unit('m3/h uncompensated', 'm3/h'),
  '128': unit('US gal'),
  '129': unit('US gal/h'),
  '130': unit('imperial gal'),
  '131': unit('imperial gal/h'),
  '132': unit('Btu'),
  '133': unit('Btu/h'),
  '134': unit('L', 'm3', '0.001'),
  '137': unit('L/h', 'm3/h', '0.001'),
  '138': unit('L/h compensated', 'm3/h', '0.001'),
  '139': unit('L/h uncompensated', 'm3/h', '0.001'),
  '153': unit('W/VA', 'pf'),
  '156': unit('L uncompensated', 'm3', '0.001'),
  '157': unit('L compensated', 'm3', '0.001'),
  '159': unit('min'),
  '160': unit('h'),
  '166': unit('m3 uncompensated', 'm3'),
  '167': unit('m3 compensated', 'm3'),
  '169': unit('therm'),
};

/** A code without leading zeros and white space, as `72`. */
export const codeOf = (text: string): string => text.trim().replace(/^\+?0+(?=\d)/, '');

/** The unit of a `uom`; undefined where it is not on the list. @example '72' → Wh, kept in kWh */
export const unitOf = (uom: string): EspiUnit | undefined => (Object.hasOwn(units, uom) ? units[uom] : undefined);

/** A unit of which nobody knows what it is: kept as it is, under a name that no register has. */
export const unknownUnit = (uom: string): EspiUnit => unit(uom === '' ? 'unknown unit' : `uom ${uom}`);

/** AccumulationKind: what stands on a display that counts on, and what was used in an interval. */
const accumulations: Readonly<Record<string, ChannelHead['kind']>> = {
  '0': 'interval', // none
  '1': 'cumulative', // bulkQuantity
  '2': 'cumulative', // continuousCumulative
  '3': 'cumulative', // cumulative
  '4': 'interval', // deltaData
  '6': 'interval', // indicating
  '9': 'cumulative', // summation
  '12': 'interval', // instantaneous
  '13': 'cumulative', // latchingQuantity
  '14': 'cumulative', // boundedQuantity
};

/** What kind of channel an `accumulationBehaviour` makes; undefined where the code is unknown. */
export const accumulationOf = (code: string): ChannelHead['kind'] | undefined =>
  Object.hasOwn(accumulations, code) ? accumulations[code] : undefined;

/** Into the premises or out of them; null for net, total, quadrants and whatever else has no direction. */
export const directionOf = (flowDirection: string): ChannelHead['direction'] =>
  flowDirection === '1' ? 'import' : flowDirection === '19' ? 'export' : null;

/** QualityOfReading. A doubt of the sender is never made better: what is questionable or mixed counts as estimated. */
const qualities: Readonly<Record<string, Quality | null>> = {
  '0': 'actual', // valid
  '7': 'substituted', // manually edited
  '8': 'estimated', // estimated using reference day
  '9': 'estimated', // estimated using linear interpolation
  '10': 'estimated', // questionable
  '11': 'derived', // derived
  '12': null, // projected: a forecast is no reading
  '13': 'estimated', // mixed
  '14': 'actual', // raw: measured, not yet validated
  '15': 'derived', // normalized for weather
  '16': 'estimated', // other
  '17': 'actual', // validated
  '18': 'actual', // verified
  '19': 'actual', // revenue-quality
};

/** The quality of a code; null for a forecast, undefined where the code is unknown. */
export const qualityOf = (code: string): Quality | null | undefined =>
  Object.hasOwn(qualities, code) ? qualities[code] : undefined;
