import { d } from '../../../test/support/told-hall.js';
import { expectTold, type Said } from '../../../test/support/told.js';
import type { Decimal } from '../quantity/decimal.js';
import { allot, type Allotment, checkAllotment } from './generation.js';
import { amongMeters, claimantOf, namedIn, sayAllotment, usedBands } from './generation-bands.js';
import { priceAllotted } from './generation-price.js';

const hours = (...some: number[]) => some;
const every = Array.from({ length: 24 }, (_, hour) => hour);
const parts = (...some: [string, string][]) => some.map(([id, part]) => ({ id, part: d(part) }));
const tables = (kind: 'static' | 'hybrid', ...all: { hours: number[]; parts: { id: string; part: Decimal }[] }[]) =>
  ({ kind, tables: all }) as Allotment;
const half = parts(['space:1', '0.5'], ['space:2', '0.5']);
const interval = (made: string, ...used: [string, string][]) => ({
  ...{
    at: '2026-10-01T12:00:00Z',
    hour: 12,
    made: [
      { id: 'roof', quantity: d(made) },
      { id: 'wall', quantity: d(made) },
    ],
  },
  used: used.map(([id, quantity]) => ({ id, quantity: d(quantity) })),
});
const allotment = (one: Allotment) => () => {
  checkAllotment(one);
  return 'good';
};

const said: Said = {
  'an hour without coefficients': allotment(tables('static', { hours: every.slice(1), parts: half })),
  'an hour with two tables': allotment(
    tables('hybrid', { hours: every, parts: half }, { hours: hours(7), parts: half }),
  ),
  'coefficients below zero': allotment(tables('static', { hours: every, parts: parts(['a', '-0.5'], ['b', '1.5']) })),
  'coefficients that are short': allotment(
    tables('static', { hours: every, parts: parts(['a', '0.5'], ['b', '0.4']) }),
  ),
  'coefficients of one twice': allotment(tables('static', { hours: every, parts: parts(['a', '0.5'], ['a', '0.5']) })),
  'an order that names one twice': allotment({ kind: 'priority', order: [['a'], ['b', 'a']] }),
  'all that is good': () =>
    [
      { kind: 'dynamic' } as const,
      { kind: 'priority', order: [['a'], ['b']] } as const,
      tables('static', { hours: every, parts: half }),
    ].map((one) => allotment(one)()),
  'less than nothing in an interval': () => allot(interval('6', ['a', '-1']), { kind: 'dynamic' }),
  'one twice in an interval': () => allot(interval('6', ['a', '1'], ['a', '1']), { kind: 'dynamic' }),
  'an interval without coefficients': () =>
    allot(interval('6', ['a', '1']), tables('static', { hours: hours(3), parts: half })),
  ...Object.fromEntries(
    [
      { kind: 'dynamic' } as Allotment,
      tables(
        'static',
        { hours: hours(3), parts: parts(['a', '1']) },
        { hours: hours(12), parts: parts(['b', '0.25'], ['a', '0.75']) },
      ),
      tables('hybrid', { hours: every, parts: parts(['b', '0.9'], ['a', '0.1']) }),
      { kind: 'priority', order: [['c'], ['a', 'b']] } as Allotment,
    ].map((one) => [
      `an interval, ${one.kind}`,
      () => {
        const allotted = allot(interval('1.000001', ['c', '0.000001'], ['b', '2'], ['a', '1'], ['e', '1']), one);
        return [
          ...[allotted, sayAllotment(one, (id) => `<${id}>`), [...namedIn(one)]],
          priceAllotted(allotted, { local: d('0.15'), grid: d('0.25'), feedIn: d('0.05') }, 'GBP', 't'),
        ];
      },
    ]),
  ),
  'an allotment by agreed parts in words': () =>
    sayAllotment(
      tables('static', { hours: hours(1, 2), parts: half }, { hours: every.slice(3), parts: half }),
      (id) => id,
    ),
  claimants: () => [
    usedBands,
    claimantOf({ spaceId: '1', memberId: null }, new Set(['member:rosa'])),
    claimantOf({ spaceId: '1', memberId: 'rosa' }, new Set(['member:rosa'])),
    claimantOf({ spaceId: '1', memberId: 'rosa' }, new Set(['space:1', 'member:rosa'])),
    claimantOf({ spaceId: '1', memberId: 'lund' }, new Set(['member:rosa'])),
  ],
  'what one got on its meters': () => [
    amongMeters(
      d('0.000001'),
      ['a', 'b', 'c'].map((id) => ({ id, quantity: d('1') })),
      't1',
    ),
    amongMeters(
      d('0.000002'),
      ['c', 'b', 'a'].map((id) => ({ id, quantity: d('1') })),
      't2',
    ),
    amongMeters(d('0'), [{ id: 'a', quantity: d('0') }], 't'),
  ],
};

it('says what was read and kept', () => expectTold('apportionment-generation', said));
