import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../support/in-process.js';
import { killedService } from '../support/killed-service.js';
import { channel, countOf, days, type House, installed, nem12, overHttp } from './import-house.js';

/**
 * The built service as a process of its own, on its own embedded database, killed without warning while it takes a file, and started
 * again. Moments are drawn from a seed, which a failure prints; `CRASH_ROUNDS` asks for more kills.
 */
const rounds = Number.parseInt(process.env['CRASH_ROUNDS'] ?? '2', 10);
const seed = Number.parseInt(process.env['CRASH_SEED'] ?? '20261103', 10);
const service = killedService('import-crash', seed);
const zone = 'Australia/Brisbane';

let house: House;

beforeAll(async () => {
  await service.start();
  await service.kill();
  const token = service.found('--name', 'Market', '--currency', 'AUD', '--zone', zone);
  await service.start();
  const ask: House['ask'] = (method, where, body, headers) =>
    overHttp(service.url(), token, method, where, body, headers);
  const send: House['send'] = (file, query = '', headers = {}) =>
    ask('POST', `imports${query}`, Buffer.from(file), { 'content-type': 'text/csv', ...headers });
  house = { communityId: '', treasurer: token, ask, send };
  expect((await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone })).status).toBe(201);
  await installed(house, 'QB00000001');
}, 180_000);

afterAll(() => service.remove(), 60_000);

const see = async (id: string): Promise<Answer['body']> => (await house.ask('GET', `imports/${id}`)).body;

/** Waits until an import has ended, or has taken so many readings. */
async function until(id: string, taken = Infinity): Promise<Answer['body']> {
  for (let look = 0; ; look += 1) {
    const body = await see(id);
    if (body.progress.phase === 'ended' || body.progress.taken >= taken) return body;
    if (look > 4_000) throw new Error(`The import stands still (seed ${seed}): ${JSON.stringify(body)}`);
    await pause(50);
  }
}

describe(`a service that is killed while it takes a file (seed ${seed})`, () => {
  const count = 48 * 1_500;

  it(
    'goes on after the last batch, and counts nothing twice',
    async () => {
      const { status, body } = await house.send(
        nem12(channel('QB00000001'), ...days('2021-01-01', 1_500)),
        '?name=long.csv',
        {
          prefer: 'respond-async',
        },
      );
      expect(status).toBe(202);
      let taken = 0;
      for (let round = 1; round <= rounds; round += 1) {
        const before = await until(body.id, taken + 1 + service.random(Math.trunc((count - taken) / 4)));
        if (before.progress.phase === 'ended') break;
        await pause(service.random(100));
        await service.kill();
        await service.start();
        const after = await see(body.id);
        expect(after.state).toBe('reading');
        expect(after.progress.taken).toBeGreaterThanOrEqual(before.progress.taken);
        taken = after.progress.taken as number;
        expect(taken).toBeLessThan(count);
      }
      expect(await until(body.id)).toMatchObject({
        state: 'done',
        read: count,
        created: count,
        duplicate: 0,
        conflict: 0,
        channels: [{ meter: 'QB00000001', register: 'E1', count }],
      });
      expect(await countOf(house, 'QB00000001')).toBe(count);
      // The same file again finds every one of them.
      const again = await house.send(nem12(channel('QB00000001'), ...days('2021-01-01', 1_500)), '', {
        prefer: 'respond-async',
      });
      expect(await until(again.body.id)).toMatchObject({ state: 'done', created: 0, duplicate: count });
    },
    420_000 + rounds * 120_000,
  );

  it('ends in good order while it takes a file, and goes on when it starts again', async () => {
    await installed(house, 'QB00000002');
    const { body } = await house.send(nem12(channel('QB00000002'), ...days('2021-01-01', 1_500)), '', {
      prefer: 'respond-async',
    });
    await until(body.id, 1);
    expect(await service.end()).toBe(0);
    await service.start();
    expect(await until(body.id)).toMatchObject({ state: 'done', created: count, duplicate: 0 });
  }, 420_000);
});
