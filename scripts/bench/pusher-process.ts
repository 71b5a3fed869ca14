import { connect, type Socket } from 'node:net';
import type { FromPusher, PushOutcome, PushRound } from './pusher.js';
import { rowsFrom } from './rows.js';

/*
 * The client of the benchmark. Requests are written before the clock starts and answers are only searched for their counts: what a
 * round costs here is little beside what it costs the service.
 */

let prepared: { readonly round: PushRound; readonly requests: Buffer[] } | undefined;

process.on('message', (message: { round?: PushRound; go?: true }) => {
  work(message).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies FromPusher),
  );
});
process.on('disconnect', () => process.exit(0));

async function work({ round }: { round?: PushRound }): Promise<FromPusher> {
  if (round) {
    prepared = { round, requests: requestsOf(round) };
    return { ready: true };
  }
  if (!prepared) throw new Error('Nothing was prepared.');
  const outcome = await pushAll(prepared.round, prepared.requests);
  prepared = undefined;
  return { outcome };
}

function requestsOf({ url, token, batch, calls, first }: PushRound): Buffer[] {
  const { host, pathname } = new URL(url);
  return Array.from({ length: calls }, (_, call) => {
    const readings = rowsFrom(first + call * batch, batch).map(({ meter, at, value }) => ({
      meter: `M-${meter}`,
      register: 'import',
      at,
      value,
      unit: 'kWh',
      quality: 'actual',
    }));
    const body = JSON.stringify(batch === 1 ? readings[0] : { readings });
    const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.from(head + body);
  });
}

async function pushAll(round: PushRound, requests: readonly Buffer[]): Promise<PushOutcome> {
  const { hostname, port } = new URL(round.url);
  const lines = await Promise.all(Array.from({ length: round.connections }, () => Line.to(hostname, Number(port))));
  const times: number[] = [];
  const queue = requests.values();
  const start = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      for (const request of queue) {
        const sent = performance.now();
        const counts = await line.ask(request);
        times.push(performance.now() - sent);
        if (counts[round.expect] !== round.batch) throw new Error(`Not ${round.batch} ${round.expect}: ${counts.text}`);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  lines.forEach((line) => line.close());
  times.sort((a, b) => a - b);
  return { seconds, p50: times[Math.floor(times.length / 2)] ?? 0, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}

interface Counts {
  readonly created: number;
  readonly duplicate: number;
  readonly text: string;
}

/** One connection that is kept; one request at a time, answered with a content-length. */
class Line {
  private parts: Buffer[] = [];
  private missing = -1;
  private answer: { resolve(counts: Counts): void; reject(error: unknown): void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (part) => this.take(part));
    socket.on('error', (error) => this.answer?.reject(error));
    socket.on('close', () => this.answer?.reject(new Error('The service closed the connection.')));
  }

  static to(host: string, port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, noDelay: true }, () =>
        resolve(new Line(socket)),
      );
      socket.once('error', reject);
    });
  }

  ask(request: Buffer): Promise<Counts> {
    return new Promise((resolve, reject) => {
      this.answer = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.answer = undefined;
    this.socket.destroy();
  }

  private take(part: Buffer): void {
    this.parts.push(part);
    if (this.missing < 0) {
      const head = Buffer.concat(this.parts);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\ncontent-length: (\d+)/i.exec(head.toString('latin1', 0, end))?.[1];
      if (length === undefined) return this.answer?.reject(new Error(head.toString('latin1')));
      this.missing = end + 4 + Number(length) - head.length;
    } else this.missing -= part.length;
    if (this.missing > 0) return;
    const tail = Buffer.concat(this.parts.slice(-2)).toString('latin1').slice(-400);
    const [, created, duplicate] = /"created":(\d+),"duplicate":(\d+)/.exec(tail) ?? [];
    this.parts = [];
    this.missing = -1;
    this.answer?.resolve({ created: Number(created), duplicate: Number(duplicate), text: tail });
  }
}
