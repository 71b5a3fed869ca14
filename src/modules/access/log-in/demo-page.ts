import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem } from '../../../platform/http/problem.filter.js';
import type { DemoDoors } from './demo-doors.service.js';

/** The page with the doors of a demo. With a role after # it enters at once. */
export const demoPage = '/demo';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Demo · Commonmeter</title>
<link rel="stylesheet" href="${demoPage}.css">
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Old Market Hall</h1>
<p>A demo on this machine. Enter as:</p>
<ul id="doors"></ul>
<p id="says" role="status"></p>
</main>
<script src="${demoPage}.js"></script>
</body>
</html>
`;

const script = `const doors = document.getElementById('doors');
const says = document.getElementById('says');
const about = {
  treasurer: 'Runs the month: readings, preview, sending',
  approver: 'Is the second pair of eyes',
  auditor: 'Reads everything',
  installer: 'Brings meters to life',
  member: 'Has a stall, and a statement',
};
async function enter(role) {
  says.textContent = 'One moment.';
  const answer = await fetch('${demoPage}/enter', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'commonmeter-client': 'web' },
    body: JSON.stringify({ role }),
  });
  if (answer.ok) return location.replace('/');
  says.textContent = (await answer.json()).detail;
}
async function show() {
  const answer = await fetch('${demoPage}/people');
  if (!answer.ok) return void (says.textContent = 'There is no demo here yet; look again in a moment.');
  for (const { role, name } of (await answer.json()).people) {
    const door = document.createElement('button');
    const who = document.createElement('strong');
    const what = document.createElement('span');
    who.textContent = role[0].toUpperCase() + role.slice(1) + ' · ' + name;
    what.textContent = about[role] ?? '';
    door.append(who, what);
    door.addEventListener('click', () => enter(role));
    const item = document.createElement('li');
    item.append(door);
    doors.append(item);
  }
}
const asked = location.hash.slice(1);
if (asked) history.replaceState(null, '', location.pathname);
if (asked in about) enter(asked).then(() => show());
else show();
`;

const style = `:root { color-scheme: light dark; }
body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 32rem; margin: 8vh auto 2rem; padding: 0 1.5rem; }
h1 { font-size: 1.75rem; margin: 0 0 0.5rem; }
ul { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: 0.75rem; }
button { font: inherit; display: grid; width: 100%; text-align: start; padding: 0.75rem 1rem; border: 2px solid #0b7a66; border-radius: 0.5rem; background: Canvas; color: CanvasText; cursor: pointer; }
button:hover { background: color-mix(in srgb, #0b7a66 14%, Canvas); }
button:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
button span { font-size: 1rem; }
`;

/** Serves the doors of a demo. Called only where the service was started as one, on its own machine. */
export function serveDemoDoors(server: FastifyInstance, doors: DemoDoors, logger: Logger): void {
  const answered =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      try {
        void reply.header('cache-control', 'no-store').send(await work(request, reply));
      } catch (error) {
        answerProblem(error, request, reply, logger);
      }
    };
  server.get(demoPage, (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  server.get(`${demoPage}.js`, (_, reply) => reply.type('text/javascript; charset=utf-8').send(script));
  server.get(`${demoPage}.css`, (_, reply) => reply.type('text/css; charset=utf-8').send(style));
  server.get(
    `${demoPage}/people`,
    answered(async (request) => ({ people: await doors.people(request) })),
  );
  server.post(
    `${demoPage}/enter`,
    answered((request, reply) => doors.enter(request, reply)),
  );
}
