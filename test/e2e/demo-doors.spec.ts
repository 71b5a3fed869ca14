import { createApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import type { DemoControls } from '../../src/modules/access/log-in/demo-doors.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { loadConfig } from '../../src/platform/config.js';
import { Browser } from '../support/browser-session.js';
import { testDatabase } from '../support/database.js';
import { askedOf, type InProcess } from '../support/in-process.js';

/** A demo may be entered by whoever sits at its machine, and by nobody else; where there is no demo there is no door. */

const founding = { code: 'OMH', name: 'Old Market Hall', currency: 'GBP', zone: 'Europe/London' };
const opened: InProcess[] = [];
const asked: string[] = [];
let isReady = true;
const controls: DemoControls = {
  isReady: () => isReady,
  reset: () => void asked.push('reset'),
  nextMonth: () => Promise.resolve(void asked.push('next month')),
};
afterAll(async () => {
  for (const service of opened) await service.close();
});

async function started(env: NodeJS.ProcessEnv, controls?: DemoControls, demo = true): Promise<InProcess> {
  const database = await testDatabase();
  const config = loadConfig({ LOG_LEVEL: 'fatal', ...env });
  const app = await createApi(config, { databaseUrl: database.url, ...(controls ? { demo: controls } : {}) });
  await app.init();
  const close = async () => {
    await app.close();
    await database.drop();
  };
  const service = { app, database, ask: await askedOf(app), close };
  opened.push(service);
  await found(service, 'OMH', demo);
  return service;
}

async function found({ app }: InProcess, code: string, demo: boolean): Promise<void> {
  const access = app.get(AccessService);
  const secondFactor = demo ? ('relaxed' as const) : ('compulsory' as const);
  const made = await access.createCommunity({ ...founding, code, demo, secondFactor, treasurer: { name: 'Ade' } });
  const person = { name: 'Jo', email: '', roles: [{ role: 'approver' as const }] };
  await access.addPerson(made.communityId, person, system);
}

const here = (service: InProcess, from = '127.0.0.1') => new Browser(service, 'http://127.0.0.1:3000', from);

describe('the doors of a demo', () => {
  let demo: InProcess;
  beforeAll(async () => {
    demo = await started({}, controls);
  });

  it('lead in as each of its people, with what their roles allow', async () => {
    const browser = here(demo);
    expect((await browser.get('/demo/people')).body).toEqual({
      people: [
        { role: 'treasurer', name: 'Ade' },
        { role: 'approver', name: 'Jo' },
      ],
    });
    const entered = await browser.post('/demo/enter', { role: 'treasurer' });
    expect([entered.status, entered.body]).toEqual([200, expect.objectContaining({ state: 'open', way: 'demo' })]);
    expect((await browser.get('me')).body).toMatchObject({ roles: ['treasurer'] });
    const former = browser.cookieHeader();
    await browser.post('/demo/enter', { role: 'approver' });
    expect((await browser.get('me')).body).toMatchObject({ roles: ['approver'] });
    const headers = { cookie: former, host: '127.0.0.1:3000' };
    expect((await demo.ask('GET', 'me', { headers })).status).toBe(401);
    expect((await browser.post('/demo/enter', { role: 'member' })).status).toBe(404);
  });

  it('are open for this machine only, by its own name and through no proxy', async () => {
    const enter = (browser: Browser, headers = {}) =>
      browser.ask('POST', '/demo/enter', { body: { role: 'treasurer' }, headers });
    expect((await enter(here(demo, '203.0.113.9'))).status).toBe(404);
    expect((await enter(here(demo), { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404);
    expect((await enter(new Browser(demo, 'http://rebound.example'))).status).toBe(404);
    expect((await enter(here(demo), { origin: 'http://evil.example' })).status).toBe(403);
    expect((await here(demo).get('/demo/enter')).status).toBe(404);
  });

  it('let a page of ours on this machine throw it away or go on by a month, and nobody else', async () => {
    expect((await here(demo).get('/demo')).body).toEqual({ canReset: true, canJump: true });
    for (const way of ['/demo/reset', '/demo/next-month']) {
      const ask = (browser: Browser, headers = {}) => browser.ask('POST', way, { body: {}, headers });
      expect((await ask(here(demo, '203.0.113.9'))).status).toBe(404);
      expect((await ask(here(demo), { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404);
      expect((await ask(new Browser(demo, 'http://rebound.example'))).status).toBe(404);
      expect((await ask(here(demo), { origin: 'http://evil.example' })).status).toBe(403);
      expect(asked).toEqual([]);
    }
    expect((await here(demo).post('/demo/next-month', {})).status).toBe(200);
    expect((await here(demo).post('/demo/reset', {})).status).toBe(200);
    expect(asked).toEqual(['next month', 'reset']);
  });

  it('are shut until it is whole', async () => {
    isReady = false;
    for (const door of ['/demo', '/demo/people']) expect((await here(demo).get(door)).status).toBe(404);
    expect((await here(demo).post('/demo/enter', { role: 'treasurer' })).status).toBe(404);
    expect((await here(demo).post('/demo/reset', {})).status).toBe(404);
    isReady = true;
  });

  it('close when somebody has a community of their own there', async () => {
    await found(demo, 'REAL', false);
    expect((await here(demo).get('/demo/people')).status).toBe(404);
    expect((await here(demo).post('/demo/reset', {})).status).toBe(404);
    expect((await here(demo).post('/demo/enter', { role: 'treasurer' })).status).toBe(404);
  });
});

describe('where there is no demo', () => {
  it.each([
    ['that was not started as one', {}, false],
    ['that others can reach', { HOST: '0.0.0.0' }, true],
    ['that is known by an address of its own', { PUBLIC_URL: 'https://hall.example' }, true],
  ])('there is no door, in a service %s', async (_, env, isDemo) => {
    const service = await started(env, isDemo ? controls : undefined);
    expect((await here(service).get('/demo/people')).status).toBe(404);
    expect((await here(service).post('/demo/enter', { role: 'treasurer' })).status).toBe(404);
  });

  it('nobody is relaxed about second factors', async () => {
    const access = (await started({}, undefined, false)).app.get(AccessService);
    const community = { ...founding, code: 'lax', secondFactor: 'relaxed' as const, treasurer: { name: 'Lax' } };
    await expect(access.createCommunity(community)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
