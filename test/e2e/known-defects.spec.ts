import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, stalls } from './billing-market.js';

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

it('D5: a reading behind a sent invoice is never edited or deleted, by nobody; it is superseded, and the invoice stays', async () => {
  const market = await foundMarket(service, { code: 'sent' });
  const run = await issued(market, await calculated(market));
  const invoices = async () => (await market.ask('GET', `invoices?run=${run.id}`)).body.items as { id: string }[];
  const [invoice] = await invoices();
  const statement = () => market.ask('GET', `invoices/${invoice!.id}`);
  const sent = await statement();
  expect(sent.status).toBe(200);
  // No route edits or deletes a reading, an invoice or a run.
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    for (const path of ['readings', 'readings/1', `invoices/${invoice!.id}`, `billing-runs/${run.id}`]) {
      expect((await market.ask(method, path, { value: '1' })).status).toBe(404);
    }
  }
  // Neither does a statement that goes past the routes.
  const past = (sql: string) => service.app.get(Transactions).inCommunity(market.communityId, (tx) => tx.query(sql));
  for (const sql of [
    'UPDATE reading SET value = 1',
    'DELETE FROM reading',
    'DELETE FROM invoice',
    'UPDATE invoice SET net = 0, gross = tax',
    'UPDATE invoice_statement SET body = body',
    'UPDATE run_use SET quantity = 0',
  ]) {
    // The trigger says so, or the service has not even the right to try.
    await expect(past(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^(append-only|42501)$/) as string });
  }
  // Another value for a time that was billed is a conflict; to supersede takes a person and a reason, and keeps both values.
  const [from, to] = ['2026-10-01T10:00:00Z', '2026-10-01T11:00:00Z'];
  const other = { meter: 'M1', register: 'import', from, to, quantity: '1.5', unit: 'kWh' };
  expect((await market.ask('POST', 'readings', other)).body.results[0].status).toBe('conflict');
  const { items } = (await market.ask('GET', 'exceptions?state=open&kind=conflict&meter=M1')).body;
  const decided = { choice: 'supersede', reason: 'the logger was set to half' };
  expect((await market.ask('POST', `exceptions/${items[0].id}/resolve`, decided)).status).toBe(200);
  const { body } = await market.ask('GET', `readings?meter=M1&register=import&from=${from}&to=${to}`);
  expect(body.items[0]).toMatchObject({
    superseded: [{ value: '1' }],
    corrections: [{ value: '1.5', reason: 'the logger was set to half' }],
  });
  expect((await statement()).text).toBe(sent.text);
  expect(await invoices()).toHaveLength(5);
});

it('D6: a metering point that nobody has a price for is never left out; the run stops and names it', async () => {
  const market = await foundMarket(service, { code: 'unpriced' });
  const findingsOf = async ({ id }: { id: string }) =>
    (await market.ask('GET', `billing-runs/${id}/issues`)).body.items as { code: string; severity: string }[];
  // Water is counted in stall 1, and neither a bill nor a tariff speaks of water.
  const registers = [{ code: 'import', kind: 'cumulative', unit: 'm3' }];
  const installedFrom = '2026-01-01T00:00:00Z';
  const water = { site: 'OMH', code: 'W1', name: 'Water', role: 'sub', utility: 'water', space: 'S1', installedFrom };
  expect(await market.ask('POST', 'meters', { ...water, registers })).toMatchObject({ status: 201 });
  const readings = [
    [start, '10'],
    [end, '14'],
  ].map(([at, value]) => ({ meter: 'W1', register: 'import', at, value, unit: 'm3', quality: 'actual' }));
  expect((await market.ask('POST', 'readings', { readings })).status).toBe(200);
  const unbilled = await calculated(market);
  expect(unbilled).toMatchObject({ status: 'open' });
  expect(await findingsOf(unbilled)).toMatchObject([
    {
      code: 'no-supplier-bill',
      severity: 'blocking',
      detail: expect.stringContaining('measured water'),
      overridable: false,
    },
  ]);
  expect((await findingsOf(unbilled))[0]).toMatchObject({ detail: expect.stringContaining('(W1)') });
  const bought = {
    description: 'Water',
    kind: 'energy',
    quantity: '4',
    unit: 'm3',
    price: '2',
    amount: '8.00',
    tax: '1.60',
  };
  const bill = {
    ...{ site: 'OMH', supplier: 'Waterworks', number: 'W-1', utility: 'water', period: october, currency: 'GBP' },
    ...{ net: '8.00', tax: '1.60', gross: '9.60', components: [{ ...bought, taxCode: 'S', key: 'area' }] },
  };
  expect((await market.ask('POST', 'supplier-bills', bill)).status).toBe(201);
  // An own tariff of which no version holds after the 20th prices nobody, and passes nobody over.
  const adopted = { adoptedBy: 'Board', adoptedOn: '2026-09-01', decision: 'minute 1' };
  const version = (from: string, to: string) => ({
    ...{ days: { from, to }, ...adopted },
    terms: {
      calendar: null,
      components: [{ kind: 'per-unit', name: 'Units', unit: 'kWh', perUnit: '0.30', band: null }],
    },
  });
  const tariff = { code: 'sub', name: 'Sub-meters', version: version('2026-01-01', '2026-10-20') };
  expect((await market.ask('POST', 'tariffs', tariff)).status).toBe(201);
  const charge = {
    ...{ site: 'OMH', code: 'sub', description: 'Energy', section: 'energy', kind: 'tariff', tariff: 'sub' },
    ...{ taxCode: 'S', days: { from: '2026-01-01', to: null } },
  };
  expect((await market.ask('POST', 'charges', charge)).status).toBe(201);
  const calculate = async () => (await market.ask('POST', `billing-runs/${unbilled.id}/calculate`)).body;
  const gap = await calculate();
  expect(gap).toMatchObject({ status: 'open' });
  expect(await findingsOf(gap)).toMatchObject([
    { code: 'tariff-gap', severity: 'blocking', subject: { label: 'sub' }, from: '2026-10-20', to: '2026-11-01' },
  ]);
  expect((await market.ask('GET', `billing-runs/${gap.id}/preview`)).body.members ?? []).toEqual([]);
  const rest = version('2026-10-20', '2027-01-01');
  expect((await market.ask('POST', 'tariffs/sub/versions', rest)).status).toBe(201);
  expect(await calculate()).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
});

it('D9: two people of one name stay two, each with their own meter, file and bill', async () => {
  const names = { ROSA: 'Maria Klein', LUND: 'Maria Klein' };
  const market = await foundMarket(service, { code: 'namesakes', names, withReadings: false });
  const members = (await market.ask('GET', 'members')).body.items as { id: string; code: string; name: string }[];
  const marias = members.filter(({ name }) => name === 'Maria Klein');
  expect(marias.map(({ code }) => code).sort()).toEqual(['LUND', 'ROSA']);
  expect(new Set(marias.map(({ id }) => id)).size).toBe(2);
  // One file holds the readings of everybody: who is meant is a meter, and never a name.
  const rows = stalls.flatMap(({ meter, watts }) =>
    hourly(meter, watts, start, end).map((one) => {
      const { from, to, quantity } = one as Record<string, string>;
      return `${meter},import,${from},${to},${quantity},kWh`;
    }),
  );
  const file = Buffer.from(['meter,register,from,to,quantity,unit', ...rows, ''].join('\n'));
  const imported = await service.ask('POST', 'imports', {
    ...{ token: market.treasurer, body: file, headers: { 'content-type': 'text/csv' } },
  });
  expect(imported).toMatchObject({ status: 200, body: { created: 745 * 6, rejected: 0, unclaimed: 0 } });
  const run = await calculated(market);
  expect(run).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
  const { body } = await market.ask('GET', `billing-runs/${run.id}/preview`);
  const drafts = body.members as { member: { code: string }; lines: { description: string; quantity: string }[] }[];
  const units = (code: string) =>
    drafts
      .filter(({ member }) => member.code === code)
      .map(({ lines }) => lines.find(({ description }) => description === 'Day units')?.quantity);
  // 1 kW and 2 kW in 527 hours of day.
  expect([units('ROSA'), units('LUND')]).toEqual([['527'], ['1054']]);
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
