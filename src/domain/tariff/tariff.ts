import type { BandCalendar } from '../calendar/bands.js';
import { type Days, overlap, type Period, within } from '../calendar/period.js';
import { DomainError, type Issue, type Subject } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import { type BandPrices, checkPrice } from './price.js';
import { checkTimeOfUse } from './time-of-use.js';

/*
 * The problem: the price of October is not the price of November, and a period that runs over the change must be billed at both,
 * each for its own days; and a day for which nobody decided a price must be found before it is billed.
 *
 *   A holds from 1 January 2026 to 16 October, B from 16 October. The period of October 2026 → A for 15 days, B for 16.
 *   Had B begun on 20 October: A for 15 days, and the finding that no version holds from 16 to 20 October.
 *
 * Method: sort the versions by their first day and walk the period once; whatever no version covers is named.
 */

/** Money for each day. */
export interface StandingComponent {
  readonly kind: 'standing';
  /** As the statement prints it; unique in a tariff. */
  readonly name: string;
  readonly perDay: Decimal;
}

/** Money for each unit used in all hours, or in one band only. */
export interface PerUnitComponent {
  readonly kind: 'per-unit';
  readonly name: string;
  readonly perUnit: Decimal;
  /** `kWh`, `m3`: must be the unit of what is priced. */
  readonly unit: string;
  /** A band of the tariff's calendar; null for every hour. */
  readonly band: string | null;
}

/** Money for each unit, by the band in which it was used. */
export interface TimeOfUseComponent {
  readonly kind: 'time-of-use';
  readonly name: string;
  readonly unit: string;
  readonly prices: BandPrices;
}

export type Component = StandingComponent | PerUnitComponent | TimeOfUseComponent;

/** The community's own prices. Bands, where components speak of any, are those of one calendar. */
export interface Tariff {
  readonly components: readonly Component[];
}

/** A tariff for as long as it holds. */
export interface TariffVersion extends Days {
  readonly tariff: Tariff;
}

/** A version and the part of a period in which it is in force. */
export interface TariffPiece<Version extends Days = TariffVersion> {
  readonly period: Period;
  readonly version: Version;
}

/** True where a component's price depends on the hour, so that the tariff needs a calendar. */
export const hasBands = ({ components }: Tariff): boolean =>
  components.some(
    (component) => component.kind === 'time-of-use' || (component.kind === 'per-unit' && component.band !== null),
  );

/**
 * Checks that a tariff prices everything it speaks of, before it is saved.
 *
 * @param calendar of the tariff's bands; null where it has none
 * @throws DomainError `tariff-gap` (no component, no calendar, an hour without band, a band without price), `tariff-overlap`,
 *   `already-exists` (two components of one name), `invalid-input` (an unknown band), `invalid-decimal`
 */
export function checkCoverage(tariff: Tariff, calendar: BandCalendar | null): void {
  if (tariff.components.length === 0)
    throw new DomainError('tariff-gap', 'The tariff has no component. Add at least one price.');
  const names = new Set<string>();
  for (const component of tariff.components) {
    const { name } = component;
    if (names.has(name))
      throw new DomainError('already-exists', `Two components are called ${name}. Name them apart.`, {
        component: name,
      });
    names.add(name);
    if (component.kind === 'standing') checkPrice(component.perDay, name);
    else if (component.kind === 'time-of-use') checkTimeOfUse(name, component.prices, calendarFor(name, calendar));
    else {
      checkPrice(component.perUnit, name);
      if (component.band !== null && !calendarFor(name, calendar).bands.includes(component.band)) {
        throw new DomainError(
          'invalid-input',
          `${name} is for the band ${component.band}, which the calendar does not have.`,
          {
            component: name,
            band: component.band,
          },
        );
      }
    }
  }
}

function calendarFor(component: string, calendar: BandCalendar | null): BandCalendar {
  if (calendar === null) {
    throw new DomainError('tariff-gap', `${component} is priced by band and the tariff has no calendar. Choose one.`, {
      component,
    });
  }
  return calendar;
}

const byStart = (a: Days, b: Days): number => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);

/**
 * Checks that the versions of a tariff tile the time from the first one's beginning.
 *
 * @throws DomainError `tariff-overlap` naming the first day that two versions claim, `tariff-gap` naming the first day between two
 */
export function checkVersions(versions: readonly Days[]): void {
  const ordered = versions.toSorted(byStart);
  ordered.slice(1).forEach((next, index) => {
    const before = ordered[index];
    if (before === undefined) return;
    if (overlap(before, next) !== null) refuseOverlap(before, next);
    if (before.to !== null && before.to < next.from) {
      throw new DomainError(
        'tariff-gap',
        `No version holds on ${before.to}, nor until ${next.from}. Let one of the two reach to the other.`,
        {
          from: before.to,
          to: next.from,
        },
      );
    }
  });
}

function refuseOverlap(before: Days, next: Days): never {
  throw new DomainError(
    'tariff-overlap',
    `Two versions hold on ${next.from}: end the one from ${before.from} before the next begins.`,
    {
      from: next.from,
    },
  );
}

/**
 * The versions in force in a period, each with its part of it.
 *
 * @param subject what the tariff is called, for the findings
 * @returns pieces in order of time, and a blocking Issue `tariff-gap` for every run of days without a version
 * @throws DomainError `tariff-overlap` where two versions hold on one day of the period
 * @law pieces and gaps tile the period exactly; independent of the order of versions
 */
export function versionsInForce<Version extends Days = TariffVersion>(
  versions: readonly Version[],
  period: Period,
  subject: Subject,
): { readonly pieces: readonly TariffPiece<Version>[]; readonly issues: readonly Issue[] } {
  const pieces: TariffPiece<Version>[] = [];
  const issues: Issue[] = [];
  let from = period.from;
  const gapUntil = (to: string): void => {
    if (from < to) issues.push(tariffGap({ from, to }, subject));
  };
  for (const version of versions.toSorted(byStart)) {
    const days = within(period, version);
    if (days === null) continue;
    const before = pieces.at(-1);
    if (before && days.from < before.period.to) refuseOverlap(before.version, days);
    gapUntil(days.from);
    pieces.push({ period: days, version });
    from = days.to;
  }
  gapUntil(period.to);
  return { pieces, issues };
}

const tariffGap = ({ from, to }: Period, subject: Subject): Issue => ({
  code: 'tariff-gap',
  severity: 'blocking',
  subject,
  from,
  to,
  detail: `The tariff "${subject.label}" has no version from ${from} to ${to}.`,
  remedy: `Add a version of "${subject.label}" that holds on these days.`,
});
