import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A round of messages with a reading each that nobody else sends. */
export interface PublishRound {
  readonly url: string;
  readonly connections: number;
  readonly messages: number;
  /** Number of the first reading. */
  readonly first: number;
}

/** Devices that publish: a process of its own, so that its work does not hold up the service. */
export class Publisher {
  private readonly child: ChildProcess = fork(new URL('./publisher-process.js', import.meta.url));

  /** Connects and writes the messages of a round. */
  prepare(round: PublishRound): Promise<void> {
    return this.ask({ round });
  }

  /** Publishes what was prepared; the broker has all of it when this is answered. */
  publish(): Promise<void> {
    return this.ask({ go: true });
  }

  close(): void {
    this.child.disconnect();
  }

  private async ask(message: object): Promise<void> {
    this.child.send(message);
    const [{ failure }] = (await once(this.child, 'message')) as [{ failure?: string }];
    if (failure !== undefined) throw new Error(failure);
  }
}
