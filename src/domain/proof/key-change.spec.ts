import fc from 'fast-check';
import { keyChangeText, keysOf } from './key-change.js';
import { type NoteKey, writeKey, writeNote } from './note.js';
import { publicKeyOf, signText } from './sign.js';

const seeds = ['11', '22', '33'].map((pair) => pair.repeat(32));
const keyOf = (seed: string, name = 'hall.example/record'): NoteKey => ({
  name,
  kind: 'ed25519',
  publicKey: publicKeyOf(seed),
});
const keys = seeds.map((seed) => keyOf(seed));
const [first, second, third] = keys as [NoteKey, NoteKey, NoteKey];
function change(from: number, to: number, signers = [from, to]): string {
  const text = keyChangeText({ from: keys[from]!, to: keys[to]!, at: '2026-11-03T09:30:00Z' });
  return writeNote({ text, signatures: signers.map((i) => signText(text, keys[i]!, seeds[i]!)) });
}

it('without a change there is the one key', () => {
  expect(keysOf(writeKey(first), [])).toEqual([first]);
});

it('changes lead from the first key to the one that signs now', () => {
  expect(keysOf(writeKey(third), [change(0, 1), change(1, 2)])).toEqual([first, second, third]);
});

it.each([
  ['without the signature of the old key', [change(0, 1, [1])], second],
  ['without the signature of the new key', [change(0, 1, [0])], second],
  ['signed twice with one key', [change(0, 1, [0, 0])], second],
  ['that lead elsewhere', [change(0, 1)], third],
  ['with one left out', [change(0, 1)], third],
  ['in another order', [change(1, 2), change(0, 1)], third],
  ['twice', [change(0, 1), change(0, 1)], second],
] as const)('changes %s do not hold', (_, changes, last) => {
  expect(() => keysOf(writeKey(last), changes)).toThrow(/changes of keys do not hold/);
});

it('with any character altered a change does not hold', () => {
  const whole = change(0, 1);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.constantFrom(...'0aZ+/=\n '), (at, other) => {
      fc.pre(whole[at] !== other);
      expect(() => keysOf(writeKey(second), [`${whole.slice(0, at)}${other}${whole.slice(at + 1)}`])).toThrow();
    }),
  );
});

it('a key does not hand over to another record, nor to itself', () => {
  const other = keyOf(seeds[1]!, 'another.example/record');
  expect(() => keyChangeText({ from: first, to: other, at: 'x' })).toThrow(/keeps its name/);
  expect(() => keyChangeText({ from: first, to: first, at: 'x' })).toThrow(/another key/);
});
