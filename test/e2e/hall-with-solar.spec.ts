import { FixedClock } from '../../src/platform/clock.js';
import type { Answer, InProcess } from '../support/in-process.js';
import { inProcess } from '../support/in-process.js';
import { calculated, type Founded, foundCommunity, issued } from './billing-market.js';

/*
 * A hall with panels on its roof, on 1 October 2026, hour by hour; the hall itself has no meter of its own.
 *
 *   begins   made   Rosa   Lund   source in   out       local: dynamic         static 0.4 : 0.6        Lund first
 *   11:00       6      7      3           4     0       Rosa 4.2  Lund 1.8     2.4   3                 3     3
 *   12:00      10      2      4           0     4            2         4       2     4                 2     4
 *   13:00       1      1      2           2     0            0.333333  0.666667 0.4  0.6               0     1
 *   23:00       0      0      5           5     0            0         0       0     0                 0     0
 *              17     10     14          11     4            6.533333  6.466667 4.8  7.6               5     8
 *
 * The grid's bill is 11 kWh at 0.25 = 2.75, less 4 kWh fed in at 0.08 = 0.32. The roof costs 1.95 for the day.
 *
 *   dynamic   grid 3.466667 : 7.533333 of 11     0.87 and 1.88     roof 6.533333 : 6.466667 of 13      0.98 and 0.97
 *   static    grid 5.2 : 6.4 of 11.6             1.23 and 1.52     roof 4.8 : 7.6 of 12.4              0.75 and 1.20
 *   priority  grid 5 : 6 of 11                   1.25 and 1.50     roof 5 : 8 of 13                    0.75 and 1.20
 */

const day = { from: '2026-10-01', to: '2026-10-02' };
const always = { from: '2026-01-01', to: null };
const adopted = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 7' };
const version = (terms: object, days: object = always) => ({ days, terms, ...adopted });

/** By the hour on the wall: London is one hour ahead of UTC on that day. */
const figures: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  ROOF: { 11: '6', 12: '10', 13: '1' },
  M1: { 11: '7', 12: '2', 13: '1' },
  M2: { 11: '3', 12: '4', 13: '2', 23: '5' },
  IN: { 11: '4', 13: '2', 23: '5' },
  OUT: { 12: '4' },
};
const readingsOf = (meter: string, register: string, but: readonly number[] = []) =>
  Array.from({ length: 24 }, (_, hour) => hour)
    .filter((hour) => !but.includes(hour))
    .map((hour) => {
      const at = Date.parse('2026-09-30T23:00:00Z') + hour * 3_600_000;
      const [from, to] = [at, at + 3_600_000].map((ms) => new Date(ms).toISOString());
      return { meter, register, from, to, quantity: figures[meter]?.[hour] ?? '0', unit: 'kWh' };
    });

let service: InProcess;
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
}, 60_000);
afterAll(() => service.close());

interface Hall extends Founded {
  make(path: string, body: unknown, status?: number): Promise<Answer['body']>;
}

/** @param share what keys share the grid and the roof by; the roof is a charge of 1.95, or else a price of its own tariff */
async function hall(
  code: string,
  allotment: object,
  more: { roof?: 'tariff'; gap?: boolean; panelsOf?: string } = {},
): Promise<Hall> {
  const founded = await foundCommunity(service, { code, registered: false });
  const make: Hall['make'] = async (path, body, status = 201) => {
    const answer = await founded.ask('POST', path, body);
    expect([path, answer.status, answer.status === status ? '' : answer.text]).toEqual([path, status, '']);
    return answer.body;
  };
  await make('sites', { code: 'OMH', name: 'Sun Hall', zone: 'Europe/London' });
  await make('tax-rates', { code: 'none', label: 'No tax', rate: '0', category: 'Z', days: always });
  for (const [space, member] of [
    ['S1', 'ROSA'],
    ['S2', 'LUND'],
  ]) {
    await make('members', { code: member, name: member });
    await make('spaces', { site: 'OMH', code: space, name: space, kind: 'let', area: '10' });
    await make('occupancies', { space, member, days: always });
  }
  const meter = (name: string, role: string, direction: string, space: string | null = null) => ({
    ...{ site: 'OMH', code: name, name, role, space, installedFrom: '2026-01-01T00:00:00Z', serial: name },
    registers: [{ code: direction, kind: 'interval', unit: 'kWh', intervalMinutes: 60, direction }],
  });
  for (const one of [
    meter('IN', 'source', 'import'),
    meter('OUT', 'source', 'export'),
    meter('ROOF', 'sub', 'export', more.panelsOf ?? null),
    meter('M1', 'sub', 'import', 'S1'),
    meter('M2', 'sub', 'import', 'S2'),
  ]) {
    await make('meters', one);
    const register = one.registers[0]?.code ?? '';
    await make('readings', { readings: readingsOf(one.code, register, more.gap && one.code === 'M2' ? [4] : []) }, 200);
  }
  await make('keys', { code: 'roof', name: 'The roof', version: version({ kind: 'generation', allotment }) });
  const grid = { kind: 'metered', calendar: null, band: 'grid', generation: 'roof', residual: { policy: 'pro-rata' } };
  await make('keys', { code: 'grid', name: 'From the grid', version: version(grid) });
  await make('keys', { code: 'equal', name: 'Equal shares', version: version({ kind: 'equal' }) });
  await make('supplier-bills', {
    ...{ site: 'OMH', supplier: 'Northgrid', number: 'NE-1', utility: 'electricity', period: day, currency: 'GBP' },
    ...{ net: '2.43', tax: '0.00', gross: '2.43' },
    components: [
      {
        ...{ description: 'Energy from the grid', kind: 'energy', quantity: '11', unit: 'kWh', price: '0.25' },
        ...{ amount: '2.75', tax: '0.00', taxCode: 'none', key: 'grid' },
      },
      {
        ...{ description: 'Energy fed in', kind: 'other', quantity: '4', unit: 'kWh', price: '-0.08' },
        ...{ amount: '-0.32', tax: '0.00', taxCode: 'none', key: 'equal' },
      },
    ],
  });
  const charge = {
    site: 'OMH',
    code: 'roof',
    description: 'Energy from the roof',
    section: 'energy',
    taxCode: 'none',
  };
  if (more.roof === 'tariff') {
    const terms = {
      ...{ calendar: null, generation: 'roof' },
      components: [
        { kind: 'per-unit', name: 'From the roof', unit: 'kWh', perUnit: '0.15', band: 'local' },
        { kind: 'per-unit', name: 'Wear of the cables', unit: 'kWh', perUnit: '0.01', band: 'grid' },
        ...(more.panelsOf === undefined
          ? []
          : [
              { kind: 'export-credit', name: 'Fed in', unit: 'kWh', perUnit: '0.08', band: 'export' },
              { kind: 'export-credit', name: 'Given to the hall', unit: 'kWh', perUnit: '0.10', band: 'local' },
            ]),
      ],
    };
    await make('tariffs', { code: 'sun', name: 'Own energy', version: version(terms) });
    await make('charges', { ...charge, kind: 'tariff', tariff: 'sun', days: always });
  } else {
    await make('charges', { ...charge, kind: 'recurring', per: 'day', amount: '1.95', days: always, key: 'roof' });
  }
  return { ...founded, make };
}

const linesOf = async ({ ask }: Hall, run: { id: string }): Promise<Record<string, Record<string, string>>> => {
  const { members } = (await ask('GET', `billing-runs/${run.id}/preview`)).body as {
    members: { member: { code: string }; lines: { description: string; net: string; quantity: string | null }[] }[];
  };
  return Object.fromEntries(
    members.map(({ member, lines }) => [
      member.code,
      Object.fromEntries(lines.map(({ description, net, quantity }) => [description, `${quantity ?? '–'} → ${net}`])),
    ]),
  );
};
const reconciled = { status: 'previewed', issues: { blocking: 0 }, totals: { difference: '0.00' } };
const fedIn = { 'Energy fed in': '– → -0.16' };

describe('a hall with solar', () => {
  it('tells each member what came from the roof and what from the grid, in proportion to use hour by hour', async () => {
    const market = await hall('dynamic', { kind: 'dynamic' });
    const run = await calculated(market, day);
    expect(run).toMatchObject(reconciled);
    expect(await linesOf(market, run)).toEqual({
      ROSA: { 'Energy from the grid': '3.466667 → 0.87', 'Energy from the roof': '6.533333 → 0.98', ...fedIn },
      LUND: { 'Energy from the grid': '7.533333 → 1.88', 'Energy from the roof': '6.466667 → 0.97', ...fedIn },
    });
    const { items } = (await market.ask('GET', 'sites/OMH/balance?from=2026-10-01&to=2026-10-02')).body;
    expect(items).toMatchObject([
      { imported: '11', generated: '17', exported: '4', supplied: '24', metered: '24', residual: '0', state: 'ok' },
    ]);
    const keys = (await market.ask('GET', 'keys/roof')).body.versions[0].sentence as string;
    expect(keys).toBe(
      'Shared by what each got of what is made on the site, allotted in each interval in proportion to use.',
    );
    expect(await issued(market, run)).toMatchObject({ status: 'issued' });
  }, 60_000);

  it('allots by coefficients that come to one; what one does not use is not given to the other', async () => {
    const tables = [
      {
        parts: [
          { space: 'S1', part: '0.4' },
          { member: 'LUND', part: '0.6' },
        ],
      },
    ];
    const market = await hall('static', { kind: 'static', tables });
    const run = await calculated(market, day);
    expect(run).toMatchObject(reconciled);
    expect(await linesOf(market, run)).toEqual({
      ROSA: { 'Energy from the grid': '5.2 → 1.23', 'Energy from the roof': '4.8 → 0.75', ...fedIn },
      LUND: { 'Energy from the grid': '6.4 → 1.52', 'Energy from the roof': '7.6 → 1.20', ...fedIn },
    });
    const short = [
      {
        parts: [
          { space: 'S1', part: '0.4' },
          { member: 'LUND', part: '0.599999999' },
        ],
      },
    ];
    const refused = {
      code: 'short',
      name: 'Short',
      version: version({ kind: 'generation', allotment: { kind: 'hybrid', tables: short } }),
    };
    expect(await market.make('keys', refused, 422)).toMatchObject({ code: 'key-incomplete' });
  }, 60_000);

  it('gives the rest to who lacks it under a hybrid key, and in order under precedence', async () => {
    const tables = [
      {
        parts: [
          { space: 'S1', part: '0.4' },
          { space: 'S2', part: '0.6' },
        ],
      },
    ];
    const hybrid = await hall('hybrid', { kind: 'hybrid', tables });
    const first = await calculated(hybrid, day);
    // 11:00: 2.4 and 3 of 3.6; the 0.6 that are left go to Rosa, who lacks them. 13:00: 0.4 and 0.6.
    expect(await linesOf(hybrid, first)).toMatchObject({
      ROSA: { 'Energy from the roof': '5.4 → 0.81' },
      LUND: { 'Energy from the roof': '7.6 → 1.14' },
    });
    const market = await hall('priority', { kind: 'priority', order: [[{ member: 'LUND' }]] });
    const run = await calculated(market, day);
    expect(run).toMatchObject(reconciled);
    expect(await linesOf(market, run)).toMatchObject({
      ROSA: { 'Energy from the grid': '5 → 1.25', 'Energy from the roof': '5 → 0.75' },
      LUND: { 'Energy from the grid': '6 → 1.50', 'Energy from the roof': '8 → 1.20' },
    });
  }, 60_000);

  it('sells what the roof made by a tariff of its own, which is income', async () => {
    const market = await hall('tariff', { kind: 'dynamic' }, { roof: 'tariff' });
    const run = await calculated(market, day);
    expect(run).toMatchObject(reconciled);
    // 6.533333 × 0.15 = 0.97999995, 6.466667 × 0.15 = 0.97000005; 3.466667 × 0.01 = 0.03466667, 7.533333 × 0.01 = 0.07533333.
    expect(await linesOf(market, run)).toMatchObject({
      ROSA: {
        'Energy from the roof: From the roof, local': '6.533333 → 0.98',
        'Energy from the roof: Wear of the cables, grid': '3.466667 → 0.03',
      },
      LUND: {
        'Energy from the roof: From the roof, local': '6.466667 → 0.97',
        'Energy from the roof: Wear of the cables, grid': '7.533333 → 0.08',
      },
    });
  }, 60_000);

  it('credits whoever made it for what flowed out, to the hall and to the grid, on the invoice that is issued', async () => {
    const market = await hall('export', { kind: 'dynamic' }, { roof: 'tariff', panelsOf: 'S1' });
    const run = await calculated(market, day);
    expect(run).toMatchObject(reconciled);
    // Of the 17 kWh that Rosa's panels made 4 flowed out of the hall at 12:00, and 13 were used in it.
    const credits = {
      'Energy from the roof: Fed in, export': '4 → -0.32',
      'Energy from the roof: Given to the hall, local': '13 → -1.30',
    };
    const lines = await linesOf(market, run);
    expect(lines['ROSA']).toMatchObject(credits);
    expect(Object.keys(lines['LUND'] ?? {}).filter((line) => /Fed in,|Given/.test(line))).toEqual([]);
    const done = await issued(market, run as { id: string; inputHash: string });
    expect(done).toMatchObject({ totals: { difference: '0.00' } });
    const { items } = (await market.ask('GET', `invoices?run=${run.id}`)).body as {
      items: { id: string; memberCode: string }[];
    };
    const rosa = items.find(({ memberCode }) => memberCode === 'ROSA');
    const paper = (await market.ask('GET', `invoices/${rosa?.id}/document.json`)).body as {
      charges: { net: string; lines: { description: string; net: string; why: { sentence: string } }[] };
    };
    const told = paper.charges.lines.filter(({ net }) => net === '-0.32' || net === '-1.30');
    expect(told.map(({ net, why }) => [net, why.sentence])).toEqual([
      ['-0.32', expect.stringMatching(/^4\.000000.kWh × −8\.000.p.kWh/) as string],
      ['-1.30', expect.stringMatching(/^13\.000000.kWh × −10\.000.p.kWh/) as string],
    ]);
  }, 60_000);

  it('allots nothing around a gap: the run stops and names the meter', async () => {
    const market = await hall('gap', { kind: 'dynamic' }, { gap: true });
    const run = await calculated(market, day);
    expect(run).toMatchObject({ status: 'open' });
    const { items } = (await market.ask('GET', `billing-runs/${run.id}/issues`)).body as {
      items: { code: string; detail: string }[];
    };
    const [found] = items.filter(({ code }) => code === 'generation-unallotted');
    expect(found).toMatchObject({ severity: 'blocking', overridable: false });
    expect(found?.detail).toContain('M2 import');
  }, 60_000);
});
