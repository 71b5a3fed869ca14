// `npm run screenshots`: walks the browser tests through a demo of their own and leaves a picture of every page in web/screenshots.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(web, 'screenshots');
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
const vitest = path.join(web, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'browser'], {
  cwd: web,
  stdio: 'inherit',
  env: { ...process.env, SCREENSHOTS: folder },
});
process.stdout.write(`${fs.readdirSync(folder).length} pictures in ${folder}\n`);
process.exit(status ?? 1);
