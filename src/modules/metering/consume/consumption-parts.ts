import { epochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import { Decimal, zero } from '../../../domain/quantity/decimal.js';
import type { Question } from './consumption.types.js';

/*
 * The problem: everything, night and day are asked of one month, so that every half-hour is asked for twice, and two calendars ask for
 * it three times. A statement that joins half-hours to questions adds each of them as often.
 *
 *   everything  ├───────────────────────┤
 *   night       ├─────┤           ├─────┤
 *   day               ├───────────┤
 *   time           0        1        0       part 0 is asked for by everything and night, part 1 by everything and day
 *   edges       0     1           2     3    at edge 1 night ends and day begins; every other night it does so again
 *
 * Method: time, and its edges, fall into a few parts, each asked for by the same questions. A statement sums every part once, and a
 * question is the sum of its parts. The whole span is one question more that nobody asked: what lies in no cut must be sound as well.
 */

/** Time or edges by who asks for them. */
export interface Parts {
  /** Where time begins to be another part's, or the edges; in order. */
  readonly instants: readonly Instant[];
  /** The part at each instant. */
  readonly numbers: readonly number[];
  /** How much each part holds: milliseconds of time, or edges. */
  readonly sizes: readonly number[];
  /** By question: its parts, and how often each is added. */
  readonly addends: readonly (readonly Addend[])[];
}

interface Addend {
  readonly part: number;
  readonly times: number;
}

/** What a statement found of one part of one register. */
export interface PartRow {
  readonly no: number;
  /** Null for what lies before the span. */
  readonly part: number | null;
  readonly total: string;
  readonly count: number;
  readonly quality: number;
}

/** What is known of one register, by part. */
export type Found = ReadonlyMap<number | null, PartRow>;

type Asking = ReadonlyMap<number, number>;

/** The edges of all questions; each is asked for as often as a stretch ends there, less how often one begins. */
export function partsOfEdges(questions: readonly Question[], span: Span): Parts {
  return numbered(edgesOf(questions, span).map(([at, asking]) => ({ at, asking, size: 1 })));
}

/** The time between the edges of all questions. */
export function partsOfTime(questions: readonly Question[], span: Span): Parts {
  const edges = edgesOf(questions, span);
  const open = new Map<number, number>();
  const pieces = edges.slice(0, -1).map(([at, changes], index) => {
    for (const [question, times] of changes) {
      const count = (open.get(question) ?? 0) - times;
      if (count === 0) open.delete(question);
      else open.set(question, count);
    }
    const size = epochMs(edges[index + 1]?.[0] ?? at) - epochMs(at);
    return { at, asking: new Map([...open].sort(([a], [b]) => a - b)), size };
  });
  return numbered(pieces);
}

/** By instant, in order: how often stretches of a question end there, less how often they begin. */
function edgesOf(questions: readonly Question[], span: Span): [Instant, Asking][] {
  const edges = new Map<Instant, Map<number, number>>();
  const count = (at: Instant, question: number, times: number): void => {
    const known = edges.get(at) ?? new Map<number, number>();
    edges.set(at, known.set(question, (known.get(question) ?? 0) + times));
  };
  [...questions.map(({ stretches }) => stretches), [span]].forEach((stretches, question) => {
    for (const { from, to } of stretches) {
      count(from, question, -1);
      count(to, question, 1);
    }
  });
  return [...edges].sort(([a], [b]) => epochMs(a) - epochMs(b));
}

function numbered(pieces: readonly { at: Instant; asking: Asking; size: number }[]): Parts {
  const known = new Map<string, number>();
  const sizes: number[] = [];
  const addends: Addend[][] = [];
  const numbers = pieces.map(({ asking, size }) => {
    const key = [...asking].join(' ');
    const part = known.get(key) ?? known.size;
    if (!known.has(key)) {
      known.set(key, part);
      for (const [question, times] of asking) (addends[question] ??= []).push({ part, times });
    }
    sizes[part] = (sizes[part] ?? 0) + size;
    return part;
  });
  return { instants: pieces.map(({ at }) => at), numbers, sizes, addends };
}

/** The parts of all shapes as columns for a statement: shape, instant, part. */
export function columnsOf(shapes: readonly Parts[]): [number[], Instant[], number[]] {
  return [
    shapes.flatMap(({ instants }, shape) => instants.map(() => shape)),
    shapes.flatMap(({ instants }) => instants),
    shapes.flatMap(({ numbers }) => numbers),
  ];
}

/** What the parts of a question add up to; of its qualities the worst. */
export function summed(
  { addends }: Parts,
  question: number,
  found: Found,
): { total: Decimal; count: number; quality: number } {
  return (addends[question] ?? []).reduce(
    (sum, { part, times }) => {
      const row = found.get(part);
      assert(row, 'A question is answered where all its parts were found.');
      return {
        total: sum.total.plus(new Decimal(row.total).times(times)),
        count: sum.count + row.count,
        quality: Math.max(sum.quality, row.quality),
      };
    },
    { total: zero, count: 0, quality: 0 },
  );
}

export function foundByRegister<R extends PartRow>(
  rows: readonly R[],
): ReadonlyMap<number, ReadonlyMap<number | null, R>> {
  const found = new Map<number, Map<number | null, R>>();
  for (const row of rows) {
    const known = found.get(row.no) ?? new Map<number | null, R>();
    found.set(row.no, known.set(row.part, row));
  }
  return found;
}
