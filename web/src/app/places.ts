import {
  type Icon,
  IconBook2,
  IconBuildingBank,
  IconCalendarDollar,
  IconChartBar,
  IconFileText,
  IconGauge,
  IconHome,
  IconMessageQuestion,
  IconPencilPlus,
  IconReceipt,
  IconScale,
  IconSettings,
  IconShieldCheck,
  IconUsers,
} from '@tabler/icons-react';
import type { WordKey } from '../messages/words';
import { isOfficer } from './first-page';

/** A page that can be gone to from everywhere. */
export interface Place {
  readonly to:
    | '/home'
    | '/runs'
    | '/costs'
    | '/rules'
    | '/record'
    | '/payments'
    | '/members'
    | '/meters'
    | '/questions'
    | '/settings'
    | '/my'
    | '/my/use'
    | '/my/reading'
    | '/my/statements'
    | '/my/book';
  readonly name: WordKey;
  /** The letter that leads here after `g`; none that a page answers by itself. */
  readonly key: string;
  readonly icon: Icon;
}

/** How many places stand beside each other on a phone; what there is more folds out. */
export const placesInBar = 4;

/** The places of somebody, the most used first. */
export function placesOf(roles: readonly string[]): readonly Place[] {
  const office = isOfficer(roles);
  return [
    ...(office ? ([{ to: '/home', name: 'place.home', key: 'h', icon: IconHome }] as const) : []),
    ...(office ? ([{ to: '/runs', name: 'place.runs', key: 'b', icon: IconCalendarDollar }] as const) : []),
    ...(office
      ? ([
          { to: '/payments', name: 'place.payments', key: 'p', icon: IconBuildingBank },
          { to: '/members', name: 'place.members', key: 'm', icon: IconUsers },
          { to: '/costs', name: 'place.costs', key: 'c', icon: IconReceipt },
          { to: '/rules', name: 'place.rules', key: 'r', icon: IconScale },
        ] as const)
      : []),
    ...(office || roles.includes('installer')
      ? ([{ to: '/meters', name: 'place.meters', key: 't', icon: IconGauge }] as const)
      : []),
    ...(office ? ([{ to: '/questions', name: 'place.questions', key: 'q', icon: IconMessageQuestion }] as const) : []),
    ...(office ? ([{ to: '/record', name: 'place.record', key: 'l', icon: IconShieldCheck }] as const) : []),
    ...(office ? ([{ to: '/settings', name: 'place.settings', key: 'i', icon: IconSettings }] as const) : []),
    ...(roles.includes('member')
      ? ([
          { to: '/my', name: 'place.my', key: 'y', icon: IconHome },
          ...(office
            ? []
            : ([
                { to: '/my/use', name: 'place.use', key: 'u', icon: IconChartBar },
                { to: '/my/reading', name: 'place.reading', key: 'd', icon: IconPencilPlus },
              ] as const)),
          { to: '/my/statements', name: 'place.statements', key: 's', icon: IconFileText },
          ...(office ? [] : ([{ to: '/my/book', name: 'place.book', key: 'o', icon: IconBook2 }] as const)),
        ] as const)
      : []),
  ];
}
