import type { Tx } from '../../../platform/database/transactions.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import type { StoredEstimate } from './estimate.schema.js';
import { registersOf } from '../registers/installed-registers.js';
import { type EstimateFilter, estimatesWhere, standingEstimates } from '../consume/stored-estimates.js';

/** Estimates with what has been read in their place since, and whether they still count. */
export async function listEstimates(
  tx: Tx,
  communityId: string,
  filter: EstimateFilter,
  limit: number,
): Promise<(StoredEstimate & { readonly registerId: string })[]> {
  const rows = await estimatesWhere(tx, communityId, filter, limit);
  const listed = new Set(rows.map(({ registerId }) => registerId));
  const installed = await registersOf(tx, communityId, { siteId: filter.siteId }, filter.span);
  const registers = installed.filter(({ id }) => listed.has(id));
  const read = await readingsAround(tx, communityId, registers, filter.span, true);
  const standing = await standingEstimates(tx, communityId, registers, filter.span, (register) =>
    readingsFrom(register, read.get(register.no) ?? []),
  );
  const counting = new Set(registers.flatMap(({ id, no }) => (standing.get(no) ?? []).map(({ at }) => `${id} ${at}`)));
  return rows.map(({ isLast, actualValue, actualQuality, difference, inputs, ...row }) => ({
    ...row,
    inputs: [...inputs],
    counts: isLast && counting.has(`${row.registerId} ${row.at}`),
    actual:
      actualValue === null || actualQuality === null || difference === null
        ? null
        : { value: actualValue, quality: actualQuality, difference },
  }));
}
