import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { type PlainPages, serveWebApp } from './web-app.js';

/* A build as the app makes it, small: what is served under which address, and what is not. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-web-'));
const files: Record<string, string> = {
  'index.html':
    '<title>App</title><div id="app"></div><noscript>needs it</noscript><script src="/assets/main-1a2b.js" nonce="nonce-of-this-answer"></script>',
  'routes.json': JSON.stringify(['/', '/home', '/runs/:run/:step', '/verify', '/verify/:code']),
  'manifest.json': '{}',
  'icon.svg': '<svg/>',
  'assets/main-1a2b.js': 'plain',
  'assets/main-1a2b.js.br': 'as brotli',
  'assets/main-1a2b.js.gz': 'as gzip',
  'secret.txt': 'not ours to give',
};
const codes: PlainPages = (code, address) =>
  Promise.resolve({
    status: code === 'none' ? 404 : 200,
    title: 'Plain',
    style: '.plain{}',
    main: `<main>code ${String(code)} for ${address}</main>`,
    headers: { 'x-own': 'kept' },
  });
let built: FastifyInstance;
let bare: FastifyInstance;

beforeAll(() => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  built = fastify();
  serveWebApp(built, folder, codes);
  bare = fastify();
  serveWebApp(bare, join(folder, 'nowhere'), codes);
});
afterAll(async () => {
  await built.close();
  await bare.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) => built.inject({ url, headers });

describe('the pages of the app', () => {
  it.each(['/', '/home', '/runs/0199/preview', '/verify'])('%s is the page', async (url) => {
    const { statusCode, headers, body } = await get(url);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['cache-control']).toBe('no-cache');
    expect(body).toContain('/assets/main-1a2b.js');
  });

  it('lets no script run that is not a file of ours, and only styles that carry the number of this answer', async () => {
    const answers = [await get('/'), await get('/')];
    const numbers = answers.map(({ headers, body }) => {
      const policy = String(headers['content-security-policy']);
      const number = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(policy.split(';')).toEqual([
        "default-src 'self'",
        `style-src 'self' 'nonce-${number}'`,
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]);
      expect(body).toContain(`nonce="${number}"`);
      return number;
    });
    expect(numbers[0]).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(numbers[0]).not.toBe(numbers[1]);
  });

  it.each([
    '/api/v1/nothing',
    '/homer',
    '/runs/1',
    '/assets/../secret.txt',
    '/secret.txt',
    '/assets/%2e%2e/secret.txt',
  ])('%s is none of them', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('the files of the build', () => {
  it.each([
    ['br, gzip', 'br', 'as brotli'],
    ['gzip', 'gzip', 'as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'as gzip'],
    ['identity', undefined, 'plain'],
  ])('for who accepts %s it is %s', async (accepted, encoding, content) => {
    const { headers, body } = await get('/assets/main-1a2b.js', { 'accept-encoding': accepted });
    expect([headers['content-encoding'], body]).toEqual([encoding, content]);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['vary']).toBe('accept-encoding');
  });

  it('keeps what has a plain name for an hour only', async () => {
    expect((await get('/icon.svg')).headers['cache-control']).toBe('public, max-age=3600');
  });
});

describe('a code that was typed from paper', () => {
  const asPerson = { accept: 'text/html,application/xhtml+xml' };

  it('leads a person to a page that is whole without a script, in the page of the app', async () => {
    const page = await get('/verify/Q1F4-S7WD-Y2KY', asPerson);
    expect([page.statusCode, page.headers['vary'], page.headers['x-own']]).toEqual([200, 'accept', 'kept']);
    expect(page.body).toContain('<div id="app"><main>code Q1F4-S7WD-Y2KY for 127.0.0.1</main></div>');
    expect(page.body).toContain('/assets/main-1a2b.js');
    expect(page.body).not.toContain('noscript');
    const number = /'nonce-([^']+)'/.exec(String(page.headers['content-security-policy']))?.[1] ?? '';
    expect(page.body).toContain(`<title>Plain</title><style nonce="${number}">.plain{}</style>`);
    expect((await get('/verify/none', asPerson)).statusCode).toBe(404);
  });

  it('leads a program to the answer', async () => {
    const program = await get('/verify/Q1F4-S7WD-Y2KY', { accept: 'application/json' });
    expect([program.statusCode, program.headers['location']]).toEqual([302, '/api/v1/verify/Q1F4-S7WD-Y2KY']);
  });

  it('is taken from a form that no script sends', async () => {
    const typed = await get('/verify?code=%20Q1F4/S7WD%20');
    expect([typed.statusCode, typed.headers['location']]).toEqual([303, '/verify/Q1F4%2FS7WD']);
    expect((await get(`/verify?code=${'x'.repeat(500)}`)).headers['location']).toHaveLength('/verify/'.length + 100);
    for (const empty of ['/verify', '/verify?code=', '/verify?code=1&code=2'])
      expect((await get(empty)).body).toContain('<main>code null for');
  });

  it('has its page where no app was built', async () => {
    const page = await bare.inject({ url: '/verify/Q1F4', headers: asPerson });
    expect(page.body).toMatch(
      /^<!doctype html><html lang="en">.*<main>code Q1F4 for 127.0.0.1<\/main><\/body><\/html>$/s,
    );
  });
});

it('says how to build the app where that was not done', async () => {
  const first = await bare.inject('/');
  expect([first.statusCode, first.body]).toEqual([503, expect.stringContaining('npm start')]);
  expect((await bare.inject('/home')).statusCode).toBe(404);
});
