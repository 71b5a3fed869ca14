import { fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import type { Frame, RegisterFigures } from '../../../domain/metering/figures.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { type InstalledRegister, isCovering } from '../registers/installed-registers.js';
import { measureInDomain } from './measure-in-domain.js';
import { registersWithEstimates } from '../consume/stored-estimates.js';
import { figuresAtEdges, figuresOfDisplays } from './validate-displays.js';
import { figuresOfIntervals } from './validate-intervals.js';

/** Intervals of a day are as long as the day, and few: the domain has them at once. */
const dayMinutes = 1440;

/** The figures of registers in a span: of regular ones by the database, of all others by the domain. */
export async function measureRegisters(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const figures = await measureInSql(tx, communityId, registers, frame);
  const rest = registers.filter(({ no }) => !figures.has(no));
  for (const [no, found] of await measureInDomain(tx, communityId, rest, frame)) figures.set(no, found);
  return figures;
}

/** What registers counted in an earlier period that is only compared with. */
export async function measureBefore(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const displays = registers.filter(({ kind }) => kind === 'cumulative');
  const timed = registers.filter(({ kind }) => kind === 'interval');
  const figures = await measureRegisters(tx, communityId, timed, frame);
  merge(figures, await figuresAtEdges(tx, communityId, displays, frame));
  return figures;
}

/** Figures of registers with one device during the whole span, no correction and no estimate; irregular ones are missing. */
export async function measureInSql(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.span.to) };
  const estimated = await registersWithEstimates(tx, communityId, registers, span);
  const steady = registers.filter(
    ({ id, devices }) => devices.length === 1 && devices.every((one) => isCovering(one, span)) && !estimated.has(id),
  );
  const figures = new Map<number, RegisterFigures>();
  const displays = steady.filter(({ kind }) => kind === 'cumulative');
  if (displays.length > 0) merge(figures, await figuresOfDisplays(tx, communityId, displays, frame));
  const timed = steady.filter(({ intervalMinutes }) => intervalMinutes !== null && intervalMinutes < dayMinutes);
  const corrected = await correctedOf(tx, communityId, timed, span);
  const regular = timed.filter(({ no }) => !corrected.has(no));
  for (const length of new Set(regular.map(({ intervalMinutes }) => intervalMinutes))) {
    const some = regular.filter(({ intervalMinutes }) => intervalMinutes === length);
    merge(figures, await figuresOfIntervals(tx, communityId, some, frame));
  }
  return figures;
}

function merge(into: Map<number, RegisterFigures>, found: ReadonlyMap<number, RegisterFigures>): void {
  for (const [no, figures] of found) into.set(no, figures);
}

async function correctedOf(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  span: Span,
): Promise<Set<number>> {
  const rows = await tx.query<{ no: number }>(
    `SELECT DISTINCT register_no AS no FROM reading_correction
     WHERE community_id = $1 AND register_no = ANY ($2::int[]) AND at >= $3::timestamptz - interval '1 day' AND at <= $4::timestamptz`,
    [communityId, registers.map(({ no }) => no), span.from, span.to],
  );
  return new Set(rows.map(({ no }) => no));
}
