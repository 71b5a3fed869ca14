import type { Instant } from '../../../domain/calendar/period.js';
import type { DeviceReading, Unread } from '../devices/device-reading.js';

/** A reading as a message says it. What has no time of its own carries the time of receipt. */
export interface SaidReading extends DeviceReading {
  readonly quality?: string;
}

/** A quantity over a stretch of time, which only our own topics can say. */
export interface SaidInterval {
  readonly meter: string;
  readonly register: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: string;
  readonly unit: string;
  readonly quality?: string;
}

export type Said = SaidReading | SaidInterval | Unread;

/**
 * Reads a message of one family.
 *
 * @param levels of the topic, one of those that the family is subscribed to
 * @param payload as text
 * @param receivedAt the time of what has none of its own
 * @returns nothing where the message tells of no counter: a missing value is not known, and never zero
 * @throws DomainError for what no device of the family says
 */
export type ReadMessage = (levels: readonly string[], payload: string, receivedAt: Instant) => readonly Said[];
