import { constraintRefusals } from '../../platform/database/constraints.js';

/** What the database says of places and people where two come with the same thing at the same moment. */
const codes = [
  ['site_code', 'site'],
  ['space_code', 'space'],
  ['member_code', 'member'],
  ['resource_code', 'resource'],
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
constraintRefusals.set('resource_space', {
  code: 'already-exists',
  sentence: 'This space can be booked already; use the resource that it has.',
});
constraintRefusals.set('booking_no_overlap', {
  code: 'overlapping-booking',
  sentence: 'It was booked in some of this time a moment ago; choose another time.',
});
for (const name of ['resource_price_no_overlap', 'space_measure_no_overlap']) {
  constraintRefusals.set(name, {
    code: 'overlapping-version',
    sentence: 'Another value holds on some of these days; let this one begin after the one in force began.',
  });
}
