import { type Icon, IconCalendarDollar, IconFileText, IconGauge, IconHome } from '@tabler/icons-react';
import type { WordKey } from '../messages/words';
import { isOfficer } from './first-page';

/** A page that can be gone to from everywhere. */
export interface Place {
  readonly to: '/home' | '/runs' | '/meters' | '/my' | '/my/statements';
  readonly name: WordKey;
  readonly icon: Icon;
}

/** The places of somebody, the most used first; five at most, as many as fit beside each other on a phone. */
export function placesOf(roles: readonly string[]): readonly Place[] {
  const office = isOfficer(roles);
  return [
    ...(office ? ([{ to: '/home', name: 'place.home', icon: IconHome }] as const) : []),
    ...(office ? ([{ to: '/runs', name: 'place.runs', icon: IconCalendarDollar }] as const) : []),
    ...(office || roles.includes('installer')
      ? ([{ to: '/meters', name: 'place.meters', icon: IconGauge }] as const)
      : []),
    ...(roles.includes('member')
      ? ([
          { to: '/my', name: 'place.my', icon: IconHome },
          { to: '/my/statements', name: 'place.statements', icon: IconFileText },
        ] as const)
      : []),
  ];
}
