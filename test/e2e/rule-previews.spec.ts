import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { rowsOf } from '../support/rows-of.js';

/** A rule that is being written is told in words, or why it could not be adopted; nothing is stored either way. */

let service: InProcess;
let communityId: string;
let treasurer: string;

const ask = (path: string, body: unknown) => service.ask('POST', path, { token: treasurer, body });
const made = async (path: string, body: unknown): Promise<void> => {
  expect(await ask(path, body)).toMatchObject({ status: 201 });
};
const days = { from: '2026-12-01', to: null };
const previewKey = async (terms: object, key: string | null = null, on: object = days) => {
  const answer = await ask('keys/preview', { key, days: on, terms });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};
const previewTariff = async (terms: object, tariff: string | null = null, on: object = days) => {
  const answer = await ask('tariffs/preview', { tariff, days: on, terms });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};
const timeOfUse = (prices: object) => ({
  calendar: 'day-night',
  components: [{ kind: 'time-of-use', name: 'Energy', unit: 'kWh', prices }],
});

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const founding = {
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  };
  ({ communityId, token: treasurer } = await access.createCommunity(founding));
  await made('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const code of ['UNIT-1', 'UNIT-2'])
    await made('spaces', { site: 'OMH', code, name: code, kind: 'let', area: '20' });
  const rules = [
    { band: 'day', from: '07:00', to: '22:00' },
    { band: 'night', from: '22:00', to: '07:00' },
  ];
  await made('band-calendars', { code: 'day-night', name: 'Day and night', bands: ['day', 'night'], rules });
  const adoption = {
    days: { from: '2026-01-01', to: null },
    adoptedBy: 'Meeting',
    adoptedOn: '2025-12-01',
    decision: '7',
  };
  await made('keys', { code: 'area', name: 'Area', version: { ...adoption, terms: { kind: 'area' } } });
  const standing = { calendar: null, components: [{ kind: 'standing', name: 'Standing', perDay: '0.25' }] };
  await made('tariffs', { code: 'own', name: 'Own', version: { ...adoption, terms: standing } });
}, 60_000);
afterAll(() => service.close());

describe('a key that is being written', () => {
  it('is told in the words in which it is adopted, and stored nowhere', async () => {
    const before = await rowsOf(service.database, communityId);
    const parts = [
      { space: 'UNIT-1', part: '60' },
      { space: 'UNIT-2', part: '40' },
    ];
    expect(await previewKey({ kind: 'fixed', parts })).toEqual({
      sentence: 'Shared by fixed parts: 60 to whoever has UNIT-1, 40 to whoever has UNIT-2.',
      refused: null,
    });
    expect(await rowsOf(service.database, communityId)).toEqual(before);
  });

  it('is refused as adopting it would be: for its parts, for what it names, and for the key that it is for', async () => {
    const parts = [{ space: 'UNIT-1', part: '60' }];
    expect(await previewKey({ kind: 'fixed', parts })).toMatchObject({
      sentence: null,
      refused: { code: 'key-incomplete', detail: expect.stringContaining('add up to 60') as string, component: null },
    });
    const unknown = { kind: 'bookings', resource: 'KILN' };
    expect((await previewKey(unknown)).refused.errors).toEqual([
      { pointer: '/terms/resource', detail: 'there is nothing to book called KILN' },
    ]);
    const metered = { kind: 'metered', calendar: null, band: null, residual: { policy: 'by-area' } };
    expect(await previewKey(metered)).toMatchObject({ refused: null });
    expect(await previewKey(metered, 'area')).toMatchObject({ refused: { code: 'conflict' } });
    expect(await previewKey({ kind: 'equal' }, 'area', { from: '2026-01-01', to: null })).toMatchObject({
      refused: { code: 'overlapping-version' },
    });
  });
});

describe('a tariff that is being written', () => {
  it('is told component by component, with its year', async () => {
    const told = await previewTariff(timeOfUse({ day: '0.31', night: '0.17' }), 'own');
    expect(told).toMatchObject({
      sentence: 'Energy: day 0.31, night 0.17 per kWh, by the calendar day-night.',
      components: [{ name: 'Energy', kind: 'time-of-use', sentence: 'day 0.31, night 0.17 per kWh.' }],
      refused: null,
    });
    expect(told.year).toHaveLength(1);
  });

  it('names the first hours without a price, and the component where they are missing', async () => {
    expect(await previewTariff(timeOfUse({ day: '0.31' }))).toMatchObject({
      ...{ sentence: null, components: [], year: null },
      refused: {
        code: 'tariff-gap',
        detail: expect.stringContaining('no price for the band night, Monday 00:00–07:00 in January') as string,
        component: 'Energy',
      },
    });
    expect(
      await previewTariff(timeOfUse({ day: '0.31', night: '0.17' }), 'own', { from: '2026-01-01', to: null }),
    ).toMatchObject({ refused: { code: 'overlapping-version', component: null } });
  });
});
