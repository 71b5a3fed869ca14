import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';

/*
 * `npm run mutation`: plants one fault after another in the domain and looks whether a test notices (Stryker). A fault must be noticed by
 * the specs of its own folder, by the golden stories or by the laws over whole communities.
 *
 *   npm run mutation                        every folder; ends with 1 under 90 %
 *   npm run mutation -- quantity calendar   these folders
 *   npm run mutation -- proof/note.ts,s*.ts only these files of a folder, to go on later where time is short: files add up
 *   --survivors                             lists what nobody noticed
 *   --again                                 takes over what is known where neither code nor tests changed; what constants hold
 *                                           is looked at anew only without it
 */
const least = 90;
/** What a fault can come to; what no compiler takes and what is left out with a reason does not count. */
const noticedAs = ['Killed', 'Timeout'];
const missed = ['Survived', 'NoCoverage'];

const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs').forbidden;
const listed = rules.find(({ name }) => name === 'domain-folder-is-on-the-list').from.pathNot;
const folders = /\(([^)]+)\)/.exec(listed)[1].split('|');
/** The folders of the domain from left to right, after the file that belongs to none. */
const domain = ['errors', ...folders.filter((folder) => fs.existsSync(`src/domain/${folder}`))];
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const [listsSurvivors, isAgain] = ['--survivors', '--again'].map((flag) => process.argv.includes(flag));
const folderOf = (word) => word.split('/')[0];
const unknown = asked.filter((word) => !domain.includes(folderOf(word)));
if (unknown.length > 0) {
  console.error(`No folder of the domain: ${unknown.join(', ')}. There are ${domain.join(', ')}.`);
  process.exit(2);
}

const start = performance.now();
const scores = [];
console.log('folder           faults  noticed  not noticed  not reached     score');
for (const word of asked.length > 0 ? asked : domain) {
  const folder = folderOf(word);
  mutate(folder, word.slice(folder.length + 1));
  const mutants = mutantsOf(folder);
  if (mutants.some(({ statusReason = '' }) => statusReason.endsWith('tests are not there any more.'))) {
    console.error(`${word}: some faults could not be tried (.mutation/${folder}.html); nothing is said of it.`);
    process.exit(2);
  }
  scores.push(tell(word, mutants));
  if (listsSurvivors) mutants.filter(({ status }) => missed.includes(status)).forEach(show);
}
const total = {
  noticed: scores.reduce((sum, { noticed }) => sum + noticed, 0),
  faults: scores.reduce((sum, { faults }) => sum + faults, 0),
};
console.log(`${'all of them'.padEnd(16)}${String(total.faults).padStart(7)}${String(total.noticed).padStart(9)}`);
console.log(
  `mutation score ${percent(total)} % (${least} % asked for), in ${((performance.now() - start) / 60_000).toFixed(1)} minutes`,
);
process.exit(100 * total.noticed >= least * total.faults ? 0 : 1);

/** @param files the names of some files, with a comma between them; nothing stands for all */
function mutate(folder, files) {
  const words = ['run', 'stryker.config.mjs', '--logLevel', 'error', ...(isAgain ? ['--incremental'] : [])];
  const { status } = spawnSync(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', ...words], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, MUTATION_FOLDER: folder, MUTATION_FILES: files },
  });
  if (status !== 0) {
    console.error(`${folder}: Stryker ended with ${status}.`);
    process.exit(2);
  }
}

function mutantsOf(folder) {
  const { files } = JSON.parse(fs.readFileSync(`.mutation/${folder}.json`, 'utf8'));
  return Object.entries(files).flatMap(([file, { mutants, source }]) =>
    mutants.map((mutant) => ({ ...mutant, file, source })),
  );
}

function tell(folder, mutants) {
  const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
  const noticed = count(...noticedAs);
  const score = { noticed, faults: noticed + count(...missed) };
  const figures = [score.faults, noticed, count('Survived'), count('NoCoverage')];
  const columns = [7, 9, 13, 13].map((width, i) => String(figures[i]).padStart(width)).join('');
  console.log(`${folder.padEnd(16)}${columns}${percent(score).padStart(9)} %`);
  return score;
}

/** In full hundredths, and never rounded up: 89.99 is not 90. */
function percent({ noticed, faults }) {
  return faults === 0 ? '100.00' : (Math.floor((10_000 * noticed) / faults) / 100).toFixed(2);
}

function show({ file, source, location: { start, end }, replacement, status, mutatorName }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1);
  const was = lines
    .join('\n')
    .slice(start.column - 1)
    .replace(/\s+/g, ' ');
  const short = (text) => (text.length > 90 ? `${text.slice(0, 87)}...` : text);
  const became = short((replacement ?? mutatorName).replace(/\s+/g, ' '));
  const mark = status === 'NoCoverage' ? 'not reached' : 'not noticed';
  console.log(`  ${file}:${start.line}:${start.column} ${mark}: ${short(was)} → ${became}`);
}
