import type { WordKey } from '../messages/words';

/** Sections of lines that are read together. */
export const sections: Readonly<Record<string, WordKey>> = {
  energy: 'section.energy',
  levy: 'section.energy',
  standing: 'section.energy',
  'shared-areas': 'section.shared',
  space: 'section.space',
  rent: 'section.space',
  service: 'section.space',
  internet: 'section.space',
  fee: 'section.fee',
};
