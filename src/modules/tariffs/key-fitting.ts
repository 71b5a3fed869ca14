import { checkVersions, type KeyVersion } from '../../domain/apportionment/key.js';
import { DomainError } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import { inCodes } from './key-names.js';
import { domainKey, isPool, type Named, referencesOf, type References } from './key-references.js';
import type { KeyTerms } from './keys.schema.js';
import { type Adoption, keyVersions, refuseOverlap, versionsOf, withAdopted } from './versions.js';

/**
 * A version of a key as it could be adopted beside those that are there, with all names as codes.
 *
 * @param at where the version stands in the request
 * @throws DomainError `overlapping-version`, `key-incomplete`, `conflict`; `invalid-input` naming what the terms name and is not there
 */
export async function fitting<Given extends Adoption<KeyTerms>>(
  tx: Tx,
  communityId: string,
  key: Named,
  given: Given,
  at: string,
): Promise<Given> {
  const next = { ...given, terms: await inCodes(tx, communityId, key, given, `${at}/terms`) };
  const known = (await versionsOf<KeyTerms>(tx, keyVersions, communityId, [key.id])).get(key.id) ?? [];
  await check(tx, communityId, withAdopted(known, next), next);
  return next;
}

/** All versions together, as the domain checks them; a pool key stays without meter, because residuals rely on it. */
async function check(
  tx: Tx,
  communityId: string,
  all: readonly Adoption<KeyTerms>[],
  next: Adoption<KeyTerms>,
): Promise<void> {
  refuseOverlap(all);
  const [other] = all.filter((version) => isPool(version.terms) !== isPool(next.terms));
  if (other) {
    throw new DomainError(
      'conflict',
      isPool(other.terms)
        ? `From ${other.days.from} this key is one without meters, to which residuals may go; make a new key for what needs a meter or has several parts.`
        : `From ${other.days.from} this key is metered, limited or made of several; make a new key for one that residuals may go to.`,
    );
  }
  if (new Set(all.map(({ terms }) => terms.kind === 'generation')).size > 1) {
    throw new DomainError(
      'conflict',
      'A key that allots what is made on the site stays one, because others count by it; make a new key.',
    );
  }
  const references = await referencesOf(
    tx,
    communityId,
    all.map((version) => version.terms),
  );
  checkVersions(all.map((version) => forCheck(version, references)));
}

/** The pool of a residual has been checked when it was adopted; here it only stands for itself. */
function forCheck({ days, terms, ...decision }: Adoption<KeyTerms>, references: References): KeyVersion {
  return { ...days, ...decision, key: domainKey(terms, references, () => ({ kind: 'equal' })) };
}
