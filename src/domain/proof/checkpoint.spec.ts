import fc from 'fast-check';
import { cosignedAt, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { type NoteKey, readNote, writeNote } from './note.js';
import { cosign, publicKeyOf, signText } from './sign.js';

/** The example of C2SP tlog-cosignature: a checkpoint with the line of its log and that of a witness. */
const published = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
const seed = '44'.repeat(32);
const witness: NoteKey = { name: 'auditor.hall.example', kind: 'cosignature', publicKey: publicKeyOf(seed) };
const text = writeCheckpoint({ origin: 'hall.example/log', size: 3, root: 'ab'.repeat(32) });

describe('a checkpoint', () => {
  it('reads the published example, and writes it again', () => {
    const note = readNote(published);
    const checkpoint = readCheckpoint(note.text);
    expect(checkpoint).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
      root: '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62',
    });
    expect(writeCheckpoint(checkpoint)).toBe(note.text);
    expect(writeNote(note)).toBe(published);
  });

  it('reads back what it wrote', () => {
    const roots = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(
      fc.property(fc.nat(), roots, (size, root) => {
        const checkpoint = { origin: 'hall.example/log', size, root };
        expect(readCheckpoint(writeCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
  });

  it.each([
    ['no origin', text.replace('hall.example/log', '')],
    ['a size with a leading zero', text.replace('\n3\n', '\n03\n')],
    ['a negative size', text.replace('\n3\n', '\n-3\n')],
    ['a size beyond what can be counted', text.replace('\n3\n', '\n9999999999999999\n')],
    ['a root that is too short', text.replace(/\n[^\n]+\n$/, '\nq6ur\n')],
    ['a root that is no base64', text.replace(/\n[^\n]+\n$/, `\n${'?'.repeat(44)}\n`)],
    ['a fourth line', `${text}more\n`],
    ['no newline at the end', text.slice(0, -1)],
  ])('refuses %s', (_, written) => {
    expect(() => readCheckpoint(written)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('a cosignature', () => {
  it('holds the time at which the published one was made', () => {
    const [, line] = readNote(published).signatures;
    expect(Buffer.from(line?.bytes.slice(0, 16) ?? '', 'hex').readBigUInt64BE()).toBe(1679315147n);
  });

  it('tells when the checkpoint was seen', () => {
    const log: NoteKey = { name: 'hall.example/log', kind: 'ed25519', publicKey: publicKeyOf('55'.repeat(32)) };
    const signatures = [signText(text, log, '55'.repeat(32)), cosign(text, witness, seed, 1_790_000_000)];
    expect(cosignedAt(readNote(writeNote({ text, signatures })), witness)).toBe(1_790_000_000);
    expect(cosignedAt({ text, signatures }, log)).toBeNull();
  });

  it('takes the latest of several', () => {
    const signatures = [cosign(text, witness, seed, 9), cosign(text, witness, seed, 7)];
    expect(cosignedAt({ text, signatures }, witness)).toBe(9);
  });

  it('is worth nothing for another time, another text, another key or half a signature', () => {
    const line = cosign(text, witness, seed, 9);
    const later = { ...line, bytes: `${'0'.repeat(15)}a${line.bytes.slice(16)}` };
    const half = { ...line, bytes: line.bytes.slice(0, 100) };
    const beyond = { ...line, bytes: 'f'.repeat(16) + line.bytes.slice(16) };
    const grown = writeCheckpoint({ origin: 'hall.example/log', size: 4, root: 'ab'.repeat(32) });
    expect(cosignedAt({ text, signatures: [later] }, witness)).toBeNull();
    expect(cosignedAt({ text, signatures: [half] }, witness)).toBeNull();
    expect(cosignedAt({ text, signatures: [beyond] }, witness)).toBeNull();
    expect(cosignedAt({ text, signatures: [line, later] }, witness)).toBeNull();
    expect(cosignedAt({ text: grown, signatures: [line] }, witness)).toBeNull();
    expect(cosignedAt({ text, signatures: [line] }, { ...witness, name: 'another.example' })).toBeNull();
    expect(cosignedAt({ text, signatures: [] }, witness)).toBeNull();
  });

  it('is not a signature of the text itself', () => {
    const dated = cosign(text, witness, seed, 9);
    expect(dated.bytes.slice(16)).not.toBe(signText(text, witness, seed).bytes);
  });
});
