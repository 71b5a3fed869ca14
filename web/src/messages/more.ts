import { createIntl, createIntlCache, type IntlShape, useIntl } from 'react-intl';
import en from './en.json';
import type { WordKey } from './words';

type Values = Readonly<Record<string, string | number>>;

/**
 * Texts of some pages beside those of everybody. They are fetched with the first such page: who only looks at a statement never loads them.
 *
 * @returns a hook like `useWords` that knows both
 */
export function wordsWith<More extends Readonly<Record<string, string>>>(more: More) {
  const known = new Map<string, IntlShape>();
  const intlOf = (locale: string): IntlShape => {
    const made =
      known.get(locale) ?? createIntl({ locale, messages: { ...en, ...more }, defaultLocale: 'en' }, createIntlCache());
    known.set(locale, made);
    return made;
  };
  return function useMoreWords(): (key: WordKey | keyof More, values?: Values) => string {
    const intl = intlOf(useIntl().locale);
    return (key, values) => intl.formatMessage({ id: key as string }, values);
  };
}
