import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tally } from '../../src/domain/apportionment/tally.js';
import { balanceOf } from '../../src/domain/ledger/journal.js';
import { sum } from '../../src/domain/quantity/decimal.js';
import { readGiven, tell, writeDown } from './story.js';

/*
 * Each folder is a story: story.md tells it and works it out by hand, given.json is what it begins with, invoice.json what must
 * come of it. UPDATE_GOLDEN=1 writes invoice.json anew; the difference is read like prose before it is kept, and an amount
 * that moved belongs into the changelog.
 */
const root = __dirname;
const stories = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'given.json')))
  .map((entry) => entry.name);

describe('golden stories', () => {
  it('are there', () => expect(stories).toContain('one-coin-three-shops'));

  it.each(stories)('%s comes out as written', (story) => {
    const told = writeDown(tell(readGiven(join(root, story, 'given.json'))));
    const file = join(root, story, 'invoice.json');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(told, null, 2)}\n`);
    expect(told).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it.each(stories)('%s is told on paper too', (story) => {
    expect(readFileSync(join(root, story, 'story.md'), 'utf8')).toMatch(/^# .+\n\n/);
  });

  it.each(stories)('%s keeps the central promise, on the shares and in the books', (story) => {
    const { costs, shares, entries } = tell(readGiven(join(root, story, 'given.json')));
    const amount = sum(costs.map((cost) => cost.amount));
    expect(sum(Object.values(tally(amount, shares))).equals(amount)).toBe(true);
    expect(balanceOf('supplier-clearing', entries).isZero()).toBe(true);
  });

  it.each(stories)('%s comes out the same again, byte for byte', (story) => {
    const file = join(root, story, 'given.json');
    expect(JSON.stringify(writeDown(tell(readGiven(file))))).toBe(JSON.stringify(writeDown(tell(readGiven(file)))));
  });
});
