import { generateSync } from 'otplib';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import type { PersonRole } from '../../src/modules/access/access.schema.js';
import { SessionsService } from '../../src/modules/access/log-in/sessions.service.js';
import { epochMs } from '../../src/domain/calendar/period.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Browser } from '../support/browser-session.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';

/** Whoever decides about money proves more than a mailbox: with codes of an app here, with passkeys in passkeys.spec.ts. */

const clock = new FixedClock('2026-10-01T09:00:00Z');
const minutes = (n: number): number => n * 60_000;

let service: InProcess;
let community: string;
let token: string;

beforeAll(async () => {
  service = await inProcess(clock);
  const founding = { code: 'market', name: 'Old Market', currency: 'GBP', zone: 'Europe/London' };
  const made = await service.app.get(AccessService).createCommunity({ ...founding, treasurer: { name: 'Tess' } });
  [community, token] = [made.communityId, made.token];
});
afterAll(() => service.close());

let people = 0;

async function person(...roles: Exclude<PersonRole, 'member'>[]): Promise<string> {
  people += 1;
  const grants = roles.map((role) => ({ role }));
  const input = { name: `Person ${people}`, email: `person${people}@hall.example`, roles: grants };
  return (await service.app.get(AccessService).addPerson(community, input, system)).personId;
}

/** A browser in which a link has just logged somebody in. */
async function afterLink(personId: string): Promise<Browser> {
  people += 1;
  const browser = new Browser(service, 'http://localhost', `10.3.${people >> 8}.${people & 255}`);
  const owner = { communityId: community, personId };
  const { secret } = await service.database.transactions.inCommunity(community, (tx) =>
    service.app.get(SessionsService).begin(tx, { ...owner, way: 'link', isProved: false }),
  );
  browser.cookies.set('commonmeter', secret);
  return browser;
}

const codeOf = (secret: string) => generateSync({ secret, epoch: Math.trunc(epochMs(clock.now()) / 1000) });
const refusal = ({ status, body }: Answer) => [status, body?.code];
const typesOf = async (subjectId: string): Promise<string[]> =>
  (await service.ask('GET', `log/entries?subjectId=${subjectId}`, { token })).body.items.map(
    ({ type }: { type: string }) => type,
  );

/** Sets up an app in a session. */
async function withApp(browser: Browser): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = (await browser.post('second-factors/authenticator')).body;
  const confirmed = await browser.post('second-factors/authenticator/confirm', { code: codeOf(secret) });
  expect(confirmed.status).toBe(200);
  return { secret, recoveryCodes: confirmed.body.recoveryCodes };
}

const prove = (browser: Browser, code: string, kind = 'authenticator') => browser.post('session/proof', { kind, code });

describe('a second factor', () => {
  it.each(['treasurer', 'approver', 'auditor'] as const)('is set up by a new %s before anything else', async (role) => {
    const id = await person(role);
    const browser = await afterLink(id);
    expect((await browser.get('session')).body).toMatchObject({
      ...{ state: 'incomplete', stepUp: true },
      secondFactor: { isCompulsory: true, passkeys: 0, authenticator: false },
    });
    for (const path of ['me', 'sites', 'billing-runs'])
      expect(refusal(await browser.get(path))).toEqual([403, 'second-factor-needed']);
    const before = browser.cookieHeader();
    const { secret, recoveryCodes } = await withApp(browser);
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect((await browser.get('session')).body).toMatchObject({
      ...{ state: 'open', steppedUpUntil: expect.any(String) },
      secondFactor: { authenticator: true, recoveryCodes: 10 },
    });
    expect((await browser.get('me')).status).toBe(200);
    expect((await service.ask('GET', 'me', { headers: { host: 'localhost', cookie: before } })).status).toBe(401);
    expect(await typesOf(id)).toEqual(expect.arrayContaining(['authenticator.added', 'recovery-codes.made']));

    const later = await afterLink(id);
    clock.advance(minutes(1));
    expect(refusal(await later.get('me'))).toEqual([403, 'second-factor-needed']);
    expect((await prove(later, codeOf(secret))).body).toMatchObject({ state: 'open' });
    expect((await later.get('me')).status).toBe(200);
  });

  it('is not asked of members and installers, who may have one', async () => {
    const browser = await afterLink(await person('installer'));
    expect((await browser.get('me')).status).toBe(200);
    await withApp(browser);
    expect((await browser.get('session')).body.secondFactor).toMatchObject({
      isCompulsory: false,
      authenticator: true,
    });
  });

  it('is asked for once more before what cannot be taken back, of sessions and not of tokens', async () => {
    const id = await person('treasurer', 'approver');
    const browser = await afterLink(id);
    const { secret } = await withApp(browser);
    const asking = ['tokens', 'billing-runs/x/approve', 'billing-runs/x/issue', 'invoices/x/credit-notes', 'people'];
    for (const path of asking) expect((await browser.post(path)).body.code).not.toBe('step-up-needed');
    clock.advance(minutes(5));
    for (const path of asking) expect(refusal(await browser.post(path))).toEqual([403, 'step-up-needed']);
    expect((await browser.get('sites')).status).toBe(200);
    expect((await service.ask('POST', 'billing-runs/x/issue', { token, body: {} })).body.code).toBe('not-found');
    await prove(browser, codeOf(secret));
    for (const path of asking) expect((await browser.post(path)).body.code).not.toBe('step-up-needed');
    clock.advance(minutes(5) - 1);
    expect((await browser.post('tokens', { name: 'mine' })).status).toBe(201);
    clock.advance(1);
    expect(refusal(await browser.post('tokens', { name: 'mine' }))).toEqual([403, 'step-up-needed']);
  });

  it('is added and taken away by whoever proves the one that is there', async () => {
    const id = await person('auditor');
    const browser = await afterLink(id);
    const { secret } = await withApp(browser);
    clock.advance(minutes(1));
    const other = await afterLink(id);
    const changes: [string, string][] = [
      ['POST', 'second-factors/authenticator'],
      ['POST', 'second-factors/passkeys/options'],
      ['POST', 'second-factors/recovery-codes'],
      ['DELETE', 'second-factors/authenticator'],
    ];
    for (const [method, path] of changes)
      expect([path, ...refusal(await other.ask(method, path))]).toEqual([path, 403, 'step-up-needed']);
    await prove(other, codeOf(secret));
    expect(refusal(await other.ask('DELETE', 'second-factors/authenticator'))).toEqual([409, 'conflict']);
    expect((await other.get('second-factors')).body).toEqual({ passkeys: [], authenticator: true, recoveryCodes: 10 });
  });

  it('is set up and proved at a browser only', async () => {
    const paths = ['session/proof/options', 'second-factors/passkeys/options', 'second-factors/authenticator'];
    for (const path of [...paths, 'second-factors/recovery-codes'])
      expect(refusal(await service.ask('POST', path, { token }))).toEqual([403, 'session-needed']);
    const remove = await service.ask('DELETE', 'second-factors/authenticator', { token });
    expect(refusal(remove)).toEqual([403, 'session-needed']);
  });
});

describe('a code', () => {
  it('holds once, and none of before it', async () => {
    const id = await person('auditor');
    const { secret } = await withApp(await afterLink(id));
    const earlier = codeOf(secret);
    clock.advance(30_000);
    const now = codeOf(secret);
    const browser = await afterLink(id);
    expect((await prove(browser, now)).status).toBe(200);
    expect(refusal(await prove(browser, now))).toEqual([422, 'proof-not-valid']);
    expect(refusal(await prove(browser, earlier))).toEqual([422, 'proof-not-valid']);
  });

  it('of two that come at once holds once', async () => {
    const id = await person('auditor');
    const { secret } = await withApp(await afterLink(id));
    clock.advance(30_000);
    const [one, two] = [await afterLink(id), await afterLink(id)];
    const answers = await Promise.all([one, two].map((browser) => prove(browser, codeOf(secret))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('of a clock that is half a minute wrong holds, and of one that is further off does not', async () => {
    const id = await person('auditor');
    const { secret } = await withApp(await afterLink(id));
    clock.advance(minutes(3));
    const old = codeOf(secret);
    clock.advance(60_000);
    const browser = await afterLink(id);
    expect(refusal(await prove(browser, old))).toEqual([422, 'proof-not-valid']);
    const justOld = codeOf(secret);
    clock.advance(30_000);
    expect((await prove(browser, justOld)).status).toBe(200);
  });

  it('is tried five times, also under an Idempotency-Key, and then there is a pause for that person alone', async () => {
    const id = await person('auditor');
    const { secret } = await withApp(await afterLink(id));
    clock.advance(minutes(1));
    const browser = await afterLink(id);
    const wrong = codeOf(secret) === '000000' ? '000001' : '000000';
    const attempt = (n: number) =>
      browser.ask('POST', 'session/proof', {
        body: { kind: 'authenticator', code: wrong },
        headers: { 'idempotency-key': `try-${n}` },
      });
    const answers: unknown[] = [];
    for (let n = 0; n < 5; n += 1) answers.push((await attempt(n)).body.code);
    expect(answers).toEqual([...Array<string>(4).fill('proof-not-valid'), 'too-many-attempts']);
    expect(refusal(await prove(browser, codeOf(secret)))).toEqual([429, 'too-many-attempts']);
    const elsewhere = await afterLink(id);
    expect(refusal(await prove(elsewhere, codeOf(secret)))).toEqual([429, 'too-many-attempts']);
    expect(await typesOf(id)).toContain('proof.refused');
    await withApp(await afterLink(await person('auditor')));
    clock.advance(minutes(15));
    const again = await afterLink(id);
    expect((await prove(again, codeOf(secret))).status).toBe(200);
  });

  it('of recovery holds once, however it is typed', async () => {
    const id = await person('auditor');
    const { recoveryCodes } = await withApp(await afterLink(id));
    const browser = await afterLink(id);
    const [first = '', second = ''] = recoveryCodes;
    expect((await prove(browser, first.toLowerCase().replaceAll('-', ' '), 'recovery')).status).toBe(200);
    expect(refusal(await prove(browser, first, 'recovery'))).toEqual([422, 'proof-not-valid']);
    expect((await browser.get('session')).body.secondFactor.recoveryCodes).toBe(9);
    const made = await browser.post('second-factors/recovery-codes');
    expect(made.body.recoveryCodes).toHaveLength(10);
    expect(refusal(await prove(browser, second, 'recovery'))).toEqual([422, 'proof-not-valid']);
    expect(await typesOf(id)).toContain('recovery-code.used');
  });

  it("of another person's app, put into one's own row, holds nothing", async () => {
    const [id, other] = [await person('auditor'), await person('auditor')];
    const { secret } = await withApp(await afterLink(id));
    await withApp(await afterLink(other));
    await service.database.owner.query('ALTER TABLE authenticator DISABLE TRIGGER goes_on');
    await service.database.owner.query(
      `UPDATE authenticator SET last_step = 0, sealed_secret = (SELECT sealed_secret FROM authenticator WHERE person_id = $1) WHERE person_id = $2`,
      [id, other],
    );
    await service.database.owner.query('ALTER TABLE authenticator ENABLE TRIGGER goes_on');
    clock.advance(30_000);
    expect((await prove(await afterLink(other), codeOf(secret))).status).not.toBe(200);
  });
});

describe('four eyes', () => {
  const asTreasurer = (method: string, path: string, body: object) => service.ask(method, path, { token, body });

  it('take no token, no address and no second factor from a treasurer, once the approver has their own', async () => {
    const id = await person('approver');
    const first = await asTreasurer('POST', 'tokens', { name: 'kept back', personId: id });
    expect(first.status).toBe(201);
    const browser = await afterLink(id);
    await withApp(browser);
    expect((await service.ask('GET', 'me', { token: first.body.token })).status).toBe(401);
    expect(refusal(await asTreasurer('POST', 'tokens', { name: 'second', personId: id }))).toEqual([403, 'four-eyes']);
    const address = { email: 'treasurer@hall.example' };
    expect(refusal(await asTreasurer('PATCH', `people/${id}`, address))).toEqual([403, 'four-eyes']);
    expect((await asTreasurer('PATCH', `people/${id}`, { name: 'Ada' })).status).toBe(200);
    expect((await browser.get('me')).status).toBe(200);
  });

  it('end what somebody held before they became an approver by another hand', async () => {
    const id = await person('installer');
    const browser = await afterLink(id);
    const { secret } = await withApp(browser);
    expect((await asTreasurer('PATCH', `people/${id}`, { roles: [{ role: 'approver' }] })).status).toBe(200);
    expect((await browser.get('me')).status).toBe(401);
    clock.advance(minutes(1));
    const later = await afterLink(id);
    expect((await later.get('session')).body.secondFactor).toMatchObject({ authenticator: false, recoveryCodes: 0 });
    expect(refusal(await prove(later, codeOf(secret)))).toEqual([422, 'proof-not-valid']);
  });

  it('end sessions with another address', async () => {
    const id = await person('installer');
    const browser = await afterLink(id);
    expect((await asTreasurer('PATCH', `people/${id}`, { email: 'new@hall.example' })).status).toBe(200);
    expect((await browser.get('me')).status).toBe(401);
  });
});
