import { spawnSync } from 'node:child_process';

// `npm run laws`: every law of the domain on ten thousand random cases, or as many as the first argument says.

const runs = process.argv[2] ?? '10000';
if (!/^[1-9]\d{0,6}$/.test(runs)) {
  console.error(`How many cases a law? "${runs}" is no whole number from 1 to 9999999.`);
  process.exit(2);
}
console.log(`Each law on ${runs} random cases, but for those that say a number of their own.`);
const jest = [
  'node_modules/jest/bin/jest.js',
  '--selectProjects',
  'unit',
  '--testPathPatterns',
  'src/domain|test/laws',
];
const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit', env: { ...process.env, LAW_RUNS: runs } });
process.exit(status ?? 1);
