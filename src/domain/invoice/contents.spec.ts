import fc from 'fast-check';
import { Decimal, decimal } from '../quantity/decimal.js';
import { formOf, type Parties } from './contents.js';

const hall = { name: 'Old Market Hall', address: '1 Market Street', taxNumber: 'GB 123 4567 89' };
const rosa = { name: 'Rosa', address: 'Stall 1' };
const nameless = { name: 'Rosa', address: ' ' };
const limit = decimal('250.00');

describe('the form of an invoice', () => {
  it.each<[string, string, Parties, Decimal | null, string, readonly string[]]>([
    ['full where all is known', '12.00', { issuer: hall, receiver: rosa }, limit, 'full', []],
    ['simplified up to the limit', '250.00', { issuer: hall, receiver: nameless }, limit, 'simplified', []],
    ['full above it', '250.01', { issuer: hall, receiver: nameless }, limit, 'full', ['receiver-address']],
    [
      'simplified for a credit as for its charge',
      '-250.00',
      { issuer: hall, receiver: nameless },
      limit,
      'simplified',
      [],
    ],
    ['full where there is no limit', '1.00', { issuer: hall, receiver: nameless }, null, 'full', ['receiver-address']],
    [
      'without excuse where the issuer is unknown',
      '1.00',
      { issuer: { ...hall, taxNumber: null }, receiver: nameless },
      limit,
      'simplified',
      ['issuer-tax-number'],
    ],
    [
      'full where only the issuer is',
      '1.00',
      { issuer: { ...hall, address: '' }, receiver: rosa },
      limit,
      'full',
      ['issuer-address'],
    ],
  ])('is %s', (_what, gross, parties, upTo, form, missing) => {
    expect(formOf(decimal(gross), parties, upTo)).toEqual({ form, missing });
  });

  it('never needs less for more', () => {
    const word = fc.constantFrom('', 'x');
    const parties = fc.record({
      issuer: fc.record({ name: word, address: word, taxNumber: fc.option(word) }),
      receiver: fc.record({ name: word, address: word }),
    });
    const pence = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(parties, pence, pence, (given, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const missing = (amount: number) => formOf(new Decimal(amount).times('0.01'), given, limit).missing;
        expect(missing(high)).toEqual(expect.arrayContaining([...missing(low)]));
      }),
    );
  });
});
