import { describe, expect, it } from 'vitest';
import { find, type Thing } from './found';

const thing = (name: string, note = ''): Thing => ({ to: `/${name}`, name, note });
const names = (typed: string, ...things: readonly Thing[]): readonly string[] =>
  find(things, typed).map(({ name }) => name);

describe('what is sought', () => {
  it('is found by any part of its name or of what stands beside it', () => {
    const rosa = thing('Rosa’s Bakery', 'ROSA, bread');
    expect(names('baker', rosa)).toEqual(['Rosa’s Bakery']);
    expect(names('bread', rosa)).toEqual(['Rosa’s Bakery']);
    expect(names('kiln', rosa)).toEqual([]);
  });

  it('need not be typed with its capitals, accents or printed apostrophe', () => {
    expect(names("rosa's", thing('Rosa’s Bakery'))).toHaveLength(1);
    expect(names('cafe', thing('CAFÉ Größe'))).toHaveLength(1);
  });

  it('fits every word that was typed, in any order', () => {
    const unit = thing('Canal Arches', 'unit 2');
    expect(names('2 canal', unit)).toHaveLength(1);
    expect(names('canal 3', unit)).toEqual([]);
  });

  it('comes first where its name begins with it, then where a word of its name does', () => {
    const things = [thing('The press', 'florist'), thing('Mary Flor'), thing('Florist'), thing('Canal florist')];
    expect(names('flor', ...things)).toEqual(['Florist', 'Mary Flor', 'Canal florist', 'The press']);
  });
});
