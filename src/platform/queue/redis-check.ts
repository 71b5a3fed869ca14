import type { Redis } from 'ioredis';

/**
 * Refuses a Redis that would lose jobs. A Redis without an append-only file forgets everything that happened since its last
 * snapshot when it is killed; one that may evict keys throws jobs away when its memory is full.
 *
 * @throws Error that names the settings and the commands that mend them
 */
export async function checkRedis(redis: Pick<Redis, 'info'>): Promise<void> {
  const keepsLog = field(await redis.info('persistence'), 'aof_enabled') === '1';
  const eviction = field(await redis.info('memory'), 'maxmemory_policy');
  const faults: string[] = [];
  if (!keepsLog) faults.push('it keeps no append-only file: redis-cli CONFIG SET appendonly yes');
  if (eviction !== 'noeviction') {
    faults.push(`its maxmemory-policy is ${eviction ?? 'unknown'}: redis-cli CONFIG SET maxmemory-policy noeviction`);
  }
  if (faults.length === 0) return;
  throw new Error(
    `The Redis at REDIS_URL would lose jobs:\n${faults.map((fault) => `  ${fault}\n`).join('')}` +
      'Write the settings to its configuration file too (redis-cli CONFIG REWRITE), or unset REDIS_URL to keep the queue in PostgreSQL.',
  );
}

const field = (info: string, name: string): string | undefined =>
  info
    .split(/\r?\n/)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);
