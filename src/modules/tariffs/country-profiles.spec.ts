import { checkRates } from '../../domain/invoice/tax.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { newTaxRate } from './tax-rates.schema.js';
import { rateOf } from './country-profile.js';
import { countryProfiles } from './country-profiles.js';

describe.each(countryProfiles.map((profile) => [profile.code, profile] as const))(
  'the profile %s',
  (_code, profile) => {
    it('has rates that the tax-rates resource accepts, one for each code and day', () => {
      for (const rate of profile.rates) {
        expect(newTaxRate.safeParse(rateOf(rate))).toMatchObject({ success: true });
      }
      const rates = profile.rates.map(({ days, rate, ...one }) => ({
        ...one,
        ...days,
        rate: decimal(rate).times(100),
      }));
      expect(() => checkRates(rates)).not.toThrow();
    });

    it('treats by codes that it has rates for', () => {
      const codes = new Set(profile.rates.map(({ code }) => code));
      const named = profile.policies.flatMap((policy) =>
        policy.name === 'tax-treatment'
          ? Object.values(policy.terms)
          : policy.name === 'reduced-rate'
            ? (policy.terms.utilities ?? []).flatMap(({ normal, reduced }) => [normal, reduced])
            : [],
      );
      expect(named.filter((code) => code !== null && !codes.has(code))).toEqual([]);
    });
  },
);
