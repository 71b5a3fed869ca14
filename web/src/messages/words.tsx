import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { makeFigures, type Figures } from '../figures/figures';
import en from './en.json';
import { textLocale, useTexts } from './languages';

/** Names of all texts; one that is not in the catalogue does not compile. */
export type WordKey = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

const FiguresContext = createContext<Figures>(makeFigures('en-GB', 'UTC'));

/** Texts in the language of the community where we have it, figures as the community writes them. */
export function Words({
  locale = 'en-GB',
  zone = 'UTC',
  children,
}: {
  locale?: string;
  zone?: string;
  children: ReactNode;
}) {
  const figures = useMemo(() => makeFigures(locale, zone), [locale, zone]);
  const messages = useTexts('everybody', en, locale);
  return (
    <IntlProvider locale={textLocale(locale)} messages={messages} defaultLocale="en">
      <FiguresContext value={figures}>{children}</FiguresContext>
    </IntlProvider>
  );
}

/** `say('home.title')`: a text of the catalogue, with what belongs into it. */
export function useWords(): (key: WordKey, values?: Values) => string {
  const intl = useIntl();
  return (key, values) => intl.formatMessage({ id: key }, values);
}

/** Money, energy and dates as this community writes them. */
export const useFigures = (): Figures => useContext(FiguresContext);
