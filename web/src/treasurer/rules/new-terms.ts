import type { Key, KeyTerms } from '../../api/generated/types.gen';

/** Rules that need no figures of their own, so that they can be chosen by name. */
export const plainKinds = ['area', 'equal', 'occupied-days', 'headcount', 'members'] as const;

export type Choice = {
  readonly id: string;
  readonly terms: KeyTerms;
} & (
  | { readonly kind: (typeof plainKinds)[number] }
  | { readonly kind?: undefined; readonly name: string; readonly sentence: string }
);

/** What a key could go by instead: each plain rule, and whatever another key goes by. What it goes by already is no change. */
export function rulesToChooseFrom(
  keys: readonly Pick<Key, 'code' | 'name' | 'versions'>[],
  key: string,
): readonly Choice[] {
  const now = keys.find(({ code }) => code === key)?.versions.at(-1)?.terms;
  const others = keys.flatMap(({ code, name, versions }): Choice[] => {
    const last = versions.at(-1);
    return code === key || !last ? [] : [{ id: `as ${code}`, terms: last.terms, name, sentence: last.sentence }];
  });
  return [...plainKinds.map((kind): Choice => ({ id: kind, terms: { kind }, kind })), ...others].filter(
    ({ terms }) => JSON.stringify(terms) !== JSON.stringify(now),
  );
}
