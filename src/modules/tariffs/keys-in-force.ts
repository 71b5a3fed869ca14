import type { Allotment } from '../../domain/apportionment/generation.js';
import { type Key, keyInForce, type PoolKey } from '../../domain/apportionment/key.js';
import type { CivilDate, Days, Period } from '../../domain/calendar/period.js';
import { assert, DomainError, type Issue, type Subject } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import { allotmentInIds, holdersIn } from './key-generation.js';
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
import { type KeysInstead, versionsAsked } from './instead.js';
import type { KeyTerms } from './keys.schema.js';
import { keySentence } from './key-sentence.js';
import { keyVersions, type Version } from './versions.js';

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

/**
 * The keys on a period, each with its pieces. Ids that are no keys are left out.
 *
 * @throws DomainError `conflict` where a question has residuals go to a key that needs a meter itself
 */
export async function readKeysInForce(
  tx: Tx,
  communityId: string,
  keyIds: readonly string[],
  period: Period,
  instead: KeysInstead,
): Promise<KeyInForce[]> {
  const keys = await tx.query<Named & { name: string }>(
    'SELECT id, code, name FROM apportionment_key WHERE community_id = $1 AND id = ANY($2) ORDER BY code COLLATE "C"',
    [communityId, keyIds],
  );
  const book = await readBook(
    tx,
    communityId,
    keys.map(({ id }) => id),
    instead,
  );
  return keys.map((key) => ({ ...key, ...piecesOf(key, period, book) }));
}

async function readBook(tx: Tx, communityId: string, keyIds: readonly string[], instead: KeysInstead): Promise<Book> {
  const own = await datedVersions(tx, communityId, keyIds, instead);
  const pools = await named(tx, 'apportionment_key', communityId, [...poolCodes(own)]);
  const ofPools = await datedVersions(
    tx,
    communityId,
    [...pools.values()].map(({ id }) => id),
    instead,
  );
  for (const pool of pools.values()) refuseMeteredPool(pool, ofPools.get(pool.id) ?? []);
  const versions = new Map([...own, ...ofPools]);
  const references = await referencesOf(
    tx,
    communityId,
    [...versions.values()].flat().map(({ terms }) => terms),
  );
  return { versions, pools, references };
}

/** Nothing that was adopted is so: only a question can put a key with a meter where a residual goes. */
function refuseMeteredPool({ code }: Named, versions: readonly Stored[]): void {
  if (versions.every(({ terms }) => isPool(terms))) return;
  throw new DomainError(
    'conflict',
    `Residuals of other keys go to the key "${code}", so that it cannot be metered, limited or made of several; ask about those keys instead.`,
    { key: code },
  );
}

async function datedVersions(
  tx: Tx,
  communityId: string,
  keyIds: readonly string[],
  instead: KeysInstead,
): Promise<Map<string, Stored[]>> {
  const versions = await versionsAsked(tx, keyVersions, communityId, keyIds, instead);
  return new Map([...versions].map(([id, list]) => [id, list.map((version) => ({ ...version, ...version.days }))]));
}

function poolCodes(versions: ReadonlyMap<string, readonly Stored[]>): Set<string> {
  return new Set([...versions.values()].flat().flatMap(({ terms }) => poolCodesOf(terms)));
}

const subjectOf = (key: Named): Subject => ({ kind: 'key', id: key.id, label: key.code });

function piecesOf(key: Named, period: Period, book: Book): Pick<KeyInForce, 'pieces' | 'issues'> {
  const own = keyInForce(book.versions.get(key.id) ?? [], period, subjectOf(key));
  const cut = own.pieces.map((piece) => withPool(key.code, piece.period, piece.version, book));
  return {
    pieces: cut.flatMap(({ pieces }) => pieces),
    issues: [...own.issues, ...cut.flatMap(({ issues }) => issues)],
  };
}

/** One piece, or, where residuals go to other keys, one for each run of days on which those keep their versions. */
function withPool(
  keyCode: string,
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
      keyCode,
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

const pieceOf = (keyCode: string, period: Period, version: Stored, key: Key): KeyPieceInForce => ({
  period,
  versionId: version.id,
  key,
  calendar: calendarOf(version.terms, keyCode),
  sentence: keySentence(version.terms),
  adoptedBy: version.adoptedBy,
  adoptedOn: version.adoptedOn,
  decision: version.decision,
});

/** How what a site makes is allotted, over a period. */
export interface GenerationInForce {
  readonly pieces: readonly { readonly period: Period; readonly allotment: Allotment }[];
  /** Days without a version. */
  readonly issues: readonly Issue[];
}

/** A generation key over a period, with everything that it names resolved to ids. */
export async function readGenerationInForce(
  tx: Tx,
  communityId: string,
  code: string,
  period: Period,
  instead: KeysInstead,
): Promise<GenerationInForce> {
  const key = (await named(tx, 'apportionment_key', communityId, [code])).get(code);
  assert(key, 'A generation key that something counts by is still there.');
  const versions = (await datedVersions(tx, communityId, [key.id], instead)).get(key.id) ?? [];
  const { pieces, issues } = keyInForce(versions, period, subjectOf(key));
  const terms = pieces.map(({ version }) => {
    assert(version.terms.kind === 'generation', 'A generation key has versions of its kind only.');
    return version.terms;
  });
  const holders = await holdersIn(tx, communityId, terms);
  return {
    issues,
    pieces: pieces.flatMap(({ period: days }, index) => {
      const own = terms[index];
      return own === undefined ? [] : [{ period: days, allotment: allotmentInIds(own, holders) }];
    }),
  };
}
