import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { assert } from '../../domain/errors.js';

/** The first half of the keys of these locks, so that no other lock of this database is one of them. */
const lockClass = 7_263_002;
const patienceMs = 10_000;

/**
 * Something that one process of several does. The lock is of a session of the database, so it is free when the process is gone,
 * however it went.
 */
export class ProcessLock {
  private holder: pg.Client | undefined;

  constructor(
    private readonly url: string,
    private readonly name: string,
  ) {}

  /** Whether it is ours; takes it where it is free. @throws where the database does not answer */
  async isOurs(): Promise<boolean> {
    if (await this.isStillHeld()) return true;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'commonmeter-lock',
      keepAlive: true,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    const forget = (): void => {
      if (this.holder === client) this.holder = undefined;
    };
    client.on('error', forget).on('end', forget);
    try {
      await client.connect();
      const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS ours', [
        lockClass,
        this.name,
      ]);
      if (rows[0]?.ours) this.holder = client;
    } finally {
      if (this.holder !== client) await client.end().catch(() => undefined);
    }
    return this.holder === client;
  }

  private async isStillHeld(): Promise<boolean> {
    const { holder } = this;
    if (!holder) return false;
    const isAlive = await holder.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!isAlive) await this.release();
    return isAlive;
  }

  async release(): Promise<void> {
    const { holder } = this;
    this.holder = undefined;
    await holder?.end().catch(() => undefined);
  }
}

@Injectable()
export class ProcessLocks {
  constructor(private readonly dataSource: DataSource) {}

  /** @param name of what one process does */
  lock(name: string): ProcessLock {
    const { options } = this.dataSource;
    assert(options.type === 'postgres' && options.url !== undefined, 'The database has an address.');
    return new ProcessLock(options.url, name);
  }
}
