import { type DeviceItem, type Place, readingOf } from '../devices/device-reading.js';

/**
 * The reading that a message makes whose whole payload is a number.
 *
 * @returns nothing for a text that does not even begin like a number: `nan` is a sensor that does not know, `on` none that counts
 */
export function scalarOf(place: Place, payload: string, unit: string): DeviceItem[] {
  const digits = payload.trim();
  return /^[+-]?\.?\d/.test(digits) ? [readingOf(place, digits, unit)] : [];
}
