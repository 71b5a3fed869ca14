import { createHash } from 'node:crypto';
import { type BandCalendar, bandWindows } from '../domain/calendar/bands.js';
import { Temporal } from 'temporal-polyfill';
import { addDays, epochMs, fromEpochMs, type Instant, type Period } from '../domain/calendar/period.js';
import { spanOf, startOfDay } from '../domain/calendar/zone.js';
import { decimal } from '../domain/quantity/decimal.js';
import { coldRoom, commonMeters, type DemoMeter, move, season, sourceMeter, stalls } from './hall.js';

/*
 * What the meters of the hall showed. Everything follows from the hall's data by arithmetic in whole watt-hours and a hash, so the
 * same months give the same readings on every machine, and a month's total by band is exactly what the hall's data says.
 *
 * A month's total of a band is spread over its slots by weights: T × (weights so far) / (all weights), rounded down, is what the
 * display has gained. The last slot makes it whole. Months of detail have half-hours; older ones only the edges of the bands,
 * as a community keeps them once the half-hours have served.
 */

export const zone = 'Europe/London';
export const bands: BandCalendar = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};

/** What one display showed at one instant, in whole watt-hours since it was made. */
export interface Shown {
  readonly at: Instant;
  readonly wh: bigint;
}

export interface Slot {
  readonly at: Instant;
  readonly band: string;
}

const wattHours = (kWh: string): bigint => BigInt(decimal(kWh).times(1000).toFixed());
const hashNumber = (text: string, below: number): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) % below;
/** What the cables keep, as if it had a meter. */
export const losses = 'losses';
/** In milliseconds. */
export const halfHour = 1_800_000;

/** An instant of a day of a month, by the clock on the hall's wall. */
export const on = (month: Period, day: number, time: string): Instant =>
  Temporal.PlainDateTime.from(`${addDays(month.from, day - 1)}T${time}`)
    .toZonedDateTime(zone)
    .toInstant()
    .toString();

/** A time of a day of a month. */
interface TimeOfDay {
  readonly day: number;
  readonly from: string;
  readonly to: string;
}

/** Whether a slot lies in a time of a day, by its end. */
export function within(month: Period, { day, from, to }: TimeOfDay): (end: Instant) => boolean {
  const [start, end] = [epochMs(on(month, day, from)), epochMs(on(month, day, to))];
  return (at) => epochMs(at) > start && epochMs(at) <= end;
}

/** The ends of a month's slots: half-hours in detail, else the ends of its bands. */
export function slotsOf(month: Period, inDetail: boolean): Slot[] {
  return bandWindows(bands, spanOf(month, zone), zone).flatMap((window) => {
    if (!inDetail) return [{ at: window.to, band: window.band }];
    const ends: Slot[] = [];
    for (let ms = epochMs(window.from) + halfHour; ms <= epochMs(window.to); ms += halfHour) {
      ends.push({ at: fromEpochMs(ms), band: window.band });
    }
    return ends;
  });
}

/** The model month's energy of a meter, for another month: by season, exactly as it is for the month that is billed next. */
function monthTotal(kWh: string, month: Period, isModel: boolean): bigint {
  const whole = wattHours(kWh);
  return isModel ? whole : (whole * BigInt(season[Number(month.from.slice(5, 7)) - 1] ?? 1000)) / 1000n;
}

/** What a half-hour with the door open weighs beside the usual, which is about a thousand. */
const doorOpen = 18_000n;

/**
 * What each slot weighs among those of its band. In the night that the logger of the cold room misses the cables keep nothing: what all other meters leave
 * for it is what it used, so that whoever has the night estimated bills to the penny what the tutorial says.
 */
function weights(code: string, month: Period, isModel: boolean): (slot: Slot) => bigint {
  const usual = ({ at }: Slot): bigint => BigInt(600 + hashNumber(`${code} ${at}`, 800));
  const isOpen = within(month, coldRoom.open);
  const isSilent = within(month, coldRoom.silent);
  if (isModel && code === coldRoom.meter) return (slot) => usual(slot) + (isOpen(slot.at) ? doorOpen : 0n);
  if (isModel && code === losses) return (slot) => (isSilent(slot.at) ? 0n : usual(slot));
  return usual;
}

/** Gains of one meter at the ends of all slots of a month. */
export function gains(meter: DemoMeter, month: Period, slots: readonly Slot[], isModel: boolean): bigint[] {
  const weightOf = weights(meter.code, month, isModel);
  const state = new Map(
    [['day', meter.day] as const, ['night', meter.night] as const].map(([band, kWh]) => [
      band as string,
      {
        total: monthTotal(kWh, month, isModel),
        all: slots.reduce((sum, slot) => (slot.band === band ? sum + weightOf(slot) : sum), 0n),
        weight: 0n,
        given: 0n,
      },
    ]),
  );
  return slots.map((slot) => {
    const band = state.get(slot.band);
    if (band === undefined) return 0n;
    band.weight += weightOf(slot);
    const reached = (band.total * band.weight) / band.all;
    const gain = reached - band.given;
    band.given = reached;
    return gain;
  });
}

/** From the day of the move on, the one stall uses what the other would have; together they use the same. */
function moveUse(gained: ReadonlyMap<string, bigint[]>, slots: readonly Slot[], month: Period): void {
  const [left, taken] = [gained.get(move.from.meter) ?? [], gained.get(move.to.meter) ?? []];
  const moved = startOfDay(addDays(month.from, move.dayOfMonth - 1), zone);
  slots.forEach(({ at }, i) => {
    if (at > moved) [left[i], taken[i]] = [taken[i] ?? 0n, left[i] ?? 0n];
  });
}

/**
 * Shows every meter of the hall over some months.
 *
 * @param months in order, without a gap; the last one is the model month
 * @param detail how many of them, counted from the end, have half-hours
 * @returns by meter code, from the first instant on, ascending; the source meter is the sum of all and its losses
 * @law source advance = Σ sub-meter advances + losses, over any two instants
 */
export function showMeters(months: readonly Period[], detail: number): Map<string, Shown[]> {
  const subs: DemoMeter[] = [...stalls.flatMap((s) => s.meters), ...commonMeters];
  const lost: DemoMeter = { code: losses, name: '', day: sourceMeter.lossDay, night: sourceMeter.lossNight };
  const shown = new Map<string, Shown[]>();
  const level = new Map<string, bigint>();
  const first = months[0];
  if (first === undefined) return shown;
  const start = spanOf(first, zone).from;
  for (const code of [...subs.map((m) => m.code), sourceMeter.code]) {
    const base = BigInt(4_000_000 + hashNumber(code, 20_000_000));
    level.set(code, base);
    shown.set(code, [{ at: start, wh: base }]);
  }
  months.forEach((month, index) => {
    const slots = slotsOf(month, index >= months.length - detail);
    const isModel = index === months.length - 1;
    const total = slots.map(() => 0n);
    const gained = new Map([...subs, lost].map((meter) => [meter.code, gains(meter, month, slots, isModel)]));
    if (isModel) moveUse(gained, slots, month);
    for (const [code, gain] of gained) {
      gain.forEach((wh, i) => {
        total[i] = (total[i] ?? 0n) + wh;
        if (code === losses) return;
        const reached = (level.get(code) ?? 0n) + wh;
        level.set(code, reached);
        shown.get(code)?.push({ at: slots[i]?.at ?? start, wh: reached });
      });
    }
    total.forEach((gain, i) => {
      const wh = (level.get(sourceMeter.code) ?? 0n) + gain;
      level.set(sourceMeter.code, wh);
      shown.get(sourceMeter.code)?.push({ at: slots[i]?.at ?? start, wh });
    });
  });
  return shown;
}

/** What the supplier's meter saw in a month, by band, in whole watt-hours. */
export function suppliedIn(month: Period, isModel: boolean): { readonly day: bigint; readonly night: bigint } {
  const subs: readonly DemoMeter[] = [...stalls.flatMap((s) => s.meters), ...commonMeters];
  const of = (pick: (meter: DemoMeter) => string, loss: string): bigint =>
    subs.reduce((sum, meter) => sum + monthTotal(pick(meter), month, isModel), monthTotal(loss, month, isModel));
  return { day: of((m) => m.day, sourceMeter.lossDay), night: of((m) => m.night, sourceMeter.lossNight) };
}

/** Watt-hours as the display writes them: kilowatt-hours with three digits. */
export const asKWh = (wh: bigint): string => `${wh / 1000n}.${String(wh % 1000n).padStart(3, '0')}`;
