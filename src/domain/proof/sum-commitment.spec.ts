import { createHash } from 'node:crypto';
import { ristretto255 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import {
  auditSum,
  checkShare,
  checkSum,
  commitToSum,
  type Known,
  type Opening,
  type SumCommitment,
  type SumContext,
} from './sum-commitment.js';

const context: SumContext = { origin: 'hall.example/log', runId: 'run-7', unit: 'GBP', exponent: 2, list: 'charges' };
const q = 2n ** 252n + 27742317777372353535851937790883648493n;

/** What is random elsewhere follows from a seed here, so that a failure can be seen again. */
const hashOf = (text: string) => createHash('sha256').update(text).digest();
const numberOf = (text: string): bigint => BigInt(`0x${hashOf(text).toString('hex')}`) % q;
const scalarHex = (value: bigint): string =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
const opening = (unitId: string, amount: bigint, seed = 'a'): Opening => ({
  unitId,
  amount,
  blinding: scalarHex(numberOf(`${seed}/${unitId}`)),
  salt: hashOf(`salt/${seed}/${unitId}`).toString('hex').slice(0, 32),
});
const openingsOf = (amounts: readonly bigint[], seed = 'a'): Opening[] =>
  amounts.map((amount, i) => opening(`S${i + 1}`, amount, seed));

const shares = openingsOf([17_250n, 0n, 9_301n, 9_301n, 120_000n]);
const house = [opening('common', 33_690n), opening('vacant', 2_375n), opening('held', 2n)];
const list = commitToSum(context, shares, house);
const known: Known = { context, total: 191_919n, units: 8, house: ['common', 'vacant', 'held'] };

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 3, maxLength: 8 });

describe('commitToSum', () => {
  it('adds up to the bill, and opens for each member with its own share', () => {
    expect(checkSum(list, known)).toEqual([]);
    expect(shares.flatMap((share) => checkShare(list, share))).toEqual([]);
    expect(auditSum(list, shares)).toEqual([]);
  });

  it('holds for any shares', () => {
    fc.assert(
      fc.property(amounts, (each) => {
        const openings = openingsOf(each);
        const made = commitToSum(context, openings, [opening('common', 5n)]);
        const total = each.reduce((sum, one) => sum + one, 5n);
        expect(checkSum(made, { context, total, units: each.length + 1, house: ['common'] })).toEqual([]);
        expect(auditSum(made, openings)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on the order of the members', () => {
    expect(commitToSum(context, [...shares].reverse(), house).envelopes).toEqual(list.envelopes);
  });

  it('shows no share: equal shares have different envelopes, and so has nothing', () => {
    const seen = list.envelopes.map(({ commitment }) => commitment);
    expect(new Set(seen).size).toBe(8);
    expect(JSON.stringify(list.envelopes)).not.toContain('9301');
  });

  it('shows no difference between two runs when every blinding is fresh', () => {
    const later = commitToSum(
      { ...context, runId: 'run-8' },
      openingsOf([17_250n, 0n, 9_301n, 9_301n, 120_000n], 'b'),
      [],
    );
    const before = new Set(list.envelopes.map(({ commitment }) => commitment));
    expect(later.envelopes.some(({ commitment }) => before.has(commitment))).toBe(false);
  });

  it('is not offered to fewer than three members, whatever the house bears', () => {
    expect(() => commitToSum(context, shares.slice(0, 2), house)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: expect.stringContaining('takes three members') as string,
      }),
    );
  });

  it('refuses a negative share, a unit twice, and a blinding used again', () => {
    expect(() => commitToSum(context, [...shares, opening('S9', -1n)], house)).toThrow('below nothing');
    expect(() => commitToSum(context, [...shares, opening('S1', 1n, 'b')], house)).toThrow('twice');
    const again = { ...opening('S9', 1n), blinding: shares[0]?.blinding ?? '' };
    expect(() => commitToSum(context, [...shares, again], house)).toThrow('no two are equal');
    expect(() => commitToSum(context, [...shares, { ...again, blinding: scalarHex(0n) }], house)).toThrow('random');
  });
});

describe('attacks', () => {
  /** Under which label an opening is found. */
  const labels = (made: SumCommitment, own: Opening): string[] =>
    made.envelopes
      .map(({ label }) => label)
      .filter((label) => {
        const envelopes = made.envelopes.filter((envelope) => envelope.label !== label);
        const filled = [...envelopes, { label: 'f'.repeat(64), commitment: '' }];
        return checkShare({ ...made, envelopes: filled }, own)[0] === 'share-not-in-list';
      });

  it('a wrong total, by one coin either way', () => {
    for (const total of [191_918n, 191_920n]) {
      expect(checkSum({ ...list, total }, { ...known, total })).toContain('total-differs');
      expect(checkSum(list, { ...known, total })).toContain('total-differs');
      expect(checkSum({ ...list, total }, known)).toContain('total-differs');
    }
  });

  it('a negative total, and one that wraps around the group', () => {
    expect(checkSum({ ...list, total: -1n }, { ...known, total: -1n })).toContain('total-differs');
    const wrapped = 191_919n + q;
    expect(checkSum({ ...list, total: wrapped }, { ...known, total: wrapped })).toContain('total-differs');
  });

  it('a negative leaf, which lets the others hold more than the bill: the sum holds, the auditor finds it', () => {
    const openings = [...shares.slice(0, 4), opening('S5', 120_100n), opening('S6', 0n)];
    const made = commitToSum(context, openings, house);
    const below = ristretto255.Point.BASE.multiply(100n);
    const at = made.envelopes.findIndex(({ label }) => labels(made, openings[5] as Opening).includes(label));
    const envelopes = made.envelopes.map((one, i) =>
      i === at ? { ...one, commitment: ristretto255.Point.fromHex(one.commitment).subtract(below).toHex() } : one,
    );
    const forged = { ...made, envelopes, total: 191_919n };
    expect(checkSum(forged, { ...known, units: 9 })).toEqual([]);
    for (const amount of [0n, 100n, -100n]) {
      expect(auditSum(forged, [...openings.slice(0, 5), opening('S6', amount)])).toEqual(['share-differs']);
    }
  });

  it('a share of which the member was told another amount', () => {
    const told = shares.map((share) => ({ ...share, amount: share.amount + 1n }));
    expect(told.flatMap((share) => checkShare(list, share))).toEqual(told.map(() => 'share-differs'));
  });

  it('the same envelope for two members with equal shares', () => {
    const [, , third, fourth] = shares as [Opening, Opening, Opening, Opening];
    expect(checkShare(list, { ...fourth, salt: third.salt })).toEqual(['share-not-in-list']);
    expect(checkShare(list, { ...third, unitId: 'S4' })).toEqual(['share-not-in-list']);
    const twice = [...list.envelopes.slice(0, 7), list.envelopes[6] as SumCommitment['envelopes'][0]];
    expect(checkSum({ ...list, envelopes: twice }, known)).toContain('labels-not-distinct');
  });

  it('another list shown to another member: its label is in neither or its share is not', () => {
    const other = commitToSum(context, openingsOf([17_350n, 0n, 9_301n, 9_301n, 119_900n], 'b'), house);
    expect(checkSum(other, known)).toEqual([]);
    expect(shares.flatMap((share) => checkShare(other, share))).toEqual(shares.map(() => 'share-not-in-list'));
  });

  it('a replay in another run, another currency, another community or among the credits', () => {
    for (const change of [{ runId: 'run-8' }, { unit: 'EUR' }, { exponent: 3 }, { origin: 'x' }, { list: 'credits' }]) {
      const elsewhere = { ...context, ...change } as SumContext;
      expect(checkSum(list, { ...known, context: elsewhere })).toContain('context-differs');
      const replayed = { ...list, context: elsewhere };
      expect(checkSum(replayed, { ...known, context: elsewhere })).toContain('house-not-opened');
      expect(checkShare(replayed, shares[0] as Opening)).toEqual(['share-not-in-list']);
    }
  });

  it('envelopes swapped between two members: the sum holds, the members see it', () => {
    const at = list.envelopes.map(({ commitment }) => commitment);
    const swapped = list.envelopes.map(({ label }, i) => ({ label, commitment: at[(i + 1) % at.length] as string }));
    expect(checkSum({ ...list, envelopes: swapped }, known)).toEqual(['house-not-opened']);
    expect(auditSum({ ...list, envelopes: swapped }, shares)).toContain('share-differs');
  });

  it('an envelope left out, or one too many', () => {
    expect(checkSum({ ...list, envelopes: list.envelopes.slice(1) }, known)).toContain('number-of-units-differs');
    expect(checkSum(list, { ...known, units: 7 })).toContain('number-of-units-differs');
    expect(auditSum(list, shares.slice(1))).toContain('number-of-units-differs');
    expect(auditSum(list, [...shares.slice(1), shares[1] as Opening])).toContain('number-of-units-differs');
    expect(auditSum(list, [...shares, shares[1] as Opening])).toEqual(['number-of-units-differs']);
  });

  it('a hidden leaf of the house', () => {
    expect(checkSum({ ...list, house: house.slice(1) }, known)).toContain('house-not-opened');
    const flattering = [{ ...(house[0] as Opening), amount: 1n }, ...house.slice(1)];
    expect(checkSum({ ...list, house: flattering }, known)).toContain('house-not-opened');
  });

  it('two members only, dressed as more', () => {
    const made = commitToSum(context, shares.slice(0, 3), []);
    const dressed = { ...made, house: shares.slice(2, 3) };
    const total = made.total;
    expect(checkSum(dressed, { context, total, units: 3, house: ['S3'] })).toEqual(['too-few-members']);
  });

  it.each([
    ['hex in capitals', (hex: string) => hex.toUpperCase()],
    ['the point of nothing', () => '00'.repeat(32)],
    ['a number beyond the field', () => 'ff'.repeat(32)],
    ['31 bytes', (hex: string) => hex.slice(2)],
    [
      'a sign bit that has no place',
      (hex: string) => `${hex.slice(0, 62)}${(Number.parseInt(hex.slice(62), 16) | 0x80).toString(16)}`,
    ],
    ['another byte', (hex: string) => `${hex.slice(0, 2) === '02' ? '04' : '02'}${hex.slice(2)}`],
  ])('an envelope that is %s', (_, change) => {
    const [first, ...rest] = list.envelopes;
    const envelopes = [{ label: first?.label ?? '', commitment: change(first?.commitment ?? '') }, ...rest];
    expect(checkSum({ ...list, envelopes }, known)).toContain('not-a-point');
    const holder = [...shares, ...house].find((share) => labels(list, share).includes(first?.label ?? ''));
    expect(checkShare({ ...list, envelopes }, holder as Opening)).toEqual(['share-differs']);
  });

  it.each([
    ['beyond the order of the group', scalarHex(numberOf('x') + q)],
    ['of the wrong length', '00'],
    ['no hex', 'zz'.repeat(32)],
    ['another', scalarHex(1n)],
  ])('a sum of blindings that is %s', (_, blinding) => {
    expect(checkSum({ ...list, blinding }, known)).not.toEqual([]);
    expect(checkShare(list, { ...(shares[0] as Opening), blinding })).toEqual(['share-differs']);
  });

  it('an amount beyond what an envelope may hold', () => {
    const huge = { ...(shares[0] as Opening), amount: 2n ** 64n };
    expect(checkShare(list, huge)).toEqual(['share-differs']);
    expect(() => commitToSum(context, [...shares.slice(1), huge], house)).toThrow('below nothing');
  });
});

describe('the published vector', () => {
  it('is frozen: another program that reads this format comes to the same points', () => {
    expect(list.envelopes.map(({ label, commitment }) => `${label.slice(0, 16)} ${commitment}`)).toEqual([
      '18badf2dee66fbe7 68f68d636bd30c0552b74b556afd0d63923bb7fd080018683824dd61e6fa0a5c',
      '268a23182b03a923 1c19cdb9d8066727c03543e0bb3ee989ad44117846c747666dac9d348abcf75f',
      '3d6527e8cbf7837c d29c3df482f3640d48b5f847540ecba8592bb1e0667b3b0fccf258dbd17a8f6a',
      '5e0f68202bba2411 1816f95130b2f50fc03c56fe44fe2887fe57d197603a903457980ba5666e0843',
      '7bb906adad67745b a857a3863b4ebbe9fcf63a530d9e0098f04cc1bd31f5e6d6d07f24e8a6a5ad68',
      'a94765814c72ec25 72289cd2d3d48aa678757dd2b3e55cab5dfe8ed432f9cdeaf59f0ee494a5a27e',
      'e4b79d39c9fbec41 b4f85faa143d63b0895777d16d07cf0d0841bf20e08f094cb6cd9d7f96577e30',
      'e811f0e3270155ac 841a8df6ae58db61ba2409dff3b1c62a6f51f95a288211c02733a565657b9c75',
    ]);
  });
});
