import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { checkFolder, FolderWriter } from './folder.js';
import { isPlainName, packFolder, unpackFile } from './tar.js';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-tar-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));
const fresh = (): string => fs.mkdtempSync(path.join(home, 'f-'));

async function packed(
  files: Readonly<Record<string, Buffer>>,
): Promise<{ file: string; folder: string; sha256: string }> {
  const folder = fresh();
  const out = new FolderWriter(folder);
  for (const [name, content] of Object.entries(files)) await out.put(name, content);
  const { files: written, sha256 } = await out.seal();
  const file = path.join(fresh(), 'x.tar.gz');
  await packFolder(folder, written, file);
  return { file, folder, sha256 };
}

describe('packing', () => {
  it('gives back what was packed, whatever it is', async () => {
    const segment = fc
      .stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}$/)
      .filter((name) => !/^SHA256SUMS$/i.test(name));
    const name = fc
      .array(segment, { minLength: 1, maxLength: 2 })
      .map((parts) => `d${parts.length}/${parts.join('/')}`);
    const sizes = fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 70_000), fc.nat(2_000));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(name, sizes), { minLength: 1, maxLength: 6, selector: ([n]) => n.toLowerCase() }),
        async (entries) => {
          const names = entries.map(([n]) => n);
          fc.pre(names.every((n) => isPlainName(n) && !names.some((other) => other.startsWith(`${n}/`))));
          const { file, folder } = await packed(
            Object.fromEntries(entries.map(([n, size]) => [n, Buffer.alloc(size, n)])),
          );
          const out = fresh();
          await unpackFile(file, out, () => undefined);
          execFileSync('diff', ['-r', folder, out]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('makes the same bytes of the same files', async () => {
    const [one, two] = [await packed({ a: Buffer.from('x') }), await packed({ a: Buffer.from('x') })];
    expect(fs.readFileSync(one.file).equals(fs.readFileSync(two.file))).toBe(true);
  });
});

describe('unpacking', () => {
  const refused = (file: string) => unpackFile(file, fresh(), () => undefined);

  it.each([
    ['a way out', 'tar', ['--transform=s,^a,../../evil,', '-P']],
    ['an absolute path', 'tar', ['--transform=s,^a,/tmp/evil,', '-P']],
    ['a name with a blank', 'tar', ['--transform=s,^a,a b,']],
    ['a hidden file', 'tar', ['--transform=s,^a,.bashrc,']],
  ])('refuses %s', async (_, command, args) => {
    const folder = fresh();
    fs.writeFileSync(path.join(folder, 'a'), 'x');
    const file = path.join(fresh(), 'evil.tar.gz');
    execFileSync(command, ['czf', file, '-C', folder, ...args, 'a']);
    await expect(refused(file)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('no plain file') as string,
    });
  });

  it('refuses a link', async () => {
    const folder = fresh();
    fs.symlinkSync('/etc/passwd', path.join(folder, 'a'));
    const file = path.join(fresh(), 'link.tar.gz');
    execFileSync('tar', ['czf', file, '-C', folder, 'a']);
    await expect(refused(file)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('refuses what is cut off, is no archive, or was changed in a header', async () => {
    const { file } = await packed({ a: Buffer.alloc(5_000, 'abc'), b: Buffer.from('y') });
    const bytes = fs.readFileSync(file);
    const write = (content: Buffer): string => {
      const target = path.join(fresh(), 'x.tar.gz');
      fs.writeFileSync(target, content);
      return target;
    };
    for (const length of [0, 10, bytes.length / 2, bytes.length - 9].map(Math.floor)) {
      await expect(refused(write(bytes.subarray(0, length)))).rejects.toMatchObject({ code: 'invalid-input' });
    }
    await expect(refused(write(Buffer.from('no archive')))).rejects.toMatchObject({ code: 'invalid-input' });
    const tar = gunzipSync(bytes);
    for (const at of [0, 124, 156, 345, 600]) {
      const changed = Buffer.from(tar);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const opened = refused(write(gzipSync(changed)));
      if (at === 600)
        await expect(opened).resolves.toBeUndefined(); // the content, which SHA256SUMS speaks of
      else await expect(opened).rejects.toMatchObject({ code: 'invalid-input' });
    }
    await expect(refused(write(gzipSync(tar.subarray(0, 1_000))))).rejects.toMatchObject({
      message: 'The archive is cut off.',
    });
    await expect(refused(write(gzipSync(Buffer.concat([tar.subarray(0, 1_024), tar]))))).rejects.toMatchObject({
      message: expect.stringContaining('twice') as string,
    });
  });
});

describe('a folder with its hashes', () => {
  it('is what it was, or the file is named that is not', async () => {
    const { folder, sha256 } = await packed({ 'a/b.txt': Buffer.from('one\ntwo\n'), c: Buffer.from('x') });
    expect(await checkFolder(folder)).toBe(sha256);
    const at = path.join(folder, 'a', 'b.txt');
    fs.writeFileSync(at, 'one\ntwp\n');
    await expect(checkFolder(folder)).rejects.toThrow('a/b.txt is not the file that was exported');
    fs.writeFileSync(at, 'one\n');
    await expect(checkFolder(folder)).rejects.toThrow('a/b.txt is not the file that was exported');
    fs.rmSync(at);
    await expect(checkFolder(folder)).rejects.toThrow('a/b.txt is missing');
    fs.writeFileSync(at, 'one\ntwo\n');
    fs.writeFileSync(path.join(folder, 'more'), '');
    await expect(checkFolder(folder)).rejects.toThrow('more is not on the list');
    fs.rmSync(path.join(folder, 'more'));
    fs.appendFileSync(path.join(folder, 'SHA256SUMS'), 'nonsense\n');
    await expect(checkFolder(folder)).rejects.toThrow('SHA256SUMS, line 3');
    fs.rmSync(path.join(folder, 'SHA256SUMS'));
    await expect(checkFolder(folder)).rejects.toThrow('There is no SHA256SUMS');
  });
});
