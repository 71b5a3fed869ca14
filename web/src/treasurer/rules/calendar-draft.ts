import type { BandRule, NewBandCalendar } from '../../api/generated/types.gen';
import { numbersOf } from './numbers';

/** Some hours of some days, and the band that they are in, as they are being written. */
export interface HoursDraft {
  readonly band: string;
  /** Like `11-12, 1-2`; empty for every month. */
  readonly months: string;
  /** 1 is Monday, 8 a holiday; none for every day. */
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
}

export interface CalendarDraft {
  readonly code: string;
  readonly name: string;
  readonly hours: readonly HoursDraft[];
  /** Days, like `2026-12-25, 2026-12-26`. */
  readonly holidays: string;
}

export const emptyHours: HoursDraft = { band: '', months: '', weekdays: [], from: '', to: '' };

/** The calendar as the service takes it: its bands are those that hours are in. Undefined while something cannot be read. */
export function calendarOf({ code, name, hours, holidays }: CalendarDraft): NewBandCalendar | undefined {
  const rules = hours.flatMap((one) => ruleOf(one) ?? []);
  if (rules.length < hours.length) return undefined;
  const days = holidays.split(/[\s,;]+/).filter((day) => day !== '');
  return {
    ...{ code: code.trim(), name: name.trim(), bands: [...new Set(rules.map(({ band }) => band))], rules },
    ...(days.length > 0 ? { holidays: days } : {}),
  };
}

function ruleOf({ band, months, weekdays, from, to }: HoursDraft): BandRule | undefined {
  const named = numbersOf(months, 1, 12);
  if (band.trim() === '' || !named || from.trim() === '' || to.trim() === '') return undefined;
  return {
    band: band.trim(),
    ...(named.length > 0 ? { months: named } : {}),
    ...(weekdays.length > 0 ? { weekdays: [...weekdays] } : {}),
    ...{ from: from.trim(), to: to.trim() },
  };
}
