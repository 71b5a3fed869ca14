import type { FastifyInstance } from 'fastify';
import { linkPage } from './links.service.js';

/*
 * The page on which a link of a mail ends. The secret stands after # and so reaches no server; programs that open every link of a mail
 * see a page with a button, and press none. Only the button uses the link.
 */

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in · Commonmeter</title>
<link rel="stylesheet" href="${linkPage}.css">
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Log in</h1>
<p id="says" role="status">Press the button to log in here. The link works once.</p>
<p><button id="open" type="button">Log in</button></p>
<noscript><p>This page needs JavaScript, so that nothing but your own hand uses the link.</p></noscript>
</main>
<script src="${linkPage}.js"></script>
</body>
</html>
`;

const script = `const says = document.getElementById('says');
const button = document.getElementById('open');
const secret = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
if (!secret) {
  button.hidden = true;
  says.textContent = 'There is no link here. Ask for one, and open it from the mail.';
}
button.addEventListener('click', async () => {
  button.disabled = true;
  says.textContent = 'One moment.';
  try {
    const answer = await fetch('/api/v1/log-in/link/use', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'commonmeter-client': 'web' },
      body: JSON.stringify({ secret }),
    });
    const body = await answer.json();
    if (answer.ok) return location.replace(body.to);
    says.textContent = body.detail;
    button.disabled = answer.status !== 429;
  } catch {
    says.textContent = 'The service could not be reached; try again.';
    button.disabled = false;
  }
});
`;

const style = `:root { color-scheme: light dark; }
body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 28rem; margin: 12vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.75rem; margin: 0 0 1rem; }
button { font: inherit; font-weight: 600; min-height: 3rem; width: 100%; border: 0; border-radius: 0.5rem; background: #0b5d4e; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
button:disabled { opacity: 0.6; cursor: default; }
[hidden] { display: none; }
`;

/** Serves the page of links, which looks for nothing but its own two files. */
export function serveLinkPage(server: FastifyInstance): void {
  server.get(linkPage, (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page),
  );
  server.get(`${linkPage}.js`, (_, reply) => reply.type('text/javascript; charset=utf-8').send(script));
  server.get(`${linkPage}.css`, (_, reply) => reply.type('text/css; charset=utf-8').send(style));
}
