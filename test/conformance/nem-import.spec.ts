import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decimal } from '../../src/domain/quantity/decimal.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';

/* Every published meter file goes through the import as a community would send it: as a dry run, whose answer says all and stores nothing. */

const folder = join(process.cwd(), '../shared/data/nem12-nem13');
const tallies = join(folder, 'EXPECTED.tally.json');

interface Expected {
  readonly header: string | null;
  readonly streams: Record<string, { readonly records: number }>;
}

describe('published meter files, imported as a dry run', () => {
  if (!existsSync(tallies)) {
    console.warn(`The import of published meter files was not tested: ${tallies} is not on this machine.`);
    it.skip('are skipped, because ../shared/data is not on this machine', () => undefined);
    return;
  }
  let service: InProcess;
  let token: string;
  const send = (path: string): Promise<Answer> =>
    service.ask('POST', 'imports?dryRun=true', {
      token,
      body: readFileSync(join(folder, path)),
      headers: { 'content-type': 'text/csv' },
    });

  beforeAll(async () => {
    service = await inProcess();
    const treasurer = { name: 'Tess' };
    const community = { code: 'nem', name: 'Market', currency: 'AUD', zone: 'Australia/Brisbane', treasurer };
    token = (await service.app.get(AccessService).createCommunity(community)).token;
  });
  afterAll(() => service.close());

  const expected = Object.entries(JSON.parse(readFileSync(tallies, 'utf8')) as Record<string, Expected>);
  it.each(expected.filter(([, { header }]) => header !== null))(
    '%s: every reading is answered',
    async (path, tally) => {
      const { status, body } = await send(path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        format: tally.header,
        dryRun: true,
        created: 0,
        duplicate: 0,
        conflict: 0,
        held: 0,
      });
      // Nobody here has these meters, so all that is a reading would wait in the inbox.
      expect([body.unclaimed, body.rejected]).toEqual([body.read, 0]);
      const counts = body.channels.map(({ meter, register, count }: Record<string, string>) => [
        meter,
        register,
        count,
      ]);
      // The tally has a stream for each interval length of a register; we have one channel.
      const wanted = new Map<string, number>();
      for (const [stream, { records }] of Object.entries(tally.streams)) {
        const channel = stream.split('|').slice(0, 3).join('|');
        wanted.set(channel, (wanted.get(channel) ?? 0) + records);
      }
      expect(counts).toEqual([...wanted].map(([channel, records]) => [...channel.split('|').slice(0, 2), records]));
      expect(decimal(String(body.read)).greaterThan(0)).toBe(true);
    },
  );

  it.each([
    ...expected.filter(([, { header }]) => header === null).map(([path]) => path),
    ...readdirSync(join(folder, 'examples/invalid')).map((file) => `examples/invalid/${file}`),
  ])('%s: is refused with a sentence', async (path) => {
    const { status, body } = await send(path);
    expect([415, 422]).toContain(status);
    expect(['unsupported-format', 'unreadable-file']).toContain(body.code);
    expect(body.detail).toMatch(/\.$/);
  });

  it('leaves nothing behind', async () => {
    for (const list of ['unclaimed', 'imports', 'exceptions']) {
      expect((await service.ask('GET', list, { token })).body.items).toEqual([]);
    }
  });
});
