import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/*
 * Keeps readings on disk and sends them to Commonmeter when there is a network; forgets only what was answered. For a gateway that
 * runs Node; forward.sh does the same with a shell and curl. Nothing but Node is needed.
 *
 * The queue is a file of lines, one reading each, and a mark beside it that tells how many bytes of it were answered. Power may fail
 * at any point: at worst some lines are sent again, and the service answers them as duplicates.
 */

export interface Reading {
  readonly meter: string;
  readonly register: string;
  /** With its offset: 2026-10-01T00:30:00+01:00. */
  readonly at: string;
  /** The digits of the display, never a number. */
  readonly value: string;
  readonly unit: string;
}

export interface ForwardOptions {
  readonly url: string;
  readonly key: string;
  /** A folder of this gateway's own. */
  readonly folder: string;
  /** The secret Ed25519 key of this gateway; with it every batch is signed (docs/signed-readings.md). */
  readonly secret?: KeyObject;
  /** Told what the service would not simply store, with its line. */
  readonly onAnswer?: (line: string, answer: { readonly status: string; readonly problem?: unknown }) => void;
}

const mostLines = 1000;
const mostBytes = 1_048_576;

export class Forwarder {
  private readonly queue: string;
  private readonly mark: string;

  constructor(private readonly options: ForwardOptions) {
    this.queue = join(options.folder, 'queue.ndjson');
    this.mark = join(options.folder, 'queue.answered');
  }

  /** Keeps a reading. It is on the disk when this returns. */
  keep(reading: Reading): void {
    const file = openSync(this.queue, 'a');
    try {
      writeSync(file, `${JSON.stringify(reading)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /**
   * Sends what is kept, oldest first.
   *
   * @returns seconds after which to try again; 0 where everything was answered
   */
  async send(): Promise<number> {
    for (;;) {
      const lines = this.waiting();
      if (lines.length === 0) return 0;
      const wait = await this.push(lines);
      if (wait > 0) return wait;
    }
  }

  /** The next lines, whole ones only: one without its end was cut off by a loss of power. */
  private waiting(): string[] {
    if (!existsSync(this.queue)) return [];
    const file = openSync(this.queue, 'r');
    try {
      const piece = Buffer.alloc(mostBytes);
      const kept = piece.subarray(0, readSync(file, piece, 0, mostBytes, this.answered()));
      const whole = kept.subarray(0, kept.lastIndexOf('\n') + 1).toString();
      return whole.split('\n').slice(0, -1).slice(0, mostLines);
    } finally {
      closeSync(file);
    }
  }

  private answered(): number {
    return existsSync(this.mark) ? Number(readFileSync(this.mark, 'utf8')) : 0;
  }

  private async push(lines: readonly string[]): Promise<number> {
    const { url, key, onAnswer, secret } = this.options;
    const body = lines.join('\n');
    let reply: Response;
    try {
      reply = await fetch(`${url}/api/v1/readings`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/x-ndjson',
          ...(secret === undefined ? {} : signatureOf(body, secret)),
        },
        body,
        signal: AbortSignal.timeout(60_000),
      });
    } catch {
      return 60;
    }
    if (reply.status !== 200) return Number(reply.headers.get('retry-after') ?? 60);
    const { results } = (await reply.json()) as {
      results: readonly { index: number; status: string; problem?: unknown }[];
    };
    for (const { index, ...answer } of results) {
      if (answer.problem !== undefined) onAnswer?.(lines[index] ?? '', answer);
    }
    this.note(this.answered() + Buffer.byteLength(`${lines.join('\n')}\n`));
    return 0;
  }

  /** Moves the mark in one step, or begins anew where all was answered. */
  private note(bytes: number): void {
    if (bytes === statSync(this.queue).size) {
      // The mark first: with a mark of the old queue, readings of the new one would be passed over.
      rmSync(this.mark, { force: true });
      rmSync(this.queue);
      return;
    }
    const next = `${this.mark}.next`;
    const file = openSync(next, 'w');
    writeSync(file, String(bytes));
    fsyncSync(file);
    closeSync(file);
    renameSync(next, this.mark);
  }
}

/** The headers that sign a body: RFC 9421, with the digest of the body as the one thing signed. */
export function signatureOf(body: string, secret: KeyObject): Record<string, string> {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  const keyId = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  const parameters = `("content-digest");created=${Math.floor(Date.now() / 1000)};keyid="${keyId}";alg="ed25519"`;
  const signed = `"content-digest": ${digest}\n"@signature-params": ${parameters}`;
  return {
    'content-digest': digest,
    'signature-input': `readings=${parameters}`,
    signature: `readings=:${sign(null, Buffer.from(signed), secret).toString('base64')}:`,
  };
}
