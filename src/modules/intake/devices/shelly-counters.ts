import { unitOfName } from './channel-units.js';
import { type DeviceItem, type Place, readingOf } from './device-reading.js';
import { at, digitsAt, type Json } from './exact-json.js';

/** The counters of components since generation 2, in Wh; pulses are counts. */
const counters: readonly (readonly [path: string, unit: string])[] = [
  ['aenergy.total', 'Wh'],
  ['ret_aenergy.total', 'Wh'],
  ['total_act_energy', 'Wh'],
  ['total_act_ret_energy', 'Wh'],
  ['total_act', 'Wh'],
  ['total_act_ret', 'Wh'],
  ...['a', 'b', 'c'].flatMap((phase) => [
    [`${phase}_total_act_energy`, 'Wh'] as const,
    [`${phase}_total_act_ret_energy`, 'Wh'] as const,
  ]),
  ['counts.total', 'pulses'],
];

/** Generation 1 counts in watt-minutes at its relays, and in Wh where it was made to measure. */
const gen1Lists = [
  ['meters', 'total', 'Wmin'],
  ['emeters', 'total', 'Wh'],
  ['emeters', 'total_returned', 'Wh'],
] as const;

/** Whether a part of a status is a component, like `emdata:0`. */
export const isComponent = (name: string): boolean => /^[a-z0-9_]{1,40}:\d{1,9}$/.test(name);

/** The readings of one component since generation 2; `component` is its name, like `emdata:0`. */
export function countersOf(place: Omit<Place, 'register'>, component: string, status: Json): DeviceItem[] {
  return counters.flatMap(([path, unit]) => {
    const digits = digitsAt(status, ...path.split('.'));
    return digits === undefined ? [] : [readingOf({ ...place, register: `${component}.${path}` }, digits, unit)];
  });
}

/** The readings of a status of generation 1. A counter that calls itself invalid is not known. */
export function gen1Counters(place: Omit<Place, 'register'>, status: Json): DeviceItem[] {
  return gen1Lists.flatMap(([list, field, unit]) => {
    const meters = at(status, list);
    if (!Array.isArray(meters)) return [];
    return (meters as readonly Json[]).flatMap((meter, index) => {
      const digits = digitsAt(meter, field);
      if (digits === undefined || at(meter, 'is_valid') === false) return [];
      return [readingOf({ ...place, register: `${list}.${index}.${field}` }, digits, unit)];
    });
  });
}

/** The name of a component that does not say it, by what only such a component has. */
export function nameOfComponent(status: Json): string {
  const id = (digitsAt(status, 'id') ?? '0').slice(0, 9);
  const [kind = 'pm1'] = signs.find(([, field]) => at(status, field) !== undefined) ?? [];
  return `${kind}:${id}`;
}

const signs = [
  ['emdata', 'total_act'],
  ['em1data', 'total_act_energy'],
  ['switch', 'output'],
  ['cover', 'current_pos'],
] as const;

/** The unit of a counter that somebody has put into an address under its own name, or under another. */
export function unitOfParameter(name: string): string {
  const [, unit] = counters.find(([path]) => name === path || name.endsWith(`.${path}`)) ?? [];
  const gen1 = gen1Lists.find(([list, field]) => name.startsWith(`${list}.`) && name.endsWith(`.${field}`));
  return unit ?? gen1?.[2] ?? unitOfName(name);
}
