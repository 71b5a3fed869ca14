import { createHash } from 'node:crypto';

/**
 * Rank of a share among equals: a published hash, so that the odd coin rotates between periods and cannot be steered.
 *
 * @param key what the split is about, the same for all shares: period and component
 * @param id  the share, usually a member
 * @returns 64 hex digits; the smaller goes first
 * @source ADR 0004
 */
export function tieRank(key: string, id: string): string {
  return createHash('sha256').update(`${key.length}:${key}${id.length}:${id}`).digest('hex');
}
