import { type Period, within } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';

/*
 * The problem: a hall buys electricity by day and night and gas by the month. The half-hours of its electricity can be told by band; its
 * gas meter has a display that somebody reads on the first. To ask the gas meter for its night is to ask what nobody needs and nobody
 * can tell, and to refuse the month for want of an answer.
 *
 *   key "night", calendar DN, of the electricity bill       → asks electricity, in the whole site, 1 to 31 October, by DN
 *   key "gas", no calendar, of the gas bill                 → asks gas, in the whole site, 1 to 31 October, in all
 *   own tariff "kiln", calendar PEAK, from the 16th         → asks what let spaces use of electricity, 16 to 31 October, by PEAK
 *
 * A calendar belongs to no meter and to no site: it belongs to the cost that counts by it, over the days of that cost. So a register is
 * asked what a cost that can reach it asks for, and nothing else. What is asked is answered or refused; a band is never guessed from
 * a display that passed over both.
 */

/** What a cost asks of registers. */
export interface Ask {
  readonly utility: string;
  /** `site`: of all that stands at the site, the source included; `let`: of let spaces only, whose members are priced. */
  readonly of: 'site' | 'let';
  readonly days: Period;
  /** Code of the calendar by whose bands it asks; null where all hours count alike. */
  readonly calendar: string | null;
  /** Who asks, as people call it. */
  readonly by: string;
}

/** What decides which costs reach a register. */
export interface Reach {
  readonly utility: string;
  /** True where it measures a let space at some time of the days that are looked at. */
  readonly isInLetSpace: boolean;
}

/** The asks that reach a register on some days. @law an ask of another utility reaches none; fewer days are reached by no more asks */
export const asksReaching = (asks: readonly Ask[], { utility, isInLetSpace }: Reach, days: Period): Ask[] =>
  asks.filter(
    (ask) => ask.utility === utility && (ask.of === 'site' || isInLetSpace) && within(days, ask.days) !== null,
  );

/** The calendars by which asks count, each once, in order. */
export const calendarsOf = (asks: readonly Ask[]): string[] =>
  [...new Set(asks.flatMap(({ calendar }) => calendar ?? []))].sort();

/** What a register answered for a stretch of time in one hand: in all (both null), or in a band of a calendar. */
export interface Answered {
  readonly calendar: string | null;
  readonly band: string | null;
  readonly quantity: Decimal | null;
}

/**
 * Says of a register whose use is known in all where it is not known by band, and who asks for it.
 *
 * @param issues  what else is said of registers; the gaps of this one are the `missing-reading` that block
 * @param answers of this register
 * @param asks    that reached it
 * @returns a blocking `bands-unknown` for each gap, to be told instead of it; nothing where all bands are known, or not even the whole
 * @example a display read on 1 October and 1 November, asked by day and night → bands-unknown, 1 October to 1 November
 */
export function bandsUnknown(
  register: Subject,
  issues: readonly Issue[],
  answers: readonly Answered[],
  asks: readonly Ask[],
): Issue[] {
  const unknown = answers.filter(({ quantity }) => quantity === null);
  if (unknown.length === 0 || unknown.some(({ calendar }) => calendar === null)) return [];
  const calendars = new Set(unknown.map(({ calendar }) => calendar));
  const bands = [...new Set(unknown.flatMap(({ band }) => band ?? []))];
  const by = [...new Set(asks.filter(({ calendar }) => calendars.has(calendar)).map((ask) => ask.by))].sort();
  return issues.filter(isGapOf(register)).map(({ from = '', to = '' }) => ({
    code: 'bands-unknown',
    severity: 'blocking',
    subject: register,
    from,
    to,
    detail:
      `${register.label} was not read between ${from} and ${to}, so nobody knows how much of it was ${bands.join(' and how much ')} ` +
      `by the calendar ${[...calendars].join(' and ')}: ${by.join(' and ')} ${by.length === 1 ? 'asks' : 'ask'} for that.`,
    remedy:
      'Send intervals, or readings at the hours at which the bands change; or share and price what this meter measures without bands.',
  }));
}

/** Whether an issue is a time in which a register was not read. */
export const isGapOf =
  ({ id }: Subject) =>
  ({ code, severity, subject }: Issue): boolean =>
    code === 'missing-reading' && severity === 'blocking' && subject.id === id;
