import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/platform/config.js';
import { locateDatabase } from '../../src/platform/database/locate.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { benchArchive } from './archive.js';
import { beside, headOf, keepPrinted, readKept, sayBefore } from './before.js';
import { benchFiles } from './files.js';
import { benchGrowth } from './growth.js';
import { type BenchFigure, benchIngest } from './ingest.js';
import { benchMqtt } from './mqtt.js';
import { benchRun } from './run.js';
import { benchScale } from './scale.js';
import { benchValidation } from './validation.js';
import { benchWeb } from './web.js';

/*
 * `npm run bench`: every figure beside its ceiling, measured in the same run on the same database. Absolute figures drift with
 * the machine and its neighbours; the ratio is what counts, beside the ratio that was kept of a run before (`before.ts`). `--quick` takes fewer and shorter rounds; a word takes only the
 * figures whose group it names (readings, mqtt, run, growth, validation, files). How intake grows with what is there (scale) and how long
 * it takes to leave and come back (archive) are measured only where they are named, because making so many rows takes long; `--rows 5000000` makes fewer,
 * and so does `--months 6` of the archive. So are the pages of the web app (web), which need a browser.
 */

const words = process.argv.slice(2);
const valueOf = (option: string): string | undefined =>
  words.includes(option) ? words[words.indexOf(option) + 1] : undefined;
const printed = valueOf('--keep');
if (printed !== undefined) {
  const kept = keepPrinted(printed, valueOf('--as') ?? printed);
  process.stdout.write(`${kept} ratios are kept; the next run prints them beside its own.\n`);
  process.exit(0);
}
const quick = words.includes('--quick');
const numberAfter = (option: string): number | null =>
  words.includes(option) ? Number.parseInt(words[words.indexOf(option) + 1] ?? '', 10) : null;
const [rowsAsked, monthsAsked] = [numberAfter('--rows'), numberAfter('--months')];
const wanted = words.filter(
  (word, i) => !word.startsWith('--') && !['--rows', '--months'].includes(words[i - 1] ?? ''),
);
if ((rowsAsked !== null && !(rowsAsked > 0)) || (monthsAsked !== null && !(monthsAsked > 0 && monthsAsked <= 24))) {
  process.stderr.write('--rows needs a number above zero, like --rows 5000000; --months one from 1 to 24.\n');
  process.exit(2);
}

const groups: Readonly<Record<string, (databaseUrl: string) => Promise<BenchFigure[]>>> = {
  readings: (databaseUrl) => benchIngest({ databaseUrl, quick }),
  mqtt: (databaseUrl) => benchMqtt({ databaseUrl, quick }),
  run: (databaseUrl) => benchRun({ databaseUrl, quick }),
  growth: (databaseUrl) => benchGrowth({ databaseUrl, quick }),
  validation: (databaseUrl) => benchValidation({ databaseUrl, quick }),
  files: (databaseUrl) => benchFiles({ databaseUrl, quick }),
  archive: (databaseUrl) => benchArchive({ databaseUrl, months: monthsAsked ?? (quick ? 2 : 24) }),
  web: () => benchWeb({ quick }),
  scale: (databaseUrl) => benchScale({ databaseUrl, quick, rows: rowsAsked ?? (quick ? 2_000_000 : 50_000_000) }),
};
const onlyWhereNamed = new Set(['scale', 'archive', 'web']);

const unknown = wanted.filter((word) => !(word in groups));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(groups).join(', ')}.\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-bench-'));
chmodSync(folder, 0o755);
const database = await locateDatabase({ ...loadConfig(), dataDir: folder });
try {
  await migrate(database.ownerUrl);
  const about = `${database.described}, node ${process.version}, ${quick ? 'quick' : 'full'}`;
  const before = readKept();
  process.stdout.write(`${about}\n${before === null ? '' : `${sayBefore(before, about)}\n`}\n`);
  process.stdout.write(
    `${'figure'.padEnd(58)}${'ours'.padStart(12)}${'ceiling'.padStart(12)}  ${'unit'.padEnd(8)}${headOf(before)}  CPU µs a row; p99 ms\n`,
  );
  for (const [name, run] of Object.entries(groups)) {
    if (wanted.length > 0 ? !wanted.includes(name) : onlyWhereNamed.has(name)) continue;
    for (const figure of await run(database.ownerUrl)) {
      const [ours, ceiling] = [figure.ours, figure.ceiling].map((value) => rounded(value).padStart(12));
      const cpu = figure.cpu ? `  ${rounded(figure.cpu.ours)} over ${rounded(figure.cpu.ceiling)}` : '';
      const p99 = figure.p99 ? `; ${rounded(figure.p99.ours)} over ${rounded(figure.p99.ceiling)}` : '';
      process.stdout.write(
        `${figure.name.padEnd(58)}${ours}${ceiling}  ${figure.unit.padEnd(8)}${beside(before, figure.name, figure.ratio)}${cpu}${p99}\n`,
      );
    }
  }
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Whole numbers where they are large, two digits where they are small. */
function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(2);
}
