import { useSettingsWords } from '../../messages/settings';
import { optionsOf, type PolicyName, type Terms, written } from './terms';

type Values = Record<string, string | number>;

const isChosen = (key: string): boolean => key in optionsOf || key === 'kind';

/** What a text of the catalogue can go by: nothing is `none`, also an empty text, and a list says how long it is, and its figures. */
const valuesOf = (terms: Terms): Values =>
  Object.fromEntries(
    Object.entries(terms).flatMap(([key, value]): [string, string | number][] => {
      if (Array.isArray(value))
        return [
          ['count', value.length],
          ['list', value.filter((one) => typeof one === 'number').join(', ')],
        ];
      if (typeof value === 'number') return [[key, value]];
      if (typeof value === 'object' && value !== null) return [];
      // A text of the catalogue chooses by names without dashes.
      return [[key, (isChosen(key) ? written(value).replaceAll('-', '_') : written(value)) || 'none']];
    }),
  );

/** Terms that may be left out are none then. */
const absent: Values = {
  ...{ documentTitle: 'none', simplifiedUpTo: 'none', sortCode: 'none', accountNumber: 'none', iban: 'none' },
  ...{ percent: 'none', perUnit: 'none', perDay: 'none' },
};

/** A name of the service as words. */
export const spelled = (name: string): string => name.replaceAll('-', ' ');

/** A policy in words: a sentence, and where it has parts, one for each of them. */
export function useTermsWords(): (name: PolicyName, terms: Terms) => readonly string[] {
  const say = useSettingsWords();
  const partsOf = (terms: Terms): readonly (readonly [string, Terms])[] =>
    Object.entries(terms).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? [[key, value as Terms] as const] : [],
    );
  const listOf = (value: unknown): readonly Terms[] => (Array.isArray(value) ? (value as Terms[]) : []);
  return (name, terms) => {
    const values = { ...absent, ...valuesOf(terms) };
    switch (name) {
      case 'validation': {
        const checks = partsOf(terms);
        const count = (mode: string): number => checks.filter(([, check]) => check['mode'] === mode).length;
        return [
          say('says.validation', { block: count('block'), warn: count('warn'), off: count('off') }),
          ...checks.map(([key, { mode, ...figures }]) => {
            const said = Object.entries(figures).flatMap(([figure, value]) =>
              value === null ? [] : [`${say(`term.${figure}` as 'term.days')}: ${written(value)}`],
            );
            return say('says.check', { name: spelled(key), mode: written(mode), figures: said.join(', ') || 'none' });
          }),
        ];
      }
      case 'estimation':
        return [
          say('says.estimation', values),
          ...partsOf(terms['methods'] as Terms).map(([key, method]) =>
            say('says.method', { name: spelled(key), ...valuesOf(method) }),
          ),
        ];
      case 'reduced-rate':
        return [
          say('says.reduced-rate', values),
          ...listOf(terms['utilities']).map((one) => say('says.utility', valuesOf(one))),
        ];
      case 'price-cap':
        return [
          say('says.price-cap', values),
          ...listOf(terms['caps']).map((one) => say('says.cap', { ...absent, ...valuesOf(one) })),
        ];
      case 'tax-treatment':
        return [
          say(
            'says.tax-treatment',
            Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === 'none' ? '–' : value])),
          ),
        ];
      default:
        return [say(`says.${name}`, values)];
    }
  };
}
