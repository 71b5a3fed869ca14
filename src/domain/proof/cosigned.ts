import { fromEpochMs } from '../calendar/period.js';
import { type Check, differs, holds, notTold } from './check.js';
import { type Checkpoint, cosignedAt } from './checkpoint.js';
import { keyIdOf, type NoteKey, type NoteSignature, readKey, readNote, writeKey } from './note.js';
import { flawOf, type Given, type ProvedFact } from './proved.js';

/**
 * Who else stands behind a head: people of the community who saw it begin with the one that they signed last.
 *
 * Example: the community asks for two cosignatures. Amy, its auditor, cosigned the head of 412 entries on 4 November; Jonas, an approver,
 * did the same an hour later. Now nobody can be shown another record of 412 entries without one of the two.
 *
 * The file brings the keys as facts of the record, so that a key cannot be made up for one reader; whoever has them from elsewhere gives
 * them, and then those count. Two keys of one person are one person, and the key of the record itself is nobody.
 */

/** Somebody who cosigned, as the record knows the key. */
export interface Cosigner {
  readonly person: string;
  readonly role: string;
  readonly key: NoteKey;
  /** Seconds since 1970; null where no right line of the key stands under the head. */
  readonly at: number | null;
}

/** The cosigners of a head whose keys are in its record. @throws DomainError `invalid-input` for what is no key */
export const cosignersOf = (head: string, facts: readonly ProvedFact[] = []): Cosigner[] =>
  facts.map(({ fact }) => {
    const key = readKey(fact.key ?? '');
    const at = key.kind === 'cosignature' ? cosignedAt(readNote(head), key) : null;
    return { person: fact.person ?? '', role: fact.role ?? '', key, at };
  });

/** @example sayTime(1793786400) → '2026-11-04 10:00 UTC' */
export const sayTime = (seconds: number): string =>
  `${fromEpochMs(seconds * 1000)
    .slice(0, 16)
    .replace('T', ' ')} UTC`;

/**
 * Checks who cosigned a head.
 *
 * @param written the note of the head, with all its lines
 * @param facts keys of those who cosigned, as the file brings them
 * @param required how many the community asks for, as its certificate says; null where nothing says so
 */
export function cosignChecks(
  written: string,
  head: Checkpoint,
  log: NoteKey,
  facts: readonly ProvedFact[] | undefined,
  required: number | null,
  { cosigners: own = [], quorum }: Given,
): Check[] {
  const known = cosignersOf(written, facts);
  const flaws = (facts ?? []).map(
    (fact, i, all) =>
      flawOf(fact, head) ??
      (fact.entry.type === 'cosigner-key' ? null : 'it is no key of a cosigner') ??
      (all.findIndex(({ entry }) => entry.id === fact.entry.id) === i ? null : 'it is told twice'),
  );
  const isGood = ({ at, key }: Cosigner, i: number): boolean =>
    at !== null && flaws[i] === null && key.publicKey !== log.publicKey;
  const told = known.map((one, i): Check => {
    const who = `${one.key.name} (${one.role})`;
    if (flaws[i] !== null) return differs('cosigned', `The key of ${who}: ${flaws[i] ?? ''}.`);
    if (!isGood(one, i)) return differs('cosigned', `The cosignature of ${who} is not there, or not theirs.`);
    return holds('cosigned', `${who} cosigned this head at ${sayTime(one.at ?? 0)}; the key is ${writeKey(one.key)}`);
  });
  const people = new Set(known.filter(isGood).map(({ person }) => person)).size;
  const given = own.map((key): [string, number | null] => [key, cosignedAt(readNote(written), readKey(key))]);
  const signed = new Set(given.flatMap(([key, at]) => (at === null ? [] : [key]))).size;
  const keys = [log, ...known.map(({ key }) => key)];
  return [
    ...told,
    ...strangeLines(written, keys),
    ...askedOf(people, required, own.length > 0),
    ...ownChecks(given, signed, quorum),
  ];
}

/** Lines of keys that nobody told of: they say nothing to this reader, and that is said. */
function strangeLines(written: string, keys: readonly NoteKey[]): Check[] {
  const isKnown = (signature: NoteSignature): boolean =>
    keys.some((key) => key.name === signature.name && keyIdOf(key) === signature.keyId);
  const strange = readNote(written).signatures.filter((signature) => !isKnown(signature));
  return strange.map(({ name }) =>
    notTold('cosigned', `${name} stands under this head too, with a key that this file does not bring.`),
  );
}

/** What the community asks for itself; who has keys of its own goes by those. */
function askedOf(people: number, required: number | null, hasOwn: boolean): Check[] {
  if (required === null || required === 0 || hasOwn) return [];
  return people >= required
    ? [holds('cosigned', `${people} people cosigned this head; the community asks for ${required}.`)]
    : [
        notTold(
          'cosigned',
          `The community asks for ${required} cosignatures; this file carries those of ${people} people. Ask for it again in a while.`,
        ),
      ];
}

function ownChecks(
  given: readonly (readonly [string, number | null])[],
  signed: number,
  quorum = given.length,
): Check[] {
  if (given.length === 0 && quorum === 0) return [];
  const said = given.map(([key, at]) => {
    const name = key.slice(0, key.indexOf('+'));
    return at === null
      ? notTold('cosigned', `${name}, whose key you gave, did not cosign this head.`)
      : holds('cosigned', `${name}, whose key you gave, cosigned this head at ${sayTime(at)}.`);
  });
  return signed >= quorum
    ? said
    : [
        ...said,
        differs('cosigned', `You ask for ${quorum} cosignatures of the keys that you gave; ${signed} are there.`),
      ];
}
