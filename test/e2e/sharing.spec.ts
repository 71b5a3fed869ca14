import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, type Market } from './billing-market.js';

/** Keys of several parts, with limits, by people, by hours and by bookings, from their adoption to the run that shares by them. */

let service: InProcess;
let market: Market;

const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
const version = (terms: object, days: object = { from: '2026-01-01', to: null }) => ({ days, terms, ...decided });
const made = async (path: string, body: unknown) => {
  const answer = await market.ask('POST', path, body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};
const key = (code: string, terms: object) => made('keys', { code, name: code, version: version(terms) });
const refusedKey = (terms: object) =>
  market.ask('POST', 'keys', { code: 'refused', name: 'Refused', version: version(terms) });
const charge = (description: string, amount: string, of: string) =>
  made('charges', {
    site: 'OMH',
    taxCode: 'S',
    days: { from: '2026-10-01', to: '2026-11-01' },
    kind: 'one-off',
    section: 'service',
    code: description.replaceAll(' ', '-'),
    description,
    amount,
    key: of,
  });
interface Share {
  description: string;
  kind: string;
  member: string | null;
  weight: string;
  amount: string;
  reasons: { pool: string; whole: string; figures: object[]; steps?: object[] };
}
let shares: Share[];
const of = (description: string): string[] =>
  shares
    .filter((share) => share.description === description)
    .map(({ kind, member, amount }) => `${member ?? kind} ${amount}`)
    .sort();

const metered = { kind: 'metered', calendar: null, band: null, residual: { policy: 'to-common', key: 'area' } };

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  market = await foundMarket(service);
}, 120_000);
afterAll(() => service.close());

describe('adopting', () => {
  it('says a composite key in words, with the parts that it shares', async () => {
    const { versions } = await key('heat', {
      kind: 'composite',
      parts: [
        { part: '70', key: metered },
        { part: '30', key: { kind: 'area' } },
      ],
    });
    expect(versions[0].sentence).toBe(
      'Shared in parts: 70 by metered use; what the sub-meters do not explain is shared by the key area; 30 by floor area, weight and days: square metres × weight × days of each let space.',
    );
  });

  it('says the limits of a key in words', async () => {
    const { versions } = await key('capped', {
      kind: 'limited',
      key: { kind: 'equal' },
      cap: { per: 'month', amount: '20.00' },
      rest: 'held',
    });
    expect(versions[0].sentence).toBe(
      'Shared equally: one part for each let space and day; each member pays at most 20.00 a month, and what that leaves over among all is held.',
    );
  });

  it.each<[string, object, number, string]>([
    [
      'parts of 99',
      {
        kind: 'composite',
        parts: [
          { part: '70', key: { kind: 'area' } },
          { part: '29', key: { kind: 'equal' } },
        ],
      },
      422,
      'key-incomplete',
    ],
    ['one part', { kind: 'composite', parts: [{ part: '100', key: { kind: 'area' } }] }, 400, 'invalid-input'],
    ['no limit', { kind: 'limited', key: { kind: 'area' }, rest: 'held' }, 422, 'key-incomplete'],
    [
      'a limit as a number',
      { kind: 'limited', key: { kind: 'area' }, cap: { per: 'share', amount: 40 }, rest: 'held' },
      400,
      'invalid-input',
    ],
    ['a thing that cannot be booked', { kind: 'bookings', resource: 'SAW' }, 400, 'invalid-input'],
    [
      'two calendars',
      {
        kind: 'composite',
        parts: [
          { part: '50', key: metered },
          { part: '50', key: { ...metered, calendar: 'DN', band: 'day' } },
        ],
      },
      400,
      'invalid-input',
    ],
  ])('is refused with %s', async (_, terms, status, code) => {
    expect(await refusedKey(terms)).toMatchObject({ status, body: { code } });
  });

  it('does not let a residual go to a key of several parts', async () => {
    const answer = await refusedKey({ ...metered, residual: { policy: 'to-common', key: 'heat' } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/version/terms/residual/key' }] } });
  });
});

describe('booking', () => {
  const kiln = { resource: 'KILN', member: 'ROSA' };
  const morning = { from: '2026-10-03T08:00:00+01:00', to: '2026-10-03T12:00:00+01:00' };

  it('takes a thing or a space, at the price of the day', async () => {
    await made('resources', { site: 'OMH', code: 'KILN', name: 'Kiln' });
    await made('resources', { site: 'OMH', code: 'POPUP', name: 'Stall 4 by the hour', space: 'S4' });
    await made('resources/KILN/prices', { days: { from: '2026-01-01', to: null }, perHour: '6.00', minimum: '9.00' });
    const { prices } = await made('resources/KILN/prices', { days: { from: '2026-10-15', to: null }, perHour: '7.50' });
    expect(prices).toMatchObject([
      { days: { from: '2026-01-01', to: '2026-10-15' }, perHour: '6', minimum: '9.00' },
      { days: { from: '2026-10-15', to: null }, perHour: '7.5', minimum: '0.00' },
    ]);
    expect(await made('bookings', { ...kiln, ...morning })).toMatchObject({
      from: '2026-10-03T07:00:00Z',
      minutes: 240,
      perHour: '6',
      minimum: '9.00',
      cancelled: null,
    });
  });

  it('refuses time that is taken, until its booking is cancelled, which stays on record', async () => {
    const later = { ...kiln, member: 'LUND', from: '2026-10-20T08:00:00Z', to: '2026-10-20T10:00:00Z' };
    const { id, perHour } = await made('bookings', later);
    expect(perHour).toBe('7.5');
    const again = await market.ask('POST', 'bookings', { ...later, member: 'ADAM' });
    expect(again).toMatchObject({ status: 409, body: { code: 'overlapping-booking' } });
    const cancelled = await market.ask('POST', `bookings/${id}/cancel`, { reason: 'Broken kiln' });
    expect(cancelled).toMatchObject({ status: 200, body: { cancelled: { reason: 'Broken kiln' } } });
    expect(await market.ask('POST', `bookings/${id}/cancel`, { reason: 'Twice' })).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
    await made('bookings', later);
    const { items } = (await market.ask('GET', 'bookings?resource=KILN')).body;
    expect(items.map((one: { cancelled: object | null }) => one.cancelled !== null)).toEqual([false, true, false]);
  });

  it.each([
    ['an end before its start', { from: morning.to, to: morning.from }],
    ['half a minute', { from: '2026-10-04T08:00:30Z', to: '2026-10-04T09:00:00Z' }],
  ])('is refused with %s', async (_, time) => {
    expect(await market.ask('POST', 'bookings', { ...kiln, ...time })).toMatchObject({
      body: { code: 'invalid-period' },
    });
  });

  it('shows members their own bookings only', async () => {
    const { items } = (await market.ask('GET', 'bookings', undefined, market.rosa)).body;
    expect(items.map((one: { memberCode: string }) => one.memberCode)).toEqual(['ROSA']);
    expect((await market.ask('GET', 'bookings?member=LUND', undefined, market.rosa)).status).toBe(404);
  });
});

describe('a run', () => {
  const heads = (space: string, member: string, value: string, days: object = { from: '2026-01-01', to: null }) =>
    made(`spaces/${space}/measures`, { what: 'headcount', member, value, days });

  it('waits for head counts that are missing, and names them', async () => {
    await key('people', { kind: 'headcount' });
    await key('kiln', { kind: 'bookings', resource: 'KILN', by: 'price' });
    await key('hours', { kind: 'occupied-hours' });
    await charge('Heat', '100.00', 'heat');
    await charge('Alarm', '100.00', 'capped');
    await charge('Waste', '60.00', 'people');
    await charge('Gas of the kiln', '39.00', 'kiln');
    await charge('Cleaning', '100.00', 'hours');
    await key('at-peak', { kind: 'peak', of: 'site' });
    await key('own-peak', { kind: 'peak', of: 'own' });
    await charge('Demand', '42.00', 'at-peak');
    await charge('Capacity', '52.00', 'own-peak');
    await heads('S1', 'ROSA', '3');
    await heads('S2', 'LUND', '2');
    await heads('S3', 'ADAM', '1', { from: '2026-01-01', to: '2026-10-16' });
    const run = await calculated(market);
    const { items } = (await market.ask('GET', `billing-runs/${run.id}/issues`)).body;
    const blocking = items.filter((issue: { severity: string }) => issue.severity === 'blocking');
    expect(blocking).toMatchObject([{ code: 'headcount-missing', from: '2026-10-16', to: '2026-11-01' }]);
    await heads('S3', 'BELA', '2', { from: '2026-10-16', to: null });
    const again = await market.ask('POST', `billing-runs/${run.id}/calculate`);
    expect(again.body).toMatchObject({ status: 'previewed' });
    shares = (await market.ask('GET', `billing-runs/${run.id}/shares`)).body.items;
    const { total } = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).body;
    expect(total.difference).toBe('0.00');
  });

  // Own use of 70.00: 745 · 1490 · 360 · 385 · 149 and 372.5 left over of 3501.5 kWh; 30.00 by 20 : 30 : 25 (15 and 16 days) : 15 m².
  it('shares each part of a composite key, and says which on every share', () => {
    const heat = shares.filter((share) => share.description === 'Heat');
    const byPart = (no: number) => heat.filter(({ reasons }) => (reasons.steps?.[0] as { no: number }).no === no);
    const sum = (list: Share[]) =>
      list.reduce((total, { amount }) => total + Number.parseInt(amount.replace('.', ''), 10), 0);
    expect([sum(byPart(1)), sum(byPart(2))]).toEqual([7000, 3000]);
    expect(byPart(2).map(({ member, amount }) => `${member} ${amount}`)).toEqual(
      expect.arrayContaining(['ROSA 6.67', 'LUND 10.00', 'OWNR 5.00']),
    );
    expect(byPart(1)[0]?.reasons).toMatchObject({ pool: '70.00', steps: [{ step: 'part', part: '70', of: '100' }] });
  });

  // 25.00 for each stall; Rosa and Lund stand at 20.00; 60.00 over 15, 16 and the owner's 31 days, who has no limit for an empty stall.
  it('keeps members at a cap, and shares what is above it among the others', () => {
    expect(of('Alarm')).toEqual(['ADAM 14.52', 'BELA 15.48', 'LUND 20.00', 'OWNR 30.00', 'ROSA 20.00']);
  });

  // 3 × 31 + 2 × 31 + 1 × 15 + 2 × 16 = 202 people and days.
  it('shares by people and days', () => {
    expect(of('Waste')).toEqual(['ADAM 4.46', 'BELA 9.50', 'LUND 18.42', 'ROSA 27.62']);
  });

  // Rosa 240 min × 6.00 = 1440; Lund 120 min × 7.50 = 900; the cancelled booking weighs nothing.
  it('shares by the agreed price of bookings that were not cancelled', () => {
    expect(of('Gas of the kiln')).toEqual(['LUND 15.00', 'ROSA 24.00']);
  });

  // Rosa and Lund 745 hours each, Adam 360, Bela 385; nobody booked the empty stall 4.
  it('shares by occupied hours, the hour that comes twice included', () => {
    expect(of('Cleaning')).toEqual(['ADAM 16.11', 'BELA 17.23', 'LUND 33.33', 'ROSA 33.33']);
  });

  // Every hour is as high as any, so the first of October counts: 1.0 · 2.0 · 1.0 of Adam, who was there then · 0.2 of 4.2 kWh.
  it('shares by the load in the hour in which the site drew most', () => {
    expect(of('Demand')).toEqual(['ADAM 10.00', 'LUND 20.00', 'OWNR 2.00', 'ROSA 10.00']);
    const rosa = shares.find((share) => share.description === 'Demand' && share.member === 'ROSA');
    expect(rosa?.reasons.figures).toMatchObject([
      { what: 'peak', at: '2026-09-30T23:00:00Z', value: '1', unit: 'kWh' },
    ]);
  });

  it("shares by each one's own highest hour", () => {
    expect(of('Capacity')).toEqual(['ADAM 10.00', 'BELA 10.00', 'LUND 20.00', 'OWNR 2.00', 'ROSA 10.00']);
  });

  it('writes every step into the line that a member reads', async () => {
    const { items } = (await market.ask('GET', 'billing-runs')).body;
    const { members } = (await market.ask('GET', `billing-runs/${items[0].id}/preview`)).body;
    const rosa = members.find((one: { member: { code: string } }) => one.member.code === 'ROSA');
    const sentences = Object.fromEntries(
      rosa.lines.map((line: { description: string; sentence: string }) => [line.description, line.sentence]),
    );
    expect(sentences['Alarm']).toBe('£20.00, set by the most that the key allows');
    expect(sentences['Heat, 30 of 100']).toContain('£30.00 × 20 / 90 m²');
    expect(sentences['Gas of the kiln']).toContain('1,440 / 2,340 agreed price × minutes');
  });
});

describe('a community that adopts keys by vote', () => {
  const adopt = (vote?: object) =>
    market.ask('POST', 'keys', { code: 'voted', name: 'Voted', version: { ...version({ kind: 'area' }), vote } });

  it('takes a version with a vote that was carried, and no other', async () => {
    expect(
      (await market.ask('POST', 'policies', { name: 'adoption', from: '2026-11-01', terms: { keys: 'recorded-vote' } }))
        .status,
    ).toBe(201);
    expect(await adopt()).toMatchObject({ status: 422, body: { code: 'key-not-adopted' } });
    expect(await adopt({ for: 4, against: 4, abstained: 1 })).toMatchObject({
      status: 422,
      body: { code: 'key-not-adopted', facts: { for: 4, against: 4 } },
    });
    expect(await adopt({ for: 5, against: 4, abstained: 0 })).toMatchObject({
      status: 201,
      body: { versions: [{ vote: { for: 5, against: 4, abstained: 0 } }] },
    });
    expect((await market.ask('GET', 'keys/equal')).body.versions).toMatchObject([{ vote: null }]);
  });
});
