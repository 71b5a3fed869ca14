import { energy, type ReadingItem } from './reading-item.js';
import type { KnownRegister } from '../registers/register-catalog.js';

/** Units in which a device counts the steps of its display, whatever they are. */
const bareCounts = new Set(['pulses', 'unknown']);

/**
 * What a device said, in the unit of its register.
 *
 * Energy comes as kWh and volumes as m3 already; a register of litres gets its litres back, exactly. A bare count is what the
 * display shows, and the multiplier of the installation makes it a quantity. Any other unit stays as it is, and is refused where it is
 * not the register's.
 *
 * @example 1.25 m3 for a register in l → 1250 l; 4711 pulses for a register in kWh → 4711 on the display
 */
export function fitted(item: ReadingItem, register: Pick<KnownRegister, 'unit'> | undefined): ReadingItem {
  if (!register || item.unit === register.unit) return item;
  if (bareCounts.has(item.unit)) return { ...item, unit: register.unit };
  if (item.unit !== 'm3' || register.unit !== 'l') return item;
  const litres = energy(thousandfold(item.value));
  return litres === null ? item : { ...item, value: litres, unit: 'l' };
}

/** A canonical decimal times a thousand: the point moves. */
function thousandfold(value: string): string {
  const [whole = '', fraction = ''] = value.split('.');
  const digits = `${whole}${fraction.slice(0, 3).padEnd(3, '0')}`.replace(/^0+(?=\d)/, '');
  return fraction.length > 3 ? `${digits}.${fraction.slice(3)}` : digits;
}
