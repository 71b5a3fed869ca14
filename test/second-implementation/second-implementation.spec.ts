import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import { canonicalJson } from '../../src/domain/proof/canonical.js';
import { commitToRun } from '../../src/domain/proof/run-sums.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { bundles, chanceOf, key, names, statementOf } from '../support/bundle.js';

/*
 * The format is what docs/bundle.md says, and not what our code happens to do: a verifier in another language, written from that text,
 * comes to the same about the same files.
 */
const hasPython = spawnSync('python3', ['--version']).status === 0;
const given = hasPython ? describe : describe.skip;
if (!hasPython) console.warn('python3 is not found: the second implementation of the bundle is NOT tried here.');

const all = bundles();
const anna = all.ANNA;
type Path = readonly (string | number)[];

function changed(path: Path, value: (before: string) => unknown, of: Bundle = anna): Bundle {
  const copy = JSON.parse(JSON.stringify(of)) as Record<string | number, never>;
  const holder = path.slice(0, -1).reduce((at, name) => at[name] as never, copy);
  const last = path.at(-1) ?? '';
  holder[last] = value(holder[last] as unknown as string) as never;
  return copy as unknown as Bundle;
}

/** The first hex digit turned into another. */
const turned = (text: string): string => (text.startsWith('1') ? '2' : '1') + text.slice(1);

const statements = names.map(statementOf);
const wrongPeople = { proposedBy: 'p-1', approvedBy: 'p-1', approvedAt: '2026-11-02T10:00:00.000000Z' };

/** Files by name, and whether they are right. */
const vectors: readonly (readonly [string, Bundle, boolean])[] = [
  ...names.map((name) => [`of ${name}`, all[name], true] as const),
  ['without a record', { format: anna.format, statement: anna.statement }, true],
  ['of two members', bundles({ statements: statements.slice(0, 2), sums: null }).ANNA, true],
  ['a reading', changed(['statement', 'use', 0, 'readings', 0, 'latest', 'value'], () => '1041'), false],
  ['a weight', changed(['statement', 'charges', 'lines', 0, 'why', 'reason', 'weight'], () => '41'), false],
  [
    'a factor',
    changed(['statement', 'charges', 'lines', 2, 'why', 'reason', 'made', 0, 1, 'quantity'], () => '4'),
    false,
  ],
  ['a share', changed(['statement', 'charges', 'lines', 1, 'net'], () => '2.52'), false],
  ['a total', changed(['statement', 'charges', 'gross'], () => '30.32'), false],
  ['a division', changed(['statement', 'sharing', 0, 'components', 0, 'common'], () => '31.00'), false],
  ['a name', changed(['statement', 'member', 'name'], () => 'ANNE'), false],
  ['the code', changed(['statement', 'verification', 'code'], () => '0000-0000-0000'), false],
  ['the head', changed(['record', 'head'], (text) => text.replace('hall.example', 'mall.example')), false],
  ['the key', changed(['record', 'key'], (text) => `${text.slice(0, -2)}AA`), false],
  ['a signature', changed(['record', 'head'], (text) => `${text.slice(0, -12)}AAAAAAAA${text.slice(-4)}`), false],
  ['a leaf', changed(['record', 'run', 'entry', 'at'], () => '2026-11-04T09:30:00.000000Z'), false],
  ['a salt', changed(['record', 'document', 'salt'], turned), false],
  ['a fact', changed(['record', 'document', 'fact', 'code'], () => 'other'), false],
  ['a proof', changed(['record', 'document', 'proof', 0], turned), false],
  ['a place', changed(['record', 'document', 'index'], () => 5), false],
  ['the record before', changed(['record', 'earlier', 'proof', 0], turned), false],
  ['one person', bundles({ run: wrongPeople }).ANNA, false],
  ['another list', changed(['sums', 'lists', 0, 'total'], () => '9961'), false],
  ['an envelope', changed(['sums', 'lists', 0, 'envelopes', 0, 'commitment'], turned), false],
  ['an opening', changed(['sums', 'own', 0, 'blinding'], turned), false],
  ['another run', bundles({ sums: commitToRun(key.name, 'run-6', statements, chanceOf('a')) }).ANNA, false],
];

given('a second implementation, in Python', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-vectors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let said: Record<string, unknown> = {};
  const fileOf = (name: string): string => join(folder, `${name.replace(/ /g, '-')}.json`);

  beforeAll(() => {
    for (const [name, bundle] of vectors) writeFileSync(fileOf(name), canonicalJson(bundle));
    writeFileSync(fileOf('pretty'), JSON.stringify(anna, null, 2));
    const files = [...vectors.map(([name]) => fileOf(name)), fileOf('pretty')];
    said = JSON.parse(
      execFileSync('python3', [join(__dirname, 'verify.py'), ...files], { encoding: 'utf8' }),
    ) as typeof said;
  });

  it.each(vectors)('says the same as the first: %s', (name, bundle, isRight) => {
    const first = (): boolean => {
      try {
        return verifyBundle(readBundle(canonicalJson(bundle))).every(({ outcome }) => outcome !== 'differs');
      } catch {
        return false;
      }
    };
    expect(first()).toBe(isRight);
    expect(said[fileOf(name)] === 'right').toBe(isRight);
  });

  it('takes one form only', () => {
    expect(said[fileOf('pretty')]).toEqual(['form']);
    expect(readBundle(writeBundle(anna))).toEqual(anna);
  });
});
