import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ProcessOptions } from './api.js';
import { AppModule } from './app.module.js';
import { SystemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { workerPatience } from './platform/database/connection.js';
import { createLogger, NestLogger } from './platform/logging.js';
import { Metrics } from './platform/metrics.js';
import { beginWork } from './platform/queue/begin-work.js';
import { queueTimes } from './platform/queue/settings.js';

export interface RunningWorker {
  readonly app: INestApplicationContext;
  /** Lets the jobs under way end, then lets everything go. */
  close(): Promise<void>;
}

/** Makes the application without HTTP and begins to work: what the outbox holds goes to the queue, what the queue holds is done. */
export async function startWorker(config: Config, options: ProcessOptions): Promise<RunningWorker> {
  const logger = options.logger ?? createLogger(config);
  const module = AppModule.forRoot({
    config,
    databaseUrl: options.databaseUrl,
    patience: workerPatience,
    clock: options.clock ?? new SystemClock(),
    logger,
    metrics: new Metrics(),
    queueTimes: options.queueTimes ?? queueTimes,
  });
  const app = await NestFactory.createApplicationContext(module, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  beginWork(app);
  return { app, close: () => app.close() };
}
