import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is said on some occasions, by name. */
export type Said = Readonly<Record<string, () => unknown>>;

const written = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** What comes of it, with decimals as they are written; a refusal by its code, sentence and facts. */
function told(say: () => unknown): string {
  try {
    return written(say());
  } catch (error) {
    const { code, message, facts } = error as { code?: string; message: string; facts?: object };
    return `refused: ${code ?? 'assert'}: ${message} ${written(facts)}`;
  }
}

/**
 * Compares what a room of the domain says (refusals with their sentences and facts, findings with their remedies, reasons with their figures)
 * with what was read and kept in `test/golden/told`. UPDATE_GOLDEN=1 writes it anew; the difference is read like prose.
 */
export function expectTold(name: string, said: Said): void {
  const file = join(__dirname, '../golden/told', `${name}.txt`);
  const text = Object.entries(said)
    .map(([occasion, say]) => `${occasion}\n  ${told(say)}\n`)
    .join('');
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
