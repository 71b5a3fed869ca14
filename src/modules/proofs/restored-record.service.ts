import { Inject, Injectable } from '@nestjs/common';
import { addLeaves, foldTrees, type Hash } from '../../domain/proof/merkle.js';
import { type NoteKey, writeKey } from '../../domain/proof/note.js';
import { publicKeyOf } from '../../domain/proof/sign.js';
import { DomainError } from '../../domain/errors.js';
import { type Config, configToken } from '../../platform/config.js';
import type { Tx } from '../../platform/database/transactions.js';
import { seedFor, signingSecret } from '../../platform/signing-secret.js';
import { checkRecord } from './check-record.js';
import type { Difference } from './difference.js';
import { addTrees, entriesFrom } from './record-rows.js';

type NumberedKey = NoteKey & { readonly no: number };

const page = 5_000;

/**
 * A record that comes from another house (ADR 0038): its tree is made again from its entries, and everything that it speaks of is read again.
 */
@Injectable()
export class RestoredRecord {
  constructor(@Inject(configToken) private readonly config: Config) {}

  /** Makes the tree from the entries. Call it when these are there and before heads come. @returns entries and root */
  async makeTree(tx: Tx): Promise<{ entries: number; root: Hash }> {
    let edge: ReturnType<typeof addLeaves>['edge'] = [];
    for (let from = 0; ; from += page) {
      const entries = await entriesFrom(tx, from, page);
      const leaves = entries.map(({ leaf }) => leaf);
      const tree = addLeaves(edge, from, leaves);
      await addTrees(tx, tree.made);
      edge = tree.edge;
      if (entries.length < page) {
        return { entries: from + entries.length, root: foldTrees(edge.map(({ hash }) => hash)) };
      }
    }
  }

  /**
   * The key that the record is signed with, which has to be that of this house: another would come without a note by which the one before
   * handed over, and no member could follow it. Where no head was signed yet there is none.
   *
   * @param handed secret half of the key, where it was brought along
   * @returns as C2SP writes it
   * @throws DomainError `conflict` that says which secret to bring along
   */
  async keyOf(tx: Tx, communityId: string, handed: string | null): Promise<string | null> {
    const own = publicKeyOf(seedFor(await signingSecret(this.config), `record/${communityId}`));
    const last = (await keysOf(tx)).at(-1);
    const isHanded = handed !== null && last?.publicKey === publicKeyOf(handed);
    if (last !== undefined && last.publicKey !== own && !isHanded) {
      throw new DomainError(
        'conflict',
        `This record is signed with ${writeKey(last)}, and this house has another secret. Start it with the SIGNING_SECRET of the house that the record left (or its file signing-secret); afterwards the key can be rotated. Or restore an archive that hands its key over, with its ARCHIVE_PASSPHRASE.`,
      );
    }
    return last === undefined ? null : writeKey(last);
  }

  /** Reads everything again that the record speaks of, its trees and its heads. @returns the root of all entries, and what differs */
  check(tx: Tx): Promise<{ root: Hash; differences: readonly Difference[] }> {
    return checkRecord(tx, 'all');
  }
}

async function keysOf(tx: Tx): Promise<NumberedKey[]> {
  const keys = await tx.query<Omit<NumberedKey, 'kind'>>(
    `SELECT no, origin AS name, encode(public_key, 'hex') AS "publicKey" FROM record_key
     WHERE community_id = current_community() ORDER BY no`,
  );
  return keys.map((key) => ({ ...key, kind: 'ed25519' }));
}
