import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Statement } from '../../domain/statement/model.js';
import type { DrawResult, DrawTask } from './draw-thread.js';
import { drawStatement } from './pdf/document.js';

interface Waiting {
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread and what it was given. */
class Drawer {
  private readonly given = new Map<number, Waiting>();
  private readonly worker: Worker;
  private last = 0;

  constructor(file: string, onEnd: (ended: Drawer) => void) {
    this.worker = new Worker(file);
    this.worker.unref();
    this.worker.on('message', (result: DrawResult) => this.settle(result));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.worker.on('exit', () => {
      this.fail(new Error('The thread that draws documents ended.'));
      onEnd(this);
    });
  }

  get load(): number {
    return this.given.size;
  }

  draw(body: string, bundle: string | undefined): Promise<Buffer> {
    const task = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.given.set(task, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ task, body, bundle } satisfies DrawTask);
    });
  }

  stop(): Promise<number> {
    return this.worker.terminate();
  }

  private settle(result: DrawResult): void {
    const waiting = this.given.get(result.task);
    this.given.delete(result.task);
    if (this.given.size === 0) this.worker.unref();
    if ('error' in result) waiting?.reject(new Error(result.error));
    else waiting?.resolve(Buffer.from(result.content));
  }

  private fail(error: Error): void {
    for (const { reject } of this.given.values()) reject(error);
    this.given.clear();
  }
}

/**
 * Draws documents on other threads, one for each core but at most four: drawing takes ten milliseconds of computing, and the
 * event loop that answers requests and renews the locks of jobs must not stand still meanwhile.
 */
@Injectable()
export class DrawingPool implements OnApplicationShutdown {
  private readonly file = fileURLToPath(new URL('./draw-thread.js', import.meta.url));
  private readonly size = Math.min(4, availableParallelism());
  private readonly drawers = new Set<Drawer>();

  /** Documents that are drawn at once. */
  get width(): number {
    return this.size;
  }

  /** @param bundle what is attached beside the data of the statement, if anything */
  async draw(body: string, bundle?: string): Promise<Buffer> {
    // The test runner compiles this code in memory: there is no file that a thread could load, so the document is drawn here.
    if (!existsSync(this.file)) return drawStatement(JSON.parse(body) as Statement, bundle);
    return this.leastLoaded().draw(body, bundle);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.drawers].map((drawer) => drawer.stop()));
  }

  private leastLoaded(): Drawer {
    const idle = [...this.drawers].toSorted((a, b) => a.load - b.load)[0];
    if (idle && (idle.load === 0 || this.drawers.size >= this.size)) return idle;
    const drawer = new Drawer(this.file, (ended) => this.drawers.delete(ended));
    this.drawers.add(drawer);
    return drawer;
  }
}
