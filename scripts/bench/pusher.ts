import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A round of pushes over a number of connections, each call with a batch of readings that nobody else sends. */
export interface PushRound {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly calls: number;
  readonly batch: number;
  /** Number of the first reading. */
  readonly first: number;
  /** What must become of every reading; anything else ends the benchmark. */
  readonly expect: 'created' | 'duplicate';
}

export interface PushOutcome {
  readonly seconds: number;
  /** Milliseconds from sending to the end of the answer that one call in two, and one in a hundred, takes longer than. */
  readonly p50: number;
  readonly p99: number;
}

export type FromPusher = { readonly ready: true } | { readonly outcome: PushOutcome } | { readonly failure: string };

/** The client: a process of its own, so that its work is not counted as the service's and does not hold it up. */
export class Pusher {
  private readonly child: ChildProcess = fork(new URL('./pusher-process.js', import.meta.url), {
    serialization: 'advanced',
  });

  /** Writes the bodies of a round, and waits. */
  async prepare(round: PushRound): Promise<void> {
    this.child.send({ round });
    await this.answer();
  }

  /** Sends what was prepared. */
  async push(): Promise<PushOutcome> {
    this.child.send({ go: true });
    const answer = await this.answer();
    if (!('outcome' in answer)) throw new Error('The pusher was not prepared.');
    return answer.outcome;
  }

  close(): void {
    this.child.disconnect();
  }

  private async answer(): Promise<FromPusher> {
    const [answer] = (await once(this.child, 'message')) as [FromPusher];
    if ('failure' in answer) throw new Error(answer.failure);
    return answer;
  }
}
