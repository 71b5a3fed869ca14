import fc from 'fast-check';
import { type Handed, InFlight } from './in-flight.js';

const window = { messages: 5, bytes: 1_000 };
const handed = (messageId: number | null, text = String(messageId)): Handed => ({
  topic: 'meters/a/b',
  payload: Buffer.from(text),
  messageId,
});
const said = (value: string) => [{ meter: 'a', register: 'b', at: '2026-10-01T00:00:00Z', value, unit: 'kWh' }];
const family = 'meters';

function take(line: InFlight, message: Handed): boolean {
  const isKnown = line.isKnown(message);
  if (!isKnown) line.add(message, { family, said: said(message.payload.toString()) });
  return isKnown;
}
const values = (line: InFlight) =>
  line.head(1_000).flatMap((delivery) => delivery.said.map((one) => ('value' in one ? one.value : '?')));

describe('messages on their way', () => {
  it('are stored in batches and acknowledged in their order', () => {
    const line = new InFlight(window);
    line.connected(false);
    [3, 1, 2].forEach((messageId) => take(line, handed(messageId)));
    expect(line.head(2)).toHaveLength(2);
    expect([line.stored(2), line.stored(1), line.length]).toEqual([[3, 1], [2], 0]);
  });

  it('are as many in a batch as have so many readings, and at least one', () => {
    const line = new InFlight(window);
    line.add(handed(1), { family, said: [...said('1'), ...said('2'), ...said('3')] });
    line.add(handed(2), { family, said: [] });
    expect([line.head(2).length, line.head(4).length]).toEqual([1, 2]);
  });

  it('that want no acknowledgement get none', () => {
    const line = new InFlight(window);
    line.connected(false);
    [handed(null, 'x'), handed(1), handed(null, 'x')].forEach((message) => take(line, message));
    expect(line.unrepeatable).toBe(2);
    expect([line.length, line.stored(3), line.unrepeatable]).toEqual([3, [1], 0]);
  });

  it('that come again while they stand in the line are stored once, and acknowledged when that is done', () => {
    const line = new InFlight(window);
    line.connected(false);
    take(line, handed(1));
    line.connected(true);
    expect(take(line, handed(1))).toBe(true);
    expect([values(line), line.stored(1), line.stored(1)]).toEqual([['1'], [], [1]]);
  });

  it('that come again when they are stored are acknowledged in their turn, and nothing is stored', () => {
    const line = new InFlight(window);
    line.connected(false);
    take(line, handed(1));
    expect(line.stored(1)).toEqual([1]);
    line.connected(true);
    expect([take(line, handed(1)), take(line, handed(2))]).toEqual([true, false]);
    expect([values(line), line.stored(2)]).toEqual([['2'], [1, 2]]);
  });

  it('of a connection that is gone are not acknowledged on another', () => {
    const line = new InFlight(window);
    line.connected(false);
    take(line, handed(1));
    line.connected(false);
    expect([take(line, handed(1, 'other')), line.stored(2)]).toEqual([false, [1]]);
  });

  it('that say something else under a number that was used are others', () => {
    const line = new InFlight(window);
    line.connected(false);
    take(line, handed(1, 'a'));
    line.connected(true);
    expect(take(line, handed(1, 'b'))).toBe(false);
    line.caughtUp();
    expect(take(line, handed(1, 'a'))).toBe(false);
  });

  it('are no more than the window, in number and in bytes', () => {
    const calls: string[] = [];
    const line = new InFlight({ messages: 2, bytes: 10 });
    take(line, handed(1));
    line.whenRoom(() => calls.push('first'));
    take(line, handed(2));
    line.whenRoom(() => calls.push('second'));
    expect(calls).toEqual(['first']);
    line.stored(1);
    expect(calls).toEqual(['first', 'second']);
    take(line, handed(3, 'a text that is long'));
    line.stored(1);
    line.whenRoom(() => calls.push('third'));
    expect(calls).toEqual(['first', 'second']);
    line.stored(1);
    expect(calls).toEqual(['first', 'second', 'third']);
  });

  /** A broker that hands over in order, keeps what is not acknowledged, and repeats it to the next connection. */
  it('are all stored once and acknowledged in order after they are stored, whenever connections break', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('hand' as const) },
      { weight: 3, arbitrary: fc.constant('store' as const) },
      { weight: 1, arbitrary: fc.constant('break' as const) },
      // The connection breaks when we have acknowledged and before the broker has heard it.
      { weight: 1, arbitrary: fc.constant('break unheard' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const line = new InFlight({ messages: 1_000, bytes: 100_000 });
        const stored: string[] = [];
        let unacknowledged: number[] = [];
        let [next, cursor] = [1, 0];
        line.connected(false);
        const store = (count: number, isHeard: boolean) => {
          const length = Math.min(count, line.length);
          stored.push(
            ...values(line)
              .slice(0, length === 0 ? 0 : undefined)
              .slice(0, saidIn(line, length)),
          );
          const acknowledged = line.stored(length);
          expect(acknowledged).toEqual(unacknowledged.slice(0, acknowledged.length));
          acknowledged.forEach((messageId) => expect(stored).toContain(String(messageId)));
          if (!isHeard) return;
          unacknowledged = unacknowledged.slice(acknowledged.length);
          cursor -= acknowledged.length;
        };
        const reconnect = () => {
          line.connected(true);
          cursor = 0;
        };
        const hand = () => {
          if (cursor === unacknowledged.length) unacknowledged.push(next++);
          take(line, handed(unacknowledged[cursor] ?? 0));
          cursor += 1;
        };
        for (const what of steps) {
          if (what === 'hand') hand();
          else if (what === 'store') store(3, true);
          else {
            if (what === 'break unheard') store(3, false);
            reconnect();
          }
        }
        reconnect();
        while (cursor < unacknowledged.length) hand();
        store(10_000, true);
        expect(unacknowledged).toEqual([]);
        expect(stored).toEqual(Array.from({ length: next - 1 }, (_, i) => String(i + 1)));
      }),
    );
  });
});

/** Readings in the first messages of the line. */
const saidIn = (line: InFlight, messages: number): number =>
  line
    .head(10_000)
    .slice(0, messages)
    .reduce((count, delivery) => count + delivery.said.length, 0);
