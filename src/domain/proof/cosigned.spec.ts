import { bundles, certificateFile, certified, cosignerSeeds, cosignerKey, key } from '../../../test/support/bundle.js';
import type { Check } from './check.js';
import { readKey, readNote, writeKey, writeNote } from './note.js';
import { cosign } from './sign.js';
import { verifyBundle } from './verify.js';
import { verifyCertificate } from './verify-certificate.js';

const given = { key: writeKey(key) };
const of = (checks: readonly Check[], outcome: Check['outcome']) =>
  checks.filter((one) => one.name === 'cosigned' && one.outcome === outcome).map(({ says }) => says);
const amy = cosignerKey('amy');
const jonas = cosignerKey('jonas');
const at = 1_793_786_400;
const asking = (quorum: number) => ({ ...certified(), quorum });
const cosigned = (...people: ('amy' | 'jonas')[]) =>
  certificateFile({ certificate: asking(2), cosigners: people.map((who) => ({ who, at })) });

describe('cosignatures', () => {
  it('say who stands behind the head, and that they are as many as the community asks for', () => {
    const checks = verifyCertificate(cosigned('amy', 'jonas'), given);
    expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
    expect(of(checks, 'holds')).toEqual([
      `amy.auditor (auditor) cosigned this head at 2026-11-04 10:00 UTC; the key is ${writeKey(amy)}`,
      `jonas.approver (approver) cosigned this head at 2026-11-04 10:00 UTC; the key is ${writeKey(jonas)}`,
      '2 people cosigned this head; the community asks for 2.',
    ]);
    const anna = bundles({ certificate: asking(2), cosigners: [{ who: 'amy', at }] }).ANNA;
    expect(of(verifyBundle(anna, given), 'holds')[0]).toMatch(/^amy\.auditor/);
  });

  it('that are too few are told, and are nothing wrong where the reader asks for none', () => {
    const checks = verifyCertificate(cosigned('amy'), given);
    expect(of(checks, 'differs')).toEqual([]);
    expect(of(checks, 'not-told')).toEqual([
      'The community asks for 2 cosignatures; this file carries those of 1 people. Ask for it again in a while.',
    ]);
  });

  it('of keys that the reader has from elsewhere are wanted, all or as many as it says', () => {
    const cosigners = [writeKey(amy), writeKey(jonas)];
    expect(of(verifyCertificate(cosigned('amy', 'jonas'), { ...given, cosigners }), 'differs')).toEqual([]);
    expect(of(verifyCertificate(cosigned('amy'), { ...given, cosigners }), 'differs')).toEqual([
      'You ask for 2 cosignatures of the keys that you gave; 1 are there.',
    ]);
    expect(of(verifyCertificate(cosigned('amy'), { ...given, cosigners, quorum: 1 }), 'differs')).toEqual([]);
  });
});

describe('an attack on the cosignatures', () => {
  const file = cosigned('amy', 'jonas');
  const { record } = file;
  if (record === undefined) throw new Error('It is recorded.');
  const withHead = (head: string) => ({ ...file, record: { ...record, head } });
  const lines = record.head.split('\n').filter((line) => line.startsWith('— '));

  it('by a line of somebody else under another name', () => {
    const forged = cosign(readNote(record.head).text, amy, cosignerSeeds.jonas, at);
    const note = readNote(record.head);
    const head = writeNote({
      ...note,
      signatures: [...note.signatures.filter(({ name }) => name !== amy.name), forged],
    });
    expect(of(verifyCertificate(withHead(head), given), 'differs')).toEqual([
      'The cosignature of amy.auditor (auditor) is not there, or not theirs.',
    ]);
  });

  it('by a line from another head', () => {
    const other = bundles({ cosigners: [{ who: 'amy', at }] }).ANNA.record?.earlier?.head ?? '';
    const replayed = cosign(readNote(other).text, amy, cosignerSeeds.amy, at);
    const note = readNote(record.head);
    const head = writeNote({
      ...note,
      signatures: [...note.signatures.filter(({ name }) => name !== amy.name), replayed],
    });
    expect(of(verifyCertificate(withHead(head), given), 'differs')).toHaveLength(1);
  });

  it('by taking a line away', () => {
    const head = record.head.replace(`${lines[1] ?? ''}\n`, '');
    expect(of(verifyCertificate(withHead(head), given), 'differs')).toHaveLength(1);
  });

  it('by changing when it was cosigned', () => {
    const note = readNote(record.head);
    const later = note.signatures.map((one) =>
      one.name === amy.name ? { ...one, bytes: `00000000${'7'.repeat(8)}${one.bytes.slice(16)}` } : one,
    );
    expect(of(verifyCertificate(withHead(writeNote({ ...note, signatures: later })), given), 'differs')).toHaveLength(
      1,
    );
  });

  it('by a key that nobody registered: it is not in the record', () => {
    const [first, ...others] = record.cosigners ?? [];
    if (first === undefined) throw new Error('Two cosigned it.');
    const own = { ...first, fact: { ...first.fact, key: writeKey(jonas) } };
    const forged = { ...file, record: { ...record, cosigners: [own, ...others] } };
    expect(of(verifyCertificate(forged, given), 'differs')[0]).toMatch(/it is not what was sealed in its entry/);
  });

  it('by two keys of one person: they are one person', () => {
    const twice = certificateFile({
      certificate: asking(2),
      cosigners: [
        { who: 'amy', at },
        { who: 'amy-too', at },
      ],
    });
    const checks = verifyCertificate(twice, given);
    expect(of(checks, 'differs')).toEqual([]);
    expect(of(checks, 'not-told')[0]).toMatch(/those of 1 people/);
  });

  it('by the key of the record in the place of a person', () => {
    const self = certificateFile({ certificate: asking(1), cosigners: [{ who: 'record', at }] });
    expect(of(verifyCertificate(self, given), 'differs')).toHaveLength(1);
  });

  it('by a key that signs notes and no cosignatures', () => {
    expect(readKey(writeKey({ ...amy, kind: 'ed25519' })).kind).toBe('ed25519');
    const [first, ...others] = record.cosigners ?? [];
    if (first === undefined) throw new Error('Two cosigned it.');
    const plain = { ...first, fact: { ...first.fact, key: writeKey({ ...amy, kind: 'ed25519' }) } };
    const forged = { ...file, record: { ...record, cosigners: [plain, ...others] } };
    expect(of(verifyCertificate(forged, given), 'differs').length).toBeGreaterThan(0);
  });
});
