import { Inject, Injectable } from '@nestjs/common';
import { addLeaves, foldTrees, type Hash } from '../../domain/proof/merkle.js';
import { isSignedBy, type NoteKey, readNote, writeKey, writeNote } from '../../domain/proof/note.js';
import { publicKeyOf, signText } from '../../domain/proof/sign.js';
import { DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { type Config, configToken } from '../../platform/config.js';
import type { Tx } from '../../platform/database/transactions.js';
import { seedFor, signingSecret } from '../../platform/signing-secret.js';
import { checkRecord } from './check-record.js';
import type { Difference } from './difference.js';
import { addTrees, entriesFrom } from './record-rows.js';

/** Who signs heads from now on. */
export interface Handover {
  /** The key before, as C2SP writes it; null where no head was ever signed. */
  readonly before: string | null;
  /** The key of this house; the same as before where it brought its secret with it, null where it is made known with the first head. */
  readonly now: string | null;
  /** A head that came, as it is kept here. @param keyNo which key of the record it names @throws DomainError where it is not signed with it */
  countersigned(note: string, keyNo: number): string;
}

type NumberedKey = NoteKey & { readonly no: number };

const page = 5_000;

/**
 * A record that comes from another house (ADR 0037): its tree is made again from its entries, everything that it speaks of is read again, and
 * its heads are signed with the key of this house beside their own. Nobody needs the secret of the house that it left.
 */
@Injectable()
export class RestoredRecord {
  constructor(
    private readonly clock: Clock,
    @Inject(configToken) private readonly config: Config,
  ) {}

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
   * Makes the key of this house the one that heads are signed with, and signs those that came with it too, below the signatures that
   * they have. Those stay: whoever knows the key from before goes on checking with it, and whoever knows ours sees the record begin where
   * it began. Call it when the keys that came are there, and before heads come.
   */
  async takeOver(tx: Tx, communityId: string): Promise<Handover> {
    const seed = seedFor(await signingSecret(this.config), `record/${communityId}`);
    const keys = await keysOf(tx);
    const last = keys.at(-1);
    if (last === undefined) return { before: null, now: null, countersigned: () => noKey() };
    const own: NoteKey = { name: last.name, kind: 'ed25519', publicKey: publicKeyOf(seed) };
    if (last.publicKey !== own.publicKey) await this.makeKnown(tx, own, keys);
    const countersigned = (note: string, keyNo: number): string => {
      const signed = readNote(note);
      const by = keys.find(({ no }) => no === keyNo);
      if (by === undefined || !isSignedBy(signed, by)) return noKey();
      if (isSignedBy(signed, own)) return note;
      return writeNote({ text: signed.text, signatures: [...signed.signatures, signText(signed.text, own, seed)] });
    };
    return { before: writeKey(last), now: writeKey(own), countersigned };
  }

  private async makeKnown(tx: Tx, own: NoteKey, keys: readonly NumberedKey[]): Promise<void> {
    if (keys.some(({ publicKey }) => publicKey === own.publicKey)) {
      throw new DomainError(
        'conflict',
        'This house signed the record once, and another has signed it since. Give this house another SIGNING_SECRET.',
      );
    }
    await tx.query(
      `INSERT INTO record_key (community_id, no, origin, public_key, since)
       VALUES (current_community(), $1, $2, decode($3, 'hex'), $4)`,
      [(keys.at(-1)?.no ?? 0) + 1, own.name, own.publicKey, this.clock.now()],
    );
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

function noKey(): never {
  throw new DomainError('invalid-input', 'A head of the record is not signed with the key that it names.');
}
