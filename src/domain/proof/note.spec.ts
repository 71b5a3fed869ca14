import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isSignature, isSignedBy, keyIdOf, type NoteKey, readKey, readNote, writeKey, writeNote } from './note.js';
import { publicKeyOf, signature, signText } from './sign.js';

/** The key and note of the tests of golang.org/x/mod/sumdb/note, where the format began. */
const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const peterSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1).toString('hex');
const peterText =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const peterNote = `${peterText}\n${peterLine}`;

/** The example of C2SP signed-note, "Verifier keys". */
const foo = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const fooNote =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const keyOf = (seed: string, name = 'hall.example/log'): NoteKey => ({
  name,
  kind: 'ed25519',
  publicKey: publicKeyOf(seed),
});
/** A key written as `writeKey` does, whatever its name, kind and bytes; its id belongs to it. */
const written = (name: string, kind: number, publicKey: string): string => {
  const bytes = Buffer.from([kind, ...Buffer.from(publicKey, 'hex')]);
  const id = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8);
  return `${name}+${id}+${bytes.toString('base64')}`;
};
const texts = fc
  .array(fc.stringMatching(/^[ -~£€—]*$/), { minLength: 1, maxLength: 5 })
  .map((lines) => `x${lines.join('\n')}\n`);

describe('published notes', () => {
  it.each([
    [peter, peterNote],
    [foo, fooNote],
  ])('reads %s and its note, and writes both again', (key, note) => {
    expect(writeKey(readKey(key))).toBe(key);
    expect(writeNote(readNote(note))).toBe(note);
    expect(isSignedBy(readNote(note), readKey(key))).toBe(true);
  });

  it('signs to the same bytes', () => {
    expect(publicKeyOf(peterSeed)).toBe(readKey(peter).publicKey);
    expect(writeNote({ text: peterText, signatures: [signText(peterText, readKey(peter), peterSeed)] })).toBe(
      peterNote,
    );
  });

  it('reads the examples of C2SP that carry several lines', () => {
    const quasimodo =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    const { text, signatures } = readNote(quasimodo);
    expect(text.endsWith('sole:\n\ned è subito sera.\n')).toBe(true);
    expect(signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: '367ba04b' }]);
  });

  it('has the signatures of RFC 8032 section 7.1, test 1', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    expect(publicKeyOf(seed)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(signature('', seed)).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });
});

describe('isSignedBy', () => {
  it('holds for what was signed, and for nothing else', () => {
    fc.assert(
      fc.property(texts, seeds, fc.nat(), (text, seed, pick) => {
        const key = keyOf(seed);
        const note = { text, signatures: [signText(text, key, seed)] };
        expect(isSignedBy(readNote(writeNote(note)), key)).toBe(true);
        const at = pick % (text.length - 1);
        const altered = `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
        expect(isSignedBy({ ...note, text: altered }, key)).toBe(false);
      }),
    );
  });

  it('ignores lines of other keys, of the same name or not', () => {
    const [own, other] = ['11'.repeat(32), '22'.repeat(32)];
    const lines = [signText('a\n', keyOf(own), own), signText('a\n', keyOf(other), other)];
    expect(isSignedBy({ text: 'a\n', signatures: lines }, keyOf(own))).toBe(true);
    expect(isSignedBy({ text: 'a\n', signatures: lines.slice(1) }, keyOf(own))).toBe(false);
    expect(isSignedBy({ text: 'a\n', signatures: lines }, keyOf(own, 'elsewhere.example/log'))).toBe(false);
  });

  it('refuses the whole where one line of the key is right and another is wrong', () => {
    const seed = '11'.repeat(32);
    const lines = [signText('a\n', keyOf(seed), seed), signText('b\n', keyOf(seed), seed)];
    expect(isSignedBy({ text: 'a\n', signatures: lines }, keyOf(seed))).toBe(false);
  });

  it('refuses a signature that is too short or too long', () => {
    const key = keyOf('11'.repeat(32));
    const right = signText('a\n', key, '11'.repeat(32));
    for (const bytes of [right.bytes.slice(2), `${right.bytes}00`, '00']) {
      expect(isSignedBy({ text: 'a\n', signatures: [{ ...right, bytes }] }, key)).toBe(false);
    }
  });
});

describe('writeNote', () => {
  const [signed] = [signText('a\n', keyOf('11'.repeat(32)), '11'.repeat(32))];

  it.each([
    ['no signature', { text: 'a\n', signatures: [] }, 'is signed'],
    ['no end of its line', { text: 'a', signatures: [signed] }, 'whole lines'],
    ['nothing to say', { text: '\n', signatures: [signed] }, 'whole lines'],
    ['a control character', { text: 'a\u0007\n', signatures: [signed] }, 'whole lines'],
  ])('writes none with %s', (_, note, why) => {
    expect(() => writeNote(note)).toThrow(why);
  });
});

describe('isSignature', () => {
  it('refuses what is no key, and no signature', () => {
    const [seed, other] = ['33'.repeat(32), '44'.repeat(32)];
    const right = signature('text', seed);
    expect(isSignature('text', right, publicKeyOf(seed))).toBe(true);
    for (const key of ['', 'zz'.repeat(32), publicKeyOf(seed).slice(2), `${publicKeyOf(seed)}00`, publicKeyOf(other)])
      expect(isSignature('text', right, key)).toBe(false);
    for (const bytes of ['', 'zz'.repeat(64), right.slice(2), `${right}00`])
      expect(isSignature('text', bytes, publicKeyOf(seed))).toBe(false);
  });

  it('refuses every flipped bit of a signature', () => {
    const seed = '33'.repeat(32);
    const bytes = Buffer.from(signature('text', seed), 'hex');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isSignature('text', altered.toString('hex'), publicKeyOf(seed))).toBe(false);
    }
  });
});

describe('readKey', () => {
  it('refuses every piece of a key that is not the whole', () => {
    for (let from = 0; from <= peter.length; from += 1) {
      for (let to = from; to <= peter.length; to += 1) {
        if (to - from < peter.length) expect(() => readKey(peter.slice(from, to))).toThrow('is not a key');
      }
    }
  });

  it('reads what is written as the tests write it', () => {
    const key = keyOf('11'.repeat(32));
    expect(readKey(written(key.name, 1, key.publicKey))).toEqual(key);
  });

  it.each([
    ['too long', written('hall.example/log', 1, '11'.repeat(33))],
    ['too short', written('hall.example/log', 1, '11'.repeat(31))],
    ['of a kind that we do not know', written('hall.example/log', 9, '11'.repeat(32))],
    ['without a name', written('', 1, '11'.repeat(32))],
    ['with a space in its name', written('Peter Neumann', 1, '11'.repeat(32))],
    ['with the id of another', `${peter.slice(0, 13)}c74f20a4${peter.slice(21)}`],
    ['with nothing but its name', 'hall.example/log'],
  ])('refuses a key that is %s, its id belonging to it', (_, key) => {
    expect(() => readKey(key)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('says the beginning of what is no key, and not all of it', () => {
    expect(() => readKey('x'.repeat(5_000))).toThrow(`“${'x'.repeat(100)}” is not a key`);
  });

  it('tells kinds of the same key apart', () => {
    const key = keyOf('11'.repeat(32));
    expect(keyIdOf({ ...key, kind: 'cosignature' })).not.toBe(keyIdOf(key));
    expect(readKey(writeKey({ ...key, kind: 'cosignature' })).kind).toBe('cosignature');
  });
});

describe('readNote', () => {
  it.each([
    ['nothing', ''],
    ['text without signatures', peterText],
    ['text and an empty line', `${peterText}\n`],
    ['no newline at the end', peterNote.slice(0, -1)],
    ['a hyphen for the dash', peterNote.replace('—', '-')],
    ['nothing before its lines', `\n${peterLine}`],
    ['no text', `\n\n${peterLine}`],
    ['blanks for a text', `  \n\n${peterLine}`],
    ['no name', peterNote.replace('PeterNeumann', '')],
    ['a plus in a name', peterNote.replace('PeterNeumann', 'Peter+Neumann')],
    ['a control character', `\u0007${peterNote}`],
    ['a carriage return', peterNote.replaceAll('\n', '\r\n')],
    ['a signature that is no base64', peterNote.replace('x08go', 'x!8go')],
    ['base64 in another form', peterNote.replace('nAM=', 'nAN=')],
    ['a key id and nothing behind it', `${peterText}\n— PeterNeumann x08gow==\n`],
    ['words behind the signature', peterNote.replace('nAM=', 'nAM= more')],
    ['more signatures than anybody needs', peterText + '\n' + peterLine.repeat(101)],
    ['more text than anybody reads', `${'a'.repeat(1_000_000)}\n\n${peterLine}`],
  ])('refuses %s', (_, written) => {
    expect(() => readNote(written)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('says what a note is', () => {
    expect(() => readNote('')).toThrow('text, an empty line, and lines that begin with');
  });

  it('takes a signature of one byte: what it is worth is said elsewhere', () => {
    expect(readNote(`${peterText}\n— PeterNeumann x08goAA=\n`).signatures).toEqual([
      { name: 'PeterNeumann', keyId: 'c74f20a0', bytes: '00' },
    ]);
  });

  it('takes a hundred signatures', () => {
    expect(readNote(peterText + '\n' + peterLine.repeat(100)).signatures).toHaveLength(100);
  });
});
