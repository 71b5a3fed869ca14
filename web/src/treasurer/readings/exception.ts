import type { ExceptionsListResponse } from '../../api/generated/types.gen';
import type { OfficeKey } from '../../messages/office';
import type { Said } from '../../messages/said';

export type Exception = ExceptionsListResponse['items'][number];
export type Choice = Exception['choices'][number];

/** What it is about, as short as it goes. */
export const subjectOf = (one: Exception): string =>
  [one.meter ?? (one.kind === 'finding' ? one.site : ''), one.register ?? ''].filter((part) => part !== '').join(' ');

/** What it asks, for `useSaid`. */
export const saidOf = (one: Exception): Said => ({
  code: one.kind === 'finding' ? one.rule : one.reason,
  label: subjectOf(one),
  ...{ from: one.at, to: one.until ?? one.at, detail: one.detail },
  evidence: one.kind === 'finding' ? one.evidence : {},
  remedy: one.kind === 'finding' ? one.remedy : '',
});

/** An exchange is told with its own readings, at the meter; everything else is answered here. */
export const answersOf = (one: Exception): readonly Choice[] =>
  one.choices.filter((choice) => choice !== 'exchange-found');

/** The keys of the list, and what each means: the list goes by them, and the page and the sheet of keys name them. */
export const gridKeys = [
  { key: 'j', does: 'readings.key.down', step: 1 },
  { key: 'k', does: 'readings.key.up', step: -1 },
  { key: 'a', does: 'readings.key.take', choices: ['accept', 'keep', 'rollover-confirmed'] },
  { key: 'e', does: 'readings.key.replace', choices: ['estimate', 'supersede'] },
  { key: 'f', does: 'readings.key.look', choices: ['ask', 'dismiss'] },
] as const satisfies readonly { key: string; does: OfficeKey; step?: number; choices?: readonly Choice[] }[];

/** How far down the list a key goes; 0 where it goes nowhere. */
export const stepOfKey = (key: string): number =>
  gridKeys.reduce((sum, one) => ('step' in one && one.key === key ? one.step : sum), 0);

/** The answer that a single key means for an exception. */
export const choiceOfKey = (key: string, one: Exception): Choice | undefined =>
  gridKeys
    .flatMap((own): readonly Choice[] => ('choices' in own && own.key === key ? own.choices : []))
    .find((choice) => answersOf(one).includes(choice));

/** Answers that all of them take. */
export const commonAnswers = (all: readonly Exception[]): readonly Choice[] =>
  all.length === 0
    ? []
    : answersOf(all[0] as Exception).filter((choice) => all.every((one) => answersOf(one).includes(choice)));
