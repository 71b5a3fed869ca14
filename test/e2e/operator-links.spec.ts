import { generateSync } from 'otplib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { Browser } from '../support/browser-session.js';
import { commonmeter, documentOf, type Spoken } from '../support/cli.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/* The first treasurer of a community has nobody who could let them in: whoever runs the service prints a link at the command line. */

const origin = 'https://arches.example';
const folder = mkdtempSync(join(tmpdir(), 'commonmeter-links-'));
let service: InProcess;
let community: string;
let token: string;

beforeAll(async () => {
  service = await inProcess(undefined, { PUBLIC_URL: origin });
  const made = await service.app.get(AccessService).createCommunity({
    ...{ code: 'ARCH', name: 'Canal Arches', currency: 'GBP', zone: 'Europe/London' },
    treasurer: { name: 'Bo Sand' },
  });
  [community, token] = [made.communityId, made.token];
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

const logIn = (...args: string[]): Promise<Spoken> =>
  commonmeter(['--json', 'log-in', '--community', 'ARCH', ...args], {
    ...{ DATABASE_URL: service.database.url, DATA_DIR: folder, PUBLIC_URL: origin, LOG_LEVEL: 'trace' },
  });

const secretOf = (said: Spoken): string => {
  const { link } = documentOf(said);
  expect(link).toMatch(/^https:\/\/arches\.example\/log-in\/link#[A-Za-z0-9_-]{43}$/);
  return link.split('#')[1];
};

const typesOf = async (subjectId: string): Promise<string[]> =>
  (await service.ask('GET', `log/entries?subjectId=${subjectId}`, { token })).body.items.map(
    ({ type, actor }: { type: string; actor: { kind: string } }) => `${type} by ${actor.kind}`,
  );

describe('a link from the command line', () => {
  it('lets the first treasurer in once, who then sets a second factor up and works', async () => {
    const said = await logIn();
    const secret = secretOf(said);
    const { person, roles, expiresAt, isNew } = documentOf(said);
    expect({ code: said.code, person, roles, isNew }).toMatchObject({
      ...{ code: 0, person: { name: 'Bo Sand' }, roles: ['treasurer'], isNew: false },
    });
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThanOrEqual(15);

    const browser = new Browser(service, origin);
    const used = await browser.post('log-in/link/use', { secret });
    expect([used.status, used.body]).toMatchObject([200, { to: '/', session: { state: 'incomplete', way: 'link' } }]);
    const app = (await browser.post('second-factors/authenticator')).body as { secret: string };
    await browser.post('second-factors/authenticator/confirm', { code: generateSync({ secret: app.secret }) });
    expect((await browser.get('me')).body).toMatchObject({ person: { name: 'Bo Sand' }, roles: ['treasurer'] });
    expect((await new Browser(service, origin).post('log-in/link/use', { secret })).status).toBe(422);
    expect(await typesOf(person.id)).toContain('link.made by system');
  });

  it('is in no log, and of its secret only the hash is kept', async () => {
    const said = await logIn();
    expect(said.stderr).not.toContain(secretOf(said));
    const { rows } = await service.database.owner.query('SELECT FROM log_in_link l WHERE position($1 in l::text) > 0', [
      secretOf(said),
    ]);
    expect(rows).toEqual([]);
  });

  it('founds a treasurer who is not here yet, on the record, and the same one not twice', async () => {
    const unknown = await logIn('--person', 'Tessa Till');
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('With --new, Tessa Till becomes a treasurer'),
    ]);
    const said = await logIn('--new', '--person', 'Tessa Till', '--email', 'tessa@arches.example');
    const { person, isNew, roles } = documentOf(said);
    expect([isNew, roles]).toEqual([true, ['treasurer']]);
    expect(await typesOf(person.id)).toEqual(expect.arrayContaining(['person.added by system', 'link.made by system']));
    expect((await new Browser(service, origin).post('log-in/link/use', { secret: secretOf(said) })).status).toBe(200);
    const again = await logIn('--new', '--person', 'tessa till');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is here already')]);

    const which = await logIn();
    expect([which.code, which.stderr]).toEqual([1, expect.stringMatching(/Several are meant: Bo Sand .*, Tessa Till/)]);
    expect(documentOf(await logIn('--person', 'TESSA@arches.example')).person).toEqual(person);
  });

  it('lets anybody in who has a role, and nobody who has none', async () => {
    const access = service.app.get(AccessService);
    const add = (name: string, roles: readonly { role: 'installer' }[]) =>
      access.addPerson(community, { name, email: '', roles }, system);
    await add('Ina Wire', [{ role: 'installer' }]);
    await add('Gone Away', []);
    const said = await logIn('--person', 'Ina Wire');
    const browser = new Browser(service, origin);
    expect((await browser.post('log-in/link/use', { secret: secretOf(said) })).body.session.state).toBe('open');
    const gone = await logIn('--person', 'Gone Away');
    expect([gone.code, gone.stdout, gone.stderr]).toEqual([1, '', expect.stringContaining('has no role in ARCH')]);
  });

  it.each([
    ['a community that is not here', ['--community', 'NONE'], 1, 'There is no community NONE'],
    ['somebody new without a name', ['--new'], 2, 'Say with --person'],
    ['an address for somebody who has one', ['--email', 'a@b.example'], 2, 'whoever is new'],
    ['an address that is none', ['--new', '--person', 'X', '--email', 'nobody'], 1, 'email must be'],
  ])('is refused for %s', async (_, more, code, sentence) => {
    const said = await logIn(...more);
    expect([said.code, said.stdout]).toEqual([code, '']);
    expect(said.stderr).toContain(sentence);
  });
});
