import { FailedAttempts } from './failed-attempts.js';

const failTimes = (attempts: FailedAttempts, times: number, address = 'a'): void => {
  for (let i = 0; i < times; i += 1) attempts.count(address);
};

describe('failed attempts', () => {
  it('are free up to thirty, then wait two seconds for each', () => {
    const time = { ms: 0 };
    const attempts = new FailedAttempts(undefined, () => time.ms);
    failTimes(attempts, 29);
    expect(attempts.waitSeconds('a')).toBe(0);
    failTimes(attempts, 1);
    expect(attempts.waitSeconds('a')).toBe(2);
    time.ms = 1_500;
    expect(attempts.waitSeconds('a')).toBe(1);
    time.ms = 2_000;
    expect(attempts.waitSeconds('a')).toBe(0);
  });

  it('are forgiven in a minute, and no more than thirty of them', () => {
    const time = { ms: 0 };
    const attempts = new FailedAttempts(undefined, () => time.ms);
    failTimes(attempts, 100);
    time.ms = 3_600_000;
    failTimes(attempts, 30);
    expect(attempts.waitSeconds('a')).toBe(2);
  });

  it('hold up only the address they came from', () => {
    const attempts = new FailedAttempts(undefined, () => 0);
    failTimes(attempts, 30);
    expect([attempts.waitSeconds('a'), attempts.waitSeconds('b')]).toEqual([2, 0]);
  });

  it('forget the address heard of longest ago when there are too many', () => {
    const attempts = new FailedAttempts(undefined, () => 0);
    failTimes(attempts, 30);
    for (let i = 0; i < 10_000; i += 1) attempts.count(`other ${i}`);
    expect(attempts.waitSeconds('a')).toBe(0);
  });
});
