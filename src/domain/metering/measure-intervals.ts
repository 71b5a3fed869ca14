import { epochMs } from '../calendar/period.js';
import { type Decimal, sum } from '../quantity/decimal.js';
import { chainOf } from './exchange.js';
import {
  type Beyond,
  type DayUse,
  exceeds,
  type Frame,
  isEstimate,
  isRead,
  meets,
  type RegisterFigures,
  type Slice,
  type Source,
  type Stray,
  towering,
} from './figures.js';
import { covered, type Range, uncovered } from './range.js';
import type { IntervalReading, Quality } from './reading.js';

/** An interval as it was sent, on its device. */
interface Sent extends Slice {
  readonly quality: Quality;
  readonly maxPerHour: Decimal | null;
}

/** The figures of a register that sends quantities for intervals. */
export function measureIntervals(source: Source, readings: readonly IntervalReading[], frame: Frame): RegisterFigures {
  const chain = chainOf(source.register, source.installations);
  const strays: Stray[] = [];
  const sent: Sent[] = [];
  for (const { quantity: value, quality, ...range } of inOrder(readings, frame.span)) {
    const owner = chain.find((link) => meets(link, range));
    if (range.to > frame.latest) strays.push({ ...range, why: 'in-the-future', value });
    else if (!owner) strays.push({ ...range, why: 'not-installed', value });
    else {
      const { multiplier, plausibleMaxPerHour } = owner.installation;
      const maxPerHour = plausibleMaxPerHour ?? frame.mostPerHour;
      sent.push({ ...range, quality, maxPerHour, quantity: value.times(multiplier) });
    }
  }
  const beyond = sent.flatMap(beyondOf);
  const sound = sent.filter(
    (one) =>
      beyondOf(one).length === 0 && !isEstimate(one.quality) && one.from >= frame.span.from && one.to <= frame.span.to,
  );
  return {
    source,
    frame,
    count: sent.length,
    actual: sent.filter(({ quality }) => isRead(quality)).length,
    strays,
    falls: [],
    beyond,
    gaps: holes({ from: frame.span.from, to: frame.due }, chain, sent).map((range) => ({
      ...range,
      why: 'no-interval',
    })),
    days: daysOf(sound, frame.days),
    highest: towering(sound, frame),
    counted:
      sound.length === 0
        ? null
        : {
            quantity: sum(sound.map(({ quantity }) => quantity)),
            ms: sound.reduce((ms, { from, to }) => ms + to - from, 0),
          },
  };
}

type Known = Slice & { readonly quality: Quality };

/** The intervals that meet a span in order of time, a repeated one once. */
function inOrder(readings: readonly IntervalReading[], span: Range): Known[] {
  const sorted = readings
    .map((reading): Known => ({ ...reading, from: epochMs(reading.from), to: epochMs(reading.to) }))
    .filter((one) => meets(one, span))
    .sort(
      (a, b) => a.from - b.from || a.to - b.to || a.quantity.comparedTo(b.quantity) || (a.quality < b.quality ? -1 : 1),
    );
  return sorted.filter((one, i) => {
    const before = sorted[i - 1];
    return !(before?.from === one.from && before.to === one.to && before.quantity.equals(one.quantity));
  });
}

const beyondOf = ({ maxPerHour, quality, from, to, quantity }: Sent): Beyond[] =>
  maxPerHour !== null && !isEstimate(quality) && exceeds({ from, to, quantity }, maxPerHour)
    ? [{ from, to, quantity, maxPerHour }]
    : [];

/** Time in which a device was in and no interval was sent; what touches is one. */
function holes(span: Range, chain: readonly Range[], sent: readonly Range[]): Range[] {
  if (span.from >= span.to) return [];
  const missing = covered(span, chain).flatMap((installed) => uncovered(installed, sent));
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of missing) {
    const last = joined.at(-1);
    if (last?.to === from) last.to = to;
    else joined.push({ from, to });
  }
  return joined;
}

/** The days that are filled by sound intervals, each of which lies within its day. */
function daysOf(sound: readonly Slice[], days: readonly Range[]): DayUse[] {
  let next = 0;
  return days.flatMap((day): DayUse[] => {
    while (next < sound.length && (sound[next]?.from ?? 0) < day.from) next += 1;
    const first = next;
    while (next < sound.length && (sound[next]?.from ?? 0) < day.to) next += 1;
    const own = sound.slice(first, next);
    const [one] = own;
    const isFull = one !== undefined && uncovered(day, own).length === 0;
    const length = own.reduce((ms, { from, to }) => ms + to - from, 0);
    if (!isFull || length !== day.to - day.from) return [];
    const isConstant = own.every(({ quantity }) => quantity.equals(one.quantity));
    return [{ ...day, quantity: sum(own.map(({ quantity }) => quantity)), each: isConstant ? one.quantity : null }];
  });
}
