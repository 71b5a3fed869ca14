// The typed client, made from the OpenAPI document of the service as it was just built. It is never checked in, so it cannot be older than the
// routes: where a route has changed, the app's type check fails at the place that used it.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const document = path.join(web, 'openapi.json');
const folder = path.join(web, 'src', 'api', 'generated');
const mark = path.join(folder, '.made-from');

/** Makes it where the document differs from the one it was made from. @returns whether it did */
export async function makeClient() {
  const writer = path.resolve(web, '..', 'dist', 'scripts', 'openapi.js');
  const { status } = spawnSync(process.execPath, [writer, document], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The OpenAPI document could not be written; is the service built?');
  const own = fs.readFileSync(path.join(web, 'package-lock.json'));
  const now = createHash('sha256').update(fs.readFileSync(document)).update(own).digest('hex');
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === now) return false;
  const { createClient } = await import('@hey-api/openapi-ts');
  await createClient({
    input: document,
    output: { path: folder, tsConfigPath: path.join(web, 'tsconfig.json') },
    logs: { level: 'silent' },
    plugins: ['@hey-api/typescript', '@hey-api/client-fetch', { name: '@hey-api/sdk' }, '@tanstack/react-query'],
  });
  fs.writeFileSync(mark, now);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await makeClient();
  process.stdout.write(made ? 'The client was made anew.\n' : 'The client is that of the service.\n');
}
