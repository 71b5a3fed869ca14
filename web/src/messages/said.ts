import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import type { Figures } from '../figures/figures';
import said from './en-said.json';
import { wordsWith } from './more';
import { useFigures } from './words';

type SaidKey = keyof typeof said;
const useSaidWords = wordsWith('said', said);
const isKnown = (key: string): key is SaidKey => key in said;

/** What the service says of readings: a code, the figures behind it, and its own sentences in English. */
export interface Said {
  readonly code: string;
  /** What it is about, as people call it. */
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly evidence: Readonly<Record<string, string | number | null>>;
  readonly detail: string;
  readonly remedy: string;
}

export interface Told {
  readonly detail: string;
  readonly remedy: string;
  /** Of both, where they are not in the language of the page. */
  readonly lang: 'en' | undefined;
}

/** Without these figures a sentence has holes, and the service's own is told. A figure that is null is there, and none. */
const needs: Readonly<Record<string, readonly string[]>> = {
  'reading-time': ['why', 'value'],
  'register-regressed': ['start', 'end'],
  'rollover-assumed': ['start', 'end', 'capacity', 'wrapped', 'unit'],
  'counter-restart': ['start', 'end'],
  'physical-limit': ['highest', 'unit', 'hours', 'at', 'maxPerHour'],
  'silent-sibling': ['heard'],
  'missing-interval': ['hours', 'intervals'],
  'missing-reading': ['why'],
  'zero-use': ['days'],
  'inactive-use': ['quantity', 'unit', 'hours', 'perDay'],
  'high-low-use': [
    ...['quantity', 'unit', 'hours', 'comparedWith', 'earlierQuantity', 'earlierHours'],
    ...['is', 'highPercent', 'lowPercent'],
  ],
  spike: ['highest', 'unit', 'third'],
  'stuck-intervals': ['each', 'unit', 'days'],
  'unusual-day': ['quantity', 'unit', 'others', 'lowest', 'highest', 'median'],
  'sum-check': ['intervals', 'unit', 'advance'],
  residual: ['residual', 'unit', 'imported', 'generated', 'exported', 'metered', 'is'],
  'prolonged-estimation': ['lastRead', 'periods', 'months'],
  'verification-passed': ['verifiedUntil', 'lastDay'],
};

/** A figure as a sentence shows it; what a text of the catalogue chooses by has no dashes there. */
export function shownFigure(value: string | number | null, figures: Figures): string {
  if (value === null) return 'none';
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return figures.number(text);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return figures.day(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return figures.moment(text);
  return /^[a-z]+(-[a-z]+)+$/.test(text) ? text.replaceAll('-', '_') : text;
}

/**
 * The service speaks English. Where a page does not, what it found is told by its code and its figures, as far as they suffice; where not, in the
 * service's own sentence, which says that it is English.
 */
export function useSaid() {
  const say = useSaidWords();
  const figures = useFigures();
  const isEnglish = useIntl().locale.startsWith('en');
  return useMemo(() => {
    const wordOf = (kind: 'code' | 'figure', name: string, otherwise: string): string => {
      const key = `${kind}.${name}`;
      return isKnown(key) ? say(key) : otherwise;
    };
    const own = ({ detail, remedy }: Said, lang: Told['lang']): Told => ({
      ...{ detail: figures.sentence(detail), remedy: figures.sentence(remedy), lang },
    });
    return {
      /** What a finding is called. */
      title: (code: string): string => wordOf('code', code, code.replaceAll('-', ' ')),
      /** What a figure of a finding is called. */
      name: (figure: string): string => wordOf('figure', figure, figure.replaceAll(/([A-Z])/g, ' $1').toLowerCase()),
      told: (one: Said): Told => {
        if (isEnglish) return own(one, undefined);
        const key = `rule.${one.code}`;
        const isWhole = (needs[one.code] ?? []).every((name) => one.evidence[name] !== undefined);
        if (!isKnown(key) || !isWhole) return own(one, 'en');
        const values: Record<string, string> = {
          ...Object.fromEntries(
            Object.entries(one.evidence).map(([name, value]) => [name, shownFigure(value, figures)]),
          ),
          ...{ label: one.label, from: figures.moment(one.from), to: figures.moment(one.to) },
        };
        const remedy = `remedy.${one.code}`;
        const { more } = one.evidence;
        const rest = typeof more === 'number' && more > 0 ? ` ${say('more', { count: more })}` : '';
        return {
          detail: `${say(key, values)}${rest}`,
          remedy: isKnown(remedy) ? say(remedy, values) : figures.sentence(one.remedy),
          lang: undefined,
        };
      },
    };
  }, [say, figures, isEnglish]);
}
