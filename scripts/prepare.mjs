// Makes a checkout ready to run: installs what is missing and builds what is older than its source. Where nothing is to
// be done it says nothing and costs a few milliseconds. Plain Node, because nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const quiet = process.argv.includes('--quiet');
const inRoot = (...names) => path.join(root, ...names);
const changedAt = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const installed = inRoot('node_modules', '.package-lock.json');
const built = inRoot('dist', '.built');

// A node_modules that is a link belongs to another checkout; npm ci would empty it there.
const isBorrowed = fs.lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
if (!isBorrowed && changedAt(installed) < changedAt(inRoot('package-lock.json'))) {
  step('Installing packages (about a minute; once)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  const now = new Date();
  fs.utimesSync(installed, now, now);
}
if (process.argv.includes('--build') || changedAt(built) <= newestSource()) {
  step('Building', process.execPath, [inRoot('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  fs.writeFileSync(built, '');
}

function step(title, command, args) {
  if (!quiet) process.stderr.write(`${title} …\n`);
  const out = quiet ? ['ignore', 'ignore', 'inherit'] : ['ignore', 2, 2];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: out, shell: process.platform === 'win32' });
  if (status === 0) return;
  process.stderr.write(
    `${title} failed${error ? `: ${error.message}` : ''}. Run ${[path.basename(command), ...args].join(' ')} to see why.\n`,
  );
  process.exit(1);
}

/** When the youngest file that the build reads was changed. */
function newestSource() {
  const files = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map((name) => inRoot(name));
  for (const folder of ['src', 'migrations', 'scripts']) {
    for (const entry of fs.readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory() || entry.name.endsWith('.spec.ts')) continue;
      files.push(path.join(entry.parentPath ?? entry.path, entry.name));
    }
  }
  return Math.max(...files.map(changedAt));
}
