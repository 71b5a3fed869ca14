import fs from 'node:fs';
import { declareClassPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { loadSpecs, runTest, settleLaws } from './specs.mjs';

const folder = process.env.MUTATION_FOLDER;
/** Those of the folder first, because they know it best. */
const places = [`src/domain/${folder}`, `src/domain/${folder}.spec.ts`, 'test/laws', 'test/golden'];
/** How long each test took, told by the first process to the others: what is quick is asked first. */
const timesFile = '.mutation-times.json';

/** Runs the specs that answer for one folder of the domain, in this process. */
class SpecRunner {
  #tests = [];
  /** The mutant that was there while the specs were loaded; null where none was. */
  #loadedWith;

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    settleLaws(Number.parseInt(process.env.MUTATION_LAW_RUNS ?? '50', 10));
  }

  async dryRun() {
    globalThis.__stryker__ ??= {};
    this.#load(null);
    const result = await this.#run(this.#tests, false);
    const times = Object.fromEntries((result.tests ?? []).map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    fs.writeFileSync(timesFile, JSON.stringify(times));
    return { ...result, mutantCoverage: globalThis.__stryker__.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }) {
    const stryker = (globalThis.__stryker__ ??= {});
    Object.assign(stryker, { activeMutant: undefined, hitLimit, hitCount: hitLimit ? 0 : undefined });
    try {
      this.#load(mutantActivation === 'static' ? activeMutant.id : null);
    } catch (error) {
      // What cannot even be loaded is noticed by every test.
      return toMutantRunResult(allFailed(String(error?.message ?? error)), disableBail);
    }
    stryker.activeMutant = activeMutant.id;
    const chosen = testFilter ? new Set(testFilter) : null;
    const tests = chosen ? this.#tests.filter(({ id }) => chosen.has(id)) : this.#tests;
    // A fault that no test was let loose on has not survived any.
    if (chosen && tests.length < chosen.size) {
      return {
        status: MutantRunStatus.Error,
        errorMessage: `${chosen.size - tests.length} tests are not there any more.`,
      };
    }
    const result = await this.#run(tests, !disableBail);
    return toMutantRunResult(determineHitLimitReached(stryker.hitCount, hitLimit) ?? result, disableBail);
  }

  #load(mutant) {
    if (this.#loadedWith === mutant) return;
    this.#loadedWith = undefined;
    if (mutant !== null) globalThis.__stryker__.activeMutant = mutant;
    const times = fs.existsSync(timesFile) ? JSON.parse(fs.readFileSync(timesFile, 'utf8')) : {};
    this.#tests = loadSpecs(places).sort((one, other) => (times[one.id] ?? 0) - (times[other.id] ?? 0));
    this.#loadedWith = mutant;
  }

  async #run(tests, bail) {
    const results = [];
    for (const test of tests) {
      globalThis.__stryker__.currentTestId = test.id;
      const { timeSpentMs, failure } = await runTest(test);
      const told = { id: test.id, name: test.id, fileName: test.file, timeSpentMs };
      results.push(
        failure === undefined
          ? { ...told, status: TestStatus.Success }
          : { ...told, status: TestStatus.Failed, failureMessage: failure },
      );
      if (bail && failure !== undefined) break;
    }
    globalThis.__stryker__.currentTestId = undefined;
    return { status: DryRunStatus.Complete, tests: results };
  }
}

const allFailed = (failureMessage) => ({
  status: DryRunStatus.Complete,
  tests: [{ id: 'load', name: 'load', timeSpentMs: 0, status: TestStatus.Failed, failureMessage }],
});

/** The sentence of an assert is read by whoever mends our bug; that it stops is what tests are for. */
const sentenceOfAssert = {
  shouldIgnore({ node, key, parent }) {
    const isSentence = parent?.type === 'CallExpression' && parent.callee.name === 'assert' && key === 1;
    return isSentence && ['StringLiteral', 'TemplateLiteral'].includes(node.type)
      ? 'The wording of an assert is no behaviour.'
      : undefined;
  },
};

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner),
  declareValuePlugin(PluginKind.Ignore, 'sentence-of-assert', sentenceOfAssert),
];
