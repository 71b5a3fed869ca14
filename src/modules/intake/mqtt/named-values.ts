import type { Instant } from '../../../domain/calendar/period.js';
import { unitOfInput, unitOfName } from '../devices/channel-units.js';
import type { Said } from './said.js';
import { scalarOf } from './scalar.js';

/*
 * Devices that publish one number a topic under a name that somebody gave it. The name is all that tells the unit, and what it does
 * not tell is not guessed. None has a time.
 *
 *   ESPHome     kiln/sensor/total_energy_kwh/state     1520.25     → kiln total_energy_kwh
 *   emonHub     emon/attic/E1                          48210400    → attic E1, in Wh as the boards have it
 */

export function esphomeState(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [meter = '', , register = ''] = levels;
  return scalarOf({ meter, register, at: receivedAt }, payload, unitOfName(register));
}

export function emonhubInput(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [, meter = '', register = ''] = levels;
  return scalarOf({ meter, register, at: receivedAt }, payload, unitOfInput(register));
}
