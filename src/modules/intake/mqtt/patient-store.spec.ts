import { AssertionFailed, DomainError } from '../../../domain/errors.js';
import type { Delivery } from './in-flight.js';
import { PatientStore } from './patient-store.js';

const delivery = (topic: string): Delivery => ({ topic, family: 'meters', said: [] });
const batch = ['a', 'b', 'c'].map(delivery);
const topics = (deliveries: readonly Delivery[]) => deliveries.map(({ topic }) => topic).join('');

function storing(take: (topics: string) => Error | undefined) {
  const [asked, waits, givenUp]: [string[], unknown[], string[]] = [[], [], []];
  const store = new PatientStore(
    async (deliveries) => {
      asked.push(topics(deliveries));
      const error = take(topics(deliveries));
      if (error !== undefined) throw error;
    },
    { waits: (error) => waits.push(error), givesUp: ({ topic }) => givenUp.push(topic) },
    { firstWaitMs: 1, longestWaitMs: 4 },
  );
  return { store, asked, waits, givenUp };
}
const never = new AbortController().signal;

describe('storing what the broker hands over', () => {
  it('is done once where it succeeds', async () => {
    const { store, asked } = storing(() => undefined);
    expect(await store.store(batch, never)).toBe(true);
    expect(asked).toEqual(['abc']);
  });

  it.each([
    ['the database is gone', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['the connection breaks', new Error('Connection terminated unexpectedly')],
    ['others are at work', new DomainError('too-busy', 'Later.')],
    ['something is not set up', new DomainError('not-found', 'There is no policy.')],
    ['the schema is older than we are', Object.assign(new Error('no table'), { code: '42P01', severity: 'ERROR' })],
  ])('is tried again for as long as %s', async (_, error) => {
    let left = 20;
    const { store, asked, waits, givenUp } = storing(() => ((left -= 1) > 0 ? error : undefined));
    expect(await store.store(batch, never)).toBe(true);
    expect([asked.length, new Set(asked), waits.length, givenUp]).toEqual([20, new Set(['abc']), 19, []]);
  });

  it.each([
    new DomainError('invalid-input', 'A text contains a character that cannot be stored.'),
    new TypeError('our fault'),
    new AssertionFailed('our fault'),
    Object.assign(new Error('value out of range'), { code: '22003', severity: 'ERROR' }),
  ])('keeps what is well where one message is to blame: %s', async (error) => {
    const { store, asked, givenUp } = storing((found) => (found.includes('b') ? error : undefined));
    expect(await store.store(batch, never)).toBe(true);
    expect(asked).toEqual(['abc', 'a', 'b', 'b', 'b', 'c']);
    expect(givenUp).toEqual(['b']);
  });

  it('is given up for now, and nothing with it, where the process is about to stop', async () => {
    const stop = new AbortController();
    const { store, givenUp } = storing(() => {
      stop.abort();
      return new Error('gone');
    });
    expect(await store.store(batch, stop.signal)).toBe(false);
    expect(givenUp).toEqual([]);
  });
});
