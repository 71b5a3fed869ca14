import { type ItemProblem, type ReadingItem } from './reading-item.js';
import type { IntakeGround, KnownRegister } from '../registers/register-catalog.js';
import type { Sender } from './reading.types.js';

/** What becomes of an item before the database has been asked whether the reading is known. */
export type Judged =
  | { readonly as: 'candidate'; readonly register: KnownRegister }
  | { readonly as: 'held'; readonly register: KnownRegister; readonly reason: HoldReason; readonly detail: string }
  | { readonly as: 'reduced'; readonly register: KnownRegister; readonly detail: string }
  | { readonly as: 'unclaimed' }
  | { readonly as: 'rejected'; readonly problem: ItemProblem };

export type HoldReason = 'in-the-future' | 'not-installed' | 'signature-wrong';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;

const rejected = (pointer: string, code: ItemProblem['code'], detail: string): Judged => ({
  as: 'rejected',
  problem: { code, pointer, detail },
});

/** Judges an item by what is known of its register. Pure: the same item, ground and time give the same judgement. */
export function judge(item: ReadingItem, sender: Sender, ground: IntakeGround, nowMs: number): Judged {
  const register = ground.find(item.meter, item.register);
  if (!register) return { as: 'unclaimed' };
  if (!mayPush(sender, register)) {
    return rejected(
      '/meter',
      'not-allowed',
      `This key may not send for ${item.meter}; use the key of its site, or one that names this meter.`,
    );
  }
  if (item.unit !== register.unit) {
    return rejected(
      '/unit',
      'unit-mismatch',
      `${register.label} counts in ${register.unit}, and this reading says ${item.unit}; convert it, or correct the unit.`,
    );
  }
  return (
    wrongKind(item, register) ??
    late(item, register) ??
    hold(item, register, ground, nowMs) ?? { as: 'candidate', register }
  );
}

function mayPush({ scope }: Sender, register: KnownRegister): boolean {
  if (scope === null) return true;
  if (scope.meterIds !== undefined && scope.meterIds.length > 0) return scope.meterIds.includes(register.meterId);
  return scope.siteId === register.siteId;
}

function wrongKind(item: ReadingItem, register: KnownRegister): Judged | undefined {
  if (register.intervalMs === null) {
    if (item.untilMs === null) return undefined;
    return rejected(
      '/from',
      'invalid-input',
      `${register.label} is a cumulative register: send at and value, what its display shows.`,
    );
  }
  if (item.untilMs === null) {
    return rejected('/at', 'invalid-input', `${register.label} is an interval register: send from, to and quantity.`);
  }
  const length = item.untilMs - item.ms;
  // A civil day has 23, 24 or 25 hours where the clock changes by one; everywhere it lies within these.
  const fits = register.intervalMs === dayMs ? Math.abs(length - dayMs) <= hourMs : length === register.intervalMs;
  if (fits) return undefined;
  return rejected(
    '/to',
    'invalid-input',
    `${register.label} has intervals of ${register.intervalMs / minuteMs} minutes, and this one has ${length / minuteMs}; send the intervals that the meter keeps.`,
  );
}

/** For a time of which the readings went, nothing can come any more; what is still there is known, and told so. */
function late(item: ReadingItem, register: KnownRegister): Judged | undefined {
  const gone = register.reduced.find(({ from, to }) => item.ms >= from && item.ms < to);
  if (!gone) return undefined;
  const detail = `The readings of ${register.label} around ${item.at} were billed, and reduced on ${gone.on} by the policy "retention". This one is not stored; stop sending it.`;
  return { as: 'reduced', register, detail };
}

function hold(item: ReadingItem, register: KnownRegister, ground: IntakeGround, nowMs: number): Judged | undefined {
  const end = item.untilMs ?? item.ms;
  if (end > nowMs + ground.futureMs) {
    const detail = `${item.until ?? item.at} lies more than ${ground.futureMs / minuteMs} minutes in the future. Check the clock of the device; a treasurer can accept or dismiss the reading.`;
    return { as: 'held', register, reason: 'in-the-future', detail };
  }
  if (register.installed.some(({ from, to }) => from <= item.ms && end <= to)) return undefined;
  const detail = `No device is recorded as installed at ${register.label} at ${item.at}. Correct the installation or the time of the reading; a treasurer can accept or dismiss it.`;
  return { as: 'held', register, reason: 'not-installed', detail };
}
