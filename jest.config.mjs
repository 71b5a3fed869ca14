// Nest 12 ships ES modules only and Jest on Node 20 cannot require those, so swc turns everything,
// dependencies included, into CommonJS. No experimental flag, and jest.mock keeps working (ADR 0003).
const transform = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };
const ts = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
const js = {
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
  isModule: 'unknown',
};
const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', ts],
    '/@fastify/cookie/.+\\.js$': ['@swc/jest', { ...js, isModule: true }],
    '^.+\\.m?js$': ['@swc/jest', js],
  },
  transformIgnorePatterns: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/web/', '<rootDir>/.commonmeter/', '<rootDir>/.mutation/'],
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/law-runs.mjs'],
};
const withDatabase = {
  ...base,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  watchman: false,
  // Nothing here is timed; the limit only ends what hangs, on a machine that is busy with other things too.
  testTimeout: 120_000,
  // Each spec loads the house anew, and a worker lets go of only part of it: at a gigabyte and a half it is replaced before the next one.
  workerIdleMemoryLimit: '1536MB',
  reporters: ['default', '<rootDir>/test/support/tally-reporter.mjs'],
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['src/**', 'scripts/**', 'test/golden', 'test/laws', 'test/second-implementation'].map(
        (folder) => `<rootDir>/${folder}/*.spec.ts`,
      ),
    },
    { ...withDatabase, displayName: 'database', testMatch: ['<rootDir>/test/database/**/*.spec.ts'] },
    { ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    { ...withDatabase, displayName: 'tamper', testMatch: ['<rootDir>/test/tamper/**/*.spec.ts'] },
    { ...withDatabase, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'] },
  ],
};
