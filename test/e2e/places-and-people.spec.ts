import { system } from '../../src/modules/access/access-changes.service.js';
import { PlacesService } from '../../src/modules/community/places.service.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { CommunityService } from '../../src/modules/community/community.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';

/** A treasurer sets up a market hall: its places, its people, their keys. What each of them then sees. */

const clock = new FixedClock('2026-03-01T09:00:00Z');
const hours = (n: number): number => n * 3_600_000;

let service: InProcess;
let community: string;
let treasurer: string;
let rosa: string;

beforeAll(async () => {
  service = await inProcess(clock);
  const founded = await service.app.get(AccessService).createCommunity({
    code: 'old-market-hall',
    name: 'Old Market Hall',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess', email: 'tess@example.org' },
    policies: { 'payment-terms': { dueDays: 21 } },
  });
  community = founded.communityId;
  treasurer = founded.token;
  await made('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  await made('members', { code: 'ROSA', name: "Rosa's Flowers", email: 'rosa@example.org' });
  await made('members', { code: 'LUND', name: 'Lund Bicycles' });
  await made('members', { code: 'TRUST', name: 'Market Trust' });
  await made('spaces', {
    site: 'OMH',
    code: 'STALL-4',
    name: 'Stall 4',
    kind: 'let',
    area: '12.50',
    vacantPayer: 'TRUST',
  });
  await made('spaces', { site: 'OMH', code: 'STALL-5', name: 'Stall 5', kind: 'let', area: '9', weight: '1.5' });
  await made('spaces', { site: 'OMH', code: 'AISLE', name: 'Aisle', kind: 'common', area: '80' });
  rosa = await personWith('Rosa', [{ role: 'member', member: 'ROSA' }]);
}, 60_000);
afterAll(() => service.close());

const get = (path: string, token = treasurer) => service.ask('GET', path, { token });
const post = (path: string, body: unknown, token = treasurer) => service.ask('POST', path, { token, body });
const patch = (path: string, body: unknown, token = treasurer) => service.ask('PATCH', path, { token, body });

async function made(path: string, body: unknown): Promise<Answer['body']> {
  const answer = await post(path, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
  return answer.body;
}

/** A new person with these roles; answers their first token. */
async function personWith(name: string, roles: unknown[]): Promise<string> {
  const { id } = await made('people', { name, roles });
  return (await made('tokens', { name: 'first', personId: id })).token as string;
}

const codesOf = (answer: Answer): string[] => answer.body.items.map(({ code }: { code: string }) => code);
const refusal = ({ status, body }: Answer) => [status, body.code];

describe('places', () => {
  it('are found by id and by code', async () => {
    const byCode = await get('spaces/STALL-4');
    expect(byCode.body).toMatchObject({ code: 'STALL-4', area: '12.5', weight: '1', kind: 'let' });
    expect((await get(`spaces/${byCode.body.id}`)).body).toEqual(byCode.body);
    expect((await get('sites/OMH')).body).toMatchObject({ zone: 'Europe/London' });
  });

  it('are listed in pages, by code', async () => {
    const first = await get('spaces?limit=2');
    expect(codesOf(first)).toEqual(['AISLE', 'STALL-4']);
    const second = await get(`spaces?limit=2&cursor=${first.body.next}`);
    expect([codesOf(second), second.body.next]).toEqual([['STALL-5'], null]);
    expect(refusal(await get('spaces?cursor=bm9uc2Vuc2U'))).toEqual([400, 'invalid-input']);
  });

  it('have codes of their own', async () => {
    expect(refusal(await post('sites', { code: 'OMH', name: 'Again', zone: 'Europe/London' }))).toEqual([
      409,
      'already-exists',
    ]);
  });

  it('say which part of a body is wrong, all of it at once', async () => {
    const answer = await post('spaces', { site: 'OMH', code: 'S 1', name: '', kind: 'let', area: '0', colour: 'red' });
    expect(answer.status).toBe(400);
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/code', '/name', '/area']));
    expect(refusal(await post('sites', { code: 'X', name: 'X', zone: 'Europe/Atlantis' }))).toEqual([
      400,
      'invalid-input',
    ]);
  });

  it('take no area as a number and no other code later on', async () => {
    expect(refusal(await post('spaces', { site: 'OMH', code: 'S1', name: 'S', kind: 'let', area: 12.5 }))).toEqual([
      400,
      'invalid-input',
    ]);
    expect(refusal(await patch('spaces/STALL-5', { code: 'STALL-6' }))).toEqual([400, 'invalid-input']);
  });

  it('change only in what is said', async () => {
    const changed = await patch('spaces/STALL-5', { vacantPayer: 'TRUST' });
    expect(changed.body).toMatchObject({
      name: 'Stall 5',
      area: '9',
      weight: '1.5',
      vacantPayerMemberId: expect.any(String),
    });
    expect((await patch('spaces/STALL-5', { vacantPayer: null })).body).toMatchObject({ vacantPayerMemberId: null });
    expect(refusal(await patch('spaces/STALL-5', { vacantPayer: 'NOBODY' }))).toEqual([404, 'not-found']);
  });
});

describe('occupancies', () => {
  let id: string;

  it('begin, refuse another on the same days, end, and make room for the next', async () => {
    const first = await made('occupancies', {
      space: 'STALL-4',
      member: 'ROSA',
      days: { from: '2026-01-01', to: null },
    });
    id = first.id;
    const next = { space: 'STALL-4', member: 'LUND', days: { from: '2026-10-20', to: null } };
    const refused = await post('occupancies', next);
    expect(refusal(refused)).toEqual([409, 'overlapping-occupancy']);
    const ended = await patch(`occupancies/${id}`, { to: '2026-10-12' });
    expect(ended.body).toMatchObject({
      spaceCode: 'STALL-4',
      memberCode: 'ROSA',
      days: { from: '2026-01-01', to: '2026-10-12' },
    });
    await made('occupancies', next);
    expect(refusal(await patch(`occupancies/${id}`, { to: null }))).toEqual([409, 'overlapping-occupancy']);
  });

  it('leave no day out, whoever pays for it', async () => {
    const { body: site } = await get('sites/OMH');
    const places = service.app.get(PlacesService);
    const pieces = await service.database.transactions.inCommunity(community, (tx) =>
      places.occupancyPieces(tx, community, site.id, { from: '2026-10-01', to: '2026-11-01' }),
    );
    const { items } = (await get('members')).body as { items: { id: string; code: string }[] };
    const codeOf = (id: string | null): string | undefined => items.find((member) => member.id === id)?.code;
    const told = pieces.map(({ spaceCode, memberId, vacantPayerMemberId, from, to }) => {
      const who = codeOf(memberId) ?? `nobody, ${codeOf(vacantPayerMemberId) ?? 'the community'} pays`;
      return `${spaceCode} ${who} ${from} ${to}`;
    });
    expect(told).toEqual([
      'AISLE nobody, the community pays 2026-10-01 2026-11-01',
      'STALL-4 ROSA 2026-10-01 2026-10-12',
      'STALL-4 nobody, TRUST pays 2026-10-12 2026-10-20',
      'STALL-4 LUND 2026-10-20 2026-11-01',
      'STALL-5 nobody, the community pays 2026-10-01 2026-11-01',
    ]);
  });

  it('refuse days that are none, and spaces that are common', async () => {
    const common = { space: 'AISLE', member: 'ROSA', days: { from: '2026-01-01', to: null } };
    expect(refusal(await post('occupancies', common))).toEqual([409, 'conflict']);
    const empty = { space: 'STALL-5', member: 'ROSA', days: { from: '2026-01-01', to: '2026-01-01' } };
    expect(refusal(await post('occupancies', empty))).toEqual([400, 'invalid-input']);
    expect(refusal(await patch(`occupancies/${id}`, { to: '2025-12-31' }))).toEqual([400, 'invalid-period']);
  });

  it('are found by day, space and member', async () => {
    const on = async (query: string) =>
      (await get(`occupancies?${query}`)).body.items.map(({ memberCode }: { memberCode: string }) => memberCode);
    expect(await on('on=2026-10-11&space=STALL-4')).toEqual(['ROSA']);
    expect(await on('on=2026-10-12')).toEqual([]);
    expect(await on('member=LUND')).toEqual(['LUND']);
  });
});

describe('a member', () => {
  it('sees its own record, spaces and occupancies, and nobody else', async () => {
    expect(codesOf(await get('members', rosa))).toEqual(['ROSA']);
    expect(codesOf(await get('spaces', rosa))).toEqual(['STALL-4']);
    const occupancies = await get('occupancies', rosa);
    expect(occupancies.body.items.map(({ memberCode }: { memberCode: string }) => memberCode)).toEqual(['ROSA']);
    for (const path of ['members/LUND', 'spaces/STALL-5']) {
      const foreign = await get(path, rosa);
      const missing = await get(path.replace(/[^/]+$/, 'NOTHING'), rosa);
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    }
  });

  it('sees by whom and where its token was let in', async () => {
    const { body } = await get('me', rosa);
    expect(body).toMatchObject({ person: { name: 'Rosa' }, community: { code: 'old-market-hall' }, roles: ['member'] });
    expect(body.memberIds).toEqual([(await get('members/ROSA')).body.id]);
  });
});

describe('policies', () => {
  it('are all written down at the founding, with what the operator chose', async () => {
    const { items } = (await get('policies')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual([
      'adoption',
      'advances',
      'approval',
      'bill-check',
      'corrections',
      'cosigning',
      'disputes',
      'estimation',
      'gas',
      'help',
      'keeping',
      'levy',
      'mailing',
      'numbering',
      'payment-details',
      'payment-terms',
      'price-cap',
      'readings',
      'reduced-rate',
      'reminders',
      'residual',
      'retention',
      'tax',
      'tax-treatment',
      'validation',
    ]);
    const terms = items.find(({ name }: { name: string }) => name === 'payment-terms');
    expect(terms).toMatchObject({ terms: { dueDays: 21 }, days: { from: '2000-01-01', to: null } });
  });

  it('change from a day on, and are kept as they were before it', async () => {
    const adopted = await post('policies', {
      name: 'payment-terms',
      from: '2026-07-01',
      terms: { dueDays: 30 },
      decision: 'AGM 2026, item 4',
    });
    expect(adopted.status).toBe(201);
    const communities = service.app.get(CommunityService);
    const due = (date: string) =>
      service.database.transactions.inCommunity(
        community,
        async (tx) => (await communities.policyOn(tx, community, 'payment-terms', date)).dueDays,
      );
    expect([await due('2026-06-30'), await due('2026-07-01')]).toEqual([21, 30]);
    const earlier = { name: 'payment-terms', from: '2026-07-01', terms: { dueDays: 7 } };
    expect(refusal(await post('policies', earlier))).toEqual([409, 'overlapping-version']);
  });

  it('refuse terms that are none', async () => {
    const body = { name: 'residual', from: '2026-07-01', terms: { warnAbovePercent: '20', blockAbovePercent: '10' } };
    expect(refusal(await post('policies', body))).toEqual([400, 'invalid-input']);
    expect(
      refusal(await post('policies', { ...body, terms: { warnAbovePercent: 'x', blockAbovePercent: 'y' } })),
    ).toEqual([400, 'invalid-input']);
    expect(refusal(await post('policies', { name: 'luck', from: '2026-07-01', terms: {} }))).toEqual([
      400,
      'invalid-input',
    ]);
  });

  it('refuse an unknown one at the founding, and found nothing', async () => {
    const founding = service.app.get(AccessService).createCommunity({
      code: 'half',
      name: 'Half',
      currency: 'GBP',
      zone: 'Europe/London',
      treasurer: { name: 'T' },
      policies: { luck: {} },
    });
    await expect(founding).rejects.toMatchObject({ code: 'invalid-input' });
    expect((await service.database.owner.query(`SELECT FROM community WHERE code = 'half'`)).rowCount).toBe(0);
  });
});

describe('keys', () => {
  const logger = { name: 'logger in the cellar', site: 'OMH' };
  const works = async (token: string) =>
    (await service.ask('POST', 'sites', { token, body: {}, from: '10.9.9.9' })).status !== 401;

  it('show their secret once, and keep only its hash', async () => {
    const issued = await made('device-keys', logger);
    expect(issued.token).toMatch(/^cm_[0-9a-z]{8}_[A-Za-z0-9_-]{20}$/);
    const listed = (await get('device-keys')).body.items.find(({ id }: { id: string }) => id === issued.id);
    expect(listed).toMatchObject({ prefix: issued.token.slice(0, 11), siteId: expect.any(String), meterIds: [] });
    expect(JSON.stringify(listed)).not.toContain(issued.token.slice(12));
    const kept = await service.database.owner.query(
      'SELECT row_to_json(t)::text AS row FROM access_token t WHERE id = $1',
      [issued.id],
    );
    expect(kept.rows[0].row).not.toContain(issued.token.slice(12));
  });

  it('do not show it again to a repeated request, and keep it nowhere', async () => {
    const again = () =>
      service.ask('POST', 'device-keys', { token: treasurer, body: logger, headers: { 'idempotency-key': 'key-1' } });
    const first = await again();
    const second = await again();
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual({ ...first.body, token: null });
    const kept = await service.database.owner.query('SELECT response::text AS text FROM idempotency');
    expect(kept.rows.some(({ text }) => text.includes(first.body.token.slice(12)))).toBe(false);
  });

  it('are rotated with both alive until the overlap ends', async () => {
    const old = await made('device-keys', logger);
    const successor = await made(`device-keys/${old.id}/rotate`, { overlapHours: 24 });
    expect(successor.replaces).toEqual({ id: old.id, expiresAt: '2026-03-02T09:00:00Z' });
    expect([await works(old.token), await works(successor.token)]).toEqual([true, true]);
    expect(refusal(await post(`device-keys/${old.id}/rotate`, {}))).toEqual([409, 'conflict']);
    clock.advance(hours(24));
    expect([await works(old.token), await works(successor.token)]).toEqual([false, true]);
  });

  it('end at once when they are revoked, and at their time when they expire', async () => {
    const revoked = await made('device-keys', logger);
    expect(await works(revoked.token)).toBe(true);
    const ended = await service.ask('DELETE', `device-keys/${revoked.id}`, { token: treasurer });
    expect([ended.status, ended.text]).toEqual([204, '']);
    expect(await works(revoked.token)).toBe(false);
    const short = await made('device-keys', { ...logger, expiresAt: '2026-03-02T10:00:00Z' });
    expect(await works(short.token)).toBe(true);
    clock.advance(hours(1));
    expect(await works(short.token)).toBe(false);
    expect(refusal(await post('device-keys', { ...logger, expiresAt: '2026-03-02T10:00:00Z' }))).toEqual([
      400,
      'invalid-input',
    ]);
  });

  it('reach a site or named meters, of their own community', async () => {
    expect(refusal(await post('device-keys', { name: 'n' }))).toEqual([400, 'invalid-input']);
    expect(refusal(await post('device-keys', { name: 'n', site: 'OMH', meters: ['A'] }))).toEqual([
      400,
      'invalid-input',
    ]);
    expect(refusal(await post('device-keys', { name: 'n', meters: ['NO-SUCH'] }))).toEqual([404, 'not-found']);
  });

  it('say when they were last used, written when it is worth it', async () => {
    const { id, token } = await made('device-keys', logger);
    const used = async () =>
      (await get('device-keys')).body.items.find((key: { id: string }) => key.id === id).lastUsedAt as string | null;
    expect(await used()).toBeNull();
    await works(token);
    for (let attempt = 0; attempt < 100 && (await used()) === null; attempt += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await used()).toBe(clock.now());
  });
});

describe('people', () => {
  it('have several roles, and lose them', async () => {
    const { id } = await made('people', { name: 'Ines', roles: [{ role: 'installer' }, { role: 'auditor' }] });
    const token = (await made('tokens', { name: 'first', personId: id })).token as string;
    expect([(await get('log/entries', token)).status, (await get('device-keys', token)).status]).toEqual([200, 200]);
    const changed = await patch(`people/${id}`, { roles: [{ role: 'installer' }] });
    expect(changed.body.roles).toEqual([{ role: 'installer', memberId: null }]);
    expect([(await get('log/entries', token)).status, (await get('device-keys', token)).status]).toEqual([403, 200]);
  });

  it('approve with one token that they know of, and the treasurer keeps none back', async () => {
    const { id } = await made('people', { name: 'Ada', roles: [{ role: 'auditor' }] });
    const token = (await made('tokens', { name: 'first', personId: id })).token as string;
    expect((await get('me', token)).status).toBe(200);
    await patch(`people/${id}`, { roles: [{ role: 'approver' }] });
    expect((await get('me', token)).status).toBe(401);
    const own = await made('tokens', { name: 'as approver', personId: id });
    expect(refusal(await post('tokens', { name: 'kept back', personId: id }))).toEqual([403, 'four-eyes']);
    expect((await get('me', own.token)).body.roles).toEqual(['approver']);
    const another = await post('tokens', { name: 'my telephone' }, own.token);
    expect(another.status).toBe(201);
    for (const lost of [own, another.body]) await service.ask('DELETE', `tokens/${lost.id}`, { token: treasurer });
    await made('tokens', { name: 'after a loss', personId: id });
  });

  it('never leave the community without a treasurer', async () => {
    const { body } = await get('me');
    expect(refusal(await patch(`people/${body.person.id}`, { roles: [] }))).toEqual([409, 'conflict']);
  });

  it('cannot each remove the other at the same moment', async () => {
    const access = service.app.get(AccessService);
    const founding = { code: 'two', name: 'Two', currency: 'GBP', zone: 'Europe/London', treasurer: { name: 'One' } };
    const { communityId, personId: one } = await access.createCommunity(founding);
    const { personId: two } = await access.addPerson(
      communityId,
      { name: 'Two', email: '', roles: [{ role: 'treasurer' }] },
      system,
    );
    const removals = [
      access.changePerson(communityId, two, { roles: [] }, { kind: 'person', id: one }),
      access.changePerson(communityId, one, { roles: [] }, { kind: 'person', id: two }),
    ];
    const outcomes = await Promise.allSettled(removals);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  });

  it('touch their own tokens only', async () => {
    const others = (await get('tokens')).body.items;
    expect(others.length).toBeGreaterThan(3);
    const own = (await get('tokens', rosa)).body.items;
    expect(own).toHaveLength(1);
    const foreign = others.find(({ personId }: { personId: string }) => personId !== own[0].personId);
    expect(refusal(await service.ask('DELETE', `tokens/${foreign.id}`, { token: rosa }))).toEqual([404, 'not-found']);
    expect(refusal(await post(`tokens/${foreign.id}/rotate`, {}, rosa))).toEqual([404, 'not-found']);
    expect(refusal(await post('tokens', { name: 'x', personId: foreign.personId }, rosa))).toEqual([404, 'not-found']);
  });
});

describe('guessing', () => {
  const guess = (i: number) => `cm_aaaaaaaa_${String(i).padStart(43, 'x')}`;

  it('is slowed down by address, and holds up nobody whose key was good', async () => {
    const from = '203.0.113.7';
    expect((await service.ask('GET', 'me', { token: rosa, from })).status).toBe(200);
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push(await service.ask('GET', 'me', { token: guess(i), from }));
    expect(answers.slice(0, 30).map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 401));
    const last = answers.at(-1)!;
    expect([refusal(last), last.headers['retry-after']]).toEqual([
      [429, 'too-many-attempts'],
      expect.stringMatching(/^[12]$/),
    ]);
    expect((await service.ask('GET', 'me', { token: rosa, from })).status).toBe(200);
    expect((await service.ask('GET', 'me', { token: guess(99), from: '203.0.113.8' })).status).toBe(401);
  });

  it.each([
    ['nothing', ''],
    ['no token', 'Bearer'],
    ['a token that is none', 'Bearer x'],
    ['another scheme', 'Basic dGVzczp4'],
    ['a token without end', `Bearer ${'x'.repeat(300)}`],
  ])('answers 401 to %s', async (_, authorization) => {
    const answer = await service.ask('GET', 'me', { headers: { authorization }, from: '203.0.113.9' });
    expect([refusal(answer), answer.headers['www-authenticate']]).toEqual([[401, 'not-signed-in'], 'Bearer']);
  });
});

describe('the record', () => {
  it('tells who did what, newest first, in pages, and names nobody', async () => {
    const first = await get('log/entries?limit=5');
    expect(first.body.items).toHaveLength(5);
    const second = await get(`log/entries?limit=5&cursor=${first.body.next}`);
    expect(second.body.items[0].id < first.body.items[4].id).toBe(true);
    const { body: me } = await get('me');
    const { id } = (await get('spaces/STALL-4')).body;
    const ofSpace = await get(`log/entries?subjectKind=space&subjectId=${id}`);
    expect(ofSpace.body.items).toMatchObject([{ type: 'space.created', actor: { kind: 'person', id: me.person.id } }]);
    const all = (await get('log/entries?limit=500')).text;
    for (const personal of ['Rosa', 'rosa@example.org', 'Tess', 'Ada']) expect(all).not.toContain(personal);
    for (const type of [
      'community.founded',
      'person.added',
      'token.issued',
      'device-key.rotated',
      'policy.adopted',
      'occupancy.changed',
    ]) {
      expect(all).toContain(type);
    }
  });
});
