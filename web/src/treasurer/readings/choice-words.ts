import type { OfficeKey } from '../../messages/office';
import type { Choice } from './exception';

const words = {
  keep: 'choice.keep',
  supersede: 'choice.supersede',
  accept: 'choice.accept',
  dismiss: 'choice.dismiss',
  estimate: 'choice.estimate',
  ask: 'choice.ask',
  'rollover-confirmed': 'choice.rollover-confirmed',
  'exchange-found': 'choice.exchange-found',
} as const satisfies Record<Choice, OfficeKey>;

/** What an answer is called on its button. */
export const choiceWord = (choice: Choice): OfficeKey => words[choice];
