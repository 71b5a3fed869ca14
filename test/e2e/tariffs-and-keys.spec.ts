import { AccessService } from '../../src/modules/access/access.service.js';
import { TariffsService } from '../../src/modules/tariffs/tariffs.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Band calendars, tariffs, keys and tax rates: adopted by somebody, checked whole, never edited, explained in words. */

let service: InProcess;
let communityId: string;
let treasurer: string;
let rosa: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer) =>
  service.ask(method, path, { token, body });
const made = async (path: string, body: unknown) => {
  const answer = await ask('POST', path, body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};
const inForce = (keyId: string, from: string, to: string) =>
  service.app.get(Transactions).inCommunity(communityId, async (tx) => {
    const [key] = await service.app.get(TariffsService).keysInForce(tx, communityId, [keyId], { from, to });
    return key!;
  });

const adoption = { adoptedBy: 'General meeting', adoptedOn: '2025-12-01', decision: 'Minute 7' };
const version = (terms: object, days: object = { from: '2026-01-01', to: null }) => ({ days, terms, ...adoption });
const day = { band: 'day', from: '07:00', to: '22:00' };
const night = { band: 'night', from: '22:00', to: '07:00' };

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  ({ communityId, token: treasurer } = founded);
  await made('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const code of ['UNIT-1', 'UNIT-2'])
    await made('spaces', { site: 'OMH', code, name: code, kind: 'let', area: '20' });
  const { id: memberId } = await made('members', { code: 'ROSA', name: 'Rosa' });
  const person = await access.addPerson(
    communityId,
    { name: 'Rosa', email: '', roles: [{ role: 'member', memberId }] },
    { kind: 'system', id: null },
  );
  rosa = (await access.issuePersonToken(communityId, person.personId, 'phone')).token;
  await made('band-calendars', {
    code: 'day-night',
    name: 'Day and night',
    bands: ['day', 'night'],
    rules: [day, night],
  });
}, 60_000);
afterAll(() => service.close());

describe('a band calendar', () => {
  it('is made, read by code and id, listed, and told in words', async () => {
    const calendar = (await ask('GET', 'band-calendars/day-night')).body;
    expect(calendar).toMatchObject({ bands: ['day', 'night'], rules: [day, night] });
    expect(calendar.sentence).toBe('day: every day 07:00 to 22:00; night: every day 22:00 to 07:00.');
    expect((await ask('GET', `band-calendars/${calendar.id}`, undefined, rosa)).body).toEqual(calendar);
    expect((await ask('GET', 'band-calendars')).body).toEqual({ items: [calendar], next: null });
  });

  it('names the first hours without a band, and the first with two', async () => {
    const calendar = { code: 'x', name: 'x', bands: ['day', 'night'] };
    const gap = await ask('POST', 'band-calendars', { ...calendar, rules: [day, { ...night, to: '06:30' }] });
    expect(gap).toMatchObject({
      status: 422,
      body: { code: 'tariff-gap', facts: { when: 'Monday 06:30–07:00 in January' } },
    });
    const overlap = await ask('POST', 'band-calendars', { ...calendar, rules: [day, { ...night, to: '07:30' }] });
    expect(overlap).toMatchObject({
      status: 422,
      body: { code: 'tariff-overlap', facts: { when: 'Monday 07:00–07:30 in January' } },
    });
  });

  it.each([
    ['a code that is taken', { code: 'day-night' }, 409, 'already-exists'],
    ['no bands', { bands: [] }, 400, 'invalid-input'],
    ['a rule for an unknown band', { bands: ['day'] }, 400, 'invalid-input'],
    ['a time that no clock shows', { rules: [day, { ...night, to: '7 am' }] }, 400, 'invalid-input'],
    ['a weekday as a float', { rules: [{ ...day, weekdays: [1.5] }, night] }, 400, 'invalid-input'],
    ['a thirteenth month', { rules: [{ ...day, months: [13] }, night] }, 400, 'invalid-input'],
    ['a field nobody asked for', { zone: 'Europe/London' }, 400, 'invalid-input'],
    ['a code that is a statement', { code: "'; DROP TABLE tariff; --" }, 400, 'invalid-input'],
  ])('is refused with %s', async (_, more, status, code) => {
    const body = { code: 'other', name: 'Other', bands: ['day', 'night'], rules: [day, night], ...more };
    expect(await ask('POST', 'band-calendars', body)).toMatchObject({ status, body: { code } });
  });

  it('cannot be changed or deleted: there is no such route', async () => {
    expect((await ask('PATCH', 'band-calendars/day-night', { name: 'New' })).status).toBe(404);
    expect((await ask('DELETE', 'band-calendars/day-night')).status).toBe(404);
  });
});

describe('a tariff', () => {
  const timeOfUse = { kind: 'time-of-use', name: 'Energy', unit: 'kWh', prices: { day: '0.312345678', night: '0.17' } };
  const terms = {
    calendar: 'day-night',
    components: [{ kind: 'standing', name: 'Standing charge', perDay: '0.25' }, timeOfUse],
  };

  it('is made with its first version, and told in words with its prices to the last digit', async () => {
    const tariff = await made('tariffs', { code: 'own', name: 'Own tariff', version: version(terms) });
    expect(tariff.versions).toMatchObject([{ days: { from: '2026-01-01', to: null }, terms, ...adoption }]);
    expect(tariff.versions[0].sentence).toBe(
      'Standing charge: 0.25 a day. Energy: day 0.312345678, night 0.17 per kWh, by the calendar day-night.',
    );
    expect((await ask('GET', 'tariffs/own', undefined, rosa)).body).toEqual(tariff);
  });

  it('is explained: a sentence for each price, and the year of its bands', async () => {
    const told = (await ask('GET', 'tariffs/own/explanation', undefined, rosa)).body;
    expect(told).toMatchObject({ tariff: 'own', versions: [{ days: { from: '2026-01-01', to: null } }] });
    expect(told.versions[0].components.map((one: { sentence: string }) => one.sentence)).toEqual([
      '0.25 a day.',
      'day 0.312345678, night 0.17 per kWh.',
    ]);
    expect(told.versions[0].year.map((one: { sentence: string }) => one.sentence)).toEqual([
      'every month, every day: 00:00–07:00 night, 07:00–22:00 day, 22:00–24:00 night.',
    ]);
  });

  it('may have tiers, a demand, a minimum and a discount, told in words with every figure', async () => {
    const components = [
      {
        kind: 'tiered',
        name: 'Energy',
        unit: 'kWh',
        tiers: {
          day: [
            { upTo: '300', price: '0.31' },
            { upTo: null, price: '0.35' },
          ],
          night: [{ upTo: null, price: '0.17' }],
        },
      },
      {
        kind: 'demand',
        name: 'Demand',
        minutes: 30,
        windows: [{ bands: ['day'], tiers: [{ upTo: null, price: '9.20' }] }],
        least: '3',
        ratchet: { percent: '80', months: [6, 7] },
      },
      { kind: 'periodic', name: 'Discount for paying early', amount: '-2', per: 'month' },
      { kind: 'minimum', name: 'Least', amount: '10', of: ['Energy', 'Demand'] },
    ];
    const tariff = await made('tariffs', {
      code: 'demand',
      name: 'Demand',
      version: version({ calendar: 'day-night', components }),
    });
    expect(tariff.versions[0].sentence).toBe(
      'Energy: day: up to 300 kWh 0.31, above 0.35; night: 0.17 per kWh, counted by the month, each band by itself, each unit at the ' +
        'price of its tier, by the calendar day-night. Demand: 9.2 in the bands day for each kW of the highest mean over 30 minutes in ' +
        'each calendar month, a month; no less than 80 % of the highest of June to July; no less than 3 kW; a part is charged by the days ' +
        'of the month, by the calendar day-night. Discount for paying early: -2 a month; a part is charged by the days of the month. ' +
        'Least: at least 10 a month for Energy, Demand; a part is charged by the days of the month; a line of its own makes up what is ' +
        'short.',
    );
    const open = {
      ...components[0],
      tiers: { day: [{ upTo: '300', price: '0.31' }], night: [{ upTo: null, price: '0.17' }] },
    };
    const refused = await ask('POST', 'tariffs', {
      code: 'ended',
      name: 'x',
      version: version({ calendar: 'day-night', components: [open] }),
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'tariff-gap', detail: 'Energy, day has no price above 300. Let the last tier be open.' },
    });
    const partly = { ...components[0], tiers: { day: [{ upTo: null, price: '0.31' }] } };
    const gap = await ask('POST', 'tariffs', {
      code: 'partly',
      name: 'x',
      version: version({ calendar: 'day-night', components: [partly] }),
    });
    expect(gap.body.detail).toContain('no price for the band night, Monday 00:00–07:00 in January');
  });

  it('counts holidays by rules of their own', async () => {
    const rules = [
      { ...day, weekdays: [1, 2, 3, 4, 5] },
      { band: 'night', weekdays: [1, 2, 3, 4, 5], from: '00:00', to: '07:00' },
      { band: 'night', weekdays: [1, 2, 3, 4, 5], from: '22:00', to: '24:00' },
    ];
    const calendar = {
      code: 'bank-holidays',
      name: 'With holidays',
      bands: ['day', 'night'],
      holidays: ['2026-12-25'],
    };
    const whole = { band: 'night', weekdays: [6, 7, 8], from: '00:00', to: '24:00' };
    const refused = await ask('POST', 'band-calendars', {
      ...calendar,
      rules: [...rules, { ...whole, weekdays: [6, 7] }],
    });
    expect(refused.body.facts).toEqual({ when: 'on holidays 00:00–24:00 in January' });
    expect((await made('band-calendars', { ...calendar, rules: [...rules, whole] })).sentence).toContain(
      'Holidays: 2026-12-25.',
    );
  });

  it('gets a later version, which ends the open one on its first day', async () => {
    await made('tariffs/own/versions', version(terms, { from: '2026-07-01', to: null }));
    const { versions } = (await ask('GET', 'tariffs/own')).body;
    expect(versions.map((one: { days: object }) => one.days)).toEqual([
      { from: '2026-01-01', to: '2026-07-01' },
      { from: '2026-07-01', to: null },
    ]);
  });

  it('refuses a version that claims a day which has one', async () => {
    const closed = await ask('POST', 'tariffs/own/versions', version(terms, { from: '2026-03-01', to: '2026-04-01' }));
    expect(closed).toMatchObject({ status: 409, body: { code: 'overlapping-version' } });
    const sameDay = await ask('POST', 'tariffs/own/versions', version(terms, { from: '2026-07-01', to: null }));
    expect(sameDay).toMatchObject({ status: 409, body: { code: 'overlapping-version' } });
  });

  it('refuses a version that would leave days without one', async () => {
    await made('tariffs', {
      code: 'ends',
      name: 'Ends',
      version: version(terms, { from: '2026-01-01', to: '2026-02-01' }),
    });
    const late = await ask('POST', 'tariffs/ends/versions', version(terms, { from: '2026-02-02', to: null }));
    expect(late).toMatchObject({
      status: 422,
      body: { code: 'tariff-gap', detail: expect.stringContaining('2026-02-01') },
    });
  });

  it.each([
    [
      'a band without a price',
      { ...terms, components: [{ ...timeOfUse, prices: { day: '0.3' } }] },
      422,
      'tariff-gap',
      'night',
    ],
    [
      'a price for no band',
      { ...terms, components: [{ ...timeOfUse, prices: { ...timeOfUse.prices, peak: '1' } }] },
      400,
      'invalid-input',
      'peak',
    ],
    ['bands and no calendar', { calendar: null, components: [timeOfUse] }, 422, 'tariff-gap', 'calendar'],
    ['two components of one name', { ...terms, components: [timeOfUse, timeOfUse] }, 409, 'already-exists', 'Energy'],
  ])('is refused with %s', async (_, wrong, status, code, word) => {
    const answer = await ask('POST', 'tariffs', { code: 'wrong', name: 'Wrong', version: version(wrong) });
    expect(answer).toMatchObject({ status, body: { code, detail: expect.stringContaining(word) } });
    expect((await ask('GET', 'tariffs/wrong')).status).toBe(404);
  });

  it.each([
    ['a price of ten digits after the point', '0.1234567891'],
    ['a price that is a float', 0.31],
    ['a price that is not a number', 'NaN'],
    ['a price with an exponent', '1e3'],
  ])('points at %s', async (_, perDay) => {
    const wrong = version({ calendar: null, components: [{ kind: 'standing', name: 'Standing charge', perDay }] });
    const answer = await ask('POST', 'tariffs', { code: 'wrong', name: 'Wrong', version: wrong });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/version/terms/components/0/perDay' }] },
    });
  });

  it('points at a calendar that is not there', async () => {
    const answer = await ask(
      'POST',
      'tariffs/own/versions',
      version({ ...terms, calendar: 'none' }, { from: '2027-01-01', to: null }),
    );
    expect(answer.body.errors).toEqual([{ pointer: '/terms/calendar', detail: 'there is no band calendar none' }]);
  });

  it('lets exactly one of two take a day, however close they come', async () => {
    await made('tariffs', { code: 'race', name: 'Race' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask('POST', 'tariffs/race/versions', version(terms))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });
});

describe('a key', () => {
  const metered = (residual: object) => ({ kind: 'metered', calendar: 'day-night', band: 'day', residual });

  it.each([
    [
      'area',
      { kind: 'area' },
      'Shared by floor area, weight and days: square metres × weight × days of each let space.',
    ],
    ['equal', { kind: 'equal' }, 'Shared equally: one part for each let space and day.'],
    ['common', { kind: 'common' }, 'Not shared: the community bears it.'],
    [
      'fixed',
      {
        kind: 'fixed',
        parts: [
          { space: 'UNIT-1', part: '66.7' },
          { member: 'ROSA', part: '33.3' },
        ],
      },
      'Shared by fixed parts: 66.7 to whoever has UNIT-1, 33.3 to ROSA.',
    ],
    [
      'metered',
      metered({ policy: 'to-common', key: 'area' }),
      'Shared by metered use in the band day; what the sub-meters do not explain is shared by the key area.',
    ],
    [
      'uplift',
      { kind: 'metered', calendar: null, band: null, residual: { policy: 'by-area' } },
      'Shared by metered use; what the sub-meters do not explain goes to all by floor area.',
    ],
  ])('%s is adopted and told in words', async (code, terms, sentence) => {
    const key = await made('keys', { code, name: code, version: version(terms) });
    expect(key.versions).toMatchObject([{ terms, sentence, ...adoption }]);
    expect((await ask('GET', `keys/${key.id}`, undefined, rosa)).body).toEqual(key);
  });

  it.each([
    [
      'parts that make 99.9',
      {
        kind: 'fixed',
        parts: [
          { space: 'UNIT-1', part: '66.6' },
          { space: 'UNIT-2', part: '33.3' },
        ],
      },
      422,
      'key-incomplete',
    ],
    [
      'one space twice',
      {
        kind: 'fixed',
        parts: [
          { space: 'UNIT-1', part: '0.5' },
          { space: 'UNIT-1', part: '0.5' },
        ],
      },
      422,
      'duplicate-share',
    ],
    ['a part below zero', { kind: 'fixed', parts: [{ space: 'UNIT-1', part: '-1' }] }, 400, 'invalid-input'],
    ['a part that is a float', { kind: 'fixed', parts: [{ space: 'UNIT-1', part: 1 }] }, 400, 'invalid-input'],
    ['no parts', { kind: 'fixed', parts: [] }, 400, 'invalid-input'],
    ['a kind nobody knows', { kind: 'by-mood' }, 400, 'invalid-input'],
  ])('is refused with %s', async (_, terms, status, code) => {
    expect(await ask('POST', 'keys', { code: 'wrong', name: 'Wrong', version: version(terms) })).toMatchObject({
      status,
      body: { code },
    });
  });

  it.each([
    [
      'spaces and members',
      {
        kind: 'fixed',
        parts: [
          { space: 'NOWHERE', part: '0.5' },
          { member: 'NOBODY', part: '0.5' },
        ],
      },
      ['/terms/parts/0/space', '/terms/parts/1/member'],
    ],
    [
      'the calendar and the residual key',
      { ...metered({ policy: 'to-common', key: 'none' }), calendar: 'none' },
      ['/terms/calendar', '/terms/residual/key'],
    ],
    ['a band the calendar lacks', { ...metered({ policy: 'pro-rata' }), band: 'peak' }, ['/terms/band']],
    ['a band without a calendar', { ...metered({ policy: 'pro-rata' }), calendar: null }, ['/terms/calendar']],
    ['a residual by a metered key', metered({ policy: 'to-common', key: 'metered' }), ['/terms/residual/key']],
  ])('points at %s', async (_, terms, pointers) => {
    await ask('POST', 'keys', { code: 'pointers', name: 'Pointers' });
    const answer = await ask('POST', 'keys/pointers/versions', version(terms));
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  it('keeps nothing of a key whose first version is refused', async () => {
    await ask('POST', 'keys', {
      code: 'half',
      name: 'Half',
      version: version({ kind: 'fixed', parts: [{ space: 'UNIT-1', part: '0.5' }] }),
    });
    expect((await ask('GET', 'keys/half')).status).toBe(404);
  });

  it('does not turn from a pool into a metered key, because residuals rely on it', async () => {
    const answer = await ask(
      'POST',
      'keys/area/versions',
      version(metered({ policy: 'pro-rata' }), { from: '2026-06-01', to: null }),
    );
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('cuts a metered key where the key of its residual changes', async () => {
    const { id } = (await ask('GET', 'keys/metered')).body;
    const whole = await inForce(id, '2026-10-01', '2026-11-01');
    expect(whole.pieces.map(({ period, calendar }) => ({ period, calendar }))).toEqual([
      { period: { from: '2026-10-01', to: '2026-11-01' }, calendar: 'day-night' },
    ]);
    await made('keys/area/versions', version({ kind: 'equal' }, { from: '2026-10-16', to: null }));
    const cut = await inForce(id, '2026-10-01', '2026-11-01');
    expect(cut.pieces.map(({ period, key }) => [period.from, period.to, key])).toEqual([
      [
        '2026-10-01',
        '2026-10-16',
        { kind: 'metered', band: 'day', residual: { policy: 'to-common', key: { kind: 'area' } } },
      ],
      [
        '2026-10-16',
        '2026-11-01',
        { kind: 'metered', band: 'day', residual: { policy: 'to-common', key: { kind: 'equal' } } },
      ],
    ]);
    expect(new Set(cut.pieces.map(({ versionId }) => versionId)).size).toBe(1);
  });

  it('reports the days of a period for which nobody adopted a version', async () => {
    const { id } = (await ask('GET', 'keys/equal')).body;
    const { pieces, issues } = await inForce(id, '2025-12-01', '2026-02-01');
    expect(pieces.map(({ period }) => period)).toEqual([{ from: '2026-01-01', to: '2026-02-01' }]);
    expect(issues).toMatchObject([{ code: 'key-gap', severity: 'blocking', from: '2025-12-01', to: '2026-01-01' }]);
  });
});

describe('a tax rate', () => {
  it('ends where a later rate of the same code begins, and is found by its day', async () => {
    await made('tax-rates', {
      code: 'S',
      label: 'Standard rate',
      rate: '0.175',
      days: { from: '2000-01-01', to: null },
    });
    await made('tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: { from: '2011-01-04', to: null } });
    const { items } = (await ask('GET', 'tax-rates')).body;
    expect(items).toMatchObject([
      { rate: '0.175', days: { from: '2000-01-01', to: '2011-01-04' } },
      { rate: '0.2', days: { from: '2011-01-04', to: null } },
    ]);
    expect((await ask('GET', 'tax-rates?on=2011-01-03')).body.items).toMatchObject([{ rate: '0.175' }]);
    expect((await ask('GET', `tax-rates/${items[0].id}`)).body).toEqual(items[0]);
    const rates = await service.app
      .get(Transactions)
      .inCommunity(communityId, (tx) => service.app.get(TariffsService).taxRatesOn(tx, communityId, '2026-10-01'));
    expect(rates.get('S')?.rate.toFixed()).toBe('0.2');
  });

  it.each([
    ['a rate of 100 %', { rate: '1' }, 400, 'invalid-input'],
    ['a percentage', { rate: '20' }, 400, 'invalid-input'],
    ['a float', { rate: 0.2 }, 400, 'invalid-input'],
    ['seven digits', { rate: '0.1234567' }, 400, 'invalid-input'],
    ['days that have a rate', { days: { from: '2005-01-01', to: '2006-01-01' } }, 409, 'overlapping-version'],
    ['days that end before they begin', { days: { from: '2005-01-01', to: '2004-01-01' } }, 400, 'invalid-input'],
  ])('is refused with %s', async (_, more, status, code) => {
    const body = { code: 'S', label: 'Standard rate', rate: '0.2', days: { from: '2030-01-01', to: null }, ...more };
    expect(await ask('POST', 'tax-rates', body)).toMatchObject({ status, body: { code } });
  });
});

describe('the walls', () => {
  it.each(['band-calendars', 'tariffs', 'keys', 'tax-rates'])(
    'let a member read %s and not write them',
    async (path) => {
      expect((await ask('GET', path, undefined, rosa)).status).toBe(200);
      expect((await ask('POST', path, {}, rosa)).status).toBe(403);
    },
  );

  it("answer for what is another community's as for what is not there", async () => {
    const founded = await service.app.get(AccessService).createCommunity({
      code: 'arches',
      name: 'Arches',
      currency: 'GBP',
      zone: 'Europe/London',
      treasurer: { name: 'Ben' },
    });
    const { id } = (await ask('GET', 'keys/equal')).body;
    for (const path of [`keys/${id}`, 'keys/equal', 'tariffs/own', 'band-calendars/day-night']) {
      expect((await ask('GET', path, undefined, founded.token)).status).toBe(404);
    }
    expect((await ask('GET', 'keys', undefined, founded.token)).body).toEqual({ items: [], next: null });
  });

  it('give a list in pages, each once', async () => {
    const first = (await ask('GET', 'keys?limit=2')).body;
    const second = (await ask('GET', `keys?limit=100&cursor=${first.next}`)).body;
    const codes = [...first.items, ...second.items].map(({ code }: { code: string }) => code);
    expect(codes).toEqual(codes.toSorted());
    expect(new Set(codes).size).toBe(codes.length);
    expect((await ask('GET', 'keys?cursor=nonsense')).status).toBe(400);
  });
});
