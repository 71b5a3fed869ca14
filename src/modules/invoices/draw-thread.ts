import { parentPort } from 'node:worker_threads';
import type { Statement } from '../../domain/statement/model.js';
import { drawStatement } from './pdf/document.js';

/** A thread that draws. Statements come as canonical text, documents go back as bytes that are handed over, not copied. */
export interface DrawTask {
  readonly task: number;
  readonly body: string;
  readonly bundle: string | undefined;
}
export type DrawResult =
  { readonly task: number; readonly content: Uint8Array } | { readonly task: number; readonly error: string };

parentPort?.on('message', ({ task, body, bundle }: DrawTask) => {
  try {
    const content = new Uint8Array(drawStatement(JSON.parse(body) as Statement, bundle));
    parentPort?.postMessage({ task, content } satisfies DrawResult, [content.buffer]);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ task, error: said } satisfies DrawResult);
  }
});
