import type { ExceptionsListResponse } from '../../api/generated/types.gen';

export type Exception = ExceptionsListResponse['items'][number];
export type Choice = Exception['choices'][number];

/** What it is about, as short as it goes. */
export const subjectOf = (one: Exception): string =>
  [one.meter ?? (one.kind === 'finding' ? one.site : ''), one.register ?? ''].filter((part) => part !== '').join(' ');

/** An exchange is told with its own readings, at the meter; everything else is answered here. */
export const answersOf = (one: Exception): readonly Choice[] =>
  one.choices.filter((choice) => choice !== 'exchange-found');

const keys: Readonly<Record<string, readonly Choice[]>> = {
  a: ['accept', 'keep', 'rollover-confirmed'],
  e: ['estimate', 'supersede'],
  f: ['ask', 'dismiss'],
};

/** The answer that a single key means for an exception: a takes it as it is, e puts another in its place, f has it looked at. */
export const choiceOfKey = (key: string, one: Exception): Choice | undefined =>
  keys[key]?.find((choice) => answersOf(one).includes(choice));

/** Answers that all of them take. */
export const commonAnswers = (all: readonly Exception[]): readonly Choice[] =>
  all.length === 0
    ? []
    : answersOf(all[0] as Exception).filter((choice) => all.every((one) => answersOf(one).includes(choice)));
