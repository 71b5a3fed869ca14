import type { Mail } from '../api/generated/types.gen';
import type { Tone } from '../parts/tag';

/** What becomes of a mail; also where none was written. */
export type MailState = Mail['state'] | 'unwritten' | 'no-address';

const tones: Readonly<Record<MailState, Tone>> = {
  waiting: 'calm',
  held: 'warn',
  leaving: 'calm',
  accepted: 'good',
  kept: 'good',
  refused: 'bad',
  dropped: 'bad',
  unwritten: 'calm',
  'no-address': 'calm',
};

export const mailTone = (state: MailState): Tone => tones[state];
