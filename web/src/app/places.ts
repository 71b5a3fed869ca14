import { type Icon, IconHome } from '@tabler/icons-react';
import type { WordKey } from '../messages/words';

/** A page that can be gone to from everywhere. */
export interface Place {
  readonly to: '/home';
  readonly name: WordKey;
  readonly icon: Icon;
}

/** The places of somebody, the most used first; five at most, as many as fit beside each other on a phone. */
export const placesOf = (_roles: readonly string[]): readonly Place[] => [
  { to: '/home', name: 'place.home', icon: IconHome },
];
