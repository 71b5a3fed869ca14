import { patienceOf } from './wishes.js';

describe('the patience of a client', () => {
  it.each([
    [undefined, null],
    ['wait=10', 10],
    ['WAIT = "7"', 7],
    ['respond-async', 0],
    ['respond-async, wait=10', 10],
    ['return=representation; wait=5', 5],
    ['wait=999999', 600],
    ['handling=lenient', null],
    ['await=3', null],
  ])('of %j is %j seconds', (prefer, seconds) => {
    expect(patienceOf(prefer)).toBe(seconds);
  });
});
