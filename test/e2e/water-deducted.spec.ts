import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundCommunity, issued, october } from './billing-market.js';

/**
 * A hall with one bill for fresh water and waste water. The bakery steams some of its water away and has a boiler meter; the florist waters plants
 * behind a meter of its own. Both meters hang behind those of their stalls.
 *
 *   bakery 30 m³, boiler 10     florist 15 m³, garden 5     source 46 m³: 1 m³ is losses, borne by the hall
 *   fresh water 92.00 by all:                 60.00 · 30.00 · 2.00
 *   waste water 93.00 by 20 and 10 of 31:     60.00 · 30.00 · 3.00
 */

const always = { from: '2026-01-01', to: null };
const [begins, ends] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
const clock = new FixedClock('2026-11-03T09:30:00Z');
let service: InProcess;
let ask: (method: string, path: string, body?: unknown, token?: string) => Promise<Answer>;
let approver: string;

async function make(path: string, body: unknown, expected = 201): Promise<Answer['body']> {
  const answer = await ask('POST', path, body);
  if (answer.status !== expected) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
const component = (description: string, quantity: string, amount: string, key: string) => ({
  ...{ description, kind: 'other', quantity, unit: 'm3', amount, tax: '0.00', taxCode: 'S', key },
});
const bill = (number: string, period: object) =>
  make('supplier-bills', {
    ...{ site: 'OMH', supplier: 'Waterworks', number, utility: 'water', period, currency: 'GBP' },
    ...{ net: '185.00', tax: '0.00', gross: '185.00' },
    components: [component('Fresh water', '46', '92.00', 'fresh'), component('Waste water', '31', '93.00', 'waste')],
  });
const shown = (meter: string, at: string, value: string) => ({ meter, register: 'import', at, value, unit: 'm3' });

beforeAll(async () => {
  service = await inProcess(clock);
  const founded = await foundCommunity(service, { registered: false });
  ({ ask, approver } = founded);
  await make('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const [space, member] of [
    ['S1', 'BAKE'],
    ['S2', 'FLOR'],
  ]) {
    await make('members', { code: member, name: member });
    await make('spaces', { site: 'OMH', code: space, name: `Stall ${space}`, kind: 'let', area: '20' });
    await make('occupancies', { space, member, days: always });
  }
  await make('tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: always });
  const meters = [
    ['SRC', 'source', null],
    ['W1', 'sub', 'S1'],
    ['W2', 'sub', 'S2'],
    ['BOILER', 'deduction', 'S1'],
    ['GARDEN', 'deduction', 'S2'],
  ] as const;
  for (const [code, role, space] of meters) {
    const registers = [{ code: 'import', kind: 'cumulative', unit: 'm3' }];
    const installedFrom = '2026-01-01T00:00:00Z';
    await make('meters', { site: 'OMH', code, name: code, role, space, utility: 'water', installedFrom, registers });
  }
  const terms = { kind: 'metered', calendar: null, band: null, residual: { policy: 'landlord-bears' } };
  const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
  const key = (code: string, more: object) =>
    make('keys', { code, name: code, version: { days: always, terms: { ...terms, ...more }, ...decided } });
  await key('fresh', {});
  await key('waste', { deducted: true });
  await bill('WW-1', october);
}, 60_000);
afterAll(() => service.close());

const read = async (garden: string): Promise<void> => {
  const readings = Object.entries({ SRC: '46', W1: '30', W2: '15', BOILER: '10', GARDEN: garden }).flatMap(
    ([meter, value]) => [shown(meter, begins, '100'), shown(meter, ends, String(Number.parseInt(value, 10) + 100))],
  );
  await make('readings', { readings }, 200);
};

it('says what the key takes off, and refuses to share what is not known', async () => {
  const { items } = (await ask('GET', 'keys')).body;
  const { versions } = (await ask('GET', `keys/${items.find(({ code }: { code: string }) => code === 'waste').id}`))
    .body;
  expect(versions[0].sentence).toContain('by metered use less what deduction meters counted');
  const run = await calculated({ ask });
  expect(run).toMatchObject({ status: 'open' });
  await ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'try' });
});

it('bills fresh water by all that was taken in, and waste water without what never reached the sewer', async () => {
  await read('5');
  const run = await issued({ ask, approver }, (await calculated({ ask })) as never);
  expect(run.totals).toMatchObject({ costs: '185.00', members: '180.00', common: '5.00', difference: '0.00' });
  const { items } = (await ask('GET', `billing-runs/${run.id}/shares`)).body;
  const of = (description: string) =>
    items
      .filter((one: { description: string }) => one.description === description)
      .map(({ kind, amount, weight }: Record<string, string>) => [kind, weight, amount]);
  expect(of('Fresh water')).toEqual([
    ['member', '30', '60.00'],
    ['member', '15', '30.00'],
    ['common', '1', '2.00'],
  ]);
  expect(of('Waste water')).toEqual([
    ['member', '20', '60.00'],
    ['member', '10', '30.00'],
    ['common', '1', '3.00'],
  ]);
  const baker = items.find((one: { description: string; weight: string }) => one.weight === '20');
  expect(baker.reasons.figures).toMatchObject([{ what: 'metered', value: '20', deducted: '10', unit: 'm3' }]);
  const { items: papers } = (await ask('GET', `invoices?run=${run.id}`)).body;
  const bakers = papers.find(({ memberCode }: { memberCode: string }) => memberCode === 'BAKE');
  const { body } = await ask('GET', `invoices/${bakers.id}/document.json`);
  // What the stall used is what its own meter says, once.
  expect(body.use).toMatchObject([{ utility: 'water', unit: 'm3', share: { total: '46' } }]);
  expect(body.use[0].share.parts).toContainEqual(expect.objectContaining({ kind: 'you', quantity: '30' }));
});

it('stops where more would be taken off than there is, and names the meters', async () => {
  const november = { from: '2026-11-01', to: '2026-12-01' };
  clock.advance(30 * 86_400_000);
  const after = '2026-12-01T00:00:00Z';
  const at = { SRC: '192', W1: '160', W2: '130', BOILER: '120', GARDEN: '125' };
  await make('readings', { readings: Object.entries(at).map(([meter, value]) => shown(meter, after, value)) }, 200);
  await bill('WW-2', november);
  const run = await calculated({ ask }, november);
  const { items } = (await ask('GET', `billing-runs/${run.id}/issues`)).body;
  const found = items.filter(({ code }: { code: string }) => code === 'deduction-exceeds-intake');
  expect(found).toMatchObject([{ severity: 'blocking', overridable: false }]);
  expect(found[0].detail).toBe('Stall S2 (S2) counted 15 m3, the meters that are deducted from it 20 m3: GARDEN 20.');
  expect(run.status).toBe('open');
});
