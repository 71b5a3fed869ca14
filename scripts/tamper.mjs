import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// `npm run tamper`: thousands of changes to bundles, to the rows that the record speaks of and to its tree; what each came to, and how
// often something honest was called wrong. Fails where one change is missed or one alarm is false.

const runs = process.argv[2] ?? '2000';
if (!/^[1-9]\d{0,6}$/.test(runs)) {
  console.error(`How many changes of each kind? "${runs}" is no whole number from 1 to 9999999.`);
  process.exit(2);
}
const seed = process.argv[3] ?? String(Date.now() % 1_000_000);
console.log(
  `${runs} changes of each kind, drawn from ${seed}; \`npm run tamper -- ${runs} ${seed}\` draws the same again.`,
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-tamper-'));
const tally = path.join(folder, 'tally.jsonl');
const env = { ...process.env, TAMPER_RUNS: runs, TAMPER_SEED: seed, TAMPER_TALLY: tally };
const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', 'tamper'];
const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit', env });

const rows = fs.existsSync(tally)
  ? fs
      .readFileSync(tally, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
fs.rmSync(folder, { recursive: true });
const all = (name) => rows.reduce((total, row) => total + row[name], 0);
const total = {
  of: 'all',
  ...Object.fromEntries(['tried', 'missed', 'honest', 'falseAlarms'].map((name) => [name, all(name)])),
};
const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(16))).join(''));
line(['changed', 'tried', 'caught', 'missed', 'left as it was', 'false alarms']);
for (const { of, tried, missed, honest, falseAlarms } of [...rows, total]) {
  line([of, tried, tried - missed, missed, honest, falseAlarms].map(String));
}
process.exit(status === 0 && rows.length > 0 && total.missed === 0 && total.falseAlarms === 0 ? 0 : 1);
