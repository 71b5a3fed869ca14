import { epochMs, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import { type DeviceItem, unreadOf } from './device-reading.js';
import { fromUnixMs } from './device-time.js';
import { itemsOf, nodeOf, type Parameters, textOf, timeOf } from './emoncms.js';
import { exactly } from './exact-digits.js';
import { isObject, type Json, readJson } from './exact-json.js';

/*
 * Many posts in one: rows of time, node and values, where a value that is an object carries its name.
 *
 *   data=[[0,16,1137],[2,"attic",{"import_kwh":48210.4}]]
 *
 * Times below 1,000,000,000 are seconds from somewhere: from `time`; from `sentat` seconds before now; from `offset` seconds before now;
 * and where nothing is said, the last row is of now. Larger ones are Unix seconds and stand for themselves, so that a row that is sent
 * again is the same reading again. `sentat` then shows what the device's clock says now: where that is wrong by more than a minute, its
 * rows are moved by as much; a smaller difference is the way of the request, which differs each time.
 */

const unixFrom = 1_000_000_000;
const travelMs = 60_000;

/** @throws DomainError `invalid-input` where there are no rows, `invalid-period` for the time that they count from */
export function emoncmsBulk(parameters: Parameters, receivedAt: Instant): DeviceItem[] {
  const text = parameters.get('data')?.trim();
  if (!text)
    throw new DomainError('invalid-input', 'There is no data: send rows like [[0,"attic",{"import_kwh":1.5}]].');
  const rows = readJson(text);
  if (!Array.isArray(rows) || rows.length === 0)
    throw new DomainError('invalid-input', 'data must be a list of rows like [[0,"attic",{"import_kwh":1.5}]].');
  const clock = clockOf(parameters, rows as readonly Json[], epochMs(receivedAt));
  return (rows as readonly Json[]).flatMap((row, index) => itemsOfRow(row, index, clock));
}

/** Turns the time of a row into milliseconds since 1970; null where it names none. */
type Clock = (seconds: Decimal) => Instant | null;

function itemsOfRow(row: Json, index: number, clock: Clock): DeviceItem[] {
  const [time, node, ...values] = Array.isArray(row) ? (row as readonly Json[]) : [];
  const named = node === undefined || node === null ? undefined : textOf(node);
  const seconds = secondsOf(time);
  if (named === undefined || seconds === null)
    return [unreadOf({ meter: nodeOf(named), register: '' }, `Row ${index} does not begin with a time and a node.`)];
  const meter = nodeOf(named);
  const at = clock(seconds);
  if (at === null)
    return [unreadOf({ meter, register: '' }, `The time of row ${index} lies before 2001 or after 2200.`)];
  let number = 0;
  return values.flatMap((value) => {
    if (isObject(value)) return itemsOf({ meter, register: '', at }, value);
    number += 1;
    return itemsOf({ meter, register: String(number), at }, value);
  });
}

const secondsOf = (time: Json | undefined): Decimal | null =>
  time === undefined || time === null ? null : exactly(textOf(time) ?? '');

function clockOf(parameters: Parameters, rows: readonly Json[], nowMs: number): Clock {
  // Their clock has whole seconds, and so has ours where the one is measured by the other.
  const thisSecond = nowMs - (nowMs % 1000);
  const reference = referenceOf(parameters);
  const lastRow = rows.at(-1);
  const last = Array.isArray(lastRow) ? secondsOf((lastRow as readonly Json[])[0]) : null;
  const fromMs =
    reference === null
      ? thisSecond - msOf(last)
      : 'atMs' in reference
        ? reference.atMs
        : thisSecond - msOf(reference.before);
  const showsClock = reference !== null && 'before' in reference && reference.before.greaterThanOrEqualTo(unixFrom);
  const wrongMs = showsClock && Math.abs(fromMs) > travelMs ? fromMs : 0;
  return (seconds) => {
    const isUnix = seconds.greaterThanOrEqualTo(unixFrom);
    return fromUnixMs(
      seconds
        .times(1000)
        .floor()
        .plus(isUnix ? wrongMs : fromMs)
        .toFixed(0),
    );
  };
}

/** What the rows count from: an instant, or so many seconds before now. */
function referenceOf(parameters: Parameters): { atMs: number } | { before: Decimal } | null {
  for (const name of ['sentat', 'offset'] as const) {
    const text = parameters.get(name);
    if (text === undefined) continue;
    const before = exactly(text.trim());
    if (before === null || before.abs().greaterThan(1e11))
      throw new DomainError('invalid-period', `${name} must be a number of seconds.`);
    return { before };
  }
  const time = parameters.get('time')?.trim();
  if (time === undefined) return null;
  return { atMs: /^0+$/.test(time) ? 0 : epochMs(timeOf(time)) };
}

const msOf = (seconds: Decimal | null): number =>
  seconds === null ? 0 : Number.parseInt(seconds.times(1000).floor().toFixed(0), 10);
