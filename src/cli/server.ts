import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { type Config, loadConfig } from '../platform/config.js';
import { askedToStop, openHouse, remember } from './house.js';

/** Commands that run or look after the service. */

export interface StartOptions {
  readonly role: Config['role'];
  readonly check: boolean;
  readonly demo: boolean;
}

/** `start`: the API and the worker on the configured or the embedded database, with the demo co-op where there is nothing yet. */
export async function startCommand(out: Output, options: StartOptions): Promise<void> {
  const { checkDemo } = await import('../demo/check.js');
  const config = { ...loadConfig(), role: options.role };
  if (options.check) return checkDemo(config, out);

  const house = await openHouse(config, out.say);
  try {
    if (house.api && options.demo) {
      const { seedWhereEmpty } = await import('../demo/seed.js');
      const hall = await seedWhereEmpty(house.api, house.url ?? '', out);
      if (hall) remember(config, { url: house.url ?? '', tokens: hall.tokens });
      if (hall) out.say(hall.welcome);
    }
    if (house.url)
      out.say(
        `\nAPI          ${house.url}/api/v1\nReference    ${house.url}/reference\nHealth       ${house.url}/health/ready`,
      );
    out.say('Press Ctrl-C to stop.');
    await askedToStop();
    out.say('Stopping: requests and jobs under way are finished first.');
  } finally {
    await house.close();
  }
}

/** `migrate`: brings the schema up to date and says what was done. */
export async function migrateCommand(out: Output): Promise<void> {
  const { locateDatabase } = await import('../platform/database/locate.js');
  const { migrate } = await import('../platform/database/migrate.js');
  const database = await locateDatabase(loadConfig());
  try {
    const { run } = await migrate(database.ownerUrl);
    out.answer(
      run.length === 0 ? `${database.described}: nothing to do.` : `${database.described}: ran ${run.join(', ')}.`,
      { database: database.described, run },
    );
  } finally {
    await database.stop();
  }
}

/** `doctor`: looks at what the promises stand on, and says what to mend. */
export async function doctorCommand(out: Output): Promise<void> {
  const config = loadConfig();
  const { locateDatabase } = await import('../platform/database/locate.js');
  const { pendingMigrations } = await import('../platform/database/migrate.js');
  const { applicationDataSource, requestPatience } = await import('../platform/database/connection.js');
  const { checkDatabase } = await import('../platform/database/check.js');
  const { DataSource } = await import('typeorm');
  const database = await locateDatabase(config);
  try {
    const pending = await pendingMigrations(database.ownerUrl);
    const lines = [
      { name: 'database', ok: true, detail: database.described },
      {
        name: 'migrations',
        ok: pending.length === 0,
        detail: pending.length === 0 ? 'all run' : `not run: ${pending.join(', ')}; run "commonmeter migrate"`,
      },
    ];
    if (pending.length === 0) {
      const source = await new DataSource(
        applicationDataSource({ url: database.ownerUrl, size: 2, patience: requestPatience, onError: () => undefined }),
      ).initialize();
      lines.push(...(await checkDatabase(source).finally(() => source.destroy())));
    }
    if (config.redisUrl) {
      const { checkRedis } = await import('../platform/queue/redis-check.js');
      const { Redis } = await import('ioredis');
      const redis = new Redis(config.redisUrl.reveal(), { lazyConnect: true, maxRetriesPerRequest: 1 });
      const found = await checkRedis(redis).then(
        () => ({ name: 'redis', ok: true, detail: 'keeps what it is given' }),
        (error: Error) => ({ name: 'redis', ok: false, detail: error.message }),
      );
      redis.disconnect();
      lines.push(found);
    }
    out.answer(
      table(
        ['', 'check', 'found'],
        lines.map((l) => [l.ok ? 'ok' : '!!', l.name, l.detail]),
      ),
      { ok: lines.every((l) => l.ok), checks: lines },
    );
    if (lines.some((l) => !l.ok)) throw new CommandFailed('Something needs mending: see the lines marked !!.');
  } finally {
    await database.stop();
  }
}

export interface SetupOptions {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly zone: string;
  readonly treasurer: string;
  readonly email: string;
}

/** `setup`: makes a community and its first treasurer, and shows the token once. */
export async function setupCommand(out: Output, options: SetupOptions): Promise<void> {
  const config = { ...loadConfig(), role: 'api' as const, port: 0 };
  const house = await openHouse(config, () => undefined);
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { AccessService } = await import('../modules/access/access.service.js');
    const made = await house.api.get(AccessService, { strict: false }).createCommunity({
      code: options.code,
      name: options.name,
      currency: options.currency,
      zone: options.zone,
      treasurer: { name: options.treasurer, email: options.email },
    });
    out.answer(
      `${options.name} is ready.\n\nToken of ${options.treasurer}, shown only now:\n\n  ${made.token}\n\nNext: npm start, and open the reference it names.`,
      made,
    );
  } finally {
    await house.close();
  }
}
