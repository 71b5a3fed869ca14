import { loadConfig } from '../platform/config.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';

/** Commands that look after the database and the communities in it. */

/** `migrate`: brings the schema up to date and says what was done. */
export async function migrateCommand(out: Output): Promise<void> {
  const { locateDatabase } = await import('../platform/database/locate.js');
  const { migrate } = await import('../platform/database/migrate.js');
  out.busy('Opening the database');
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
  out.busy('Opening the database');
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
      try {
        lines.push(...(await checkDatabase(source)));
        if (config.mqttUrl) {
          const { Transactions } = await import('../platform/database/transactions.js');
          const { checkBroker } = await import('../modules/intake/mqtt/check-broker.js');
          lines.push({ name: 'mqtt', ...(await checkBroker(config, new Transactions(source))) });
        }
      } finally {
        await source.destroy();
      }
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
export async function setupCommand(out: Output, { treasurer, email, ...community }: SetupOptions): Promise<void> {
  const { newCommunity } = await import('../modules/access/access.schema.js');
  const input = { ...community, treasurer: { name: treasurer, email } };
  const { error } = newCommunity.safeParse(input);
  if (error) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('/')} ${message}`);
    throw new CommandFailed(wrong.join('\n'), exitCodes.usage);
  }
  const config = { ...loadConfig(), role: 'api' as const, port: 0 };
  const { clearUnfinished } = await import('../demo/unfinished.js');
  out.busy('Opening the database');
  const house = await openHouse(config, async (database) => void (await clearUnfinished(config, database)));
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { AccessService } = await import('../modules/access/access.service.js');
    const made = await house.api.get(AccessService, { strict: false }).createCommunity(input);
    out.answer(
      `${community.name} is ready.\n\nToken of ${treasurer}, shown only now:\n\n  ${made.token}\n\nNext: npm start -- --no-demo, and beside it, for the browser: npm run cli -- log-in --community ${community.code}`,
      made,
    );
  } finally {
    await house.close();
  }
}
