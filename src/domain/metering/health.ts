import type { CivilDate } from '../calendar/period.js';

/*
 * The problem: a meter that died is found a month later, when the bill cannot be made. What a register did lately tells at once whether somebody has to go and look.
 *
 *   a half-hourly logger, last reading 40 minutes ago                        ok
 *   the same, last reading three hours ago                                   late: wait a little
 *   the same, last reading two days ago                                      silent: somebody goes there
 *   the same display for three weeks, while the neighbours' count            stuck
 *
 * Method: one word, the most urgent that is true, and one sentence of what to do. A length of time is judged against the register's own rhythm, which is declared for
 * intervals and learnt for displays; where no rhythm is known yet, a month and a half is taken for the rhythm of a reading by hand.
 */

/** From the most urgent to the least. */
export const healthStates = ['never-seen', 'silent', 'stuck', 'skewed', 'expired', 'late', 'ok'] as const;
export type HealthState = (typeof healthStates)[number];

/** What is known of a register; times in milliseconds since 1970. */
export interface RegisterHealth {
  /** When its device went in. */
  readonly since: number;
  /** The end of its last reading; null where none came of this device. */
  readonly lastReading: number | null;
  /** How far apart its readings are as a rule; null where that is not known. */
  readonly rhythmMs: number | null;
  /** Median of received less read, of readings that were pushed; null where that is not known. */
  readonly skewMs: number | null;
  /** Since when it says the same; null where it does not, or where nothing says so. */
  readonly unchangedSince: number | null;
  /** Whether it counts quantities that are the same and not nothing: nothing real is so even. */
  readonly isEven: boolean;
  /** Whether another register of the site counted in that time. */
  readonly othersMove: boolean;
  /** The last day of its verification; null where none is recorded. */
  readonly verifiedUntil: CivilDate | null;
  /** Readings of it that wait for a decision. */
  readonly held: number;
}

/** What a community takes for odd; null where it does not ask. */
export interface HealthTerms {
  /** Days without any use. */
  readonly stillDays: number | null;
  /** Days of intervals that are all the same. */
  readonly evenDays: number | null;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Readings by hand come once a month or so. */
const handMs = 45 * dayMs;
/** How far ahead a clock may run: what lies farther ahead is held. */
const aheadMs = minuteMs;
/** A reading takes a moment to arrive. */
const onTheWayMs = 5 * minuteMs;

/**
 * The state of a register in one word.
 *
 * @param today the day at the site
 * @returns the most urgent state that is true
 * @law more time without a reading is never less urgent
 */
export function healthOf(register: RegisterHealth, now: number, today: CivilDate, terms: HealthTerms): HealthState {
  return healthStates.find((state) => isTrue[state](register, now, today, terms)) ?? 'ok';
}

type Test = (register: RegisterHealth, now: number, today: CivilDate, terms: HealthTerms) => boolean;

const isTrue: Readonly<Record<HealthState, Test>> = {
  'never-seen': ({ lastReading }) => lastReading === null,
  silent: (register, now) => silenceOf(register, now) > silentAfter(register),
  stuck: ({ unchangedSince, isEven, othersMove, lastReading }, _, __, { stillDays, evenDays }) => {
    const days = isEven ? evenDays : stillDays;
    if (unchangedSince === null || lastReading === null || days === null || !othersMove) return false;
    return lastReading - unchangedSince >= days * dayMs;
  },
  skewed: ({ skewMs, rhythmMs }) => skewMs !== null && (skewMs < -aheadMs || skewMs > (rhythmMs ?? dayMs) + onTheWayMs),
  expired: ({ verifiedUntil }, _, today) => verifiedUntil !== null && verifiedUntil < today,
  late: (register, now) => silenceOf(register, now) > lateAfter(register),
  ok: () => true,
};

/** How long nothing came. */
const silenceOf = ({ lastReading, since }: RegisterHealth, now: number): number => now - (lastReading ?? since);

const rhythmOf = ({ rhythmMs }: RegisterHealth): number => rhythmMs ?? handMs;
const lateAfter = (register: RegisterHealth): number => 2 * rhythmOf(register) + hourMs;
/** A logger has a day to come back; what is read by hand has twice its rhythm, and a day. */
const silentAfter = (register: RegisterHealth): number =>
  Math.max(lateAfter(register), 3 * Math.min(rhythmOf(register), dayMs), dayMs);

/** Since when a register is silent or late: when its next reading was due. Null where it is neither. */
export function silentSince(register: RegisterHealth, now: number): number | null {
  if (silenceOf(register, now) <= lateAfter(register)) return null;
  return (register.lastReading ?? register.since) + rhythmOf(register);
}

/** What to do, in one sentence; `when` writes an instant as people at the site read it. */
export function adviceOn(state: HealthState, register: RegisterHealth, when: (ms: number) => string): string {
  const { lastReading, since, rhythmMs, skewMs, unchangedSince, verifiedUntil, held } = register;
  const rhythm = rhythmMs === null ? 'it is read by hand' : `it sends every ${lengthOf(rhythmMs)} as a rule`;
  const waiting =
    held === 0
      ? ''
      : ` ${held === 1 ? 'One reading of it is' : `${held} readings of it are`} held: decide about them first.`;
  switch (state) {
    case 'never-seen':
      return `Nothing has come since its device went in on ${when(since)}: check its power, its key and the names it sends, or read it by hand.${waiting}`;
    case 'silent':
      return `Nothing has come since ${when(lastReading ?? since)}, and ${rhythm}: go and look at its power and its network, or read it.${waiting}`;
    case 'stuck':
      return `It has said the same since ${when(unchangedSince ?? since)} while other meters of the site count: look whether anything is on behind it, and have it tested if so.`;
    case 'skewed':
      return (skewMs ?? 0) < 0
        ? `Its clock runs ${lengthOf(-(skewMs ?? 0))} ahead: set it.`
        : `Its readings come ${lengthOf(skewMs ?? 0)} after their time: set its clock, or let it send more often.`;
    case 'expired':
      return `Its verification ended on ${verifiedUntil ?? ''}: have it verified, or exchange it.`;
    case 'late':
      return `Its last reading is of ${when(lastReading ?? since)}, and ${rhythm}: wait a little, then look at it.${waiting}`;
    case 'ok':
      return `Nothing need be done.${waiting}`;
  }
}

const units = [
  [dayMs, 'day'],
  [hourMs, 'hour'],
  [minuteMs, 'minute'],
  [1000, 'second'],
] as const;

/** A length of time in the largest unit that it fills once, rounded down. @example 5_400_000 → '90 minutes', 7_200_000 → '2 hours' */
export function lengthOf(ms: number): string {
  const [size, name] = units.find(([unit]) => ms >= 2 * unit || (ms >= unit && ms % unit === 0)) ?? [1000, 'second'];
  const count = Math.floor(ms / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
