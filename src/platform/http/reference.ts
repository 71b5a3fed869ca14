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
<link rel="icon" href="data:,">
</head>
<body>
<main id="reader"><p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p></main>
<script src="/reference/swagger-ui-bundle.js"></script>
<script src="/reference/start.js"></script>
</body>
</html>
`;

const startScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reader', deepLinking: true, validatorUrl: null });\n`;

/** Serves what a developer reads: the OpenAPI document, a reader for it, and the explanation of every problem. */
export function serveReference(app: INestApplication, server: FastifyInstance, version: string): void {
  let document: Promise<string> | undefined;
  server.get('/openapi.json', async (_, reply) => {
    document ??= openApiDocument(app, version).then((made) => JSON.stringify(made));
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  server.get('/reference', (_, reply) => reply.type('text/html; charset=utf-8').send(startPage));
  server.get('/reference/start.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(startScript));
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
