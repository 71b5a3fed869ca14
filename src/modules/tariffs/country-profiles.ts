import { type CountryProfile, readOn } from './country-profile.js';
import { gb } from './country-profile-gb.js';
import { at, ch, de } from './country-profiles-dach.js';

const plainProfile: CountryProfile = {
  code: 'plain',
  name: 'No tax',
  readOn,
  rates: [],
  policies: [
    {
      name: 'tax-treatment',
      terms: { metered: null, standing: null, unmetered: null, commonParts: null, spaceWork: null },
      source: 'none',
      verified: true,
    },
    { name: 'reduced-rate', terms: { utilities: [] }, source: 'none', verified: true },
    { name: 'levy', terms: { sharedBy: 'all-use', smallUseExempt: false }, source: 'none', verified: true },
    { name: 'price-cap', terms: { caps: [] }, source: 'none', verified: true },
  ],
  simplifiedInvoice: null,
};

/** All profiles, as they are offered. */
export const countryProfiles: readonly CountryProfile[] = [gb, de, ch, at, plainProfile];
