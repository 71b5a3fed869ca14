import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { Mail } from '../../src/platform/mail/mail.js';
import { browserPath, Chromium } from '../support/chromium.js';
import { type Service, startService } from '../support/service.js';

/**
 * A real browser logs in: by a link whose page asks for a hand, then with a passkey of a device whose owner agrees. Without a browser on
 * this machine nothing of this can be seen, and the tests say so.
 */

const inBrowser = browserPath === undefined ? describe.skip : describe;
if (browserPath === undefined)
  process.stderr.write('No browser was found: passkeys are not tested. On Debian: apt-get install chromium\n');

interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the service says is what a test looks at
  readonly body: any;
}

inBrowser('a browser', () => {
  let service: Service;
  let chromium: Chromium;
  let community: string;
  let origin: string;

  beforeAll(async () => {
    service = await startService();
    origin = service.url.replace('127.0.0.1', 'localhost');
    const founding = { code: 'market', name: 'Old Market', currency: 'GBP', zone: 'Europe/London' };
    const access = service.app.get(AccessService);
    const treasurer = { name: 'Tess', email: 'tess@hall.example' };
    community = (await access.createCommunity({ ...founding, treasurer })).communityId;
    const roles = [{ role: 'approver' as const }];
    await access.addPerson(community, { name: 'Jo', email: 'jo@hall.example', roles }, system);
    chromium = new Chromium(browserPath ?? '');
    await chromium.visit(`${origin}/log-in/link`);
    await chromium.addPasskeyDevice();
  });
  afterAll(async () => {
    await chromium?.close();
    await service?.close();
  });

  /** Asks from within the page, as a page of ours does. */
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    chromium.settle(`fetch('/api/v1/${path}', { method: '${method}',
      headers: { 'content-type': 'application/json', 'commonmeter-client': 'web' },
      ${method === 'GET' || method === 'DELETE' ? '' : `body: ${JSON.stringify(JSON.stringify(body ?? {}))}`} })
      .then(async (answer) => ({ status: answer.status, body: await answer.json().catch(() => null) }))`);

  const made = (options: unknown): Promise<unknown> =>
    chromium.settle(`navigator.credentials.create({ publicKey:
      PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)}) }).then((key) => key.toJSON())`);
  const shown = (options: unknown): Promise<unknown> =>
    chromium.settle(`navigator.credentials.get({ publicKey:
      PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)}) }).then((key) => key.toJSON())`);

  /** The link of the last mail to an address. */
  async function linkTo(email: string): Promise<string> {
    const mail = service.app.get(Mail);
    for (let tries = 0; tries < 200; tries += 1) {
      const rows = await service.database.transactions.inCommunity(community, (tx) =>
        mail.list(tx, community, undefined, 10),
      );
      const row = rows.find(({ to, state }) => to === email && state === 'kept');
      if (row) return /#(\S+)/.exec((await mail.read(community, row, true))!.text)![1]!;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`No mail to ${email}.`);
  }

  it('opens the link of a mail with a button, and keeps its secret out of the address', async () => {
    expect((await ask('POST', 'log-in/link', { email: 'tess@hall.example', to: '/reference' })).status).toBe(202);
    await chromium.visit(`${origin}/log-in/link#${await linkTo('tess@hall.example')}`);
    expect(await chromium.evaluate('location.href')).toBe(`${origin}/log-in/link`);
    expect((await ask('GET', 'session')).body.state).toBe('none');
    await chromium.evaluate(`document.getElementById('open').click()`);
    await chromium.until(`location.pathname === '/reference'`);
    expect((await ask('GET', 'session')).body).toMatchObject({ state: 'incomplete', roles: ['treasurer'] });
    expect(await chromium.evaluate('document.cookie')).toBe('');
  });

  let passkey: string;

  it('makes a passkey, which proves the session at once', async () => {
    const options = await ask('POST', 'second-factors/passkeys/options');
    expect(options.body).toMatchObject({ rp: { id: 'localhost', name: 'Old Market' }, user: { displayName: 'Tess' } });
    const response = await made(options.body);
    const added = await ask('POST', 'second-factors/passkeys', { name: 'My telephone', response });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ passkey: { name: 'My telephone' }, session: { state: 'open' } });
    expect(added.body.recoveryCodes).toHaveLength(10);
    passkey = added.body.passkey.id;
    const again = await ask('POST', 'second-factors/passkeys', { name: 'Once more', response });
    expect([again.status, again.body.code]).toEqual([422, 'proof-not-valid']);
    expect((await ask('GET', 'me')).body.roles).toEqual(['treasurer']);
  });

  it('logs in with it, known by nothing else', async () => {
    expect((await ask('DELETE', 'session')).status).toBe(204);
    const { body: options } = await ask('POST', 'log-in/passkey/options');
    expect(options.allowCredentials).toEqual([]);
    const response = await shown(options);
    const opened = await ask('POST', 'log-in/passkey', { response });
    expect(opened.body).toMatchObject({ state: 'open', way: 'passkey', steppedUpUntil: expect.any(String) });
    const again = await ask('POST', 'log-in/passkey', { response });
    expect([again.status, again.body.code]).toEqual([422, 'proof-not-valid']);
  });

  it('proves it once more in the session, and with an answer for nothing else', async () => {
    const { body: forLogIn } = await ask('POST', 'log-in/passkey/options');
    const wrong = await ask('POST', 'session/proof', { kind: 'passkey', response: await shown(forLogIn) });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'proof-not-valid']);
    const { body: options } = await ask('POST', 'session/proof/options');
    expect(options.allowCredentials).toHaveLength(1);
    const response = (await shown(options)) as { response: { signature: string } };
    const forged = { ...response, response: { ...response.response, signature: 'AAAA' } };
    const refused = await ask('POST', 'session/proof', { kind: 'passkey', response: forged });
    expect([refused.status, refused.body.code]).toEqual([422, 'proof-not-valid']);
    expect((await ask('POST', 'session/proof', { kind: 'passkey', response })).body.state).toBe('open');
    expect((await ask('POST', 'tokens', { name: 'mine' })).status).toBe(201);
  });

  it("cannot use somebody else's passkey in its session", async () => {
    await ask('DELETE', 'session');
    await ask('POST', 'log-in/link', { email: 'jo@hall.example' });
    const used = await ask('POST', 'log-in/link/use', { secret: await linkTo('jo@hall.example') });
    expect(used.body.session).toMatchObject({ state: 'incomplete', roles: ['approver'] });
    const { body: options } = await ask('POST', 'session/proof/options');
    const response = await shown({ ...options, allowCredentials: [] });
    const refused = await ask('POST', 'session/proof', { kind: 'passkey', response });
    expect([refused.status, refused.body.code]).toEqual([422, 'proof-not-valid']);
    expect((await ask('DELETE', `second-factors/passkeys/${passkey}`)).status).toBe(404);
    expect((await ask('GET', 'session')).body.state).toBe('incomplete');
  });

  it('is told by a page that has a number for a name that passkeys need a name', async () => {
    await chromium.visit(`${service.url}/log-in/link`);
    const answer = await ask('POST', 'log-in/passkey/options');
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
  });

  it('met no other host and no error in the page', () => {
    const elsewhere = chromium.seen.filter((line) => /^"https?:/.test(line) && !/localhost|127\.0\.0\.1/.test(line));
    expect(elsewhere).toEqual([]);
    expect(chromium.seen.filter((line) => line.includes('Content Security Policy'))).toEqual([]);
  });
});
