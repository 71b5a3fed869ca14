/** Something that can be gone to. */
export interface Thing {
  /** Its address. */
  readonly to: string;
  readonly name: string;
  /** What stands beside the name; it is found by that too. */
  readonly note: string;
}

/** Without accents and capitals, as people type in a hurry. */
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();

/**
 * Those in whose name or note every word that was typed stands; first those whose name begins with it, then those of which a word of the name does.
 *
 * @example "canal 2" finds "Canal Arches, unit 2"
 */
export function find(things: readonly Thing[], typed: string): readonly Thing[] {
  const sought = plain(typed).trim();
  const words = sought.split(/\s+/);
  const rankOf = ({ name }: Thing): number => {
    const own = plain(name);
    if (own.startsWith(sought)) return 0;
    return own.split(/[^\p{L}\p{N}']+/u).some((word) => word.startsWith(words[0] ?? '')) ? 1 : 2;
  };
  return things
    .filter(({ name, note }) => {
      const whole = plain(`${name} ${note}`);
      return words.every((word) => whole.includes(word));
    })
    .map((thing) => ({ thing, rank: rankOf(thing) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ thing }) => thing);
}
