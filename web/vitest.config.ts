import { defineConfig } from 'vitest/config';
import { InOrder } from './test/support/in-order.js';

export default defineConfig({
  test: {
    sequence: { sequencer: InOrder },
    projects: [
      { test: { name: 'unit', environment: 'happy-dom', include: ['src/**/*.spec.{ts,tsx}'] } },
      { test: { name: 'build', environment: 'node', include: ['test/build/*.spec.ts'] } },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          globalSetup: ['test/support/demo.ts'],
        },
      },
    ],
  },
});
