import type { Figures } from '../../figures/figures';

/** A figure as it is typed in the place, as it stands on the wire; undefined where it is none. */
export type Read = Figures['read'];

const figures = ['part', 'amount', 'perDay', 'perUnit', 'price', 'upTo', 'percent', 'powerFactor', 'least'];

/** Terms with their figures as they are typed in the place, to be written on from there. */
export const asTyped = <Terms extends object>(terms: Terms, typed: Figures['typed']): Terms =>
  JSON.parse(JSON.stringify(terms), (key, value: unknown) => {
    if (key === 'prices') return pricesTyped(value as Readonly<Record<string, string>>, typed);
    return figures.includes(key) && typeof value === 'string' ? typed(value) : value;
  }) as Terms;

const pricesTyped = (prices: Readonly<Record<string, string>>, typed: Figures['typed']) =>
  Object.fromEntries(Object.entries(prices).map(([band, price]) => [band, typed(price)]));
