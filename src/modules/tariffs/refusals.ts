import { constraintRefusals } from '../../platform/database/constraints.js';

/** What the database says of tariffs and keys where two people decide at the same moment. */
const overlap = {
  code: 'overlapping-version',
  sentence: 'Another version holds on some of these days; let this one begin after it, or end it first.',
} as const;

for (const name of ['tariff_version_no_overlap', 'key_version_no_overlap', 'tax_rate_no_overlap']) {
  constraintRefusals.set(name, overlap);
}
constraintRefusals.set('key_version_generation_whole', {
  code: 'key-incomplete',
  sentence: 'The coefficients of each hour must come to exactly 1, and every hour must have one table of them.',
});
const codes = [
  ['band_calendar_code', 'band calendar'],
  ['tariff_code', 'tariff'],
  ['apportionment_key_code', 'key'],
] as const;
for (const [name, thing] of codes) {
  constraintRefusals.set(name, {
    code: 'already-exists',
    sentence: `There is a ${thing} with this code already; choose another code.`,
  });
}
constraintRefusals.set('key_proposal_two_people', {
  code: 'four-eyes',
  sentence: 'Whoever proposed a version cannot confirm it; ask a second person.',
});
