import { constraintRefusals } from '../../platform/database/constraints.js';

/** What the database says of places and people where two come with the same thing at the same moment. */
const codes = [
  ['site_code', 'site'],
  ['space_code', 'space'],
  ['member_code', 'member'],
] as const;
for (const [name, thing] of codes) {
  constraintRefusals.set(name, {
    code: 'already-exists',
    sentence: `There is a ${thing} with this code already; choose another code.`,
  });
}
constraintRefusals.set('community_policy_no_overlap', {
  code: 'overlapping-version',
  sentence:
    'Another version of this policy holds on some of these days; let the new one begin after the one in force began.',
});
