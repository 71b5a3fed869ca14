import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../platform/config.js';

/** What the command line remembers between calls: where the service is, and the demo's tokens by role. */
const memory = z.object({
  url: z.string(),
  tokens: z.record(z.string(), z.string()),
  /** By how much the clock of a demo is ahead, in milliseconds. */
  aheadMs: z.int().min(0).optional(),
});
export type Memory = Readonly<z.infer<typeof memory>>;

export const memoryFile = (config: Config): string => join(config.dataDir, 'cli.json');

/** Writes it anew, readable by its owner only; the file appears when it is whole. */
export function remember(config: Config, what: Memory): void {
  const file = memoryFile(config);
  const half = `${file}.${process.pid}`;
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(half, `${JSON.stringify(what, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, file);
}

/** What was remembered; undefined where nothing was, or nobody can read it any more. */
export function remembered(config: Config): Memory | undefined {
  try {
    return memory.parse(JSON.parse(readFileSync(memoryFile(config), 'utf8')));
  } catch {
    return undefined;
  }
}
