// Everything that is checked, in the order in which it fails fastest. The last line says how many tests passed.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const workers = String(Math.max(1, Math.min(4, os.availableParallelism())));

const gates = [
  ['types', bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', bin('eslint'), ['.']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['imports', bin('depcruise'), ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']],
  [
    'imports of the web app',
    bin('depcruise'),
    ['web/src', '--config', 'web/.dependency-cruiser.cjs', '--output-type', 'err'],
  ],
  ['tidy', process.execPath, ['scripts/tidy.mjs']],
  ['types of the web app', bin('tsc'), ['--noEmit', '-p', 'web/tsconfig.json']],
  ['lint of the web app', bin('eslint'), ['--config', 'web/eslint.config.js', 'web']],
  ['tests of the web app', process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], 'web'],
];

const failed = gates.filter((gate) => !passes(...gate)).map(([name]) => name);
const testsPass = passes('tests', bin('jest'), ['--maxWorkers', workers, ...process.argv.slice(2)], '.', failed);
process.exit(failed.length === 0 && testsPass ? 0 : 1);

function passes(name, command, args, folder = '.', failedBefore = []) {
  process.stdout.write(
    failedBefore.length > 0 ? `failed so far: ${failedBefore.join(', ')}\n${name} …\n` : `${name} …\n`,
  );
  return (
    spawnSync(command, args, { cwd: path.join(root, folder), stdio: 'inherit', shell: process.platform === 'win32' })
      .status === 0
  );
}
