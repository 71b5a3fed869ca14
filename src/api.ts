import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { type DemoControls, DemoDoors } from './modules/access/log-in/demo-doors.service.js';
import { serveDemoDoors } from './modules/access/log-in/demo-doors.routes.js';
import { serveLinkPage } from './modules/access/log-in/link-page.js';
import { emoncmsAddress, emoncmsRoutes } from './modules/intake/emoncms-addresses.js';
import { codePages } from './modules/invoices/code-page.js';
import { InvoicesService } from './modules/invoices/invoices.service.js';
import { PushLane } from './modules/metering/readings/push-lane.service.js';
import { type Clock, SystemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { requestPatience } from './platform/database/connection.js';
import { isOnLoopback } from './platform/http/cookies.js';
import { outsideOfApi } from './platform/http/health.controller.js';
import { serveReference } from './platform/http/reference.js';
import { httpServer } from './platform/http/server.js';
import { serveWebApp } from './platform/http/web-app.js';
import { createLogger, NestLogger } from './platform/logging.js';
import { Metrics } from './platform/metrics.js';
import { projectFile } from './platform/project.js';
import { beginWork } from './platform/queue/begin-work.js';
import { type QueueTimes, queueTimes } from './platform/queue/settings.js';
import { version } from './platform/version.js';

export interface ProcessOptions {
  /** Address of the migrated database, for the owner of its tables; the service acts as the application's role. */
  readonly databaseUrl: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly queueTimes?: QueueTimes;
  /** Where a newcomer may enter a demo without logging in, from this machine. Without effect where others can reach the service. */
  readonly demo?: DemoControls;
}

/** Makes the API without listening. */
export async function createApi(config: Config, options: ProcessOptions): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(config);
  const metrics = new Metrics();
  const isHttps = config.publicUrl?.startsWith('https:') ?? false;
  const adapter = await httpServer(logger, metrics, isHttps, config.trustedProxies, emoncmsAddress);
  const module = AppModule.forRoot({
    config,
    databaseUrl: options.databaseUrl,
    patience: requestPatience,
    clock: options.clock ?? new SystemClock(),
    logger,
    metrics,
    queueTimes: options.queueTimes ?? queueTimes,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  giveAddresses(app);
  const server = adapter.getInstance<FastifyInstance>();
  app.get(PushLane).open(server, '/api/v1/readings');
  serveReference(app, server, version);
  serveLinkPage(server);
  if (options.demo && isOnLoopback(config))
    serveDemoDoors(server, app.get(DemoDoors, { strict: false }), options.demo, logger);
  serveWebApp(server, projectFile('web', 'dist'), codePages(app.get(InvoicesService, { strict: false })));
  return app;
}

/** Everything of the API stands under one path, but for what others ask for under theirs. */
export const giveAddresses = (app: INestApplication): INestApplication =>
  app.setGlobalPrefix('api/v1', { exclude: [...outsideOfApi, ...emoncmsRoutes] });

export interface RunningApi {
  /** Address under which it listens. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Answers what is under way, then lets everything go. The database is left running. */
  close(): Promise<void>;
}

/**
 * Makes the API and listens.
 *
 * @param options.works whether this process does the jobs too, as on one small machine
 */
export async function startApi(config: Config, options: ProcessOptions & { works?: boolean }): Promise<RunningApi> {
  const app = await createApi(config, options);
  try {
    await app.listen(config.port, config.host);
    if (options.works) beginWork(app);
  } catch (error) {
    await app.close();
    throw error;
  }
  return { app, url: config.publicUrl ?? (await app.getUrl()), close: () => app.close() };
}
