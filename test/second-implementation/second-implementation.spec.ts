import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import { canonicalJson } from '../../src/domain/proof/canonical.js';
import { certificateFormat, type CertificateFile, readCertificate } from '../../src/domain/proof/certificate.js';
import { commitToRun } from '../../src/domain/proof/run-sums.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { verifyCertificate } from '../../src/domain/proof/verify-certificate.js';
import { auditRun, type OpeningsFile, openingsFormat, readOpenings } from '../../src/domain/proof/audit-run.js';
import { writeKey } from '../../src/domain/proof/note.js';
import type { Given } from '../../src/domain/proof/proved.js';
import {
  bundles,
  certificateFile,
  certified,
  chanceOf,
  cosignerKey,
  key,
  names,
  statementOf,
} from '../support/bundle.js';
import { openingsOfHall } from '../support/openings.js';
import { annaPush, pushed } from '../support/signed-hall.js';

/*
 * The format is what docs/bundle.md and docs/certificate.md say, and not what our code happens to do: a verifier in another language, written from that text,
 * comes to the same about the same files.
 */
const hasPython = spawnSync('python3', ['--version']).status === 0;
const given = hasPython ? describe : describe.skip;
if (!hasPython) console.warn('python3 is not found: the second implementation of the bundle is NOT tried here.');

const all = bundles();
const anna = all.ANNA;
type Path = readonly (string | number)[];

function changed<T = Bundle>(path: Path, value: (before: string) => unknown, of: T = anna as T): T {
  const copy = JSON.parse(JSON.stringify(of)) as Record<string | number, never>;
  const holder = path.slice(0, -1).reduce((at, name) => at[name] as never, copy);
  const last = path.at(-1) ?? '';
  holder[last] = value(holder[last] as unknown as string) as never;
  return copy as unknown as T;
}

/** The first hex digit turned into another. */
const turned = (text: string): string => (text.startsWith('1') ? '2' : '1') + text.slice(1);

const statements = names.map(statementOf);
const wrongPeople = { proposedBy: 'p-1', approvedBy: 'p-1', approvedAt: '2026-11-02T10:00:00.000000Z' };

const own = certificateFile();
const content = (path: Path, value: (before: string) => unknown) => changed(['content', ...path], value, own);
/** Certified, signed and recorded by a hall that is not honest. */
const certifiedAs = (path: Path, value: (before: string) => unknown) =>
  certificateFile({ certificate: changed(path, value, certified()) });

/** Anna's bundle with another signed text. */
const signing = (path: Path, value: (before: string) => unknown) => changed(['devices', 'texts', 0, ...path], value);
const withText = (payload: string): Bundle => ({ ...anna, devices: { ...anna.devices!, texts: [pushed(payload)] } });
const bens = (path: Path, value: (before: string) => unknown) =>
  changed(['devices', 'texts', 0, ...path], value, all.BEN);
/** The last hex digit turned into another. */
const lastTurned = (text: string): string => text.slice(0, -1) + (text.endsWith('1') ? '2' : '1');

/** A character within the last line of a note turned into another. */
const atEnd = (text: string): string => text.slice(0, -20) + (text.at(-20) === 'A' ? 'B' : 'A') + text.slice(-19);

const amy = { who: 'amy', at: 1793786400 } as const;
const jonas = { who: 'jonas', at: 1793790000 } as const;
const cosigned = bundles({ cosigners: [amy, jonas] }).ANNA;
const openings = openingsOfHall();
const opened = (path: Path, value: (before: string) => unknown) => changed(path, value, openings);

/** Files by name, and whether they are right. */
const vectors: readonly (readonly [string, Bundle | CertificateFile | OpeningsFile, boolean])[] = [
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
  ['without a certificate', bundles({ certificate: null }).ANNA, true],
  ['a certificate', own, true],
  ['a certificate before it is recorded', certificateFile({ certificate: null }), true],
  ['a certificate with another cost', content(['costs', 0, 'components', 0, 'members'], () => '59.00'), false],
  ['a certificate with another person', content(['approved', 'name'], () => 'Somebody'), false],
  ['a certificate of another position', content(['log', 'size'], () => 10), false],
  [
    'a certificate with another signature',
    changed(['signature'], (text) => text.replace('Zg', 'Zh').replace('A', 'B'), own),
    false,
  ],
  ['a certificate with another proof', changed(['record', 'position', 0], turned, own), false],
  ['a certificate with another fact', changed(['record', 'certificate', 'fact', 'sha256'], turned, own), false],
  ['a certified cost that is not shared', certifiedAs(['costs', 0, 'components', 0, 'members'], () => '59.00'), false],
  ['a certified difference', certifiedAs(['difference'], () => '0.01'), false],
  ['a certified bill that is shared twice', certifiedAs(['bills', 0, 'components', 0, 'here'], () => '199.20'), false],
  ['certified bills that are not there', certifiedAs(['bills'], () => []), false],
  ['a certified finding that nobody took on', certifiedAs(['findings', 0, 'overridden'], () => 0), false],
  ['a certified reason that nobody gave', certifiedAs(['overrides'], () => []), false],
  ['one person that certifies', certifiedAs(['approved', 'id'], () => 'p-1'), false],
  ['a person that the record does not know', certifiedAs(['approved', 'id'], () => 'p-9'), false],
  [
    'a certificate of another label beside the statement',
    bundles({ certificate: changed(['costs', 0, 'components', 0, 'label'], () => 'Other', certified()) }).ANNA,
    false,
  ],
  [
    'a certificate of other days beside the statement',
    bundles({ certificate: changed(['period', 'to'], () => '2026-11-02', certified()) }).ANNA,
    false,
  ],
  [
    'a certificate of another run beside the statement',
    bundles({ certificate: { ...certified(), run: 'another' } }).ANNA,
    false,
  ],
  ['an entry without its certificate', changed(['certificate'], () => undefined), false],
  ['without devices', bundles({ devices: 'none' }).ANNA, true],
  ['a signed digit', signing(['payload'], (text) => text.replace('1040', '1041')), false],
  ['a signature of a gateway', signing(['signature'], lastTurned), false],
  ['a signature of a meter', bens(['signature'], lastTurned), false],
  ['a digit that a meter signed', bens(['payload'], (text) => text.replace('1030.00', '1030.01')), false],
  ['another hash of a meter', bens(['parameters'], (text) => text.replace('sha256', 'sha384')), false],
  ['another curve of a meter', bens(['parameters'], () => 'prime256v1 sha256'), false],
  ['parameters of a gateway', signing(['parameters'], (text) => text.replace('17', '18')), false],
  ['another figure that is signed', withText(annaPush.replace('"1040"', '"1040.5"')), false],
  ['another moment that is signed', withText(annaPush.replaceAll('2026-1', '2025-1')), false],
  ['a zone that is not theirs', changed(['devices', 'zone'], () => 'Europe/Berlin'), false],
  ['a zone written otherwise', changed(['devices', 'zone'], () => 'europe/London'), false],
  ['another name of a device', changed(['devices', 'names', 0, 'meter'], () => 'M-BEN'), false],
  ['a text twice', changed(['devices', 'texts'], (one) => [...one, ...one]), false],
  ['keys without texts', changed(['devices'], () => undefined), false],
  ['texts without keys', changed(['record', 'deviceKeys'], () => undefined), false],
  ['a key of a device', changed(['record', 'deviceKeys', 0, 'fact', 'data'], (text) => text.replace('A', 'B')), false],
  ['two who cosigned', cosigned, true],
  ['a certificate that was cosigned', certificateFile({ cosigners: [amy] }), true],
  ['a cosignature', changed(['record', 'head'], (text) => atEnd(text), cosigned), false],
  ['the key of a cosigner', changed(['record', 'cosigners', 0, 'fact', 'person'], () => 'eve', cosigned), false],
  ['a cosigner told twice', changed(['record', 'cosigners'], (one) => [...one, one[0]], cosigned), false],
  ['a cosigner with the key of the record', bundles({ cosigners: [{ who: 'record', at: 1 }] }).ANNA, false],
  ['openings', openings, true],
  ['openings before there is a certificate', opened(['certificate'], () => undefined), true],
  ['a share below nothing', opened(['members', 3, 'openings', 0, 'amount'], () => '-300'), false],
  ['a share above the whole', opened(['members', 0, 'openings', 0, 'amount'], () => '9961'), false],
  ['a share that is another', opened(['members', 1, 'openings', 0, 'amount'], () => '1801'), false],
  ['an opening of the auditor', opened(['members', 1, 'openings', 0, 'blinding'], turned), false],
  ['somebody who was not billed', opened(['register'], () => ['ANNA', 'BEN', 'CLEO']), false],
  ['a member with two envelopes', opened(['members', 3, 'unitId'], () => 'ANNA'), false],
  ['openings in other coins', opened(['lists', 0, 'exponent'], () => 0), false],
  ['openings of another certificate', opened(['certificate', 'sums'], turned), false],
  ['openings of another bill', opened(['certificate', 'costs', 0, 'components', 0, 'amount'], () => '98.60'), false],
  ['another run', bundles({ sums: commitToRun(key.name, 'run-6', statements, chanceOf('a')) }).ANNA, false],
];

/** What our own verifier says of a file. */
function first(written: string, format: string, knows: Given = {}): boolean {
  const checks =
    format === certificateFormat
      ? verifyCertificate(readCertificate(written), knows)
      : format === openingsFormat
        ? auditRun(readOpenings(written))
        : verifyBundle(readBundle(written), knows);
  return checks.every(({ outcome }) => outcome !== 'differs');
}

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
    const own = (): boolean => {
      try {
        const written = canonicalJson(bundle);
        return first(written, bundle.format);
      } catch {
        return false;
      }
    };
    expect(own()).toBe(isRight);
    expect(said[fileOf(name)] === 'right').toBe(isRight);
  });

  it.each([
    [['amy', 'jonas'], undefined, true],
    [['amy', 'amy-too'], 1, true],
    [['amy', 'amy-too'], undefined, false],
    [['amy', 'amy'], 2, false],
    [['amy-too'], undefined, false],
  ] as const)('asks for the cosignatures that its reader asks for: %j, %j', (who, quorum, isRight) => {
    const keys = who.map((one) => writeKey(cosignerKey(one)));
    const file = fileOf('two who cosigned');
    const options = [...keys.flatMap((one) => ['--cosigner', one]), ...(quorum ? ['--quorum', String(quorum)] : [])];
    const answer = execFileSync('python3', [join(__dirname, 'verify.py'), ...options, file], { encoding: 'utf8' });
    expect((JSON.parse(answer) as typeof said)[file]).toEqual(isRight ? 'right' : ['cosigned']);
    const knows = { cosigners: keys, ...(quorum === undefined ? {} : { quorum }) };
    expect(first(canonicalJson(cosigned), cosigned.format, knows)).toBe(isRight);
  });

  it('takes one form only', () => {
    expect(said[fileOf('pretty')]).toEqual(['form']);
    expect(readBundle(writeBundle(anna))).toEqual(anna);
  });
});
