import { useSuspenseQueries } from '@tanstack/react-query';
import {
  calendarsListOptions,
  keysListOptions,
  membersListOptions,
  resourcesListOptions,
  spacesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { BandCalendar, Key } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What rules can name. */
export interface Choices {
  readonly spaces: readonly Option[];
  readonly members: readonly Option[];
  readonly resources: readonly Option[];
  readonly calendars: readonly BandCalendar[];
  /** Keys that need no meter: what a residual may be shared by. */
  readonly pools: readonly Option[];
  /** Keys that allot what is made on the site. */
  readonly generations: readonly Option[];
}

const named = ({ code, name }: { readonly code: string; readonly name: string }): Option => ({
  value: code,
  label: name === code ? code : `${name} (${code})`,
});
const withMeters = ['metered', 'peak', 'limited', 'composite', 'generation'];
const kindsOf = ({ versions }: Key): readonly string[] => versions.map(({ terms }) => terms.kind);

export function useChoices(): Choices {
  const [{ data: spaces }, { data: members }, { data: resources }, { data: calendars }, { data: keys }] =
    useSuspenseQueries({
      queries: [
        whole(spacesListOptions()),
        whole(membersListOptions()),
        whole(resourcesListOptions()),
        whole(calendarsListOptions()),
        whole(keysListOptions()),
      ],
    });
  const isPool = (key: Key): boolean =>
    key.versions.length > 0 && kindsOf(key).every((kind) => !withMeters.includes(kind));
  return {
    spaces: spaces.items.map(named),
    members: members.items.map(named),
    resources: resources.items.map(named),
    calendars: calendars.items,
    pools: keys.items.filter(isPool).map(named),
    generations: keys.items.filter((key) => kindsOf(key).includes('generation')).map(named),
  };
}

/** The bands of what uses are told apart by: those of a calendar, or where the energy came from. */
export function bandsOf(by: string, calendars: readonly BandCalendar[]): readonly string[] {
  const [what, code] = by.split(' ');
  if (what === 'generation') return ['local', 'grid'];
  return calendars.find((one) => one.code === code)?.bands ?? [];
}
