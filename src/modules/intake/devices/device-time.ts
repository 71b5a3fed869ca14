import { fromEpochMs, instant, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { exactly } from './exact-digits.js';

/*
 * Devices count seconds since 1970, or write an instant with its offset. Before 2001 no device of today was made: a clock that says so
 * has not been set, and its time is not known. Parts of a millisecond are cut off.
 */

const earliestMs = Date.UTC(2001, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/** The instant so many seconds after 1970; null where the clock that says so is not set. */
export const fromUnixSeconds = (digits: string): Instant | null => fromUnix(digits, 1000);

/** The instant so many milliseconds after 1970; null where the clock that says so is not set. */
export const fromUnixMs = (digits: string): Instant | null => fromUnix(digits, 1);

function fromUnix(digits: string, msPerUnit: number): Instant | null {
  const ms = exactly(digits)?.times(msPerUnit).floor();
  if (!ms || ms.lessThan(earliestMs) || ms.greaterThan(latestMs)) return null;
  return fromEpochMs(Number.parseInt(ms.toFixed(0), 10));
}

/** The instant that a text with an offset names, like 2026-10-01T00:30:00.123456789+01:00; null where it names none. */
export function fromIso(text: string): Instant | null {
  if (text.length > 40) return null;
  try {
    const named = instant(text.replace(/(\.\d{3})\d+/, '$1'));
    return /^2[01]\d\d-/.test(named) && named >= '2001' ? named : null;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
