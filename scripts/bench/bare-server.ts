import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { insertTwin, type TwinRow } from './twin.js';

/*
 * The ceiling for single readings: node:http and nothing else. It trusts what it is sent: no key, no check, no policy, no record,
 * no answer but created. Readings that arrive while others are being committed are inserted by the next statement together; or, to
 * see what that brings, each by its own.
 */

interface Waiting {
  readonly row: TwinRow;
  readonly reply: ServerResponse;
}

export async function bareServer(pool: pg.Pool, isGrouped: boolean): Promise<{ url: string; close(): void }> {
  const waiting: Waiting[] = [];
  let isBusy = false;
  const commit = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) await store(pool, waiting.splice(0));
    isBusy = false;
  };
  const server: Server = createServer((request, reply) => {
    void bodyOf(request).then((body) => {
      const { meter, at, value } = JSON.parse(body) as { meter: string; at: string; value: string };
      const one = { row: { meter: Number(meter.slice(2)), at, value }, reply };
      if (!isGrouped) return store(pool, [one]);
      waiting.push(one);
      return isBusy ? undefined : commit();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

async function store(pool: pg.Pool, group: readonly Waiting[]): Promise<void> {
  await insertTwin(
    pool,
    group.map(({ row }) => row),
  );
  for (const { reply } of group) {
    const body = '{"results":[{"index":0,"status":"created"}],"summary":{"created":1,"duplicate":0}}';
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
