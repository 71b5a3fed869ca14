import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket } from './billing-market.js';

/**
 * What other systems were seen to do wrong with meters, each tried through the API: what is pushed, what is found, and what would
 * be billed.
 */

const [start, end] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
const october = { from: '2026-10-01', to: '2026-11-01' };

let service: InProcess;
let treasurer: string;

const ask = (method: string, path: string, body?: unknown) => service.ask(method, path, { token: treasurer, body });
const install = async (code: string, register: object) => {
  const registers = [{ code: 'import', kind: 'cumulative', unit: 'kWh', ...register }];
  const body = { site: 'OMH', code, name: code, role: 'sub', installedFrom: '2026-01-01T00:00:00Z', registers };
  expect(await ask('POST', 'meters', body)).toMatchObject({ status: 201 });
};
const shows = async (meter: string, ...values: (readonly [at: string, value: string])[]) => {
  const readings = values.map(([at, value]) => ({
    meter,
    register: 'import',
    at,
    value,
    unit: 'kWh',
    quality: 'actual',
  }));
  expect((await ask('POST', 'readings', { readings })).body.summary.created).toBe(values.length);
};
const consumed = async (meter: string, days = october) => {
  const query = `meter=${meter}&from=${days.from}&to=${days.to}&grain=billing-period`;
  const { body } = await ask('GET', `consumption?${query}`);
  return {
    ...body.series[0].figures[0],
    issues: body.issues.map(({ code, severity }: { code: string; severity: string }) => `${severity} ${code}`),
  } as {
    from: string;
    to: string;
    quantity: string | null;
    quality: string;
    issues: string[];
  };
};
const findings = async (meter: string) => {
  expect((await ask('POST', 'validations', { site: 'OMH', period: october })).status).toBe(201);
  return (await ask('GET', `exceptions?state=open&kind=finding&meter=${meter}`)).body.items as {
    id: string;
    rule: string;
    severity: string;
    evidence: Record<string, string>;
    choices: string[];
  }[];
};

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const founded = await service.app.get(AccessService).createCommunity({
    code: 'hall',
    name: 'Hall',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = founded.token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
}, 60_000);
afterAll(() => service.close());

it('D1: a shop that leaves mid-period and its successor are each billed their own part of the meter, and nothing twice', async () => {
  const market = await foundMarket(service, { code: 'movers' });
  const of = async (what: string) =>
    (await market.ask('GET', `consumption?${what}&from=2026-10-01&to=2026-11-01&grain=billing-period`)).body.series[0]
      .figures[0].quantity as string;
  // One kilowatt, evenly: 15 days of 24 hours before the 16th, then 16 days, one of them of 25 hours.
  expect([await of('member=ADAM'), await of('member=BELA'), await of('meter=M3')]).toEqual(['360', '385', '745']);
  const run = await calculated(market);
  const { items } = (await market.ask('GET', `billing-runs/${run.id}/shares`)).body as {
    items: { description: string; part: string; member: string; weight: string }[];
  };
  const units = items.filter(
    ({ description, part, member }) =>
      part === 'own' && description.endsWith('units') && ['ADAM', 'BELA'].includes(member),
  );
  expect(units.map(({ description, member, weight }) => `${member} ${description} ${weight}`).sort()).toEqual([
    'ADAM Day units 255',
    'ADAM Night units 105',
    'BELA Day units 272',
    'BELA Night units 113',
  ]);
});

it('D4: the edges of a month are midnights of the site, also over a clock change', async () => {
  await install('D4', { code: 'import', kind: 'interval', intervalMinutes: 30 });
  // Half-hours of 0.5 and 1.5 kWh; the hour before midnight in Greenwich, which is the first of October in London, has 8.
  const readings = Array.from({ length: 745 * 2 + 4 }, (_, i) => {
    const at = Date.parse(start) + (i - 2) * 1_800_000;
    const [from, to] = [new Date(at).toISOString(), new Date(at + 1_800_000).toISOString()];
    return {
      meter: 'D4',
      register: 'import',
      from,
      to,
      quantity: i === 2 || i === 3 ? '4' : i % 2 === 0 ? '0.5' : '1.5',
      unit: 'kWh',
      quality: 'actual',
    };
  });
  expect((await ask('POST', 'readings', { readings })).body.summary.created).toBe(1494);
  const first = await consumed('D4', { from: '2026-10-01', to: '2026-10-02' });
  expect(first).toMatchObject({ from: start, to: '2026-10-01T23:00:00Z', quantity: '54' });
  expect((await consumed('D4', { from: '2026-10-25', to: '2026-10-26' })).quantity).toBe('50');
  expect((await consumed('D4')).issues).toEqual([]);
  // October has 745 hours, and none of them is a gap.
  expect(await findings('D4')).toEqual([]);
});

it('D10: readings are not rounded before they are subtracted, and a boundary lies on the line, not at the highest nearby', async () => {
  await install('D10', {});
  await shows(
    'D10',
    ['2026-09-30T11:00:00Z', '100.2'],
    ['2026-10-01T11:00:00Z', '101.4'],
    ['2026-10-31T12:00:00Z', '150.4'],
    ['2026-11-01T12:00:00Z', '151.6'],
  );
  // Half-way between 100.2 and 101.4, and between 150.4 and 151.6.
  expect(await consumed('D10')).toMatchObject({
    quantity: '50.2',
    quality: 'estimated',
    issues: ['info estimated-boundary'],
  });
  expect(await findings('D10')).toEqual([]);
});

it('D11: what is beyond a limit stays whole, is asked about, and is never cut to zero', async () => {
  await install('D11', { maxPerHour: '1', opening: '0' });
  await shows('D11', [start, '10'], [end, '99999']);
  expect((await consumed('D11')).quantity).toBe('99989');
  const [found, ...others] = await findings('D11');
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    rule: 'physical-limit',
    severity: 'blocking',
    evidence: { highest: '99989', hours: '745', maxPerHour: '1' },
  });
  const accepted = { choice: 'accept', reason: 'the new kiln, and the limit was that of the old one' };
  expect((await ask('POST', `exceptions/${found!.id}/resolve`, accepted)).status).toBe(200);
  expect((await consumed('D11')).quantity).toBe('99989');
});

it('D12: the first reading ever sets the base and bills nothing', async () => {
  await install('D12', {});
  await shows('D12', ['2026-10-10T00:00:00Z', '48210.4'], [end, '48300.4']);
  expect(await consumed('D12')).toMatchObject({ quantity: '90', issues: ['warning missing-reading'] });
  expect(await findings('D12')).toMatchObject([
    { rule: 'missing-reading', severity: 'warning', evidence: { why: 'sets-base' } },
  ]);
});

it('D13: a swapped meter bills no absolute difference; it blocks until somebody says what happened', async () => {
  await install('D13', {});
  await shows('D13', [start, '4821'], [end, '4801']);
  expect(await consumed('D13')).toMatchObject({ quantity: null, issues: ['blocking register-regressed'] });
  const [found] = await findings('D13');
  expect(found).toMatchObject({
    rule: 'register-regressed',
    severity: 'blocking',
    evidence: { start: '4821', end: '4801' },
    choices: ['exchange-found', 'ask', 'estimate'],
  });
  const exchange = {
    at: '2026-10-14T10:00:00Z',
    serial: 'new',
    registers: [{ code: 'import', closing: '4830', opening: '4790' }],
  };
  const answer = await ask('POST', `exceptions/${found!.id}/resolve`, {
    choice: 'exchange-found',
    reason: 'the old one was loud',
    exchange,
  });
  expect(answer.status).toBe(200);
  // 4821 to 4830 on the old device, 4790 to 4801 on the new one.
  expect(await consumed('D13')).toMatchObject({ quantity: '20', issues: [] });
  expect(await findings('D13')).toEqual([]);
});
