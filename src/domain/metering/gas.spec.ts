import fc from 'fast-check';
import { Decimal, decimal, plain } from '../quantity/decimal.js';
import { type CalorificValue, daysWithoutCalorificValue, energyOfGas, gasFactor, sayFactor } from './gas.js';

const correction = decimal('1.02264');
const values: CalorificValue[] = [
  { day: '2026-10-01', value: decimal('39.2') },
  { day: '2026-10-02', value: decimal('39.6') },
];
const twoDays = { from: '2026-10-01', to: '2026-10-03' };
const oneDay = { from: '2026-10-01', to: '2026-10-02' };

describe('gas in kilowatt hours', () => {
  it('is correction × calorific value ÷ 3.6 for each cubic metre, rounded once', () => {
    const at40 = gasFactor(correction, [{ day: '2026-10-01', value: decimal('40') }], oneDay);
    // 1.02264 × 40 / 3.6 = 11.362666…
    expect(plain(at40.factor)).toBe('11.362667');
    expect(plain(energyOfGas(decimal('2'), at40))).toBe('22.725334');
  });

  it('takes the mean of the days', () => {
    // 1.02264 × 39.4 / 3.6 = 40.292016 / 3.6 = 11.1922266…
    const found = gasFactor(correction, values, twoDays);
    expect(sayFactor(found)).toBe('1.02264 × (78.8 MJ/m³ / 2 days) / 3.6 = 11.192227 kWh/m³');
    expect(plain(energyOfGas(decimal('120'), found))).toBe('1343.06724');
  });

  it('says a single day without a mean', () => {
    expect(sayFactor(gasFactor(correction, values, oneDay))).toBe('1.02264 × 39.2 MJ/m³ / 3.6 = 11.135413 kWh/m³');
  });

  it('refuses a day without a calorific value and names it', () => {
    const longer = { from: '2026-10-01', to: '2026-10-04' };
    expect(daysWithoutCalorificValue(longer, values)).toEqual(['2026-10-03']);
    expect(() => gasFactor(correction, values, longer)).toThrow(/2026-10-03 has no calorific value/);
  });

  it('does not look at other days, nor at the order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30_000, max: 45_000 }), (thousandths) => {
        const other = { day: '2026-10-03', value: new Decimal(thousandths).times('0.001') };
        const found = gasFactor(correction, [other, ...values.toReversed()], twoDays);
        expect(found).toEqual(gasFactor(correction, values, twoDays));
      }),
    );
  });

  it('adds up over the parts of a volume, exactly', () => {
    const found = gasFactor(correction, values, twoDays);
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (a, b) => {
        const kWh = (litres: number) => energyOfGas(new Decimal(litres).times('0.001'), found);
        expect(
          kWh(a)
            .plus(kWh(b))
            .equals(kWh(a + b)),
        ).toBe(true);
      }),
    );
  });
});
