import { setTimeout as pause } from 'node:timers/promises';
import { type Config, loadConfig } from '../platform/config.js';
import { ApiClient } from './client.js';
import { memoryFile, remembered } from './memory.js';
import { CommandFailed, exitCodes, type Output } from './output.js';

/** The running service that a command talks to, and whose token it shows. */
export interface Where {
  readonly url?: string;
  readonly token?: string;
  readonly as?: string;
}

/** The service and the person: named on the command line, or those that the last start wrote down. */
export function clientFor(where: Where, role = 'treasurer', config: Config = loadConfig()): ApiClient {
  const memory = remembered(config);
  const wanted = where.as ?? role;
  const url = where.url ?? memory?.url;
  const token = where.token ?? memory?.tokens[wanted];
  if (url !== undefined && token !== undefined) return new ApiClient(url.replace(/\/+$/, ''), token);
  const known = Object.keys(memory?.tokens ?? {}).join(', ');
  const found = known === '' ? 'holds none' : `holds those of ${known}`;
  throw new CommandFailed(
    `Name the service and your token: --url http://127.0.0.1:3000 --token cm_…; ${memoryFile(config)}, which the demo writes, ${found}.`,
    exitCodes.usage,
  );
}

/** A billing run as the service describes it. */
export interface Run {
  readonly id: string;
  readonly status: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly inputHash: string | null;
  readonly documents: { readonly done: number; readonly total: number };
}

const lookEveryMs = 250;

/**
 * Waits until every document of a run is made, and shows how far it is.
 *
 * @param patienceMs how long it may stand still before we stop waiting: the documents are then still made, by a worker, later
 * @returns the run as it is when all are made, or nothing has moved for so long
 */
export async function followDocuments(api: ApiClient, id: string, out: Output, patienceMs = 60_000): Promise<Run> {
  let last = -1;
  for (let standing = 0; ; standing += lookEveryMs) {
    const run = await api.get<Run>(`/billing-runs/${id}`);
    const { done, total } = run.documents;
    if (done !== last) [last, standing] = [done, 0];
    out.progress('Making documents', done, total);
    if (done === total || standing >= patienceMs) return run;
    await pause(lookEveryMs);
  }
}
