import { epochMs, type Span } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { addIntervals } from './add-intervals.js';
import type { Plan } from './consumption.types.js';
import { isCovering } from './installed-registers.js';
import type { Answers } from './sql-answers.js';
import { telescope } from './telescope.js';

/*
 * The problem: a month of half-hours of a thousand meters is a million and a half rows. Brought to the program they take ten seconds;
 * summed where they are, half a second, and the sum is exact either way.
 *
 *   intervals    every row meets the slot that its start and end fill; the slot knows its question; sum and count by question
 *   cumulative   night 23:00–07:00: value at 07:00 − value at 23:00. A question is a sum of values, each times how often a stretch ends
 *                there less how often one begins; what lies between is looked through only for a display that ran backwards
 *
 * Method: only what is regular is answered here: one device during the whole span, no correction, every slot filled once and nothing
 * beside, every edge read exactly, never backwards. All else is left to the domain, which explains what it finds.
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
  await hashing(tx, async () => {
    if (cumulative.length > 0) await telescope(tx, communityId, cumulative, span, answers);
    if (intervals.length > 0) await addIntervals(tx, communityId, intervals, span, answers);
  });
  return answers;
}

/**
 * Has statements join and group by hashing in memory. The planner expects a tenth of the rows and ten times the slots, and
 * would sort a million rows to disk twice; that takes four times as long.
 */
async function hashing(tx: Tx, work: () => Promise<void>): Promise<void> {
  const settings = { work_mem: '64MB', jit: 'off', enable_mergejoin: 'off', enable_sort: 'off' };
  const names = Object.keys(settings);
  const set = (values: readonly (string | undefined)[]) =>
    tx.query('SELECT set_config(n.name, n.value, true) FROM unnest($1::text[], $2::text[]) AS n (name, value)', [
      names,
      values,
    ]);
  const before = await tx.query<{ value: string }>(
    'SELECT current_setting(n.name) AS value FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i) ORDER BY n.i',
    [names],
  );
  await set(Object.values(settings));
  await work();
  await set(before.map(({ value }) => value));
}

/** An opening or closing at the very edge of the span is a value beside the readings; the domain weighs them against each other. */
const meetsEdge = ({ from, to, opening, closing }: Plan['cuts'][number]['device'], span: Span): boolean =>
  (opening !== null && epochMs(from) === epochMs(span.from)) ||
  (closing !== null && to !== null && epochMs(to) === epochMs(span.to));

async function correctedRegisters(
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
