import { epochMs, type Span } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { addIntervals } from './add-intervals.js';
import type { Plan } from './consumption.types.js';
import { isCovering } from '../registers/installed-registers.js';
import type { Answers } from './sql-answers.js';
import { telescope } from './telescope.js';

/*
 * The problem: a month of half-hours of a thousand meters is a million and a half rows. Brought to the program they take ten seconds;
 * summed where they are, half a second, and the sum is exact either way.
 *
 *   intervals    sum and count by part of the time; a count that fills the time, and starts and ends on the grid, leave no gap
 *   cumulative   night 23:00–07:00: value at 07:00 − value at 23:00. A question is a sum of values, each times how often a stretch ends
 *                there less how often one begins; what lies between is looked through only for a display that ran backwards
 *
 * Method: what is asked is cut into parts (consumption-parts.ts), and one statement sums the parts of all registers. Only what is
 * regular is answered here: one device during the whole span, no correction, every slot filled once and nothing beside, every edge read
 * exactly, never backwards. All else is left to the domain, which explains what it finds.
 */

const dayMinutes = 1440;

/** Answers the plans of all regular registers over a span. */
export async function consumeInSql(tx: Tx, communityId: string, plans: readonly Plan[], span: Span): Promise<Answers> {
  const steady = plans.filter(
    ({ register: { devices } }) =>
      devices.length === 1 && devices.every((device) => isCovering(device, span) && !meetsEdge(device, span)),
  );
  const corrected = await correctedRegisters(tx, communityId, steady, span);
  const regular = steady.filter(({ register }) => !corrected.has(register.no));
  const answers: Answers = new Map();
  const cumulative = regular.filter(({ register }) => register.kind === 'cumulative');
  const intervals = regular.filter(
    ({ register }) => register.intervalMinutes !== null && register.intervalMinutes < dayMinutes,
  );
  if (cumulative.length > 0) await telescope(tx, communityId, cumulative, span, answers);
  if (intervals.length > 0) await addIntervals(tx, communityId, intervals, span, answers);
  return answers;
}

/** An opening or closing at the very edge of the span is a value beside the readings; the domain weighs them against each other. */
const meetsEdge = ({ from, to, opening, closing }: Plan['cuts'][number]['device'], span: Span): boolean =>
  (opening !== null && epochMs(from) === epochMs(span.from)) ||
  (closing !== null && to !== null && epochMs(to) === epochMs(span.to));

/** Registers of plans with a correction that may touch a span. */
export async function correctedRegisters(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
): Promise<Set<number>> {
  const rows = await tx.query<{ no: number }>(
    `SELECT DISTINCT register_no AS no FROM reading_correction
     WHERE community_id = $1 AND register_no = ANY ($2::int[]) AND at >= $3::timestamptz - interval '1 day' AND at <= $4::timestamptz`,
    [communityId, plans.map(({ register }) => register.no), span.from, span.to],
  );
  return new Set(rows.map(({ no }) => no));
}
