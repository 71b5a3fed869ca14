import { type Instant, type Period } from '../domain/calendar/period.js';
import { decimal } from '../domain/quantity/decimal.js';
import type { ApiClient } from '../cli/client.js';
import type { Output } from '../cli/output.js';
import { coldRoom, restarting, rolling } from './hall.js';
import { halfHoursOf, told } from './logger.js';
import { asKWh, on, type Shown, showMeters, within } from './readings.js';

/*
 * Fourteen months of readings, pushed as a gateway pushes them, with what happens to meters in real halls:
 *
 * In the month before the model month, which is billed:
 *
 *   M-0718  starts again at zero on the 11th, after a power cut
 *   M-0714  runs over its five digits on the 16th
 *   M-0709  is exchanged on the 17th
 *   M-0704  says something else about the morning of the 20th the second time: a conflict that a person decides
 *
 * In the model month:
 *
 *   M-0701B the door of the cold room stands open for an hour on the 9th, and its logger is silent in the night of the 18th: both wait for a person
 *   M-0702  is silent from ten in the evening of the 12th until two in the morning, so midnight is interpolated
 *   M-0717  delivers the afternoon of the 28th late
 *   SHELLY-3C61  is nobody's yet and lands in the inbox
 */

interface PushAnswer {
  readonly summary: Readonly<Record<string, number>>;
}

const batchSize = 10_000;
const reading = (meter: string, at: Instant, value: string): object => ({
  meter,
  register: 'import',
  at,
  value,
  unit: 'kWh',
});

const between =
  (from: Instant, to: Instant) =>
  (shown: Shown): boolean =>
    shown.at > from && shown.at < to;

/** Pushes everything; `exchange` must be told to the service before the new device's readings arrive. */
export async function pushReadings(
  treasurer: ApiClient,
  device: ApiClient,
  months: readonly Period[],
  detail: number,
  out: Output,
): Promise<void> {
  const model = months.at(-1);
  const before = months.at(-2);
  if (!model || !before) throw new RangeError('The demo needs at least two months.');
  const shown = showMeters(months, detail);

  startAgain(shown, before);
  rollOver(shown, before);
  await exchange(treasurer, shown, before);
  const silent = between(on(model, 12, '22:00'), on(model, 13, '02:00'));
  const late = between(on(model, 28, '12:00'), on(model, 28, '18:30'));
  const isOff = within(model, coldRoom.silent);

  const all: object[] = [];
  const afterwards: object[] = [];
  for (const [meter, values] of shown) {
    for (const value of values) {
      if (meter === coldRoom.meter || (meter === 'M-0702' && silent(value))) continue;
      (meter === 'M-0717' && late(value) ? afterwards : all).push(reading(meter, value.at, asKWh(value.wh)));
    }
  }
  for (const one of halfHoursOf(shown.get(coldRoom.meter) ?? [])) {
    if (!isOff(one.at)) all.push(told(coldRoom.meter, one));
  }
  const disputed = shown.get('M-0704')?.find((value) => value.at === on(before, 20, '09:00'));
  if (disputed) afterwards.push(reading('M-0704', disputed.at, asKWh(disputed.wh + 3_200n)));
  for (const hour of ['08:00', '08:30', '09:00']) {
    afterwards.push(reading('SHELLY-3C61', on(model, 22, hour), `${hour.replace(':', '.')}0`));
  }

  const queue = [...all, ...afterwards];
  for (let sent = 0; sent < queue.length; sent += batchSize) {
    await device.post<PushAnswer>('/readings', { readings: queue.slice(sent, sent + batchSize) });
    out.progress('Pushing 14 months of readings', Math.min(sent + batchSize, queue.length), queue.length);
  }
}

/** Has a counter begin anew, just after it was read. */
function startAgain(shown: Map<string, Shown[]>, month: Period): void {
  const values = shown.get(restarting) ?? [];
  const last = values.findLast((value) => value.at <= on(month, 11, '14:30'));
  if (!last) return;
  shown.set(
    restarting,
    values.map(({ at, wh }) => ({ at, wh: at > last.at ? wh - last.wh : wh })),
  );
}

/** Shifts a display so that it shows zeros in the middle of a month. */
function rollOver(shown: Map<string, Shown[]>, month: Period): void {
  const values = shown.get(rolling.meter) ?? [];
  const middle = values.find((value) => value.at >= on(month, 16, '12:00'));
  if (!middle) return;
  const capacity = BigInt(decimal(rolling.capacity).times(1000).toFixed());
  const shift = capacity - middle.wh;
  shown.set(
    rolling.meter,
    values.map(({ at, wh }) => ({ at, wh: (wh + shift) % capacity })),
  );
}

/** Puts a new device in on the 17th, ten minutes past nine: it begins at zero, and the old one's last reading is kept. */
async function exchange(treasurer: ApiClient, shown: Map<string, Shown[]>, month: Period): Promise<void> {
  const values = shown.get('M-0709') ?? [];
  const at = on(month, 17, '09:10');
  const last = values.findLast((value) => value.at <= at);
  const next = values.find((value) => value.at > at);
  if (!last || !next) return;
  const closing = last.wh + (next.wh - last.wh) / 3n;
  shown.set(
    'M-0709',
    values.map((value) => (value.at > at ? { at: value.at, wh: value.wh - closing } : value)),
  );
  await treasurer.post('/meters/M-0709/exchange', {
    at,
    serial: 'OMH-0709-B',
    registers: [{ code: 'import', closing: asKWh(closing), opening: '0.000', maxPerHour: '60' }],
  });
}
