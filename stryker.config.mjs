// Faults planted in one folder of the domain, or in its errors.ts; `npm run mutation` runs it for each and adds them up
// (scripts/mutation.mjs).
const folder = process.env.MUTATION_FOLDER;
/** Only some of its files, as names with a comma between them; nothing for all. */
const files = process.env.MUTATION_FILES;
const tried = files
  ? files.split(',').map((file) => `src/domain/${folder}/**/${file}`)
  : [`src/domain/${folder}.ts`, `src/domain/${folder}/**/*.ts`];

/**
 * The words of each language are no behaviour, and a fault in one is noticed by whoever reads them: `catalogue.spec.ts` holds every text of every
 * catalogue, in every way in which it can be said, against `test/golden/words`. What chooses among them is tried as everything else is.
 */
const words = '!src/domain/statement/catalogue/{english,german}-*.ts';

/** A statement to look at, for specs and `scripts/preview-statement.ts`: figures that nobody is billed. */
const example = '!src/domain/statement/sample.ts';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'specs',
  plugins: ['./scripts/mutation/runner.mjs'],
  ignorers: ['sentence-of-assert'],
  coverageAnalysis: 'perTest',
  mutate: [...tried, '!src/domain/**/*.spec.ts', words, example],
  ignorePatterns: ['.commonmeter', 'clients', 'dist', 'docker', 'docs', 'migrations'],
  tempDirName: '.mutation/tmp',
  reporters: ['json', 'html'],
  jsonReporter: { fileName: `.mutation/${folder}.json` },
  htmlReporter: { fileName: `.mutation/${folder}.html` },
  incrementalFile: `.mutation/${folder}.incremental.json`,
  concurrency: Number(process.env.MUTATION_AT_ONCE ?? 2),
  // Loops without end are counted out after a hundred times the usual turns; the clock is for what that does not see.
  timeoutMS: 60_000,
  disableTypeChecks: true,
};
