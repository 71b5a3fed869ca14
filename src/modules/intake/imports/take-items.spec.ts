import fc from 'fast-check';
import { howToRead } from './how-to-read.js';
import { lookThrough } from './look-through.js';
import { batchItems, type Item, takeItems } from './take-items.js';

const how = howToRead(
  { askedFormat: 'auto', zone: null, offsetMinutes: null, mapping: null, localZone: 'Australia/Brisbane' },
  1_000_000,
);
const day = (date: string, value: number): string =>
  `300,${date},${Array.from({ length: 48 }, (_, i) => `${value}.${String(i).padStart(3, '0')}`).join(',')},A,,,20261105120000,`;
const days = Array.from({ length: 220 }, (_, i) =>
  new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
);
const file = Buffer.from(
  [
    '100,NEM12,202611050000,MDP1,COOP',
    '200,QB00000001,E1,E1,E1,N1,METER1,kWh,30,',
    ...days.map((date, i) => day(date, i)),
    '900',
    '',
  ].join('\r\n'),
);
const count = days.length * 48;

async function taken(pieces: readonly Buffer[], before: number) {
  const items: Item[] = [];
  const firsts: number[] = [];
  const read = await takeItems(pieces, how, before, async (batch, first) => {
    firsts.push(first);
    items.push(...batch.map(({ item }) => item));
  });
  return { items, firsts, read };
}

describe('the items of a file', () => {
  it('are numbered from one, in batches that follow each other', async () => {
    const { items, firsts, read } = await taken([file], 0);
    expect([items.length, read]).toEqual([count, count]);
    expect(firsts).toEqual([1, 1 + batchItems, 1 + 2 * batchItems]);
  });

  it('are the same however the file is cut, and those after any number are what is left', async () => {
    const { items: all } = await taken([file], 0);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: file.length - 1 }), { maxLength: 6 }),
        fc.integer({ min: 0, max: count }),
        async (cuts, before) => {
          const ends = [...new Set(cuts), file.length].sort((a, b) => a - b);
          const pieces = ends.map((end, i) => file.subarray(ends[i - 1] ?? 0, end));
          const { items, firsts, read } = await taken(pieces, before);
          expect(items).toEqual(all.slice(before));
          expect(firsts).toEqual(firsts.map((_, i) => before + 1 + i * batchItems));
          expect(read).toBe(count);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are as many as were counted when it was looked through', async () => {
    expect(await lookThrough([file], how)).toMatchObject({ readings: count, format: 'NEM12', refusal: null });
  });

  it('wait for the batch before them', async () => {
    let isBusy = false;
    await takeItems([file], how, 0, async () => {
      expect(isBusy).toBe(false);
      isBusy = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
      isBusy = false;
    });
    await expect(takeItems([file], how, 0, () => Promise.reject(new Error('The database is gone')))).rejects.toThrow(
      'gone',
    );
  });
});
