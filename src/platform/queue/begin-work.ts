import type { INestApplicationContext } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import { Workers } from './workers.js';

/** Makes an application one that works: what the outbox holds goes to the queue, what the queue holds is done. */
export function beginWork(app: INestApplicationContext): void {
  app.get(Workers).start();
  app.get(Dispatcher).start();
}
