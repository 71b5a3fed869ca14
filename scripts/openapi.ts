// Writes the OpenAPI document of this build into a file. Routes and schemas stand in the code, so nothing is started and no database is asked.
//   node dist/scripts/openapi.js FILE
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { giveAddresses } from '../src/api.js';
import { AppModule } from '../src/app.module.js';
import { SystemClock } from '../src/platform/clock.js';
import { loadConfig } from '../src/platform/config.js';
import { requestPatience } from '../src/platform/database/connection.js';
import { openApiDocument } from '../src/platform/http/openapi.js';
import { createLogger } from '../src/platform/logging.js';
import { Metrics } from '../src/platform/metrics.js';
import { queueTimes } from '../src/platform/queue/settings.js';
import { version } from '../src/platform/version.js';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file: node dist/scripts/openapi.js FILE');

const config = loadConfig({ LOG_LEVEL: 'fatal' });
const module = AppModule.forRoot({
  config,
  databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
  patience: requestPatience,
  clock: new SystemClock(),
  logger: createLogger(config),
  metrics: new Metrics(),
  queueTimes,
});
const app = await NestFactory.create(module, new FastifyAdapter(), {
  preview: true,
  logger: ['fatal'],
  abortOnError: false,
});
giveAddresses(app);
writeFileSync(file, JSON.stringify(await openApiDocument(app, version)));
