import type { Instant } from '../../../domain/calendar/period.js';
import type { Said } from './said.js';
import { scalarOf } from './scalar.js';

/*
 * A Shelly of generation 1 publishes one number a topic, and no time:
 *
 *   shellies/shellyem3-AABBCCDDEEFF/emeter/0/total            1234567.8   Wh
 *   shellies/shellyem3-AABBCCDDEEFF/emeter/0/total_returned   12.5        Wh
 *   shellies/shelly1pm-AABBCCDDEEFF/relay/0/energy            60000       watt-minutes; so are those of rollers and lights
 *
 * The registers have the names that they have in its status, `emeters.0.total` and `meters.0.total`. `emeter/0/energy` counts what
 * `total` counts, since the device was switched on.
 */

type Counter = readonly [list: string, field: string, unit: string];
const energy: Counter = ['meters', 'total', 'Wmin'];
const counters: ReadonlyMap<string, Counter> = new Map<string, Counter>([
  ['emeter/total', ['emeters', 'total', 'Wh']],
  ['emeter/total_returned', ['emeters', 'total_returned', 'Wh']],
  ['relay/energy', energy],
  ['roller/energy', energy],
  ['light/energy', energy],
  ['white/energy', energy],
  ['color/energy', energy],
]);

export function shellyGen1Topics(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [, meter = '', part = '', index = '', field = ''] = levels;
  const counter = counters.get(`${part}/${field}`);
  if (!counter || !/^\d+$/.test(index)) return [];
  const [list, name, unit] = counter;
  return scalarOf({ meter, register: `${list}.${index}.${name}`, at: receivedAt }, payload, unit);
}
