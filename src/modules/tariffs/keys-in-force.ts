import { type Key, keyInForce, type PoolKey } from '../../domain/apportionment/key.js';
import type { CivilDate, Days, Period } from '../../domain/calendar/period.js';
import { assert, type Issue, type Subject } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import {
  calendarOf,
  domainKey,
  isPool,
  named,
  type Named,
  poolCodesOf,
  poolKey,
  referencesOf,
  type References,
} from './key-references.js';
import type { KeyTerms } from './keys.schema.js';
import { keySentence } from './key-sentence.js';
import { keyVersions, type Version, versionsOf } from './versions.js';

/*
 * Which rule shares a cost on which days. A metered key may hand its residual to another key, and that one has versions of
 * its own: where it changes, the metered key's piece is cut too, so that each piece is shared by exactly one rule.
 *
 *   October, key day (metered, residual to the key halls): one version all month; halls changes on the 16th
 *   → two pieces: 1 to 15 October with the old halls, 16 to 31 October with the new
 */

/** A key on some days of a period: the version adopted, and the rule with everything it names resolved to ids. */
export interface KeyPieceInForce {
  readonly period: Period;
  readonly versionId: string;
  readonly key: Key;
  /** Code of the band calendar by which a metered key counts hours; null where all count alike. */
  readonly calendar: string | null;
  readonly sentence: string;
  readonly adoptedBy: string;
  readonly adoptedOn: CivilDate;
  readonly decision: string;
}

export interface KeyInForce {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** In order of time; pieces and issues together tile the period. */
  readonly pieces: readonly KeyPieceInForce[];
  readonly issues: readonly Issue[];
}

type Stored = Version<KeyTerms> & Days;

/** Everything that the keys asked for need, read at once. */
interface Book {
  readonly versions: ReadonlyMap<string, readonly Stored[]>;
  readonly pools: ReadonlyMap<string, Named>;
  readonly references: References;
}

/** The keys on a period, each with its pieces. Ids that are no keys are left out. */
export async function readKeysInForce(
  tx: Tx,
  communityId: string,
  keyIds: readonly string[],
  period: Period,
): Promise<KeyInForce[]> {
  const keys = await tx.query<Named & { name: string }>(
    'SELECT id, code, name FROM apportionment_key WHERE community_id = $1 AND id = ANY($2) ORDER BY code COLLATE "C"',
    [communityId, keyIds],
  );
  const book = await readBook(
    tx,
    communityId,
    keys.map(({ id }) => id),
  );
  return keys.map((key) => ({ ...key, ...piecesOf(key, period, book) }));
}

async function readBook(tx: Tx, communityId: string, keyIds: readonly string[]): Promise<Book> {
  const own = await storedVersions(tx, communityId, keyIds);
  const pools = await named(tx, 'apportionment_key', communityId, [...poolCodes(own)]);
  const ofPools = await storedVersions(
    tx,
    communityId,
    [...pools.values()].map(({ id }) => id),
  );
  const versions = new Map([...own, ...ofPools]);
  const references = await referencesOf(
    tx,
    communityId,
    [...versions.values()].flat().map(({ terms }) => terms),
  );
  return { versions, pools, references };
}

async function storedVersions(tx: Tx, communityId: string, keyIds: readonly string[]): Promise<Map<string, Stored[]>> {
  const versions = await versionsOf<KeyTerms>(tx, keyVersions, communityId, keyIds);
  return new Map([...versions].map(([id, list]) => [id, list.map((version) => ({ ...version, ...version.days }))]));
}

function poolCodes(versions: ReadonlyMap<string, readonly Stored[]>): Set<string> {
  return new Set([...versions.values()].flat().flatMap(({ terms }) => poolCodesOf(terms)));
}

const subjectOf = (key: Named): Subject => ({ kind: 'key', id: key.id, label: key.code });

function piecesOf(key: Named, period: Period, book: Book): Pick<KeyInForce, 'pieces' | 'issues'> {
  const own = keyInForce(book.versions.get(key.id) ?? [], period, subjectOf(key));
  const cut = own.pieces.map((piece) => withPool(piece.period, piece.version, book));
  return {
    pieces: cut.flatMap(({ pieces }) => pieces),
    issues: [...own.issues, ...cut.flatMap(({ issues }) => issues)],
  };
}

/** One piece, or, where residuals go to other keys, one for each run of days on which those keep their versions. */
function withPool(
  period: Period,
  version: Stored,
  { pools, versions, references }: Book,
): Pick<KeyInForce, 'pieces' | 'issues'> {
  const { terms } = version;
  const issues: Issue[] = [];
  let cuts: { readonly period: Period; readonly keys: ReadonlyMap<string, PoolKey> }[] = [{ period, keys: new Map() }];
  for (const code of new Set(poolCodesOf(terms))) {
    const pool = pools.get(code);
    assert(pool, 'The key that a residual goes to is still there.');
    cuts = cuts.flatMap((cut) => {
      const found = keyInForce(versions.get(pool.id) ?? [], cut.period, subjectOf(pool));
      issues.push(...found.issues);
      return found.pieces.map((piece) => ({
        period: piece.period,
        keys: new Map([...cut.keys, [code, poolOf(piece.version.terms, references)]]),
      }));
    });
  }
  const pieces = cuts.map(({ period: days, keys }) =>
    pieceOf(
      days,
      version,
      domainKey(terms, references, (code) => {
        const key = keys.get(code);
        assert(key, 'A residual is given the key that it goes to.');
        return key;
      }),
    ),
  );
  return { pieces, issues };
}

function poolOf(terms: KeyTerms, references: References): PoolKey {
  assert(isPool(terms), 'A residual goes to a key without a meter.');
  return poolKey(terms, references);
}

const pieceOf = (period: Period, version: Stored, key: Key): KeyPieceInForce => ({
  period,
  versionId: version.id,
  key,
  calendar: calendarOf(version.terms),
  sentence: keySentence(version.terms),
  adoptedBy: version.adoptedBy,
  adoptedOn: version.adoptedOn,
  decision: version.decision,
});
