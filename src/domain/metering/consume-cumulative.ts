import { epochMs } from '../calendar/period.js';
import { type Decimal, zero } from '../quantity/decimal.js';
import { stretchesOf } from './exchange.js';
import type { Findings } from './findings.js';
import type { Range } from './range.js';
import {
  type Advance,
  type CumulativeReading,
  type Grid,
  type Installation,
  type Piece,
  type Quality,
  type Register,
  worse,
} from './reading.js';
import { type Mark, type Missing, type Point, pointAt, type RegisterLine, unroll } from './register-line.js';

/** What a span came to; `quantity` is null where something blocks it. */
export type Consumed = Omit<Piece, 'span'>;

/** What every span of one call shares. */
export interface Context {
  readonly register: Register;
  /** From the first start to the last end of all spans. */
  readonly hull: Range;
  readonly maxGapMs: number;
  readonly grid: Grid;
  readonly findings: Findings;
}

/** Prepares a register that shows a running total, and answers for any span. */
export function cumulativeMeter(
  context: Context,
  installations: readonly Installation[],
  readings: readonly CumulativeReading[],
): (span: Range) => Consumed {
  const lines = stretchesOf(context.register, installations, readings).map((stretch) => ({
    line: unroll(stretch),
    points: new Map<number, Point | Missing>(),
  }));

  return (span) => {
    let quantity: Decimal | null = zero;
    let quality: Quality = 'actual';
    const advances: Advance[] = [];
    lines.forEach(({ line, points }, index) => {
      const part = { from: Math.max(span.from, line.from), to: Math.min(span.to, line.to) };
      if (part.from >= part.to) return;
      const base = baseOf(line, index, context);
      if (base !== null && part.from < base) {
        noteBase(context, line, base);
        part.from = Math.min(base, part.to);
        if (part.from === part.to) return;
      }
      const point = (ms: number): Point | Missing => {
        let known = points.get(ms);
        if (!known) points.set(ms, (known = pointAt(line, ms, context.maxGapMs, context.grid)));
        return known;
      };
      const sound = noteMarks(context, line, index, part);
      const [opening, closing] = [point(part.from), point(part.to)];
      for (const end of [opening, closing]) {
        if ('missing' in end) noteMissing(context, index, end);
        else if (end.interpolated) context.findings.noteEstimate(epochMs(end.at));
      }
      if (!sound || 'missing' in opening || 'missing' in closing) {
        quantity = null;
        return;
      }
      const advance = advanceOf(line, opening, closing);
      advances.push(advance);
      quality = worse(quality, worse(opening.quality, closing.quality));
      quantity = quantity === null ? null : quantity.plus(advance.quantity);
    });
    return { quantity, quality, advances: quantity === null ? [] : advances };
  };
}

function advanceOf({ installation }: RegisterLine, opening: Point, closing: Point): Advance {
  const steps = closing.steps.minus(opening.steps);
  const boundary = ({ at, value, quality, interpolated }: Point) => ({ at, value, quality, interpolated });
  return {
    opening: boundary(opening),
    closing: boundary(closing),
    multiplier: installation.multiplier,
    wrapped: steps.minus(closing.value.minus(opening.value)),
    quantity: steps.times(installation.multiplier),
  };
}

/**
 * The instant of the first reading ever, where nobody recorded what the first device showed when it went in. That reading sets the base
 * and bills nothing; before it nothing was measured. It is no base for spans that end before it: those have nothing at all.
 */
function baseOf(line: RegisterLine, index: number, { hull }: Context): number | null {
  const first = line.knots[0];
  const unopened = index === 0 && line.installation.opening === null;
  return unopened && first && first.ms > line.from && first.ms < hull.to ? first.ms : null;
}

function noteBase({ findings, register, hull }: Context, line: RegisterLine, base: number): void {
  findings.note(
    'base',
    'missing-reading',
    'warning',
    { from: Math.max(hull.from, line.from), to: base },
    (from, to) => ({
      detail: `The first reading of ${register.label} is that of ${to}. It sets the base; nothing is billed from ${from} until then.`,
      remedy: 'Record what the meter showed when it was installed, if anybody noted it.',
    }),
  );
}

/** Reports rollovers, regressions and conflicts that a part of a line meets. @returns false where one of them blocks */
function noteMarks({ findings, register }: Context, line: RegisterLine, index: number, part: Range): boolean {
  let sound = true;
  const { label, unit } = register;
  for (const mark of line.marks) {
    if (mark.toMs <= part.from || mark.fromMs >= part.to) continue;
    const range = { from: mark.fromMs, to: mark.toMs };
    const key = `mark ${index} ${mark.fromMs}`;
    if (mark.advanced.kind === 'rollover') {
      const used = mark.advanced.steps.times(line.installation.multiplier).toFixed();
      findings.note(key, 'rollover-assumed', 'warning', range, (from, to) => ({
        detail: `${label} went from ${mark.start.toFixed()} at ${from} to ${mark.end.toFixed()} at ${to}: its display is taken to have wrapped, which makes ${used} ${unit}.`,
        remedy: 'Confirm that the display wrapped; if the meter was exchanged, record the exchange.',
      }));
    } else {
      sound = false;
      noteRegression(findings, register, key, mark, range);
    }
  }
  for (const { ms, values } of line.conflicts) {
    if (ms < part.from || ms > part.to) continue;
    sound = false;
    findings.note(`conflict ${index} ${ms}`, 'conflicting-reading', 'blocking', { from: ms, to: ms }, (at) => ({
      detail: `${label} has two values at ${at}: ${values[0].toFixed()} and ${values[1].toFixed()}.`,
      remedy: 'Decide which of the two holds and supersede the other.',
    }));
  }
  return sound;
}

function noteRegression(findings: Findings, { label }: Register, key: string, mark: Mark, range: Range): void {
  const because = mark.advanced.kind === 'regressed' ? mark.advanced.because : '';
  findings.note(key, 'register-regressed', 'blocking', range, (from, to) => ({
    detail: `${label} ran backwards: ${mark.start.toFixed()} at ${from}, ${mark.end.toFixed()} at ${to}. It is not taken as a wrapped display, because ${because}.`,
    remedy:
      'Read the meter again and supersede the wrong reading, record the exchange, or declare its capacity and highest use per hour.',
  }));
}

const reasons: Record<Exclude<Missing['missing'], 'regressed'>, { detail: string; remedy: string }> = {
  'never-read': { detail: 'has no reading at all', remedy: 'Enter a reading at the start and at the end.' },
  'before-first': {
    detail: 'has no opening reading',
    remedy: 'Enter what the device showed when it was installed.',
  },
  'after-last': {
    detail: 'has no reading after',
    remedy: 'Read the meter, or enter the closing reading of the device that came out.',
  },
  'gap-too-long': {
    detail: 'has two readings too far apart to estimate between',
    remedy: 'Enter a reading at the boundary, or an estimate with its method.',
  },
};

function noteMissing({ findings, register, hull }: Context, index: number, { missing, from, to }: Missing): void {
  if (missing === 'regressed') return;
  const { detail, remedy } = reasons[missing];
  const range =
    missing === 'gap-too-long'
      ? { from, to }
      : { from: missing === 'after-last' ? from : Math.max(from, hull.from), to: Math.min(to, hull.to) };
  findings.note(`missing ${index} ${missing} ${from}`, 'missing-reading', 'blocking', range, (first, last) => ({
    detail:
      missing === 'after-last'
        ? `${register.label} ${detail} ${first}, and the account runs to ${last}.`
        : `${register.label} ${detail}, from ${first} to ${last}.`,
    remedy,
  }));
}
