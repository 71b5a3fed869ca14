import type { NoRange } from '../../../domain/metering/expected-range.js';
import { leastDays } from '../../../domain/metering/expected-range.js';
import { plain } from '../../../domain/quantity/decimal.js';
import { unitName } from '../../../domain/statement/format.js';
import type { LeftOut, RoundRow } from './round-rows.js';

/** What a list says in words, the same on paper and in data. */

const reasons: Readonly<Record<NoRange['because'], string>> = {
  'no-reading': 'needs two readings',
  'too-short': `needs ${leastDays} days`,
  regressed: 'the display fell',
  'too-wide': 'could be anything',
};

/** Why there is no range, in the few words that fit beside "no range yet". */
export const whyNoRange = ({ because }: NoRange): string => reasons[because];

/** @example 'SPACE-1' with nobody in it → 'vacant' */
export function occupantOf({ member, space, isLet, role }: RoundRow): string {
  if (member !== null) return member.name;
  if (space !== null) return isLet ? 'vacant' : 'common use';
  return role === 'source' ? 'entry of the site' : 'no space';
}

/** The value as the display shows it, with as many decimals as are known of it. */
export const onDisplay = ({ decimals }: Pick<RoundRow, 'decimals'>, value: RoundRow['multiplier']): string =>
  value.toFixed(Math.max(decimals, value.decimalPlaces()));

/** @example '6 digits, × 40' */
export function displayOf({ digits, decimals, multiplier }: RoundRow): string {
  const after = decimals === 0 ? '' : ` + ${decimals}`;
  const count = digits === null ? 'digits not stated' : `${digits} ${digits === 1 ? 'digit' : 'digits'}${after}`;
  return `${count}, × ${plain(multiplier)}`;
}

/** @example 'about 10.5 kWh a day' */
export const usualUse = ({ unit }: RoundRow, perDay: RoundRow['multiplier']): string =>
  `about ${plain(perDay)} ${unitName(unit)} a day`;

const leftOut: Readonly<Record<LeftOut['because'], string>> = {
  interval: 'it sends intervals and shows no total',
  virtual: 'it is worked out from other meters',
  'no-device': 'no device is in',
};
export const whyLeftOut = ({ because }: LeftOut): string => leftOut[because];
