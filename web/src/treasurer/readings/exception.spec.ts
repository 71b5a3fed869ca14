import { expect, it } from 'vitest';
import { choiceOfKey, commonAnswers, type Exception } from './exception';

const one = (...choices: Exception['choices']): Exception => ({ choices }) as Exception;

it('means by a key the answer that the exception takes, or none', () => {
  const gap = one('estimate', 'ask');
  expect(['a', 'e', 'f', 'x'].map((key) => choiceOfKey(key, gap))).toEqual([undefined, 'estimate', 'ask', undefined]);
  const conflict = one('keep', 'supersede');
  expect(['a', 'e', 'f'].map((key) => choiceOfKey(key, conflict))).toEqual(['keep', 'supersede', undefined]);
});

it('offers many what each of them takes, and an exchange to none', () => {
  expect(commonAnswers([one('exchange-found', 'ask', 'estimate'), one('accept', 'estimate', 'ask')])).toEqual([
    'ask',
    'estimate',
  ]);
  expect(commonAnswers([one('keep', 'supersede'), one('ask')])).toEqual([]);
  expect(commonAnswers([])).toEqual([]);
});
