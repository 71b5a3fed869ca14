import { DomainError } from '../domain/errors.js';
import { readKey } from '../domain/proof/note.js';
import type { Given } from '../domain/proof/proved.js';

/**
 * What the reader knows from elsewhere, as typed: keys in any order, of which each says itself whether it signs the record or cosigns it.
 *
 * @param keys   as C2SP writes them; of the record one at most
 * @param quorum how many of the cosigners must have cosigned; empty for all of them
 * @throws DomainError `invalid-input` for what is no key or no number, and for two keys of the record
 */
export function givenOf(keys: readonly string[], quorum = ''): Given {
  const isOf = (kind: 'ed25519' | 'cosignature') => keys.filter((key) => readKey(key).kind === kind);
  const [[key, another], cosigners] = [isOf('ed25519'), isOf('cosignature')];
  if (another !== undefined)
    throw new DomainError('invalid-input', 'Two keys of a record were given; a record is signed with one.', {});
  if (quorum !== '' && !/^\d{1,2}$/.test(quorum))
    throw new DomainError('invalid-input', `“${quorum.slice(0, 40)}” is no number of people.`, {});
  return {
    ...(key === undefined ? {} : { key }),
    ...(cosigners.length === 0 ? {} : { cosigners }),
    ...(quorum === '' ? {} : { quorum: Number.parseInt(quorum, 10) }),
  };
}
