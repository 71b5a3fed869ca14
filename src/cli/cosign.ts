import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { DomainError } from '../domain/errors.js';
import { type Checkpoint, readCheckpoint } from '../domain/proof/checkpoint.js';
import { sayTime } from '../domain/proof/cosigned.js';
import { isConsistent } from '../domain/proof/merkle.js';
import { isSignedBy, type NoteKey, readKey, readNote, writeKey, writeNote } from '../domain/proof/note.js';
import { cosign, publicKeyOf } from '../domain/proof/sign.js';
import type { ApiClient } from './client.js';
import { CommandFailed, exitCodes, type Output } from './output.js';
import { clientFor, type Where } from './service.js';

/*
 * Cosigning: the key and what was signed last stay in one file of the person, and nowhere else. Before anything is signed, the head of today is
 * proved to begin with the one of that file; where it does not, nothing is signed, and the file is the evidence.
 */

export interface CosignOptions extends Where {
  /** Where the key is. */
  readonly file: string;
  /** Makes a key of this name, and registers it. */
  readonly new?: string;
  /** Of the record, as the person was given it. */
  readonly key?: string;
}

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const fileShape = z.strictObject({
  name: z.string().min(1),
  seed: hex(64),
  /** The key of the record, kept from the first time on. */
  record: z.string().nullable(),
  /** The head that was cosigned last, with the line that was sent. */
  last: z.strictObject({ size: z.int(), root: hex(64), line: z.string(), at: z.int() }).nullable(),
});
type CosignerFile = z.infer<typeof fileShape>;

interface Head {
  readonly head: { readonly size: number; readonly note: string } | null;
  readonly key: string | null;
}

/** Makes a key, or cosigns the newest head with the one of the file. @param now seconds since 1970 */
export async function cosignCommand(
  out: Output,
  options: CosignOptions,
  now: () => number = () => Math.trunc(Date.now() / 1000),
): Promise<void> {
  const api = clientFor(options, 'auditor');
  if (options.new !== undefined) return makeKey(out, api, options, options.new);
  const own = read(options.file);
  const { head, log, key } = await newestHead(api, own, options.key);
  await refuseFork(api, own, head, key);
  const isKnown = own.last?.size === head.size;
  const last =
    isKnown && own.last !== null ? own.last : { ...signed(own, head, now()), size: head.size, root: head.root };
  // Written before it is sent: what was signed must never be forgotten, and may be sent twice.
  store(options.file, { ...own, record: log, last });
  await api.post('/log/cosignatures', { size: head.size, line: last.line });
  const from = own.last === null || isKnown ? '' : `, which begins with the ${own.last.size} that you cosigned last`;
  out.answer(
    `${isKnown ? 'You had cosigned' : 'Cosigned'} ${head.size} entries of ${head.origin}, root ${head.root.slice(0, 10)}…${from}, at ${sayTime(last.at)}.`,
    { size: head.size, root: head.root, origin: head.origin, line: last.line },
  );
}

async function makeKey(out: Output, api: ApiClient, { file, key: record }: CosignOptions, name: string): Promise<void> {
  if (existsSync(file))
    throw new CommandFailed(`${file} is there already; a key is never written over.`, exitCodes.usage);
  const seed = randomBytes(32).toString('hex');
  const key = writeKey(noteKeyOf({ name, seed }));
  try {
    readKey(key);
  } catch {
    throw new CommandFailed(
      `“${name}” is no name for a key: no spaces and no plus, as in amy.auditor.`,
      exitCodes.usage,
    );
  }
  store(file, { name, seed, record: record ?? null, last: null });
  await api.post('/log/cosigners', { key });
  out.answer(
    `The key is in ${file}; keep it where nobody else reads it, with a copy. It was registered as\n\n  ${key}\n\nPut this line on the notice board: who verifies a statement can give it with --cosigner.`,
    { key, file },
  );
}

const noteKeyOf = ({ name, seed }: Pick<CosignerFile, 'name' | 'seed'>): NoteKey => ({
  ...{ name, publicKey: publicKeyOf(seed) },
  kind: 'cosignature',
});

/** The newest head, signed with the key that is known; the first time with the one that is given, or that the service tells. */
async function newestHead(
  api: ApiClient,
  own: CosignerFile,
  given: string | undefined,
): Promise<{ head: Checkpoint & { text: string }; log: string; key: NoteKey }> {
  const { head: found, key: told } = await api.get<Head>('/log/head');
  if (found === null || told === null) throw new CommandFailed('No head was signed yet; try again in a minute.');
  const log = given ?? own.record ?? told;
  if (own.record !== null && own.record !== log)
    throw new CommandFailed(`Nothing was signed. The file knows the record by another key: ${own.record}`);
  try {
    const [key, note] = [readKey(log), readNote(found.note)];
    const head = { ...readCheckpoint(note.text), text: note.text };
    if (!isSignedBy(note, key) || head.origin !== key.name)
      throw new CommandFailed(
        `Nothing was signed. The head is not signed with the key of the record that you know: ${log}`,
      );
    return { head, log, key };
  } catch (error) {
    if (error instanceof DomainError) throw new CommandFailed(`Nothing was signed. ${error.message}`);
    throw error;
  }
}

/** The head of today begins with the one that was cosigned last, or nothing is signed. */
async function refuseFork(api: ApiClient, { last }: CosignerFile, head: Checkpoint, { name }: NoteKey): Promise<void> {
  if (last === null) return;
  const refused = (why: string) =>
    new CommandFailed(
      `Nothing was signed. ${why} You cosigned ${last.size} entries with the root ${last.root}. Keep your file, and show it to the board.`,
    );
  if (head.size < last.size) throw refused(`The record of ${name} is shorter than it was: ${head.size} entries.`);
  const { proof } =
    head.size === last.size
      ? { proof: [] }
      : await api.get<{ proof: string[] }>(`/log/proof/consistency?first=${last.size}&second=${head.size}`);
  if (!isConsistent(last.size, head.size, last.root, head.root, proof))
    throw refused(`The record of ${name} does not begin with the one that you cosigned: two records were shown.`);
}

function signed(own: CosignerFile, { text }: { readonly text: string }, at: number): { line: string; at: number } {
  const note = writeNote({ text, signatures: [cosign(text, noteKeyOf(own), own.seed, at)] });
  return { line: note.slice(text.length + 1).trimEnd(), at };
}

function read(file: string): CosignerFile {
  try {
    return fileShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CommandFailed(`${file} holds no key for cosigning; make one with --new NAME.`, exitCodes.usage);
  }
}

/** Whole or not at all, and for its owner's eyes. */
function store(file: string, content: CosignerFile): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
