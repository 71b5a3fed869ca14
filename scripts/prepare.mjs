// Makes a checkout ready to run: installs what is missing and builds what is older than its source. Where nothing is to
// be done it says nothing and costs a few milliseconds. Plain Node, because nothing else may be there yet.
//   --build  builds the service in any case      --web  the web app too      --dev  what its tests need as well      --quiet  says nothing
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const has = (flag) => process.argv.includes(flag);
const quiet = has('--quiet');
const inRoot = (...names) => path.join(root, ...names);
const changedAt = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const built = inRoot('dist', '.built');

install('Installing packages (about a minute; once)', root, inRoot('node_modules', '.package-lock.json'), []);
const source = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];
if (has('--build') || changedAt(built) <= newest(root, source, ['src', 'migrations', 'scripts'])) {
  step('Building', process.execPath, [inRoot('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  fs.writeFileSync(built, '');
}
if (has('--web')) prepareWeb();

/** The app has packages of its own. Who only starts the service gets those that a build needs; the tests need a few more. */
function prepareWeb() {
  const web = inRoot('web');
  const whole = path.join(web, 'node_modules', '.whole');
  const some = path.join(web, 'node_modules', '.for-the-build');
  const isWhole = changedAt(whole) >= changedAt(path.join(web, 'package-lock.json'));
  if (has('--dev')) install('Installing what the tests of the web app need', web, whole, []);
  else if (!isWhole) install('Installing what the web app is built with (once)', web, some, ['--omit=dev']);
  const app = path.join(web, 'dist', '.built');
  const files = ['package-lock.json', 'index.html', 'vite.config.ts', 'routes.json'];
  const isOld = changedAt(app) <= Math.max(newest(web, files, ['src', 'public', 'scripts']), changedAt(built));
  if (isOld) step('Building the web app', process.execPath, [path.join(web, 'scripts', 'build.mjs')]);
}

/** Installs where the lock is younger than the mark. A node_modules that is a link belongs to another checkout; npm ci would empty it there. */
function install(title, folder, mark, flags) {
  const isBorrowed =
    fs.lstatSync(path.join(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isBorrowed || changedAt(mark) >= changedAt(path.join(folder, 'package-lock.json'))) return;
  step(title, 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...flags], folder);
  fs.writeFileSync(mark, '', { flag: 'a' });
  const now = new Date();
  fs.utimesSync(mark, now, now);
}

function step(title, command, args, cwd = root) {
  if (!quiet) process.stderr.write(`${title} …\n`);
  const out = quiet ? ['ignore', 'ignore', 'inherit'] : ['ignore', 2, 2];
  const { status, error } = spawnSync(command, args, { cwd, stdio: out, shell: process.platform === 'win32' });
  if (status === 0) return;
  process.stderr.write(
    `${title} failed${error ? `: ${error.message}` : ''}. Run ${[path.basename(command), ...args].join(' ')} to see why.\n`,
  );
  process.exit(1);
}

/** When the youngest file that a build reads was changed. */
function newest(base, names, folders) {
  const files = names.map((name) => path.join(base, name));
  for (const folder of folders) {
    for (const entry of fs.readdirSync(path.join(base, folder), { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isDirectory() || /\.spec\.tsx?$/.test(entry.name) || file.includes(`${path.sep}generated${path.sep}`))
        continue;
      files.push(file);
    }
  }
  return Math.max(...files.map(changedAt));
}
