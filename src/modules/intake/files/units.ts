import { Decimal } from '../../../domain/quantity/decimal.js';
import { unitOf } from './nem/mdff.js';
import type { ChannelHead } from './meter-file.js';

/*
 * What meters of any medium count in. Heat is kept in MJ: a gigajoule is 277.777… kWh, which no decimal writes exactly.
 */

type Unit = Pick<ChannelHead, 'baseUnit' | 'factor'>;

const unit = (baseUnit: string, factor: string): Unit => ({ baseUnit, factor: new Decimal(factor) });

const others: ReadonlyMap<string, Unit> = new Map([
  ['gwh', unit('kWh', '1000000')],
  ['m3', unit('m3', '1')],
  ['m³', unit('m3', '1')],
  ['dm3', unit('m3', '0.001')],
  ['l', unit('m3', '0.001')],
  ['gj', unit('MJ', '1000')],
  ['mj', unit('MJ', '1')],
  ['kj', unit('MJ', '0.001')],
]);

/** What a unit is kept in, in whatever case the file writes it; undefined where it is unknown. @example 'GJ' → MJ, 1000 */
export const meteredUnitOf = (text: string): Unit | undefined => unitOf(text) ?? others.get(text.toLowerCase());
