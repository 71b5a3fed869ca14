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
  'vacant-space': 'section.vacant',
  'own-charge': 'section.own',
  fee: 'section.fee',
  credit: 'section.credit',
  correction: 'section.correction',
  final: 'section.final',
};
