import { byMeter, charged, type CountryProfile, exempt, readOn, since } from './country-profile.js';

/** The United Kingdom. */
export const gb: CountryProfile = {
  code: 'GB',
  name: 'United Kingdom',
  readOn,
  rates: [
    {
      ...charged,
      code: 'standard',
      label: 'Standard rate',
      rate: '0.2',
      days: since('2011-01-04'),
      source: 'VATA 1994 s. 2; HMRC, VAT rates',
      verified: true,
    },
    {
      ...charged,
      code: 'reduced',
      label: 'Reduced rate',
      rate: '0.05',
      days: since('1997-09-01'),
      source: 'VATA 1994 Schedule 7A Group 1; Notice 701/19 section 2.1',
      verified: true,
    },
    {
      ...exempt('VATA 1994 Schedule 9 Group 1'),
      code: 'rent',
      label: 'Rent',
      days: since('1994-09-01'),
      source: 'VATA 1994 Schedule 9 Group 1; not where the building is opted to tax',
      verified: true,
    },
  ],
  policies: [
    {
      name: 'keeping',
      terms: { booksYears: 6 },
      source: 'VATA 1994 Schedule 11 paragraph 6, Notice 700/21: six years',
      verified: false,
    },
    {
      name: 'tax',
      terms: { rounding: 'down' },
      source: 'HMRC VATREC12010; Notice 700 section 17.5: tax of an invoice may be rounded down',
      verified: true,
    },
    {
      name: 'tax-treatment',
      terms: byMeter,
      source: 'HMRC Notice 742 section 11, as reported by Croner and CIPFA',
      verified: false,
    },
    {
      name: 'reduced-rate',
      terms: {
        qualifyingFromPercent: '60',
        utilities: [
          {
            utility: 'electricity',
            normal: 'standard',
            reduced: 'reduced',
            smallUsePerDay: '33',
            source:
              'VATA 1994 Schedule 7A Group 1 Note 5: 1,000 kWh a month; 33 a day in the use of suppliers (Power NI)',
          },
          {
            utility: 'gas',
            normal: 'standard',
            reduced: 'reduced',
            smallUsePerDay: '145',
            source: 'HMRC VFUP2310: 4,397 kWh a month, by the day where bills are no months; 4,397 × 12 / 365 is 144.6',
          },
        ],
      },
      source: 'Notice 701/19 sections 2.1 and 3.4; HMRC VFUP2310. The daily figures are roundings of the monthly ones.',
      verified: false,
    },
    {
      name: 'levy',
      terms: { sharedBy: 'taxable-use', smallUseExempt: false },
      source:
        'King v Residential Marine [2021] UKUT 309 (LC): no levy on homes. Whether small shops may be spared was not found.',
      verified: false,
    },
    {
      name: 'price-cap',
      terms: {
        caps: [{ kind: 'resale', site: null, utility: 'electricity', members: 'domestic', standing: 'by-use' }],
      },
      source: 'Ofgem, resale of gas and electricity: domestic use only; how standing charges are shared is disputed',
      verified: false,
    },
    {
      name: 'gas',
      terms: { billedIn: 'kWh', volumeCorrection: '1.02264' },
      source: 'Gas (Calculation of Thermal Energy) Regulations 1996',
      verified: false,
    },
    {
      name: 'payment-terms',
      terms: { dueDays: 30 },
      source: 'Late payment of commercial debts: 30 days',
      verified: true,
    },
  ],
  simplifiedInvoice: { upTo: '250.00', currency: 'GBP', source: 'VAT Regulations 1995 r. 16A', verified: true },
};
