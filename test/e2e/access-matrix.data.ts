import type { Role } from '../../src/platform/http/principal.js';

/**
 * Who may call what: reviewed data. A route that is not here fails the test, and so does one whose code says otherwise.
 * Whoever adds a route adds its line, and for a new resource with `{id}` an example of one in access-matrix.examples.ts.
 *
 * The treasurer does everything but approve; the approver approves and reads; the auditor reads; installers have meters,
 * readings and the unclaimed; members have what is their own and what the community has in common; devices push readings.
 */

const people = ['treasurer', 'approver', 'auditor', 'installer', 'member'] as const;
const readers = ['treasurer', 'approver', 'auditor'] as const;
const billed = ['treasurer', 'approver', 'auditor', 'member'] as const;
const meterers = ['treasurer', 'installer'] as const;
const meterReaders = ['treasurer', 'approver', 'auditor', 'installer'] as const;

/** Method and path as the OpenAPI document has them → the roles that are let through; `public`: everybody. */
export const granted: Readonly<Record<string, readonly Role[] | 'public'>> = {
  'GET /api/v1/me': people,
  'GET /api/v1/people': readers,
  'POST /api/v1/people': ['treasurer'],
  'GET /api/v1/people/{id}': readers,
  'PATCH /api/v1/people/{id}': ['treasurer'],
  'GET /api/v1/tokens': people,
  'POST /api/v1/tokens': people,
  'POST /api/v1/tokens/{id}/rotate': people,
  'DELETE /api/v1/tokens/{id}': people,
  'GET /api/v1/device-keys': ['treasurer', 'auditor', 'installer'],
  'POST /api/v1/device-keys': meterers,
  'POST /api/v1/device-keys/{id}/rotate': meterers,
  'DELETE /api/v1/device-keys/{id}': meterers,

  'GET /api/v1/log/entries': ['treasurer', 'auditor'],
  'GET /api/v1/log/head': billed,
  'GET /api/v1/log/proof/consistency': billed,
  'GET /api/v1/log/proof/inclusion/{id}': billed,

  'GET /api/v1/community': people,
  'PATCH /api/v1/community': ['treasurer'],
  'GET /api/v1/policies': people,
  'POST /api/v1/policies': ['treasurer'],
  'GET /api/v1/sites': people,
  'POST /api/v1/sites': ['treasurer'],
  'GET /api/v1/sites/{id}': people,
  'PATCH /api/v1/sites/{id}': ['treasurer'],
  'GET /api/v1/sites/{id}/apportionment-matrix': billed,
  'GET /api/v1/sites/{id}/balance': meterReaders,
  'GET /api/v1/spaces': people,
  'POST /api/v1/spaces': ['treasurer'],
  'GET /api/v1/spaces/{id}': people,
  'PATCH /api/v1/spaces/{id}': ['treasurer'],
  'GET /api/v1/members': billed,
  'POST /api/v1/members': ['treasurer'],
  'GET /api/v1/members/{id}': billed,
  'PATCH /api/v1/members/{id}': ['treasurer'],
  'GET /api/v1/occupancies': billed,
  'POST /api/v1/occupancies': ['treasurer'],
  'GET /api/v1/occupancies/{id}': billed,
  'PATCH /api/v1/occupancies/{id}': ['treasurer'],
  'GET /api/v1/spaces/{id}/measures': ['treasurer', 'approver', 'auditor'],
  'POST /api/v1/spaces/{id}/measures': ['treasurer'],
  'GET /api/v1/resources': billed,
  'POST /api/v1/resources': ['treasurer'],
  'GET /api/v1/resources/{id}': billed,
  'POST /api/v1/resources/{id}/prices': ['treasurer'],
  'GET /api/v1/bookings': billed,
  'POST /api/v1/bookings': ['treasurer'],
  'GET /api/v1/bookings/{id}': billed,
  'POST /api/v1/bookings/{id}/cancel': ['treasurer'],

  'GET /api/v1/sites/{id}/reading-round': meterReaders,
  'GET /api/v1/meters': meterReaders,
  'GET /api/v1/meters/health': meterReaders,
  'POST /api/v1/meters': meterers,
  'GET /api/v1/meters/{id}': meterReaders,
  'PATCH /api/v1/meters/{id}': meterers,
  'POST /api/v1/meters/{id}/exchange': meterers,
  'POST /api/v1/meters/{id}/formulas': meterers,
  'POST /api/v1/meters/{id}/remove': meterers,
  'GET /api/v1/meters/{id}/verifications': meterReaders,
  'POST /api/v1/meters/{id}/verifications': meterers,
  'GET /api/v1/my/registers': ['member'],
  'POST /api/v1/my/readings': ['member'],
  // Of what a display showed, and of much more: for the treasurer, and for whom it belongs to.
  'GET /api/v1/photos': ['treasurer', 'member'],
  'POST /api/v1/photos': ['treasurer', 'installer', 'member'],
  'GET /api/v1/photos/{id}': ['treasurer', 'member'],
  'GET /api/v1/readings': meterReaders,
  'POST /api/v1/readings': ['device', 'installer', 'treasurer'],
  'GET /api/v1/unclaimed': meterReaders,
  'POST /api/v1/unclaimed/{id}/bind': meterers,
  'GET /api/v1/exceptions': meterReaders,
  'POST /api/v1/exceptions/resolve': ['treasurer'],
  'POST /api/v1/exceptions/{id}/resolve': ['treasurer'],
  'POST /api/v1/validations': meterers,
  'GET /api/v1/estimates': meterReaders,
  'POST /api/v1/estimates': ['treasurer'],
  'GET /api/v1/consumption': people,

  'GET /api/v1/imports': meterReaders,
  'POST /api/v1/imports': meterers,
  'GET /api/v1/imports/{id}': meterReaders,
  'GET /api/v1/imports/{id}/events': meterReaders,
  'GET /api/v1/imports/{id}/rejected.csv': meterReaders,
  'POST /api/v1/imports/{id}/undo': meterers,
  'GET /api/v1/import-mappings': meterReaders,
  'POST /api/v1/import-mappings': meterers,

  // Here the key may stand in the address, so no person's token opens any of them.
  'GET /input/post': ['device'],
  'POST /input/post': ['device'],
  'GET /input/bulk': ['device'],
  'POST /input/bulk': ['device'],
  'POST /api/v1/hooks/ttn': ['device'],
  'POST /api/v1/hooks/chirpstack': ['device'],
  'POST /api/v1/hooks/shelly': ['device'],
  'GET /api/v1/hooks/shelly': ['device'],

  'GET /api/v1/band-calendars': people,
  'POST /api/v1/band-calendars': ['treasurer'],
  'GET /api/v1/band-calendars/{id}': people,
  'GET /api/v1/tariffs': billed,
  'POST /api/v1/tariffs': ['treasurer'],
  'GET /api/v1/tariffs/{id}': billed,
  'GET /api/v1/tariffs/{id}/explanation': billed,
  'POST /api/v1/tariffs/{id}/versions': ['treasurer'],
  'GET /api/v1/keys': billed,
  'POST /api/v1/keys': ['treasurer'],
  'GET /api/v1/keys/{id}': billed,
  'POST /api/v1/keys/{id}/versions': ['treasurer'],
  'GET /api/v1/qualifying-uses': readers,
  'POST /api/v1/qualifying-uses': ['treasurer'],
  'GET /api/v1/calorific-values': billed,
  'POST /api/v1/calorific-values': ['treasurer'],
  'GET /api/v1/tax-rates': billed,
  'POST /api/v1/tax-rates': ['treasurer'],
  'GET /api/v1/tax-rates/{id}': billed,

  'GET /api/v1/supplier-bills': billed,
  'POST /api/v1/supplier-bills': ['treasurer'],
  'GET /api/v1/supplier-bills/{id}': billed,
  'GET /api/v1/supplier-bills/{id}/check': readers,
  'GET /api/v1/supplier-bills/{id}/document': billed,
  'GET /api/v1/country-profiles': readers,
  'POST /api/v1/country-profiles': ['treasurer'],
  'GET /api/v1/funds': readers,
  'POST /api/v1/funds': ['treasurer'],
  'GET /api/v1/funds/{id}': readers,
  'GET /api/v1/funds/{id}/draws': readers,
  'GET /api/v1/charges': readers,
  'POST /api/v1/charges': ['treasurer'],
  'GET /api/v1/charges/{id}': readers,
  'PATCH /api/v1/charges/{id}': ['treasurer'],

  'GET /api/v1/accounts': readers,
  'GET /api/v1/accounts/{id}': billed,
  'GET /api/v1/journal': readers,
  'GET /api/v1/payments': billed,
  'POST /api/v1/payments': ['treasurer'],
  'GET /api/v1/payments/{id}': billed,
  'POST /api/v1/payments/{id}/reverse': ['treasurer'],

  'GET /api/v1/invoices': billed,
  'GET /api/v1/invoices/{id}': billed,
  'GET /api/v1/invoices/{id}/document.pdf': billed,
  'GET /api/v1/invoices/{id}/document.html': billed,
  'GET /api/v1/invoices/{id}/document.txt': billed,
  'GET /api/v1/invoices/{id}/document.json': billed,
  'POST /api/v1/invoices/{id}/credit-notes': ['treasurer'],
  'GET /api/v1/credit-notes': billed,
  'GET /api/v1/credit-notes/{id}': billed,
  'GET /api/v1/verify/{code}': 'public',

  'GET /api/v1/billing-runs': readers,
  'POST /api/v1/billing-runs': ['treasurer'],
  'GET /api/v1/billing-runs/{id}': readers,
  'GET /api/v1/billing-runs/{id}/issues': readers,
  'GET /api/v1/billing-runs/{id}/shares': readers,
  'GET /api/v1/billing-runs/{id}/reconciliation': readers,
  'GET /api/v1/billing-runs/{id}/preview': readers,
  'GET /api/v1/billing-runs/{id}/changes': readers,
  'GET /api/v1/billing-runs/{id}/progress': readers,
  'POST /api/v1/billing-runs/{id}/calculate': ['treasurer'],
  'POST /api/v1/billing-runs/{id}/approve': ['approver'],
  'POST /api/v1/billing-runs/{id}/issue': ['treasurer'],
  'POST /api/v1/billing-runs/{id}/cancel': ['treasurer'],
  // Whoever takes a finding on has prepared the run, and may not approve it any more.
  'POST /api/v1/billing-runs/{id}/issues/{no}/override': ['treasurer', 'approver'],

  'GET /api/v1/statements': billed,
  'GET /api/v1/statements/{id}': billed,

  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
};

/** Of what members may ask for: what each sees only its own of … */
export const ofOneMember: readonly string[] = [
  ...['members', 'occupancies', 'bookings', 'consumption', 'accounts', 'payments'],
  ...['invoices', 'credit-notes', 'statements', 'tokens', 'me', 'my', 'photos'],
];
/** … and what all members see, because the community has it in common. */
export const ofAllMembers: readonly string[] = [
  ...['community', 'policies', 'sites', 'spaces', 'band-calendars', 'tariffs', 'keys', 'tax-rates', 'supplier-bills'],
  'calorific-values',
  'resources',
  'log',
];

/** Resources that are addressed by the id of another. */
export const addressedAs: Readonly<Record<string, string>> = { accounts: 'members', statements: 'invoices' };

const version = (terms: object) => ({
  days: { from: '2027-01-01', to: null },
  terms,
  adoptedBy: 'General meeting',
  adoptedOn: '2026-12-12',
  decision: 'Minute 9',
});
const reason = { reason: 'It was a mistake' };

/** Bodies with which a route gets as far as looking for what its address names; `{}` where nothing is said here. */
export const bodies: Readonly<Record<string, unknown>> = {
  'POST /api/v1/meters/{id}/formulas': {
    ...{ register: 'import', from: '2026-10-01', ...reason },
    terms: [{ meter: 'SHOP-07', register: 'import' }],
  },
  'POST /api/v1/meters/{id}/exchange': { at: '2026-11-02T10:00:00Z', registers: [{ code: 'import' }] },
  'POST /api/v1/meters/{id}/remove': {
    at: '2026-11-02T10:00:00Z',
    ...reason,
    registers: [{ code: 'import', closing: '160' }],
  },
  'POST /api/v1/meters/{id}/verifications': { from: '2026-01-01', until: '2031-12-31', certificate: 'NMO 417' },
  'POST /api/v1/my/readings': {
    readings: [{ meter: 'SHOP-07', register: 'import', at: '2026-11-02T10:00:00Z', value: '170' }],
  },
  'POST /api/v1/unclaimed/{id}/bind': { meter: 'SHOP-07', register: 'import' },
  'POST /api/v1/imports/{id}/undo': reason,
  'POST /api/v1/import-mappings': { code: 'northgrid', mapping: { decimalMark: ',' } },
  'POST /api/v1/exceptions/{id}/resolve': { choice: 'keep', ...reason },
  'POST /api/v1/exceptions/resolve': { filter: { kind: 'finding' }, choice: 'ask', ...reason },
  'POST /api/v1/estimates': { site: 'HALL', period: { from: '2026-10-01', to: '2026-11-01' }, ...reason, dryRun: true },
  'POST /api/v1/country-profiles': { profile: 'plain', from: '2026-10-01' },
  'POST /api/v1/calorific-values': {
    site: 'HALL',
    source: 'National Gas',
    values: [{ day: '2026-10-01', value: '39.4' }],
  },
  'POST /api/v1/validations': { site: 'HALL', period: { from: '2026-10-01', to: '2026-11-01' } },
  'POST /api/v1/tariffs/{id}/versions': version({
    calendar: null,
    components: [{ kind: 'standing', name: 'Standing charge', perDay: '0.30' }],
  }),
  'POST /api/v1/keys/{id}/versions': version({ kind: 'area' }),
  'POST /api/v1/spaces/{id}/measures': { what: 'weight', days: { from: '2027-01-01', to: null }, value: '1.5' },
  'POST /api/v1/resources/{id}/prices': { days: { from: '2027-01-01', to: null }, perHour: '6.00', minimum: '9.00' },
  'POST /api/v1/bookings/{id}/cancel': reason,
  'PATCH /api/v1/charges/{id}': { to: '2027-01-01' },
  'POST /api/v1/payments/{id}/reverse': reason,
  'POST /api/v1/invoices/{id}/credit-notes': reason,
  'POST /api/v1/billing-runs/{id}/approve': { inputHash: '0'.repeat(64) },
  'POST /api/v1/billing-runs/{id}/cancel': reason,
  'POST /api/v1/billing-runs/{id}/issues/{no}/override': reason,
};

const days = 'from=2026-10-01&to=2026-11-01';

/**
 * Queries that name something: a list is asked once with each. `:meters` is the id of the example of meters, or in its place
 * that of another community's, or one of nothing.
 */
export const queries: Readonly<Record<string, readonly string[]>> = {
  'GET /api/v1/sites/{id}/apportionment-matrix': ['year=2026'],
  'GET /api/v1/sites/{id}/balance': [days],
  'GET /api/v1/spaces': ['', 'site=:sites'],
  'GET /api/v1/occupancies': ['', 'space=:spaces', 'member=:members'],
  'GET /api/v1/bookings': ['', 'resource=:resources', 'member=:members'],
  'GET /api/v1/resources': ['', 'site=:sites'],
  'GET /api/v1/log/entries': ['', 'subjectId=:members'],
  'GET /api/v1/log/proof/consistency': ['first=1&second=1'],
  'GET /api/v1/meters': ['', 'site=:sites', 'space=:spaces'],
  'GET /api/v1/photos': ['', 'meter=:meters'],
  'GET /api/v1/meters/health': ['', 'site=:sites'],
  'GET /api/v1/readings': ['register=:registers', 'meter=:meters&register=import'],
  'GET /api/v1/exceptions': ['', 'site=:sites', 'meter=:meters'],
  'GET /api/v1/estimates': [`site=:sites&${days}`],
  'GET /input/post': ['node=:meters&csv=1'],
  'GET /input/bulk': ['data=[[0,":meters",1]]'],
  'GET /api/v1/hooks/shelly': ['device=:meters&total_wh=1&ts=1790811000'],
  'GET /api/v1/consumption': [`meter=:meters&${days}`, `space=:spaces&${days}`, `member=:members&${days}`],
  'GET /api/v1/supplier-bills': ['', 'site=:sites'],
  'GET /api/v1/qualifying-uses': ['', 'site=:sites'],
  'GET /api/v1/calorific-values': [`site=:sites&${days}`],
  'GET /api/v1/charges': ['', 'site=:sites'],
  'GET /api/v1/payments': ['', 'member=:members'],
  'GET /api/v1/invoices': ['', 'run=:billing-runs', 'member=:members'],
  'GET /api/v1/credit-notes': ['', 'run=:billing-runs', 'member=:members'],
  'GET /api/v1/billing-runs': ['', 'site=:sites'],
};
