import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryConfig } from 'pg';
import { DataSource, type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';
import { assert } from '../../domain/errors.js';
import { codeOf, translated } from './constraints.js';
import { brokenOff, notConnected } from './lost-connection.js';

/**
 * One transaction per use case, in one community.
 *
 * The community is set inside the transaction, so that it ends with it: set on the session it would wait in the pool for
 * the next request, whoever that is. Row-level security then shows the rows of that community and no others; where
 * nothing is set, it shows nothing.
 *
 * A service that is called within another's transaction joins it, and only where both speak of the same community.
 * Isolation is READ COMMITTED: what two at once must not do is forbidden by constraints and locks, which hold whatever
 * the isolation.
 */

/** An open transaction. */
export interface Tx {
  /** Runs one statement. Whatever the statement, the answer is its rows; ask for them with RETURNING. */
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** The same for a statement that runs for every push: each connection has it parsed and planned once, under its name. */
  prepared<Row = Record<string, unknown>>(name: string, sql: string, params: readonly unknown[]): Promise<Row[]>;
  /** TypeORM inside this transaction. */
  readonly manager: EntityManager;
  /** Does `work` so that its failure undoes what it did, and only that; the transaction goes on. */
  undoable<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `work` when, and only when, the outermost transaction has been committed. Its failure changes nothing. */
  afterCommit(work: () => void): void;
}

interface Open {
  readonly context: string;
  readonly tx: Tx;
}

/** A setting of the transaction that row-level security reads. */
interface Setting {
  readonly name:
    'app.community_id' | 'app.credential' | 'app.address' | 'app.verification' | 'app.dispatcher' | 'app.operator';
  readonly value: string;
}

const attempts = 5;

@Injectable()
export class Transactions {
  private readonly open = new AsyncLocalStorage<Open | undefined>();

  constructor(private readonly dataSource: DataSource) {
    assert(!dataSource.options.synchronize, 'The schema is made by migrations, never by TypeORM.');
  }

  /** Whether this is called within a transaction, so that `inCommunity` would join it. */
  get isOpen(): boolean {
    return this.open.getStore() !== undefined;
  }

  /** Does `work` in a transaction that sees one community; joins the one that is open. */
  inCommunity<T>(communityId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.community_id', value: communityId }, work, true);
  }

  /**
   * Like `inCommunity`, for work that must not be done a second time behind the caller's back: it is not repeated when
   * the server undoes it because of a deadlock; the caller hears of it and decides.
   */
  inCommunityOnce<T>(communityId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.community_id', value: communityId }, work, false);
  }

  /**
   * Does `work` in a transaction that sees one community as it stands at one instant, and in which nothing can be written: PostgreSQL
   * refuses it. It joins no other and is joined by whoever is called within it.
   */
  async inSnapshot<T>(communityId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    assert(!this.isOpen, 'What only looks is not part of what writes.');
    const setting = { name: 'app.community_id', value: communityId } as const;
    try {
      return await this.attempt(setting, contextOf(setting), work, 'REPEATABLE READ READ ONLY');
    } catch (error) {
      throw translated(error);
    }
  }

  /** Does `work` in a transaction that sees what belongs to the one secret with this hash (hexadecimal), of whatever community. */
  withCredential<T>(secretHash: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.credential', value: secretHash }, work, true);
  }

  /** Does `work` in a transaction that sees the people who have this e-mail address (in small letters), of whatever community. */
  withAddress<T>(address: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.address', value: address }, work, true);
  }

  /** Does `work` in a transaction that sees the one document that was issued under this code, of whatever community. */
  withVerificationCode<T>(code: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.verification', value: code }, work, true);
  }

  /** Does `work` in a transaction that sees the outbox of all communities, and nothing else. */
  asDispatcher<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.dispatcher', value: 'on' }, work, true);
  }

  /** Does `work` in a transaction that sees which communities there are, and nothing else. */
  asOperator<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.within({ name: 'app.operator', value: 'on' }, work, true);
  }

  private async within<T>(setting: Setting, work: (tx: Tx) => Promise<T>, repeatable: boolean): Promise<T> {
    const context = contextOf(setting);
    const open = this.open.getStore();
    if (open) {
      assert(open.context === context, 'A transaction of one community was asked to work for another.');
      return work(open.tx);
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(setting, context, work);
      } catch (error) {
        if (!repeatable || attempt === attempts || !wasUndoneByServer(error)) throw translated(error);
        await pause(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  private async attempt<T>(
    setting: Setting,
    context: string,
    work: (tx: Tx) => Promise<T>,
    isolation = 'READ COMMITTED',
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const connection = await connected(runner);
    const afterCommit: (() => void)[] = [];
    const tx: Tx = {
      manager: runner.manager,
      query: (sql, params = []) => rowsOf(connection, { text: sql, values: [...params] }),
      prepared: (name, sql, params) => rowsOf(connection, { name, text: sql, values: [...params] }),
      undoable: (part) => undoable(runner, afterCommit, part),
      afterCommit: (callback) => void afterCommit.push(callback),
    };
    let result: T;
    try {
      await begin(runner, connection, setting, isolation);
      result = await this.open.run({ context, tx }, () => work(tx));
      await runner.commitTransaction();
    } catch (error) {
      await rollBack(runner);
      throw brokenOff(error);
    } finally {
      await runner.release();
    }
    this.open.run(undefined, () => afterCommit.forEach((callback) => callback()));
    return result;
  }
}

/** @throws DomainError `too-busy` where none is free in time, or nobody answers */
async function connected(runner: QueryRunner): Promise<PoolClient> {
  try {
    return (await runner.connect()) as PoolClient;
  } catch (error) {
    throw notConnected(error);
  }
}

const contextOf = ({ name, value }: Setting): string => `${name} ${value}`;

/**
 * Begins a transaction and makes its setting in one round trip; TypeORM is told, so that its manager works within it. Such a
 * statement takes no parameters: the value goes as hexadecimal bytes, in which nothing can end a text.
 */
async function begin(
  runner: QueryRunner,
  connection: PoolClient,
  { name, value }: Setting,
  isolation: string,
): Promise<void> {
  Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  const bytes = Buffer.from(value).toString('hex');
  const sql = `START TRANSACTION ISOLATION LEVEL ${isolation}; SELECT set_config('${name}', convert_from('\\x${bytes}', 'UTF8'), true)`;
  try {
    await connection.query(sql);
  } catch (error) {
    throw notConnected(error);
  }
}

/** Asks past TypeORM, which would announce every statement to nobody; what fails is wrapped as TypeORM does. */
async function rowsOf(connection: PoolClient, statement: QueryConfig): Promise<never[]> {
  try {
    return (await connection.query<never>(statement)).rows;
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(statement.text, statement.values, error) : error;
  }
}

async function undoable<T>(runner: QueryRunner, afterCommit: unknown[], part: () => Promise<T>): Promise<T> {
  const planned = afterCommit.length;
  await runner.query('SAVEPOINT undoable');
  try {
    const result = await part();
    await runner.query('RELEASE SAVEPOINT undoable');
    return result;
  } catch (error) {
    afterCommit.length = planned;
    await runner.query('ROLLBACK TO SAVEPOINT undoable');
    throw translated(error);
  }
}

/** A connection that is gone has been rolled back by the server; the first error is the one worth telling. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  await runner.rollbackTransaction().catch(() => undefined);
}

/** Serialization failures and deadlocks: the server undid the work so that another's could be done. */
const wasUndoneByServer = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');
