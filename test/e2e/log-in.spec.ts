import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import type { PersonRole } from '../../src/modules/access/access.schema.js';
import { FixedClock } from '../../src/platform/clock.js';
import { newId } from '../../src/platform/ids.js';
import { Mail, type MailRow } from '../../src/platform/mail/mail.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { Browser } from '../support/browser-session.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';

/** People log in with a link that came by e-mail. No mail server is named, so the mail is kept; a demo would show it. */

const origin = 'https://hall.example';
const clock = new FixedClock('2026-10-01T09:00:00Z');
const minutes = (n: number): number => n * 60_000;

let service: InProcess;
let community: string;
let token: string;

beforeAll(async () => {
  service = await inProcess(clock, { PUBLIC_URL: origin });
  beginWork(service.app);
  const founding = { code: 'market', name: 'Old Market', currency: 'GBP', zone: 'Europe/London' };
  const access = service.app.get(AccessService);
  const made = await access.createCommunity({ ...founding, treasurer: { name: 'Tess', email: 'Tess@hall.example' } });
  [community, token] = [made.communityId, made.token];
});
afterAll(() => service.close());

let people = 0;

async function person(role: PersonRole = 'installer'): Promise<{ id: string; email: string }> {
  people += 1;
  const email = `person${people}@hall.example`;
  const grant = role === 'member' ? { role, memberId: await member() } : { role };
  const { personId } = await service.app
    .get(AccessService)
    .addPerson(community, { name: `Person ${people}`, email, roles: [grant] }, system);
  return { id: personId, email };
}

async function member(): Promise<string> {
  const id = newId();
  await service.database.owner.query(
    'INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3::text, $3::text)',
    [community, id, `M${people}`],
  );
  return id;
}

const newBrowser = () => {
  people += 1;
  return new Browser(service, origin, `10.1.${people >> 8}.${people & 255}`);
};

/** Mail to an address, once so many of them have been dealt with. */
async function mailTo(email: string, count = 1): Promise<MailRow[]> {
  const { mail, transactions } = { mail: service.app.get(Mail), transactions: service.database.transactions };
  for (let tries = 0; ; tries += 1) {
    const all = await transactions.inCommunity(community, (tx) => mail.list(tx, community, undefined, 500));
    const found = all.filter(({ to, state }) => to === email && state !== 'waiting');
    if (found.length >= count) return found;
    if (tries > 200) throw new Error(`No mail to ${email}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function linkSentTo(email: string, count = 1): Promise<string> {
  const [row] = await mailTo(email, count);
  const letter = await service.app.get(Mail).read(community, row!, true);
  return /\/log-in\/link#(\S+)/.exec(letter!.text)![1]!;
}

async function loggedIn(role: PersonRole = 'installer', browser = newBrowser()) {
  const { id, email } = await person(role);
  await browser.post('log-in/link', { email });
  const used = await browser.post('log-in/link/use', { secret: await linkSentTo(email) });
  expect(used.status).toBe(200);
  await proved(id);
  return { id, email, browser, used };
}

/** As if a second factor had been proved in the sessions of a person; how that is done is told in second-factors.spec.ts. */
const proved = (personId: string) =>
  service.database.owner.query(
    'UPDATE session SET proved_at = last_seen_at WHERE person_id = $1 AND ended_at IS NULL',
    [personId],
  );

const refusal = ({ status, body }: Answer) => [status, body?.code];
const entriesOf = async (subjectId: string) =>
  (await service.ask('GET', `log/entries?subjectId=${subjectId}`, { token })).body.items as {
    type: string;
    data: object;
  }[];

describe('a link by e-mail', () => {
  it('logs in once, in the browser that asked for it', async () => {
    const { email, id } = await person('treasurer');
    const browser = newBrowser();
    const asked = await browser.post('log-in/link', { email: email.toUpperCase(), to: '/runs' });
    expect([asked.status, asked.body]).toEqual([202, { expiresAt: '2026-10-01T09:15:00Z' }]);
    const secret = await linkSentTo(email);
    expect(refusal(await newBrowser().post('log-in/link/use', { secret }))).toEqual([422, 'link-not-valid']);

    const used = await browser.post('log-in/link/use', { secret });
    expect(used.body).toMatchObject({
      to: '/runs',
      session: { state: 'incomplete', roles: ['treasurer'], way: 'link' },
    });
    await proved(id);
    expect((await browser.get('me')).body).toMatchObject({ person: { id }, roles: ['treasurer'], token: null });
    expect(refusal(await browser.post('log-in/link/use', { secret }))).toEqual([422, 'link-not-valid']);
    const types = (await entriesOf(id)).map(({ type, data }) => [type, data]);
    expect(types).toContainEqual(['log-in.refused', { reason: 'used' }]);
    expect(types).toContainEqual(['log-in.refused', { reason: 'another browser' }]);
  });

  it('logs a member in at whichever browser the mail is read', async () => {
    const { email } = await person('member');
    await newBrowser().post('log-in/link', { email });
    const other = newBrowser();
    expect((await other.post('log-in/link/use', { secret: await linkSentTo(email) })).status).toBe(200);
    expect((await other.get('session')).body).toMatchObject({ state: 'open', roles: ['member'] });
  });

  it('is not used up by a program that opens it', async () => {
    const { email } = await person();
    const browser = newBrowser();
    await browser.post('log-in/link', { email });
    const secret = await linkSentTo(email);
    const page = await service.ask('GET', '/log-in/link', {});
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('<button id="open"')]);
    expect((await browser.get('log-in/link/use')).status).toBe(404);
    expect((await browser.post('log-in/link/use', { secret })).status).toBe(200);
  });

  it('is over after a quarter of an hour', async () => {
    const { email } = await person();
    const browser = newBrowser();
    await browser.post('log-in/link', { email });
    const secret = await linkSentTo(email);
    clock.advance(minutes(15));
    expect(refusal(await browser.post('log-in/link/use', { secret }))).toEqual([422, 'link-not-valid']);
  });

  it('opens nothing for whoever has lost every role', async () => {
    const { id, email } = await person();
    const browser = newBrowser();
    await browser.post('log-in/link', { email });
    const secret = await linkSentTo(email);
    await service.app.get(AccessService).changePerson(community, id, { roles: [] }, system);
    expect(refusal(await browser.post('log-in/link/use', { secret }))).toEqual([422, 'link-not-valid']);
    await newBrowser().post('log-in/link', { email });
    await newBrowser().post('log-in/link', { email: 'tess@hall.example' });
    await mailTo('tess@hall.example');
    expect(await mailTo(email)).toHaveLength(1);
  });

  it('is used by one of two that come at once', async () => {
    const { email } = await person();
    const browser = newBrowser();
    await browser.post('log-in/link', { email });
    const secret = await linkSentTo(email);
    const both = await Promise.all([1, 2].map(() => browser.post('log-in/link/use', { secret })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('is answered in the same words whether or not anybody is known by the address', async () => {
    const known = await newBrowser().post('log-in/link', { email: (await person()).email });
    const unknown = await newBrowser().post('log-in/link', { email: 'nobody@elsewhere.example' });
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    const names = ({ headers }: Answer) => Object.keys(headers).sort();
    expect(names(unknown)).toEqual(names(known));
  });

  it('comes a few times and then no more, and says nothing about that', async () => {
    const { email } = await person();
    for (let times = 0; times < 7; times += 1)
      expect((await newBrowser().post('log-in/link', { email })).status).toBe(202);
    await newBrowser().post('log-in/link', { email: (await person()).email });
    await mailTo(`person${people}@hall.example`).catch(() => []);
    expect((await mailTo(email, 4)).length).toBe(4);
  });

  it('is refused to a network address that asks for very many', async () => {
    const browser = newBrowser();
    const answers: Answer[] = [];
    for (let times = 0; times < 12; times += 1)
      answers.push(await browser.post('log-in/link', { email: `somebody${times}@elsewhere.example` }));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(202), 429, 429]);
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''])(
    'leads nowhere else: %s',
    async (to) => {
      const answer = await newBrowser().post('log-in/link', { email: 'tess@hall.example', to });
      expect(refusal(answer)).toEqual([400, 'invalid-input']);
    },
  );

  it('is in no column of the database', async () => {
    const { email } = await person();
    await newBrowser().post('log-in/link', { email });
    const secret = await linkSentTo(email);
    const { rows } = await service.database.owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace IN ('public'::regnamespace, 'bullmq'::regnamespace) AND c.relkind = 'r'`,
    );
    expect(rows.length).toBeGreaterThan(50);
    for (const { name } of rows) {
      const schema = await service.database.owner.query(
        `SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 AND n.nspname IN ('public', 'bullmq')`,
        [name],
      );
      for (const { nspname } of schema.rows as { nspname: string }[]) {
        const found = await service.database.owner.query(
          `SELECT FROM "${nspname}"."${name}" t WHERE position($1 in t::text) > 0`,
          [secret],
        );
        expect({ name, found: found.rowCount }).toEqual({ name, found: 0 });
      }
    }
  });
});

describe('a session', () => {
  it('is a cookie that no script reads, that goes to no other site and over no open wire', async () => {
    const { used } = await loggedIn();
    const cookie = ([used.headers['set-cookie']].flat() as string[]).find((line) =>
      line.startsWith('__Host-commonmeter='),
    );
    expect(cookie).toMatch(
      /^__Host-commonmeter=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax$/,
    );
  });

  it('of whoever decides about money ends after half an hour of silence, and after twelve hours whatever happens', async () => {
    const { browser } = await loggedIn('auditor');
    clock.advance(minutes(29));
    expect((await browser.get('me')).status).toBe(200);
    await settled();
    clock.advance(minutes(29));
    expect((await browser.get('me')).status).toBe(200);
    await settled();
    clock.advance(minutes(31));
    expect(refusal(await browser.get('me'))).toEqual([401, 'not-signed-in']);
    expect(browser.cookies.has('__Host-commonmeter')).toBe(false);

    const { browser: busy } = await loggedIn('auditor');
    for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
      clock.advance(minutes(20));
      expect((await busy.get('me')).status).toBe(200);
      await settled();
    }
    clock.advance(minutes(20));
    expect((await busy.get('me')).status).toBe(401);
  });

  it('falls asleep where only the page itself asks', async () => {
    const { browser } = await loggedIn('auditor');
    for (const wait of [20, 20]) {
      clock.advance(minutes(wait));
      await browser.ask('GET', 'me', { headers: { 'commonmeter-client': 'background' } });
      await settled();
    }
    expect((await browser.get('me')).status).toBe(401);
  });

  it('of a member lasts for days', async () => {
    const { browser } = await loggedIn('member');
    clock.advance(minutes(60 * 24 * 6));
    expect((await browser.get('me')).status).toBe(200);
  });

  it('of a member lasts as long as the community decided, and those of before as they were to', async () => {
    const before = await loggedIn('member');
    const change = (body: object) => service.ask('PATCH', 'log-in/rules', { token, body });
    expect((await change({ memberHours: 24, memberIdleHours: 2 })).body).toEqual({
      ...{ secondFactor: 'compulsory', memberHours: 24, memberIdleHours: 2 },
    });
    const { browser } = await loggedIn('member');
    clock.advance(minutes(121));
    expect((await browser.get('me')).status).toBe(401);
    expect((await before.browser.get('me')).status).toBe(200);
    expect(refusal(await change({ secondFactor: 'relaxed' }))).toEqual([403, 'not-allowed']);
    expect(refusal(await change({ memberHours: 0 }))).toEqual([400, 'invalid-input']);
    await change({ memberHours: 720, memberIdleHours: 168 });
    expect((await entriesOf(community)).map(({ type }) => type)).toContain('log-in-rules.changed');
  });

  it('ends when roles change, at once', async () => {
    const { browser, id } = await loggedIn('installer');
    expect((await browser.get('me')).status).toBe(200);
    const body = { roles: [{ role: 'installer' }, { role: 'auditor' }] };
    expect((await service.ask('PATCH', `people/${id}`, { token, body })).status).toBe(200);
    expect((await browser.get('me')).status).toBe(401);
  });

  it('ends with a log-out, and only that one', async () => {
    const { browser, email } = await loggedIn();
    const second = newBrowser();
    await second.post('log-in/link', { email });
    await second.post('log-in/link/use', { secret: await linkSentTo(email, 2) });
    const before = browser.cookieHeader();
    expect((await browser.ask('DELETE', 'session')).status).toBe(204);
    expect((await browser.get('session')).body.state).toBe('none');
    expect((await service.ask('GET', 'me', { headers: { cookie: before, host: 'hall.example' } })).status).toBe(401);
    expect((await second.get('me')).status).toBe(200);
  });

  it('never takes the place of a token that was shown', async () => {
    const { browser } = await loggedIn();
    const answer = await browser.ask('GET', 'me', { token: `cm_abcdefgh_${'x'.repeat(43)}` });
    expect(refusal(answer)).toEqual([401, 'not-signed-in']);
  });

  it('is guessed at a few times and then no more', async () => {
    const browser = newBrowser();
    const codes: unknown[] = [];
    for (let times = 0; times < 32; times += 1) {
      browser.cookies.set('__Host-commonmeter', String(times).padEnd(43, 'x'));
      codes.push((await browser.get('me')).body.code);
    }
    expect(codes.slice(0, 30)).toEqual(Array(30).fill('not-signed-in'));
    expect(codes.at(-1)).toBe('too-many-attempts');
  });

  it('is written into the record without a name, an address or a secret', async () => {
    const { browser, id, email } = await loggedIn();
    const session = (await service.database.owner.query('SELECT id FROM session WHERE person_id = $1', [id])).rows[0]
      .id;
    await browser.ask('DELETE', 'session');
    const entries = await entriesOf(session as string);
    expect(entries.map(({ type }) => type)).toEqual(['session.ended', 'session.begun']);
    expect(JSON.stringify(entries)).not.toContain(email);
  });
});

/** What a session notes in the background is there before the clock moves on. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('a page of another site', () => {
  const change = (browser: Browser, headers: Record<string, string | undefined>) =>
    browser.ask('POST', 'tokens', { body: { name: 'stolen' }, headers });

  it.each([
    ['without our header', { 'commonmeter-client': undefined }],
    ['with another origin', { origin: 'https://evil.example' }],
    ['without an origin', { origin: undefined }],
    ['with the origin of a frame in a box', { origin: 'null' }],
    ['with the same name and another scheme', { origin: 'http://hall.example' }],
    ['from a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ['from anywhere else', { 'sec-fetch-site': 'cross-site' }],
  ])('changes nothing in the name of a cookie: %s', async (_, headers) => {
    const { browser } = await loggedIn();
    expect(refusal(await change(browser, headers))).toEqual([403, 'foreign-page']);
    expect((await change(browser, {})).status).toBe(201);
  });

  it('sends no form', async () => {
    const { browser } = await loggedIn();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      const answer = await browser.ask('POST', 'tokens', { body: 'name=stolen', headers: { 'content-type': type } });
      expect([403, 415]).toContain(answer.status);
    }
  });

  it('logs nobody in and nobody out', async () => {
    const { browser } = await loggedIn();
    const headers = { origin: 'https://evil.example' };
    for (const [method, path] of [
      ['DELETE', 'session'],
      ['POST', 'log-in/link'],
      ['POST', 'log-in/link/use'],
    ] as const) {
      const body = path.endsWith('use') ? { secret: 'x' } : { email: 'tess@hall.example' };
      const answer = await browser.ask(method, path, { headers, ...(method === 'POST' ? { body } : {}) });
      expect([path, ...refusal(answer)]).toEqual([path, 403, 'foreign-page']);
    }
    expect((await browser.get('me')).status).toBe(200);
  });
});

describe('on this machine, without a certificate', () => {
  let local: InProcess;
  beforeAll(async () => {
    local = await inProcess(clock);
  });
  afterAll(() => local.close());

  const cookieFor = async (host: string, headers: Record<string, string> = {}) => {
    const answer = await local.ask('POST', 'log-in/link', {
      body: { email: 'tess@hall.example' },
      headers: { host, origin: `http://${host}`, 'commonmeter-client': 'web', ...headers },
    });
    return String(answer.headers['set-cookie']);
  };

  it('the cookie has a plain name where the machine is asked by its own name, and nowhere else', async () => {
    expect(await cookieFor('127.0.0.1:3000')).toMatch(
      /^commonmeter-asking=[^;]+; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
    );
    expect(await cookieFor('localhost:3000')).toMatch(/^commonmeter-asking=/);
    expect(await cookieFor('hall.example')).toMatch(/^__Host-commonmeter-asking=.*; Secure;/);
    expect(await cookieFor('localhost:3000', { 'x-forwarded-for': '203.0.113.9' })).toMatch(/^__Host-/);
  });
});
