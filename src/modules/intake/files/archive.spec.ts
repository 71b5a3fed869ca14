import { crc32, deflateRawSync } from 'node:zlib';
import { unpacked } from './unpack.js';

interface Part {
  readonly name: string;
  readonly text: string;
  readonly method?: 0 | 8;
  readonly crc?: number;
  readonly flags?: number;
}

/** A ZIP archive as senders make it. */
function zip(parts: readonly Part[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 8, crc = crc32(text), flags = 0 } of parts) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    local.push(Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), data);
    directory.push(Buffer.from('PK\u0001\u0002\0\0'), common, rest, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}

const textOf = async (file: Uint8Array, most?: number): Promise<string> => {
  const bytes: Uint8Array[] = [];
  const pieces = Array.from({ length: Math.ceil(file.length / 7) }, (_, i) => file.subarray(7 * i, 7 * i + 7));
  for await (const piece of unpacked(pieces, most)) bytes.push(piece);
  return Buffer.concat(bytes).toString();
};

const october = 'meter,date,reading\nSHOP-1,2026-10-01,42.5\n'.repeat(50);

describe('the one file in a ZIP archive', () => {
  it.each([8, 0] as const)('comes out as it went in (method %i)', async (method) => {
    expect(await textOf(zip([{ name: 'october.csv', text: october, method }]))).toBe(october);
  });

  it('is found beside what a Mac adds', async () => {
    const file = zip([
      { name: 'readings/', text: '' },
      { name: 'readings/october.csv', text: october },
      { name: '__MACOSX/readings/._october.csv', text: 'finder' },
      { name: 'readings/.DS_Store', text: 'finder' },
    ]);
    expect(await textOf(file)).toBe(october);
  });

  const one = zip([{ name: 'october.csv', text: october }]);
  it.each([
    [
      'two files',
      zip([
        { name: 'a.csv', text: october },
        { name: 'b.csv', text: october },
      ]),
      'holds 2 files: "a.csv", "b.csv". Send each by itself.',
    ],
    ['folders alone', zip([{ name: 'a/', text: '' }]), 'has no file in it'],
    ['an archive cut short', one.subarray(0, one.length - 30), 'no complete ZIP archive'],
    [
      'other bytes than its checksum says',
      zip([{ name: 'a.csv', text: october, crc: 7 }]),
      'part a.csv of the archive is damaged',
    ],
    ['a password', zip([{ name: 'a.csv', text: october, flags: 1 }]), 'locked with a password'],
    ['bytes that do not inflate', Buffer.from(one).fill(0xff, 45, 60), 'damaged'],
  ])('is not looked for in an archive with %s', async (_, file, reason) => {
    await expect(textOf(file)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringContaining(reason),
    });
  });

  it('is refused where it unpacks to more than is allowed, whatever its directory says', async () => {
    await expect(textOf(one, 100)).rejects.toMatchObject({ code: 'too-large' });
    const lying = Buffer.from(one);
    lying.writeUInt32LE(10, one.lastIndexOf('PK\u0001\u0002') + 24);
    await expect(textOf(lying, 100)).rejects.toMatchObject({ code: 'too-large' });
    await expect(textOf(lying)).rejects.toMatchObject({ code: 'unreadable-file' });
  });
});
