import type { Subject } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import type { Counted, RegisterFigures } from './figures.js';
import type { Range } from './range.js';
import type { Quality } from './reading.js';

/** All that the rules compare about a site and a span: figures of its registers, and what stands around them. */

export interface SiteKnown {
  readonly subject: Subject;
  readonly span: Range;
  /** The last civil day of the span. */
  readonly lastDay: string;
  /** A register that was last read before this instant has been estimated for too long. */
  readonly overdueBefore: number;
  readonly meters: readonly MeterKnown[];
  readonly balances: readonly Balance[];
}

export interface MeterKnown {
  readonly subject: Subject;
  /** The last civil day on which its verification holds; null where none is recorded. */
  readonly verifiedUntil: string | null;
  readonly registers: readonly RegisterKnown[];
  /** Its display and its intervals, where it sends the same energy both ways. */
  readonly doubles: readonly Double[];
}

export interface RegisterKnown {
  readonly figures: RegisterFigures;
  /** False where another register of the meter tells the same in intervals, and use is counted from that one. */
  readonly counts: boolean;
  /** Whether the counters of its devices start again at zero. */
  readonly restarts: boolean;
  /** Times in which somebody had its space; the whole span where it belongs to no space that is let. */
  readonly held: readonly Range[];
  /** What was used in empty spaces. */
  readonly vacant: readonly VacantUse[];
  /** Earlier periods in which the same people had its space, the best to compare with first. */
  readonly before: readonly Before[];
  /** The latest reading that was no estimate; where there is none, when its device went in. */
  readonly lastRead: number;
}

export interface Before {
  readonly which: 'last-year' | 'last-period';
  readonly counted: Counted;
}

/** Use in a space that nobody had. */
export interface VacantUse extends Range {
  readonly quantity: Decimal;
  readonly quality: Quality;
}

/** What a display and the intervals of the same meter say of the same time. */
export interface Double {
  /** The register of intervals. */
  readonly subject: Subject;
  readonly unit: string;
  readonly display: Total;
  readonly intervals: Total;
}

export interface Total {
  readonly quantity: Decimal;
  readonly quality: Quality;
}

/** What went into a site and what its meters saw of it, of one utility. */
export interface Balance {
  readonly utility: string;
  readonly unit: string;
  /** Of the supplier's meters. */
  readonly imported: Decimal;
  readonly exported: Decimal;
  /** Made on the site. */
  readonly generated: Decimal;
  /** Of all sub-meters. */
  readonly metered: Decimal;
  /** Of virtual meters of spaces, beside what sub-meters counted; absent where there are none. */
  readonly derived?: Decimal;
}
