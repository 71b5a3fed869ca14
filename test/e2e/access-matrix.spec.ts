import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import type { PersonRole } from '../../src/modules/access/access.schema.js';
import { SitesController } from '../../src/modules/community/places.controller.js';
import { SessionsService } from '../../src/modules/access/log-in/sessions.service.js';
import { newId } from '../../src/platform/ids.js';
import { policyKey } from '../../src/platform/http/policy.js';
import type { Role } from '../../src/platform/http/principal.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { rowsOf } from '../support/rows-of.js';
import { addressedAs, bodies, granted, ofAllMembers, ofOneMember, queries, stepsUp } from './access-matrix.data.js';
import { examples } from './access-matrix.examples.js';

/**
 * Every route × everybody × (what is ours, what is another community's, what is not there); and for members, what is
 * another member's. People come with a token, and again with a session.
 *
 * The routes come from the OpenAPI document, who may call them from the reviewed table beside this file.
 */

const callers = ['anonymous', 'revoked', 'device', 'member', 'treasurer', 'approver', 'auditor', 'installer'] as const;
/** The examples belong to the member `member`; `neighbour` is another member of the same community. */
type Caller = (typeof callers)[number] | 'neighbour';

/** How somebody shows who they are. Devices have keys only. */
const ways = ['token', 'session'] as const;
type Way = (typeof ways)[number];

const targets = ['own', 'foreign', 'missing'] as const;
type Target = (typeof targets)[number];

type Ids = Readonly<Record<string, string>>;

let service: InProcess;
let tokens: Readonly<Record<Caller, string | undefined>>;
let cookies: Readonly<Partial<Record<Caller, string>>>;
let ids: Readonly<Record<'own' | 'foreign', Ids>>;
let document: {
  paths: Record<string, Record<string, { 'x-roles'?: string[]; 'x-step-up'?: boolean; security?: object[] }>>;
};
let foreign: string;
let foreignBefore: Readonly<Record<string, string>>;

beforeAll(async () => {
  service = await inProcess();
  const access = service.app.get(AccessService);
  const own = await found(access, 'market');
  foreign = (await found(access, 'arches')).communityId;
  ids = { own: await writeExamples(own.communityId), foreign: await writeExamples(foreign) };
  tokens = await everybody(access, own.communityId, own.token);
  cookies = await sessionsOf(own.communityId);
  foreignBefore = await rowsOf(service.database, foreign);
  document = (await service.ask('GET', '/openapi.json')).body as typeof document;
}, 60_000);
afterAll(() => service.close());

const found = (access: AccessService, code: string) =>
  access.createCommunity({ code, name: code, currency: 'GBP', zone: 'Europe/London', treasurer: { name: 'Tess' } });

async function writeExamples(community: string): Promise<Ids> {
  const written: Record<string, string> = {};
  for (const [resource, sql] of Object.entries(examples)) {
    const names: Record<string, string> = { ...written, community, id: newId() };
    // Without values, several statements are sent as one: one transaction.
    await service.database.owner.query(named(sql, (name) => (names[name] ? `'${names[name]}'::uuid` : undefined)));
    written[resource] = names['id']!;
  }
  return written;
}

async function everybody(access: AccessService, communityId: string, treasurer: string) {
  const neighbour = newId();
  await service.database.owner.query(
    `INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'NINO', 'Nino')`,
    [communityId, neighbour],
  );
  const one = async (role: PersonRole, memberId = ids.own['members']!) => {
    const grant = role === 'member' ? { role, memberId } : { role };
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
    neighbour: (await one('member', neighbour)).token,
    approver: (await one('approver')).token,
    auditor: (await one('auditor')).token,
    installer: (await one('installer')).token,
  };
}

/** A session of everybody who has a token, just begun and with a second factor; of whose token was revoked, one that ended. */
async function sessionsOf(communityId: string): Promise<Partial<Record<Caller, string>>> {
  const sessions = service.app.get(SessionsService);
  const begun: Partial<Record<Caller, string>> = {};
  for (const caller of [...callers, 'neighbour' as const]) {
    const token = tokens[caller];
    if (token === undefined || caller === 'device') continue;
    const { rows } = await service.database.owner.query<{ personId: string }>(
      `SELECT person_id AS "personId" FROM access_token WHERE secret_hash = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    const owner = { communityId, personId: rows[0]!.personId };
    const { secret, row } = await service.database.transactions.inCommunity(communityId, (tx) =>
      sessions.begin(tx, { ...owner, way: 'passkey', isProved: true }),
    );
    if (caller === 'revoked')
      await service.database.transactions.inCommunity(communityId, (tx) => sessions.end(tx, owner, { only: row.id }));
    begun[caller] = `commonmeter=${secret}`;
  }
  return begun;
}

const waysOf = (caller: Caller): readonly Way[] => (cookies[caller] === undefined ? ['token'] : ways);

/** What a page of ours sends along. */
const ofOurPage = { host: 'localhost', origin: 'http://localhost', 'commonmeter-client': 'web' };

const routesOf = (paths: typeof document.paths) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-roles': roles, 'x-step-up': stepUp }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      roles,
      stepUp,
    })),
  );

let asked = 0;

/** Asks from a new network address each time, so that the many failures meant here are not taken for guessing. */
function ask(
  route: string,
  caller: Caller,
  target: Target,
  query = queriesOf(route)[0],
  way: Way = 'token',
): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const address = path.replace('{no}', '1').replace(/\{[^}]+\}/, () => idFor(resourceOf(route), target));
  asked += 1;
  return service.ask(method, query ? `${address}?${named(query, (name) => idFor(name, target))}` : address, {
    ...(way === 'session' ? { headers: { ...ofOurPage, cookie: cookies[caller]! } } : { token: tokens[caller] }),
    from: `10.0.${asked >> 8}.${asked & 255}`,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: bodies[route] ?? {} }),
  });
}

const queriesOf = (route: string): readonly string[] => queries[route] ?? [''];
const resourceOf = (route: string): string => /^[A-Z]+ \/api\/v1\/([a-z-]+)/.exec(route)?.[1] ?? '';

/** A text of the table with its `:names` replaced; what is no name of an example stays. */
const named = (text: string, valueOf: (name: string) => string | undefined): string =>
  text.replace(/(?<!:):([a-z-]+)/g, (whole, name: string) => valueOf(name) ?? whole);

const missing = newId();

/** The id that a resource is asked for. */
function idFor(resource: string, target: Target): string {
  if (target === 'missing') return missing;
  const id = ids[target][addressedAs[resource] ?? resource];
  if (id === undefined) throw new Error(`There is no example of ${resource} in access-matrix.examples.ts; write one.`);
  return id;
}

/** What an answer tells: all of it but the number of the request and the ids that were asked for. */
const told = ({ status, text }: Answer, target: Target) => ({
  status,
  text: (target === 'missing' ? [missing] : Object.values(ids[target]))
    .reduce((rest, id) => rest.replaceAll(id, '<id>'), text)
    .replace(/"urn:uuid:[^"]+"/, '<request>'),
});

const isTurnedAway = ({ body }: Answer): boolean => body?.code === 'not-signed-in' || body?.code === 'not-allowed';

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

  it('agrees about what asks for a second factor once more', () => {
    const asking = routesOf(document.paths).filter(({ stepUp }) => stepUp === true);
    expect(asking.map(({ route }) => route).sort()).toEqual(stepsUp.toSorted());
  });

  it("says of everything that members may ask for whether it is one member's or common to all", () => {
    const resources = new Set(forMembers.map((route) => resourceOf(route)));
    expect([...resources].sort()).toEqual([...ofOneMember, ...ofAllMembers].sort());
  });
});

const restricted = Object.entries(granted).filter((entry): entry is [string, readonly Role[]] => entry[1] !== 'public');
const open = Object.entries(granted).filter(([, roles]) => roles === 'public');
const forMembers = restricted.filter(([, roles]) => roles.includes('member')).map(([route]) => route);

describe.each(restricted)('%s', (route, roles) => {
  const isAddressed = route.includes('{');
  const namesSomething = isAddressed || queries[route] !== undefined;
  const looked: readonly Target[] = isAddressed ? targets : ['own'];
  const refused = callers.filter((caller) => !(roles as readonly string[]).includes(caller));
  const welcome = callers.filter((caller) => (roles as readonly string[]).includes(caller));

  it('turns away everybody else, in the same words whatever is asked for', async () => {
    for (const caller of refused) {
      const expected = caller === 'anonymous' || caller === 'revoked' ? [401, 'not-signed-in'] : [403, 'not-allowed'];
      const answers = new Set<string>();
      for (const way of waysOf(caller)) {
        answers.clear();
        for (const target of looked) {
          const answer = await ask(route, caller, target, undefined, way);
          expect({ caller, way, target, answer: [answer.status, answer.body?.code] }).toEqual({
            ...{ caller, way, target },
            answer: expected,
          });
          answers.add(told(answer, target).text);
        }
        expect(answers.size).toBe(1);
      }
    }
  });

  it('lets in those whom it is for', async () => {
    for (const caller of welcome) {
      for (const [query, way] of queriesOf(route).flatMap((one) => waysOf(caller).map((by) => [one, by] as const))) {
        const answer = await ask(route, caller, 'own', query, way);
        const { status } = answer;
        expect({ caller, way, query, refused: isTurnedAway(answer), broken: status >= 500 }).toEqual({
          ...{ caller, way, query },
          ...{ refused: false, broken: false },
        });
        if (route.startsWith('GET '))
          expect({ caller, way, query, status }).toEqual({ ...{ caller, way, query }, status: 200 });
      }
    }
  });

  if (namesSomething) {
    it("says the same of what is another community's as of what is not there", async () => {
      for (const caller of welcome) {
        const asked = queriesOf(route).filter((one) => isAddressed || one !== '');
        for (const [query, way] of asked.flatMap((one) => waysOf(caller).map((by) => [one, by] as const))) {
          const another = told(await ask(route, caller, 'foreign', query, way), 'foreign');
          const nothing = told(await ask(route, caller, 'missing', query, way), 'missing');
          expect({ caller, way, query, ...another }).toEqual({ ...{ caller, way, query }, ...nothing });
          if (isAddressed) expect({ caller, way, status: another.status }).toEqual({ caller, way, status: 404 });
        }
      }
    });
  }
});

describe("another member's", () => {
  const own = forMembers.filter((route) => ofOneMember.includes(resourceOf(route)));
  const questions = own.flatMap((route) => queriesOf(route).map((query) => [route, query] as const));
  const isList = ([route, query]: readonly [string, string]) =>
    route.startsWith('GET ') && !route.includes('{') && queriesOf(route)[0] === '' && !namesOneMembers(query);
  const namesOneMembers = (query: string) =>
    [...query.matchAll(/:([a-z-]+)/g)].some(([, name = '']) => !ofAllMembers.includes(name));
  const lists = questions.filter(isList);
  const named = questions.filter((question) => !isList(question) && (question[0].includes('{') || question[1] !== ''));

  it.each(named)('%s %s is as if it were not there', async (route, query) => {
    for (const way of ways) {
      const others = told(await ask(route, 'neighbour', 'own', query, way), 'own');
      expect(others).toEqual(told(await ask(route, 'neighbour', 'missing', query, way), 'missing'));
      if (route.includes('{')) expect(others.status).toBe(404);
    }
  });

  it.each(lists)('%s %s is a list without it', async (route, query) => {
    for (const way of ways) {
      const { status, text } = await ask(route, 'neighbour', 'own', query, way);
      expect(status).toBe(200);
      const shared = ofAllMembers.map((resource) => ids.own[resource]);
      const found = Object.entries(ids.own).filter(([, id]) => !shared.includes(id) && text.includes(id));
      expect(found).toEqual([]);
    }
    const example = ids.own[resourceOf(route)];
    if (example && !['tokens', 'second-factors'].includes(resourceOf(route)))
      expect((await ask(route, 'member', 'own', query)).text).toContain(example);
  });
});

describe('a key in the address', () => {
  const withKey = (route: string, caller: Caller) => {
    const query = [queriesOf(route)[0], `apikey=${tokens[caller]}`].filter(Boolean).join('&');
    return ask(route, 'anonymous', 'own', query);
  };
  const forDevices = restricted.filter(([, roles]) => roles.join() === 'device').map(([route]) => route);

  it('of a device opens the routes that are for devices alone, and no other', async () => {
    const opened: string[] = [];
    for (const [route] of restricted) if ((await withKey(route, 'device')).status !== 401) opened.push(route);
    expect(opened).toEqual(forDevices);
    expect(opened).not.toContain('POST /api/v1/readings');
  });

  it('is in the OpenAPI document where it opens', () => {
    const says = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security = [] }]) =>
        security.some((way) => 'apikey' in way) ? [`${method.toUpperCase()} ${path}`] : [],
      ),
    );
    expect(says.sort()).toEqual(forDevices.toSorted());
  });

  it.each(['treasurer', 'installer', 'member', 'revoked'] as const)('of the %s opens none', async (caller) => {
    for (const route of forDevices) expect([401, 403]).toContain((await withKey(route, caller)).status);
  });
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
    expect(await rowsOf(service.database, foreign)).toEqual(foreignBefore);
    expect(foreignBefore).toMatchObject({
      reading: expect.stringMatching(/^2 rows/),
      invoice: expect.stringMatching(/^3 rows/),
    });
  });
});
