import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { transformSync } from '@swc/core';
import jest from '../../jest.config.mjs';

/*
 * Loads specs once and runs their tests as often as one likes. Jest loads every file of a run anew, which is right for tests and far too
 * dear for the thousands of runs of a mutation test; the domain has no state that a run could leave behind. The specs see of Jest what
 * those of the domain use: describe, it, it.each and expect.
 */

const require = createRequire(import.meta.url);
const unit = jest.projects.find(({ displayName }) => displayName === 'unit');
const swc = { ...unit.transform['^.+\\.ts$'][1], sourceMaps: false };
const compiled = new Map();

/** A test: its name, unlike any other, and what it does. */
let tests = [];
let names = [];
let file = '';

const seen = new Map();
const collect = (name, run) => {
  const id = [file, ...names, name].join(' › ');
  seen.set(id, (seen.get(id) ?? 0) + 1);
  tests.push({ id: seen.get(id) === 1 ? id : `${id} (${seen.get(id)})`, name, file, run });
};
const describe = (name, body) => {
  names.push(name);
  body();
  names.pop();
};
const eachOf = (say) => (rows) => (name, run) =>
  rows.forEach((row, index) => say(`${name} #${index + 1}`, () => run(...(Array.isArray(row) ? row : [row]))));
Object.assign(globalThis, {
  describe: Object.assign(describe, { each: eachOf(describe) }),
  it: Object.assign(collect, { each: eachOf(collect) }),
  expect: require('expect').expect,
});

Module._extensions['.ts'] = (module, filename) => {
  if (!compiled.has(filename)) {
    compiled.set(filename, transformSync(fs.readFileSync(filename, 'utf8'), { ...swc, filename }).code);
  }
  module._compile(compiled.get(filename), filename);
};
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const asTs = request.startsWith('.') && parent?.filename?.endsWith('.ts') ? request.replace(/\.js$/, '.ts') : request;
  return resolve.call(Module, asTs, parent, ...rest);
};

/**
 * Loads the specs of some folders, and what they import of ours, as if for the first time.
 *
 * @param places folders and files, in the order in which their tests shall run; one that is not there has none
 * @returns the tests
 */
export function loadSpecs(places) {
  for (const name of Object.keys(Module._cache)) {
    if (name.endsWith('.ts')) delete Module._cache[name];
  }
  [tests, names] = [[], []];
  seen.clear();
  for (file of places.flatMap(specsAt)) require(path.resolve(file));
  return tests;
}

function specsAt(place) {
  if (!fs.existsSync(place)) return [];
  const names = fs.statSync(place).isFile() ? [''] : fs.readdirSync(place, { recursive: true }).sort();
  return names.map((name) => path.join(place, name)).filter((name) => name.endsWith('.spec.ts'));
}

/** Runs one test. @returns how long it took in ms, and the message where it failed */
export async function runTest({ run }) {
  const start = performance.now();
  let failure;
  try {
    await run();
  } catch (error) {
    failure = String(error?.message ?? error);
  }
  return { timeSpentMs: performance.now() - start, failure };
}

/** How often each law is tried; the same cases each time, and the first that breaks it is enough. */
export function settleLaws(numRuns) {
  require('fast-check').configureGlobal({ numRuns, seed: 20261101, endOnFailure: true });
}
