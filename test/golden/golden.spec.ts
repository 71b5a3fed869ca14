import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tally } from '../../src/domain/apportionment/tally.js';
import { balanceOf } from '../../src/domain/ledger/journal.js';
import { decimal, sum } from '../../src/domain/quantity/decimal.js';
import { corrected } from './correction.js';
import { readGiven, tell, writeDown } from './story.js';

/*
 * Each folder is a story: story.md tells it and works it out by hand, given.json is what it begins with, invoice.json what must
 * come of it. UPDATE_GOLDEN=1 writes invoice.json anew; the difference is read like prose before it is kept, and an amount
 * that moved belongs into the changelog. A story that goes on in the next period has then.json and then-invoice.json beside them.
 */
const root = __dirname;
const stories = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'given.json')))
  .map((entry) => entry.name);
const continued = stories.filter((story) => existsSync(join(root, story, 'then.json')));

/** Every period of a story: what it begins with, and what must come of it. */
const chapters = [
  ...stories.map((story) => [story, 'given.json', 'invoice.json'] as const),
  ...continued.map((story) => [story, 'then.json', 'then-invoice.json'] as const),
];

describe('golden stories', () => {
  it('are there', () => expect(stories).toContain('one-coin-three-shops'));

  it.each(chapters)('%s comes out as written (%s)', (story, given, invoice) => {
    const told = writeDown(tell(readGiven(join(root, story, given))));
    const file = join(root, story, invoice);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(told, null, 2)}\n`);
    expect(told).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it.each(stories)('%s is told on paper too', (story) => {
    expect(readFileSync(join(root, story, 'story.md'), 'utf8')).toMatch(/^# .+\n\n/);
  });

  it.each(chapters)('%s keeps the central promise, on the shares and in the books (%s)', (story, given) => {
    const { costs, shares, entries } = tell(readGiven(join(root, story, given)));
    const amount = sum(costs.map((cost) => cost.amount));
    expect(sum(Object.values(tally(amount, shares))).equals(amount)).toBe(true);
    expect(balanceOf('supplier-clearing', entries).isZero()).toBe(true);
  });

  it.each(stories)('%s comes out the same again, byte for byte', (story) => {
    const file = join(root, story, 'given.json');
    expect(JSON.stringify(writeDown(tell(readGiven(file))))).toBe(JSON.stringify(writeDown(tell(readGiven(file)))));
  });

  it('bill-across-two-periods comes to the whole bill over both, component by component', () => {
    const folder = join(root, 'bill-across-two-periods');
    const [first, second] = ['given.json', 'then.json'].map((file) => readGiven(join(folder, file)));
    const parts = [first, second].map((given) => tell(given as NonNullable<typeof given>).costs);
    expect(first?.costs.map(({ amount, bill, marks }) => [amount, bill, marks])).toEqual(
      second?.costs.map(({ amount, bill, marks }) => [amount, bill, marks]),
    );
    expect(parts[0]?.map(({ amount }, index) => sum([amount, parts[1]![index]!.amount]).toFixed(2))).toEqual(
      first?.costs.map(({ amount }) => amount),
    );
  });

  it('late-reading-corrects-issued-run moves everybody, and the deltas come to nothing', () => {
    const folder = join(root, 'late-reading-corrects-issued-run');
    const [issued, now] = ['given.json', 'then.json'].map((file) => tell(readGiven(join(folder, file))));
    const written = corrected(issued!, now!, decimal('0.25'));
    const file = join(folder, 'correction.json');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
    expect(written).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});
