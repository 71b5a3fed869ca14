import { fileURLToPath } from 'node:url';
import type { PoolConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { databaseTypes } from './types.js';

/** The role that the service acts as. It owns nothing, so that row-level security holds for it. */
export const applicationRole = 'commonmeter_app';

/** The schema of BullMQ's own tables. */
export const queueSchema = 'bullmq';

/** How long the server waits on our behalf before it gives up: a lost lock or a lost client must not hold up the others. */
export interface Patience {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly idleInTransactionMs: number;
}

export const requestPatience: Patience = { statementMs: 15_000, lockMs: 3_000, idleInTransactionMs: 10_000 };

/** A worker's transaction may compute for minutes: it issues runs and draws documents. */
export const workerPatience: Patience = { statementMs: 300_000, lockMs: 30_000, idleInTransactionMs: 120_000 };

/** Settings of a session that acts as the application's role, as the server's command line takes them. */
export const applicationSettings = (patience: Patience): string =>
  [
    `role=${applicationRole}`,
    'TimeZone=UTC',
    'DateStyle=ISO',
    `statement_timeout=${patience.statementMs}`,
    `lock_timeout=${patience.lockMs}`,
    `idle_in_transaction_session_timeout=${patience.idleInTransactionMs}`,
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');

export interface ApplicationPool {
  readonly url: string;
  readonly size: number;
  readonly patience: Patience;
  /** Told when an idle connection breaks. Without a listener that would end the process. */
  readonly onError: (error: Error) => void;
}

/** TypeORM over the application's pool. The schema is ours, made by migrations; TypeORM never touches it. */
export const applicationDataSource = ({ url, size, patience, onError }: ApplicationPool) =>
  ({
    type: 'postgres',
    url,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    applicationName: 'commonmeter',
    poolErrorHandler: onError,
    // Pipelined: statements of one transaction that do not wait for each other's answers go to the server together.
    extra: { ...sessions(applicationSettings(patience)), max: size, pipeline: true } satisfies PoolConfig,
  }) as const satisfies DataSourceOptions;

/** TypeORM as the owner of the tables, for migrations only. */
export const ownerDataSource = (url: string, onError: (error: Error) => void) =>
  ({
    type: 'postgres',
    url,
    synchronize: false,
    installExtensions: false,
    logging: false,
    applicationName: 'commonmeter-migrate',
    poolErrorHandler: onError,
    migrations: [fileURLToPath(new URL('../../../migrations/*.js', import.meta.url))],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    extra: { ...sessions('-c TimeZone=UTC'), max: 2 } satisfies PoolConfig,
  }) as const satisfies DataSourceOptions;

const sessions = (options: string): PoolConfig => ({
  options,
  types: databaseTypes,
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});
