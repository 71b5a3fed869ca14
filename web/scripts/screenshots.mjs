// `npm run screenshots`: walks the browser tests through a demo of their own and leaves a picture of every page in web/screenshots.
// `npm run screenshots -- --guides`: takes the pictures of the guides anew, in docs/pictures, by the tests that come past them.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const isForGuides = process.argv.includes('--guides');
const folder = isForGuides ? path.join(web, '..', 'docs', 'pictures') : path.join(web, 'screenshots');
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
const tests = fs.readdirSync(path.join(web, 'test', 'browser'));
const withPictures = tests.filter((name) =>
  fs.readFileSync(path.join(web, 'test', 'browser', name), 'utf8').includes('.forGuide('),
);
const vitest = path.join(web, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'browser', ...(isForGuides ? withPictures : [])],
  {
    cwd: web,
    stdio: 'inherit',
    env: { ...process.env, [isForGuides ? 'GUIDE_PICTURES' : 'SCREENSHOTS']: folder },
  },
);
process.stdout.write(`${fs.readdirSync(folder).length} pictures in ${folder}\n`);
process.exit(status ?? 1);
