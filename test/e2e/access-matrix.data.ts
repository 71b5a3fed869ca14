import type { Role } from '../../src/platform/http/principal.js';

/**
 * Who may call what: reviewed data. A route that is not here fails the test, and so does one whose code says otherwise.
 * Whoever adds a route adds its line, and for a new resource with `{id}` an example of one.
 */

const people = ['treasurer', 'approver', 'auditor', 'installer', 'member'] as const;
const readers = ['treasurer', 'approver', 'auditor'] as const;
const billed = ['treasurer', 'approver', 'auditor', 'member'] as const;
const meterers = ['treasurer', 'installer'] as const;

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

  'GET /api/v1/community': people,
  'PATCH /api/v1/community': ['treasurer'],
  'GET /api/v1/policies': people,
  'POST /api/v1/policies': ['treasurer'],
  'GET /api/v1/sites': people,
  'POST /api/v1/sites': ['treasurer'],
  'GET /api/v1/sites/{id}': people,
  'PATCH /api/v1/sites/{id}': ['treasurer'],
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

  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
};

/**
 * One of each resource that has an address, written past the services into both communities; by the first part of the path.
 * `:id` is its own id, `:community` its community, `:sites` the id of the example of sites, and so on for those above it.
 * What members may see belongs to the member of `:members`.
 */
export const examples: Readonly<Record<string, string>> = {
  people: `INSERT INTO person (community_id, id, name) VALUES (:community, :id, 'Somebody')`,
  sites: `INSERT INTO site (community_id, id, code, name, zone) VALUES (:community, :id, 'HALL', 'Hall', 'Europe/London')`,
  members: `INSERT INTO member (community_id, id, code, name) VALUES (:community, :id, 'ROSA', 'Rosa')`,
  spaces: `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES (:community, :id, :sites, 'STALL-4', 'Stall 4', 12.5)`,
  occupancies: `INSERT INTO occupancy (community_id, id, space_id, member_id, days) VALUES (:community, :id, :spaces, :members, '[2026-01-01,)')`,
  tokens: `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, person_id)
    VALUES (:community, :id, 'person', 'example', 'cm_example1', sha256(convert_to(:id::text, 'UTF8')), :people)`,
  'device-keys': `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, site_id)
    VALUES (:community, :id, 'device', 'example', 'cm_example2', sha256(convert_to(:id::text, 'UTF8')), :sites)`,
};

/** Bodies with which a route gets as far as looking for what its address names; `{}` where nothing is said here. */
export const bodies: Readonly<Record<string, unknown>> = {};

/** What a list asks for that cannot be asked for nothing, as a query; `:meters` is the id of the example of meters. */
export const queries: Readonly<Record<string, string>> = {};
