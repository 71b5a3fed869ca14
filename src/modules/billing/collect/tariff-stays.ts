import { type BandCalendar, bandWindows, type BandWindow } from '../../../domain/calendar/bands.js';
import {
  addDays,
  daysIn,
  epochMs,
  monthOf,
  monthsOf,
  type Period,
  type Span,
  within,
} from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { zero } from '../../../domain/quantity/decimal.js';
import type { Needs, UsageSlice } from '../../../domain/rating/usage.js';
import type { InstalledRegister } from '../../metering/meters/metering.service.js';
import type { Load } from '../../metering/loads/peak-uses.service.js';
import type { Charge, RunSite, RunTariff, TariffUse } from '../run/inputs.js';
import type { Instead } from '../run/instead.js';

/** Stays under a tariff, and what of their time and meters a tariff looks at. */

export type TariffPiece = RunTariff['pieces'][number];
export type Extra = { -readonly [Key in keyof TariffUse['usage']]: TariffUse['usage'][Key] };

/** A member in a space over some days. */
export interface Stay {
  readonly spaceId: string;
  readonly memberId: string;
  readonly days: Period;
}

/** One version of a tariff over the days that it is charged for, with all that its figures are taken from. */
export interface Task {
  readonly communityId: string;
  readonly site: RunSite;
  readonly tariff: RunTariff;
  readonly piece: TariffPiece;
  readonly days: Period;
  readonly needs: Needs;
  readonly calendar: BandCalendar | null;
  readonly stays: readonly Stay[];
  readonly registers: readonly InstalledRegister[];
  readonly instead: Instead;
}

/** Each version of each tariff that is charged, over the days that it is charged for, once. */
export function charged(charges: readonly Charge[], tariffs: readonly RunTariff[], period: Period) {
  const found = new Map<string, { tariff: RunTariff; piece: TariffPiece; days: Period }>();
  for (const charge of charges) {
    const days = within(period, charge.days);
    const tariff = tariffs.find(({ id }) => id === charge.tariffId);
    for (const piece of days === null || !tariff ? [] : tariff.pieces) {
      const shared = days && within(days, piece.period);
      if (shared && tariff)
        found.set(`${piece.versionId} ${shared.from} ${shared.to}`, { tariff, piece, days: shared });
    }
  }
  return [...found.values()];
}

/** Bands of a calendar that hold in no hour of some days. */
export function idleOver(calendar: BandCalendar | null, days: Period, { zone }: RunSite): Extra {
  if (calendar === null) return {};
  const windows = bandWindows(calendar, spanOf(days, zone), zone);
  const idleBands = calendar.bands.filter((band) => !windows.some((window) => window.band === band));
  return idleBands.length > 0 ? { idleBands } : {};
}

/** The registers of a space over some days, each for as long as a device was in. */
export function loadOf({ registers, site }: Task, spaceId: string, days: Period): Load {
  const span = spanOf(days, site.zone);
  const parts = registers.flatMap((register) =>
    register.devices.flatMap((device) => {
      const part = shared(span, { from: device.from, to: device.to ?? span.to });
      return device.spaceId === spaceId && part ? [{ register, multiplier: device.multiplier, span: part }] : [];
    }),
  );
  return { parts, origin: spanOf(monthOf(days.from), site.zone).from };
}

function shared(a: Span, b: Span): Span | null {
  const from = epochMs(a.from) >= epochMs(b.from) ? a.from : b.from;
  const to = epochMs(a.to) <= epochMs(b.to) ? a.to : b.to;
  return epochMs(from) < epochMs(to) ? { from, to } : null;
}

export const hoursIn = (windows: readonly BandWindow[], bands: readonly string[]): Span[] =>
  windows.filter(({ band }) => bands.includes(band)).map(({ from, to }) => ({ from, to }));

export const eachDay = (days: Period): Period[] =>
  Array.from({ length: daysIn(days) }, (_, i) => ({ from: addDays(days.from, i), to: addDays(days.from, i + 1) }));

/** Months from days. */
export function monthsFrom(days: readonly UsageSlice[]): UsageSlice[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  return monthsOf({ from: first.period.from, to: last.period.to }).map((period) => {
    const byBand: Record<string, typeof zero> = {};
    for (const day of days) {
      if (day.period.from < period.from || day.period.to > period.to) continue;
      for (const [band, quantity] of Object.entries(day.byBand)) byBand[band] = (byBand[band] ?? zero).plus(quantity);
    }
    return { period, byBand };
  });
}

/** Says why a tariff cannot be priced for a stay. */
export function untold(
  { tariff }: Task,
  stay: Stay | undefined,
  { from, to }: Period,
  { why }: { readonly why: string },
): Issue {
  return {
    code: 'tariff-gap',
    severity: 'blocking',
    subject: { kind: 'tariff', id: `${tariff.id}:${stay?.spaceId ?? ''}`, label: tariff.code },
    from,
    to,
    detail: `The tariff "${tariff.code}" cannot be priced from ${from} to ${to}: ${why}.`,
    remedy: 'Mend the readings of these days, or charge this member by a tariff that does not ask for them.',
  };
}
