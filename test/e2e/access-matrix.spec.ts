import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import type { PersonRole } from '../../src/modules/access/access.schema.js';
import { SitesController } from '../../src/modules/community/places.controller.js';
import { newId } from '../../src/platform/ids.js';
import { policyKey } from '../../src/platform/http/policy.js';
import type { Role } from '../../src/platform/http/principal.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bodies, examples, granted, queries } from './access-matrix.data.js';

/**
 * Every route × everybody × (what is ours, what is another community's, what is not there).
 *
 * The routes come from the OpenAPI document, who may call them from the reviewed table beside this file.
 */

const callers = ['anonymous', 'revoked', 'device', 'member', 'treasurer', 'approver', 'auditor', 'installer'] as const;
type Caller = (typeof callers)[number];

const targets = ['own', 'foreign', 'missing'] as const;
type Target = (typeof targets)[number];

type Ids = Readonly<Record<string, string>>;

let service: InProcess;
let tokens: Readonly<Record<Caller, string | undefined>>;
let ids: Readonly<Record<'own' | 'foreign', Ids>>;
let document: { paths: Record<string, Record<string, { 'x-roles'?: string[] }>> };

beforeAll(async () => {
  service = await inProcess();
  const access = service.app.get(AccessService);
  const [own, foreign] = await Promise.all(['market', 'arches'].map((code) => found(access, code)));
  ids = { own: await writeExamples(own!.communityId), foreign: await writeExamples(foreign!.communityId) };
  tokens = await everybody(access, own!.communityId, own!.token);
  document = (await service.ask('GET', '/openapi.json')).body as typeof document;
}, 60_000);
afterAll(() => service.close());

const found = (access: AccessService, code: string) =>
  access.createCommunity({ code, name: code, currency: 'GBP', zone: 'Europe/London', treasurer: { name: 'Tess' } });

async function writeExamples(community: string): Promise<Ids> {
  const written: Record<string, string> = {};
  for (const [resource, sql] of Object.entries(examples)) {
    const names: Record<string, string> = { ...written, community, id: newId() };
    await service.database.owner.query(
      named(sql, Object.fromEntries(Object.entries(names).map(([name, id]) => [name, `'${id}'::uuid`]))),
    );
    written[resource] = names['id']!;
  }
  return written;
}

async function everybody(access: AccessService, communityId: string, treasurer: string) {
  const one = async (role: PersonRole) => {
    const grant = role === 'member' ? { role, memberId: ids.own['members']! } : { role };
    const { personId } = await access.addPerson(communityId, { name: role, email: '', roles: [grant] }, system);
    return access.issuePersonToken(communityId, personId, 'test');
  };
  const gone = await one('treasurer');
  await access.revoke(communityId, { kind: 'person' }, gone.id, system);
  const device = await access.issueDeviceKey(communityId, { name: 'logger', siteId: ids.own['sites']! }, system);
  return {
    anonymous: undefined,
    revoked: gone.token,
    device: device.token,
    treasurer,
    member: (await one('member')).token,
    approver: (await one('approver')).token,
    auditor: (await one('auditor')).token,
    installer: (await one('installer')).token,
  };
}

const routesOf = (paths: typeof document.paths) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-roles': roles }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      roles,
    })),
  );

let asked = 0;

/** Asks from a new network address each time, so that the many failures meant here are not taken for guessing. */
function ask(route: string, caller: Caller, target: Target): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const query =
    queries[route] === undefined ? '' : `?${named(queries[route], ids[target === 'foreign' ? 'foreign' : 'own'])}`;
  asked += 1;
  return service.ask(method, path.replaceAll(/\{[^}]+\}/g, () => idFor(route, target)) + query, {
    token: tokens[caller],
    from: `10.0.${asked >> 8}.${asked & 255}`,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: bodies[route] ?? {} }),
  });
}

/** A text of the table with its `:names` replaced by ids. */
const named = (text: string, names: Ids): string =>
  text.replace(/(?<!:):([a-z-]+)/g, (_, name: string) => names[name] ?? `no ${name}`);

const missing = newId();

/** The id that a route with an address is asked for. */
function idFor(route: string, target: Target): string {
  if (target === 'missing') return missing;
  const [, resource = ''] = /^[A-Z]+ \/api\/v1\/([a-z-]+)\//.exec(route) ?? [];
  const id = ids[target][resource];
  if (id === undefined) throw new Error(`There is no example of ${resource} in access-matrix.data.ts; write one.`);
  return id;
}

/** What an answer tells: all of it but the number of the request and the id that was asked for. */
const told = ({ status, text }: Answer, id: string) => ({
  status,
  text: text.replaceAll(id, '<id>').replace(/"urn:uuid:[^"]+"/, '<request>'),
});

describe('the table', () => {
  it('has every route of the OpenAPI document, and no other', () => {
    expect(
      routesOf(document.paths)
        .map(({ route }) => route)
        .sort(),
    ).toEqual(Object.keys(granted).sort());
  });

  it('meets no route without a policy', () => {
    const closed = routesOf(document.paths).filter(({ route, roles }) => !roles && granted[route] !== 'public');
    expect(closed).toEqual([]);
  });

  it('agrees with the policy of every route', () => {
    const reviewed = routesOf(document.paths).filter(({ route }) => route in granted && granted[route] !== 'public');
    const inCode = reviewed.map(({ route, roles }) => [route, roles?.toSorted()] as const);
    const inTable = reviewed.map(({ route }) => [route, [...(granted[route] ?? [])].toSorted()] as const);
    expect(Object.fromEntries(inCode)).toEqual(Object.fromEntries(inTable));
  });
});

const restricted = Object.entries(granted).filter((entry): entry is [string, readonly Role[]] => entry[1] !== 'public');
const open = Object.entries(granted).filter(([, roles]) => roles === 'public');

describe.each(restricted)('%s', (route, roles) => {
  const isAddressed = route.includes('{');
  const looked: readonly Target[] = isAddressed ? targets : ['own'];
  const refused = callers.filter((caller) => !(roles as readonly string[]).includes(caller));
  const welcome = callers.filter((caller) => (roles as readonly string[]).includes(caller));

  it('turns away everybody else, in the same words whatever is asked for', async () => {
    for (const caller of refused) {
      const expected = caller === 'anonymous' || caller === 'revoked' ? [401, 'not-signed-in'] : [403, 'not-allowed'];
      const answers = new Set<string>();
      for (const target of looked) {
        const answer = await ask(route, caller, target);
        expect({ caller, target, answer: [answer.status, answer.body?.code] }).toEqual({
          caller,
          target,
          answer: expected,
        });
        answers.add(told(answer, isAddressed ? idFor(route, target) : '').text);
      }
      expect(answers.size).toBe(1);
    }
  });

  it('lets in those whom it is for', async () => {
    for (const caller of welcome) {
      const { status } = await ask(route, caller, 'own');
      expect({ caller, refused: status === 401 || status === 403, broken: status >= 500 }).toEqual({
        caller,
        refused: false,
        broken: false,
      });
      if (route.startsWith('GET ')) expect({ caller, status }).toEqual({ caller, status: 200 });
    }
  });

  if (isAddressed) {
    it("says the same of what is another community's as of what is not there", async () => {
      for (const caller of welcome) {
        const foreign = told(await ask(route, caller, 'foreign'), idFor(route, 'foreign'));
        const nothing = told(await ask(route, caller, 'missing'), missing);
        expect({ caller, ...foreign }).toEqual({ caller, ...nothing });
        expect({ caller, status: foreign.status }).toEqual({ caller, status: 404 });
      }
    });
  }
});

describe('routes for everybody', () => {
  it.each(open)('%s answers without a token', async (route) => {
    expect((await ask(route, 'anonymous', 'missing')).status).not.toBe(401);
  });
});

describe('a route whose policy was forgotten', () => {
  const handler = Object.getOwnPropertyDescriptor(SitesController.prototype, 'list')?.value as object;
  const policy: unknown = Reflect.getMetadata(policyKey, handler);
  afterAll(() => Reflect.defineMetadata(policyKey, policy, handler));

  it('is closed to everybody', async () => {
    Reflect.deleteMetadata(policyKey, handler);
    for (const caller of callers.filter((one) => one !== 'anonymous' && one !== 'revoked')) {
      const { status, body } = await ask('GET /api/v1/sites', caller, 'own');
      expect({ caller, status, code: body.code }).toEqual({ caller, status: 403, code: 'not-allowed' });
    }
    expect((await ask('GET /api/v1/sites', 'anonymous', 'own')).status).toBe(401);
  });
});

describe('a foreign community', () => {
  it('is as it was after all of this', async () => {
    const rows = await service.database.owner.query(
      `SELECT (SELECT name FROM site WHERE id = $1) AS site, (SELECT revoked_at FROM access_token WHERE id = $2) AS revoked,
              (SELECT count(*) FROM access_token WHERE replaces_id IN ($2, $3)) AS rotated`,
      [ids.foreign['sites'], ids.foreign['device-keys'], ids.foreign['tokens']],
    );
    expect(rows.rows).toEqual([{ site: 'Hall', revoked: null, rotated: '0' }]);
  });
});
