import { byMeter, charged, type CountryProfile, exempt, readOn, since } from './country-profile.js';

/** Germany. */
export const de: CountryProfile = {
  code: 'DE',
  name: 'Germany',
  readOn,
  rates: [
    {
      ...charged,
      code: 'standard',
      label: 'Umsatzsteuer',
      rate: '0.19',
      days: since('2021-01-01'),
      source: 'UStG § 12 (1)',
      verified: true,
    },
    {
      ...charged,
      code: 'reduced',
      label: 'Umsatzsteuer, ermäßigt',
      rate: '0.07',
      days: since('2021-01-01'),
      source: 'UStG § 12 (2)',
      verified: true,
    },
    {
      ...exempt('UStG § 4 Nr. 12'),
      code: 'rent',
      label: 'Miete',
      days: since('2021-01-01'),
      source: 'UStG § 4 Nr. 12; not where the landlord opted under § 9',
      verified: false,
    },
  ],
  policies: [
    {
      name: 'keeping',
      terms: { booksYears: 8 },
      source: 'AO § 147 Abs. 3 and UStG § 14b as amended by the BEG IV, 2025: eight years after the end of the year',
      verified: false,
    },
    { name: 'tax', terms: { rounding: 'half-up' }, source: 'EN 16931 BR-CO-17', verified: true },
    {
      name: 'tax-treatment',
      terms: byMeter,
      source: 'Whether metered energy of a landlord is a supply of its own is disputed in Germany',
      verified: false,
    },
    { name: 'payment-terms', terms: { dueDays: 30 }, source: 'BGB § 286 (3)', verified: false },
  ],
  simplifiedInvoice: { upTo: '250.00', currency: 'EUR', source: 'UStDV § 33', verified: false },
};

/** Switzerland. */
export const ch: CountryProfile = {
  code: 'CH',
  name: 'Switzerland',
  readOn,
  rates: [
    {
      ...charged,
      code: 'standard',
      label: 'MWST',
      rate: '0.077',
      days: since('2018-01-01', '2024-01-01'),
      source: 'MWSTG Art. 25, as it was until 2023',
      verified: true,
    },
    {
      ...charged,
      code: 'standard',
      label: 'MWST',
      rate: '0.081',
      days: since('2024-01-01'),
      source: 'MWSTG Art. 25',
      verified: true,
    },
    {
      ...charged,
      code: 'reduced',
      label: 'MWST, reduziert',
      rate: '0.026',
      days: since('2024-01-01'),
      source: 'MWSTG Art. 25 (2)',
      verified: false,
    },
    {
      ...exempt('MWSTG Art. 21 Abs. 2 Ziff. 21'),
      code: 'rent',
      label: 'Miete',
      days: since('2018-01-01'),
      source: 'MWSTG Art. 21 Abs. 2 Ziff. 21',
      verified: false,
    },
  ],
  policies: [
    {
      name: 'keeping',
      terms: { booksYears: 10 },
      source: 'OR Art. 958f, MWSTG Art. 70: ten years after the end of the business year',
      verified: false,
    },
    { name: 'tax', terms: { rounding: 'half-up' }, source: 'MWSTG says no more than whole coins', verified: false },
    { name: 'tax-treatment', terms: byMeter, source: 'to be asked of an adviser', verified: false },
    { name: 'payment-terms', terms: { dueDays: 30 }, source: 'usual', verified: false },
  ],
  simplifiedInvoice: { upTo: '400.00', currency: 'CHF', source: 'MWSTV Art. 57', verified: false },
};

/** Austria. */
export const at: CountryProfile = {
  code: 'AT',
  name: 'Austria',
  readOn,
  rates: [
    {
      ...charged,
      code: 'standard',
      label: 'Umsatzsteuer',
      rate: '0.2',
      days: since('1984-01-01'),
      source: 'UStG 1994 § 10 (1)',
      verified: true,
    },
    {
      ...charged,
      code: 'reduced',
      label: 'Umsatzsteuer, ermäßigt',
      rate: '0.1',
      days: since('1984-01-01'),
      source: 'UStG 1994 § 10 (2)',
      verified: true,
    },
    {
      ...exempt('UStG 1994 § 6 (1) Z 16'),
      code: 'rent',
      label: 'Miete',
      days: since('1995-01-01'),
      source: 'UStG 1994 § 6 (1) Z 16; homes bear 10 %',
      verified: false,
    },
  ],
  policies: [
    {
      name: 'keeping',
      terms: { booksYears: 7 },
      source: 'BAO § 132, UStG § 18 Abs. 10: seven years after the end of the year',
      verified: false,
    },
    { name: 'tax', terms: { rounding: 'half-up' }, source: 'EN 16931 BR-CO-17', verified: true },
    { name: 'tax-treatment', terms: byMeter, source: 'to be asked of an adviser', verified: false },
    { name: 'payment-terms', terms: { dueDays: 30 }, source: 'UGB § 456 and ABGB § 907a', verified: false },
  ],
  simplifiedInvoice: { upTo: '400.00', currency: 'EUR', source: 'UStG 1994 § 11 (6)', verified: true },
};
