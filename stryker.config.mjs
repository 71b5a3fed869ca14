// Faults planted in one folder of the domain, or in its errors.ts; `npm run mutation` runs it for each and adds them up
// (scripts/mutation.mjs).
const folder = process.env.MUTATION_FOLDER;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'specs',
  plugins: ['./scripts/mutation/runner.mjs'],
  ignorers: ['sentence-of-assert'],
  coverageAnalysis: 'perTest',
  mutate: [`src/domain/${folder}.ts`, `src/domain/${folder}/**/*.ts`, '!src/domain/**/*.spec.ts'],
  ignorePatterns: ['.commonmeter', 'clients', 'dist', 'docker', 'docs', 'migrations'],
  tempDirName: '.mutation/tmp',
  reporters: ['json', 'html'],
  jsonReporter: { fileName: `.mutation/${folder}.json` },
  htmlReporter: { fileName: `.mutation/${folder}.html` },
  incrementalFile: `.mutation/${folder}.incremental.json`,
  concurrency: 2,
  // Loops without end are counted out after a hundred times the usual turns; the clock is for what that does not see.
  timeoutMS: 60_000,
  disableTypeChecks: true,
};
