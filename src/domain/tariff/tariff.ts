import { type Days, overlap, type Period, within } from '../calendar/period.js';
import { DomainError, type Issue, type Subject } from '../errors.js';
import { bandsOf, type Component } from './component.js';

export type { Component } from './component.js';

/*
 * The problem: the price of October is not the price of November, and a period that runs over the change must be billed at both,
 * each for its own days; and a day for which nobody decided a price must be found before it is billed.
 *
 *   A holds from 1 January 2026 to 16 October, B from 16 October. The period of October 2026 → A for 15 days, B for 16.
 *   Had B begun on 20 October: A for 15 days, and the finding that no version holds from 16 to 20 October.
 *
 * Method: sort the versions by their first day and walk the period once; whatever no version covers is named.
 */

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
  components.some((component) => bandsOf(component).length > 0);

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
