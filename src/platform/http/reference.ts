import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { projectFile } from '../project.js';
import { openApiDocument } from './openapi.js';
import { problemsPage } from './problem.js';

/** The files of the reader that are served; its own start page would load a sample from elsewhere. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const startPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Commonmeter API</title>
<link rel="stylesheet" href="/reference/swagger-ui.css">
<link rel="stylesheet" href="/reference/start.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="reader"><p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p></main>
<script src="/reference/swagger-ui-bundle.js"></script>
<script src="/reference/start.js"></script>
</body>
</html>
`;

/** `showExtensions` shows who may call an operation: `x-roles`. The reader has a dark dress, but leaves it to us to put it on. */
const startScript = `const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reader',
  deepLinking: true,
  filter: true,
  showExtensions: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** No answer has links; on a narrow screen their empty column would take a quarter of it. */
const startStyle = `body { margin: 0; }
#reader > p { padding: 1rem; font-family: sans-serif; }
.swagger-ui .info { margin: 2rem 0 1rem; }
.swagger-ui .scheme-container { margin: 0; padding: 0.75rem 0; box-shadow: none; }
@media (max-width: 40rem) {
  .swagger-ui .response-col_links { display: none; }
}
`;

/** Serves what a developer reads: the OpenAPI document, a reader for it, and the explanation of every problem. */
export function serveReference(app: INestApplication, server: FastifyInstance, version: string): void {
  let document: Promise<string> | undefined;
  server.get('/openapi.json', async (_, reply) => {
    document ??= openApiDocument(app, version).then((made) => JSON.stringify(made));
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  server.get('/reference', (_, reply) => reply.type('text/html; charset=utf-8').send(startPage));
  server.get('/reference/start.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(startScript));
  server.get('/reference/start.css', (_, reply) => reply.type('text/css; charset=utf-8').send(startStyle));
  const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const [name, type] of Object.entries(assets)) {
    server.get(`/reference/${name}`, async (_, reply) => {
      const file = await fs.readFile(path.join(folder, name));
      return reply.type(type).header('cache-control', 'public, max-age=3600').send(file);
    });
  }
  server.get(problemsPage, async (_, reply) => {
    const file = await fs.readFile(projectFile('docs', 'problems.md'));
    return reply.type('text/markdown; charset=utf-8').send(file);
  });
}
