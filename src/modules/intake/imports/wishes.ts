import { DomainError } from '../../../domain/errors.js';
import type { GivenMapping } from '../files/table/mapping.js';
import type { StoredMapping } from '../import-mappings.service.js';
import type { ImportQuery } from '../imports.schema.js';

/** How long a client is willing to wait for the answer (RFC 7240): seconds, or not at all; null where it does not say. */
export type Patience = number | null;

const longestWaitSeconds = 600;

/** Reads the header `Prefer`; what else it says is for others. */
export function patienceOf(prefer: string | undefined): Patience {
  if (prefer === undefined) return null;
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer)?.[1];
  if (wait !== undefined) return Math.min(Number.parseInt(wait, 10), longestWaitSeconds);
  return /(?:^|[,;\s])respond-async\b/i.test(prefer) ? 0 : null;
}

/** What is said of a file, as its import keeps it. */
export interface Terms {
  readonly askedFormat: string;
  readonly zone: string | null;
  readonly offsetMinutes: number | null;
  readonly mapping: GivenMapping | null;
  readonly mappingCode: string | null;
  readonly mappingVersion: number | null;
  readonly localZone: string;
  readonly name: string | null;
  readonly dryRun: boolean;
}

export const termsOf = (query: ImportQuery, mapping: StoredMapping | null, localZone: string): Terms => ({
  askedFormat: query.format,
  zone: query.zone ?? null,
  offsetMinutes: query.offset === undefined ? null : minutesOf(query.offset),
  mapping: mapping?.mapping ?? null,
  mappingCode: mapping?.code ?? null,
  mappingVersion: mapping?.version ?? null,
  localZone,
  name: query.name ?? null,
  dryRun: query.dryRun === 'true',
});

function minutesOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset
    .slice(1)
    .split(':')
    .map((part) => Number.parseInt(part, 10));
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** The key under which a request may be repeated. */
export interface RequestKey {
  readonly by: string;
  readonly key: string;
}

/** @throws DomainError `idempotency-mismatch` where a key that was used comes with something else */
export function checkRepeated(first: Terms & { readonly sha256: string }, terms: Terms, sha256: string): void {
  const named = (of: Terms) =>
    JSON.stringify([of.askedFormat, of.zone, of.offsetMinutes, of.mappingCode, of.name, of.dryRun]);
  if (first.sha256 === sha256 && named(first) === named(terms)) return;
  throw new DomainError('idempotency-mismatch', 'This Idempotency-Key was used for another request; take a new key.');
}
