import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from './config.js';
import { seedFor, signingSecret } from './signing-secret.js';

describe('the signing secret', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'secret-'));
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  const config = (env: Record<string, string> = {}) => loadConfig({ DATA_DIR: path.join(folder, 'data'), ...env });

  it('is made once, however many begin at the same time, for its owner only', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => signingSecret(config())));
    expect(new Set(secrets.map((secret) => secret.reveal())).size).toBe(1);
    const file = path.join(folder, 'data', 'signing-secret');
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect((await fs.readFile(file, 'utf8')).trim()).toBe(secrets[0]?.reveal());
  });

  it('is the one that was given, and then no file is written', async () => {
    const secret = await signingSecret(config({ SIGNING_SECRET: 'ab'.repeat(32) }));
    expect(secret.reveal()).toBe('ab'.repeat(32));
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('is not made anew over a file that was damaged', async () => {
    await fs.mkdir(path.join(folder, 'data'));
    await fs.writeFile(path.join(folder, 'data', 'signing-secret'), 'half');
    await expect(signingSecret(config())).rejects.toThrow('does not hold 64 hex digits');
  });

  it('is refused where it is not one', () => {
    expect(() => config({ SIGNING_SECRET: 'abc' })).toThrow('64 hex digits');
  });

  it('gives each purpose a seed that tells nothing of the others', async () => {
    const secret = await signingSecret(config({ SIGNING_SECRET: 'ab'.repeat(32) }));
    expect(seedFor(secret, 'record/a')).toMatch(/^[0-9a-f]{64}$/);
    expect(seedFor(secret, 'record/a')).not.toBe(seedFor(secret, 'record/b'));
    expect(seedFor(secret, 'record/a')).toBe(seedFor(secret, 'record/a'));
  });
});
