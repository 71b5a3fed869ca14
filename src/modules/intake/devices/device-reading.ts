import type { Instant } from '../../../domain/calendar/period.js';
import { inUnitOfRegisters } from './device-units.js';
import { exactly } from './exact-digits.js';

/** What a channel of a device showed at an instant, under the device's own names, as ReadingsService takes it. */
export interface DeviceReading {
  readonly meter: string;
  readonly register: string;
  readonly at: Instant;
  readonly value: string;
  readonly unit: string;
  /** Where the device says how the value arose; a measured one where it does not. */
  readonly quality?: string;
}

/** A channel of which nothing could be read, and why; it takes its place among the others. */
export interface Unread {
  readonly meter: string;
  readonly register: string;
  readonly unread: string;
}

export type DeviceItem = DeviceReading | Unread;

export const isUnread = (item: DeviceItem): item is Unread => 'unread' in item;

/** A place where a value stands: the device, its channel, the time. */
export type Place = Pick<DeviceReading, 'meter' | 'register' | 'at'>;

/** The reading that digits in a unit make, converted to a unit that registers count in where there is one. */
export function readingOf(place: Place, digits: string, unit: string): DeviceItem {
  const value = exactly(digits);
  if (value === null) return unreadOf(place, `"${digits.slice(0, 40)}" is not a number that can be kept.`);
  return { ...place, ...inUnitOfRegisters(value, unit) };
}

export const unreadOf = ({ meter, register }: Pick<Place, 'meter' | 'register'>, unread: string): Unread => ({
  meter,
  register,
  unread,
});
