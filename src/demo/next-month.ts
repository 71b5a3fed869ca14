import { Temporal } from 'temporal-polyfill';
import type { ApiClient } from '../cli/client.js';
import { monthOf } from '../domain/calendar/period.js';
import { dayOf } from '../domain/calendar/zone.js';
import type { DemoClock } from './demo-clock.js';
import type { LiveHall } from './live.js';
import { zone } from './readings.js';
import { enterBill } from './rules.js';

const opening = '09:00';

/** Goes on at nine in the morning of the first day of the next month: the meters have counted until then, and the supplier's bill has come. */
export async function goToNextMonth(clock: DemoClock, hall: LiveHall, treasurer: ApiClient): Promise<void> {
  const over = monthOf(dayOf(clock.now(), zone));
  clock.jumpTo(Temporal.PlainDateTime.from(`${over.to}T${opening}`).toZonedDateTime(zone).toInstant().toString());
  await hall.hearAll();
  await enterBill(treasurer, over, false);
}
