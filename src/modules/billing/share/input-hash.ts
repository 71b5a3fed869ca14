import { createHash } from 'node:crypto';
import { issueId } from '../../../domain/invoice/billing-run.js';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import { Decimal, plain } from '../../../domain/quantity/decimal.js';
import type { RunInputs } from '../run/inputs.js';

/** The version of the rules by which a run is computed. It changes when equal inputs may give other figures. */
const rules = 'commonmeter.run/1';

/**
 * The fingerprint of everything that a run is computed from: what a second person approves, and what is issued.
 *
 * Findings count by what they are about and not by their wording; overrides count, because they let a run go on. Codes never change,
 * so they do not count: a member who joins elsewhere in the community undoes no approval.
 *
 * @param overrides fingerprints of the findings that a person took on
 * @returns 64 hex digits; equal inputs give equal hashes, whatever they were computed for
 */
export function inputHash({ issues, findings, codes: _, ...inputs }: RunInputs, overrides: readonly string[]): string {
  const { tax, keys, tariffs, ...rest } = inputs;
  const facts = {
    rules,
    ...rest,
    tax,
    keys: [...keys.values()],
    tariffs: [...tariffs.values()],
    issues: [...issues, ...findings.map(({ issue }) => issue)].map(issueId).sort(),
    overrides: [...overrides].sort(),
  };
  return createHash('sha256')
    .update(canonicalJson(written(facts)), 'utf8')
    .digest('hex');
}

/** The same value with every decimal in its written form. */
function written(value: unknown): unknown {
  if (value instanceof Decimal) return plain(value);
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]));
}
