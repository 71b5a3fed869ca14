import { appendFileSync } from 'node:fs';

/** How often each thing is changed: a few in `npm test`, thousands in `npm run tamper`. */
export const changes = (few: number): number => {
  const many = Number.parseInt(process.env['TAMPER_RUNS'] ?? '0', 10);
  return many > 0 ? many : few;
};

/** From 0 to 1, the same for one seed: `TAMPER_SEED` repeats a run that missed something. */
export function chance(): () => number {
  let state = Number.parseInt(process.env['TAMPER_SEED'] ?? '1', 10) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What was tried and what came of it. */
export class Tally {
  private tried = 0;
  private readonly missed: string[] = [];
  private honest = 0;
  private readonly alarms: string[] = [];

  constructor(readonly of: string) {}

  /** @param what says how to find the change again */
  change(what: string, isCaught: boolean): void {
    this.tried += 1;
    if (!isCaught) this.missed.push(what);
  }

  unchanged(what: string, isQuiet: boolean): void {
    this.honest += 1;
    if (!isQuiet) this.alarms.push(what);
  }

  /** Hands the figures to `npm run tamper`, and fails where a change was missed, an alarm was false, or nothing was tried. */
  close(): void {
    const { of, tried, missed, honest, alarms } = this;
    const file = process.env['TAMPER_TALLY'];
    if (file !== undefined)
      appendFileSync(
        file,
        `${JSON.stringify({ of, tried, missed: missed.length, honest, falseAlarms: alarms.length })}\n`,
      );
    expect({ of, missed: missed.slice(0, 40), falseAlarms: alarms.slice(0, 40) }).toEqual({
      ...{ of, missed: [], falseAlarms: [] },
    });
    expect(Math.min(tried, honest)).toBeGreaterThan(0);
  }
}
