import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/*
 * The web app, served as it was built (web/README.md). What can be asked for is known when the service begins: the files of the build, each under
 * its own address, and the app's own pages, which `routes.json` lists. No address of a request is ever looked for on the disk, and an address that is
 * no page of the app is answered as before, so that a mistyped address of the API never gets a page instead of a problem.
 */

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Stands in the built page where each answer puts a number of its own, by which alone a style may be written into the page. */
const nonceMark = 'nonce-of-this-answer';

/** Shared with nobody and asked for again each time; the page names files that change their names with their contents. */
const pageHeaders = (nonce: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy': [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    ...["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"],
  ].join(';'),
});

const notBuilt =
  'The web app has not been built in this checkout: `npm start` builds it, and so does `node scripts/prepare.mjs --web`.\n' +
  'The API is at /api/v1, its description at /reference.\n';

/**
 * Serves the files of a build and the pages of the app.
 *
 * @param folder what `web/scripts/build.mjs` made; where there is none, `/` says how to make it and everything else is as it is
 * @param codes  the pages of codes, which are whole without the app
 */
export function serveWebApp(server: FastifyInstance, folder: string, codes: PlainPages): void {
  const build = readBuild(folder);
  serveCodes(server, build, codes);
  if (!build) {
    server.get('/', (_, reply) => reply.code(503).type('text/plain; charset=utf-8').send(notBuilt));
    return;
  }
  for (const route of build.routes.filter((one) => one !== codeRoute && one !== typedRoute)) {
    server.get(route, (_, reply) => sendPage(reply, build));
  }
  for (const file of build.files) serveFile(server, file);
}

interface BuiltFile {
  readonly address: string;
  readonly file: string;
  readonly type: string;
  /** The encodings in which the build has it too. */
  readonly encodings: readonly Encoding[];
}

interface Build {
  readonly page: string;
  readonly routes: readonly string[];
  readonly files: readonly BuiltFile[];
}

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
type Encoding = (typeof encodings)[number];

function readBuild(folder: string): Build | undefined {
  const page = path.join(folder, 'index.html');
  const routes = path.join(folder, 'routes.json');
  if (!fs.existsSync(page) || !fs.existsSync(routes)) return undefined;
  const names = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
  const files = names.flatMap((name) => {
    const type = types[path.extname(name)];
    if (type === undefined) return [];
    const others = encodings.filter(([, suffix]) => names.includes(`${name}${suffix}`));
    const address = `/${name.split(path.sep).join('/')}`;
    return [{ address, file: path.join(folder, name), type, encodings: others }];
  });
  return {
    page: fs.readFileSync(page, 'utf8'),
    routes: JSON.parse(fs.readFileSync(routes, 'utf8')) as string[],
    files,
  };
}

function sendPage(reply: FastifyReply, { page }: Build): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply.headers(pageHeaders(nonce)).send(page.replaceAll(nonceMark, nonce));
}

/** A file with a hash in its name never changes; what has a plain name is asked for again after an hour. */
function serveFile(server: FastifyInstance, { address, file, type, encodings: made }: BuiltFile): void {
  const keep = address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
  server.get(address, async (request, reply) => {
    const [encoding, suffix] = bestOf(request, made) ?? [undefined, ''];
    void reply.headers({ 'content-type': type, 'cache-control': keep, vary: 'accept-encoding' });
    if (encoding !== undefined) void reply.header('content-encoding', encoding);
    return reply.send(await fs.promises.readFile(`${file}${suffix}`));
  });
}

const bestOf = ({ headers }: FastifyRequest, made: readonly Encoding[]): Encoding | undefined => {
  const accepted = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.split(';')[0]);
  return made.find(([encoding]) => accepted.includes(encoding));
};

/** A page that is whole without a script. */
export interface PlainPage {
  readonly status: number;
  readonly title: string;
  /** The `main` of the page, with what came from outside already escaped. */
  readonly main: string;
  /** Rules for what stands in `main` alone. */
  readonly style: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The page of a code that was typed from paper, null where none was yet, for somebody at a network address. */
export type PlainPages = (code: string | null, address: string) => Promise<PlainPage>;

/** Short enough to be typed from paper: a person gets a page that says what was issued, a program the answer itself. */
const codeRoute = '/verify/:code';
const typedRoute = '/verify';
/** What a code could be at most, with all that people put between its signs. */
const longestCode = 100;

function serveCodes(server: FastifyInstance, build: Build | undefined, pages: PlainPages): void {
  server.get<{ Querystring: { code?: unknown } }>(typedRoute, async (request, reply) => {
    const { code } = request.query;
    if (typeof code === 'string' && code.trim() !== '')
      return reply.redirect(`${typedRoute}/${encodeURIComponent(code.trim().slice(0, longestCode))}`, 303);
    return sendPlain(reply, build, await pages(null, request.ip));
  });
  server.get<{ Params: { code: string } }>(codeRoute, async (request, reply) => {
    void reply.header('vary', 'accept');
    const code = request.params.code.slice(0, longestCode);
    if (String(request.headers.accept ?? '').includes('text/html'))
      return sendPlain(reply, build, await pages(code, request.ip));
    return reply.redirect(`/api/v1/verify/${encodeURIComponent(code)}`);
  });
}

/** Puts a page into that of the app, which takes its place where scripts run; where no app was built it stands alone. */
function sendPlain(reply: FastifyReply, build: Build | undefined, plain: PlainPage): FastifyReply {
  const { status, title, main, style, headers = {} } = plain;
  const nonce = randomBytes(16).toString('base64');
  const own = `<title>${title}</title><style nonce="${nonce}">${style}</style>`;
  const html = build
    ? build.page
        .replaceAll(nonceMark, nonce)
        .replace(/<noscript[\s\S]*?<\/noscript\s*>/, '')
        .replace(/<title>[^<]*<\/title>/, () => own)
        .replace('<div id="app"></div>', () => `<div id="app">${main}</div>`)
    : `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">${own}</head><body>${main}</body></html>`;
  return reply
    .code(status)
    .headers({ ...pageHeaders(nonce), ...headers })
    .send(html);
}
