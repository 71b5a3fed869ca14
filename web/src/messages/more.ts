import { useCallback } from 'react';
import { createIntl, createIntlCache, type IntlShape, useIntl } from 'react-intl';
import { type CatalogueName, type Catalogues, useTexts } from './languages';
import type { WordKey } from './words';

type Values = Readonly<Record<string, string | number>>;

/**
 * Texts of some pages beside those of everybody. They are fetched with the first such page: who only looks at a statement never loads them.
 *
 * @returns a hook like `useWords` that knows both
 */
export function wordsWith<Name extends CatalogueName>(name: Name, english: Catalogues[Name]) {
  const known = new Map<string, IntlShape>();
  const intlOf = ({ locale, messages }: IntlShape, more: Readonly<Record<string, string>>): IntlShape => {
    const made =
      known.get(locale) ??
      createIntl(
        { locale, messages: { ...(messages as Record<string, string>), ...more }, defaultLocale: 'en' },
        createIntlCache(),
      );
    known.set(locale, made);
    return made;
  };
  return function useMoreWords(): (key: WordKey | keyof Catalogues[Name], values?: Values) => string {
    const everybody = useIntl();
    const intl = intlOf(everybody, useTexts(name, english, everybody.locale));
    return useCallback((key, values) => intl.formatMessage({ id: key as string }, values), [intl]);
  };
}
