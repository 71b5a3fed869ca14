import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, issued, type Market, october } from './billing-market.js';

/** October of the market is billed (billing-market.ts). What comes for it afterwards says so at once, with what to do. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let service: InProcess;
let market: Market;
let run: { id: string };
let second: { id: string };

const ask = (method: string, path: string, body?: unknown): Promise<Answer> => market.ask(method, path, body);
const credit = () => {
  const components = [
    ...['Credit for October'].map((description) => ({
      ...{ description, kind: 'other', amount: '-9.00', tax: '-1.80', taxCode: 'S', key: 'equal' },
    })),
  ];
  return bill({ number: 'NE-1C', kind: 'credit', net: '-9.00', tax: '-1.80', gross: '-10.80', components });
};

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  run = await issued(market, (await calculated(market)) as never);
  clock.advance(86_400_000);
}, 60_000);
afterAll(() => service.close());

it('a bill for days that were billed says that a run went out without it, and which to correct', async () => {
  const entered = await ask('POST', 'supplier-bills', credit());
  expect(entered.status).toBe(201);
  second = entered.body;
  expect(entered.body.warnings).toMatchObject([{ code: 'days-already-billed', run: run.id, period: october }]);
  expect(entered.body.warnings[0].detail).toContain('nobody bears its part');
  expect(entered.body.warnings[0].remedy).toContain(`billing-runs/${run.id}/corrections`);
  const { items } = (await ask('GET', 'supplier-bills')).body;
  const warned = items.map(({ number, warnings }: { number: string; warnings: unknown[] }) => [
    number,
    warnings.length,
  ]);
  expect(warned).toEqual([
    ['NE-1C', 1],
    ['NE-1', 0],
  ]);
});

it('a version of a key for such days says that they stay as they were shared', async () => {
  const version = (from: string) => ({
    days: { from, to: null },
    terms: { kind: 'area' },
    ...{ adoptedBy: 'General meeting', adoptedOn: '2026-11-02', decision: 'minute 9' },
  });
  const late = await ask('POST', 'keys/equal/versions', version('2026-10-20'));
  expect(late.status).toBe(201);
  expect(late.body.warnings).toMatchObject([{ code: 'days-already-billed', run: run.id, period: october }]);
  const next = await ask('POST', 'keys/area/versions', { ...version('2026-11-01'), terms: { kind: 'equal' } });
  expect(next.status).toBe(201);
  expect(next.body.warnings).toBeUndefined();
});

const laterFacts = async (): Promise<Answer['body']> => (await ask('GET', `billing-runs/${run.id}/later-facts`)).body;

it('readings that tell otherwise than was billed are told with both figures, and others are not', async () => {
  expect(await laterFacts()).toEqual({ run: run.id, readings: [], occupancies: [] });
  const [from, to] = ['2026-10-05T10:00:00Z', '2026-10-05T11:00:00Z'];
  const sent = (quantity: string) =>
    ask('POST', 'readings', { meter: 'M1', register: 'import', from, to, quantity, unit: 'kWh' });
  expect((await sent('1')).body.results[0].status).toBe('duplicate');
  expect((await sent('1.5')).body.results[0].status).toBe('conflict');
  expect((await laterFacts()).readings).toEqual([]);
  const { items } = (await ask('GET', 'exceptions?state=open&kind=conflict&meter=M1')).body;
  const answer = { choice: 'supersede', reason: 'the logger was set to half' };
  expect((await ask('POST', `exceptions/${items[0].id}/resolve`, answer)).status).toBe(200);
  expect(await laterFacts()).toEqual({
    ...{ run: run.id, occupancies: [] },
    readings: [
      {
        ...{ meter: 'M1', member: 'ROSA', unit: 'kWh', before: '745', after: '745.5', late: false },
        ...{ from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' },
      },
    ],
  });
});

it('nothing is left to say once the run is corrected; a correction without documents has ended with its issue', async () => {
  const opened = await ask('POST', `billing-runs/${run.id}/corrections`, {
    way: 'next-run',
    cause: 'The supplier sent a credit',
  });
  expect(opened.status).toBe(201);
  const correction = (await ask('POST', `billing-runs/${opened.body.id}/calculate`)).body;
  const after = await issued(market, correction as never);
  expect(after).toMatchObject({ status: 'closed', documents: { done: 0, total: 0 } });
  expect((await ask('GET', `supplier-bills/${second.id}`)).body.warnings).toEqual([]);
  expect(await laterFacts()).toEqual({ run: run.id, readings: [], occupancies: [] });
});
