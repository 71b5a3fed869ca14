import { BrokerClock } from './broker-clock.js';

describe('how far we are behind the broker', () => {
  let now = 0;
  const clock = () => new BrokerClock(() => now);
  beforeEach(() => (now = 1_000));

  it('is nothing at first where it kept no session, though nobody has heard anything yet', () => {
    const one = clock();
    one.connected(false);
    expect([one.behindMs, one.isBehind]).toEqual([Infinity, false]);
    now += 31_000;
    expect(one.isBehind).toBe(true);
  });

  it('is not known where it kept our session, until a second message to ourselves comes back: the first may overtake what it held', () => {
    const one = clock();
    one.connected(true);
    const ticks = [one.tick(), one.tick()];
    expect([one.behindMs, one.isBehind]).toEqual([Infinity, true]);
    now += 20;
    one.hear(ticks[0] ?? '');
    expect([one.behindMs, one.isBehind]).toEqual([Infinity, true]);
    one.hear(ticks[1] ?? '');
    expect([one.behindMs, one.isBehind]).toEqual([20, false]);
  });

  it('is the age of the last message that came back', () => {
    const one = clock();
    one.connected(false);
    const ticks = [one.tick()];
    for (let i = 1; i < 30; i += 1) {
      now += 10_000;
      ticks.push(one.tick());
    }
    one.hear(ticks[7] ?? '');
    expect([one.behindMs, one.isBehind]).toEqual([220_000, true]);
    one.hear(ticks[29] ?? '');
    expect([one.behindMs, one.isBehind]).toEqual([0, false]);
  });

  it('is not told by a process before us, nor twice by one message', () => {
    const one = clock();
    one.connected(true);
    one.hear(clock().tick());
    one.hear('anything');
    expect(one.isBehind).toBe(true);
    one.hear(one.tick());
    const tick = one.tick();
    now += 5;
    one.hear(tick);
    now += 60_000;
    one.hear(tick);
    expect(one.behindMs).toBe(60_005);
  });

  it('tells when all that the broker held has come: with the second message of the connection', () => {
    const one = clock();
    one.connected(true);
    const heard = () => one.hear(one.tick());
    expect([heard(), heard(), heard()]).toEqual([false, true, false]);
    one.connected(true);
    expect([heard(), heard()]).toEqual([false, true]);
  });
});
