import { createHash } from 'node:crypto';
import { AccessService } from '../../src/modules/access/access.service.js';
import { CostsService } from '../../src/modules/costs/costs.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Supplier bills are entered with their document, add up, are checked against themselves and the meter; charges begin and end. */

let service: InProcess;
let communityId: string;
let siteId: string;
let treasurer: string;
let rosa: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer) =>
  service.ask(method, path, { token, body });
const made = async (path: string, body: unknown) => {
  const answer = await ask('POST', path, body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};
const forRun = (from: string, to: string) =>
  service.app
    .get(Transactions)
    .inCommunity(communityId, (tx) => service.app.get(CostsService).forRun(tx, communityId, siteId, { from, to }));

const adoption = { adoptedBy: 'General meeting', adoptedOn: '2025-12-01', decision: 'Minute 7' };
const holds = { from: '2026-01-01', to: null };
const october = { from: '2026-10-01', to: '2026-11-01' };
const pdf = Buffer.from('%PDF-1.7\n% a bill of Northern Power\n');
const document = { name: 'Rechnung Oktober ü.pdf', mediaType: 'application/pdf', content: pdf.toString('base64') };

// 1000 × 0.2345 = 234.50 · 400 × 0.15 = 60.00 · 31 × 0.25 = 7.75 · 1400 × 0.00801 = 11.214 → 11.21; tax 20 %
const energy = { kind: 'energy', unit: 'kWh', taxCode: 'S' };
const components = [
  {
    ...energy,
    description: 'Day units',
    band: 'day',
    quantity: '1000',
    price: '0.2345',
    amount: '234.50',
    tax: '46.90',
    key: 'day',
  },
  {
    ...energy,
    description: 'Night units',
    band: 'night',
    quantity: '400',
    price: '0.15',
    amount: '60.00',
    tax: '12.00',
    key: 'night',
  },
  {
    kind: 'standing',
    description: 'Standing charge',
    quantity: '31',
    unit: 'days',
    price: '0.25',
    amount: '7.75',
    tax: '1.55',
    taxCode: 'S',
    key: 'area',
  },
  {
    kind: 'levy',
    description: 'Climate change levy',
    quantity: '1400',
    unit: 'kWh',
    price: '0.00801',
    amount: '11.21',
    tax: '2.24',
    taxCode: 'S',
    key: 'area',
  },
];
const bill = (more: object = {}) => ({
  site: 'OMH',
  supplier: 'Northern Power',
  number: 'NP-1',
  period: october,
  currency: 'GBP',
  net: '313.46',
  tax: '62.69',
  gross: '376.15',
  components,
  ...more,
});

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
  siteId = (await made('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' })).id;
  await made('sites', { code: 'ARCH', name: 'Arches', zone: 'Europe/London' });
  await made('spaces', { site: 'OMH', code: 'UNIT-1', name: 'Unit 1', kind: 'let', area: '20' });
  const { id: memberId } = await made('members', { code: 'ROSA', name: 'Rosa' });
  const person = await access.addPerson(
    communityId,
    { name: 'Rosa', email: '', roles: [{ role: 'member', memberId }] },
    { kind: 'system', id: null },
  );
  rosa = (await access.issuePersonToken(communityId, person.personId, 'phone')).token;
  await made('tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: { from: '2011-01-04', to: null } });
  const rules = [
    { band: 'day', from: '07:00', to: '24:00' },
    { band: 'night', from: '00:00', to: '07:00' },
  ];
  await made('band-calendars', { code: 'two', name: 'Day and night', bands: ['day', 'night'], rules });
  await made('keys', { code: 'area', name: 'Area', version: { days: holds, terms: { kind: 'area' }, ...adoption } });
  for (const band of ['day', 'night']) {
    const terms = { kind: 'metered', calendar: 'two', band, residual: { policy: 'by-area' } };
    await made('keys', { code: band, name: band, version: { days: holds, terms, ...adoption } });
  }
  const tariff = { calendar: null, components: [{ kind: 'standing', name: 'Standing charge', perDay: '0.25' }] };
  await made('tariffs', { code: 'own', name: 'Own', version: { days: holds, terms: tariff, ...adoption } });
}, 60_000);
afterAll(() => service.close());

describe('a supplier bill', () => {
  let first: { id: string };

  it('is entered with its components and its document, by codes, and read again as it was', async () => {
    first = await made('supplier-bills', bill({ document }));
    expect(first).toMatchObject({ site: { code: 'OMH' }, net: '313.46', gross: '376.15', period: october });
    expect((first as never as { components: object[] }).components).toMatchObject(
      components.map(({ key, ...component }, index) => ({ ...component, no: index + 1, key: { code: key } })),
    );
    expect(first).toMatchObject({
      document: {
        name: document.name,
        bytes: pdf.length,
        sha256: createHash('sha256').update(pdf).digest('hex'),
        sameAs: [],
      },
    });
    expect((await ask('GET', `supplier-bills/${first.id}`)).body).toEqual(first);
    expect((await ask('GET', 'supplier-bills?site=OMH&supplier=Northern%20Power')).body).toEqual({
      items: [first],
      next: null,
    });
  });

  it('gives its document back to a member, byte for byte, as a file and not as a page', async () => {
    const answer = await ask('GET', `supplier-bills/${first.id}/document`, undefined, rosa);
    expect(answer).toMatchObject({ status: 200, text: pdf.toString() });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(document.name)}`,
    });
  });

  it('is entered once: the same number of the same supplier is refused and points to the first', async () => {
    expect(await ask('POST', 'supplier-bills', bill())).toMatchObject({
      status: 409,
      body: { code: 'already-exists', facts: { id: first.id } },
    });
    expect((await ask('GET', 'supplier-bills')).body.items).toHaveLength(1);
  });

  it('says where another bill came with the very same file', async () => {
    const second = await made('supplier-bills', bill({ number: 'NP-2', document: { ...document, name: 'again.pdf' } }));
    expect(second.document.sameAs).toEqual([{ id: first.id, supplier: 'Northern Power', number: 'NP-1' }]);
  });

  it('lets one of many that are entered at once through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ask('POST', 'supplier-bills', bill({ number: 'NP-RACE' }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('takes a credit: negative amounts, with the same rule', async () => {
    const credit = { kind: 'other', description: 'Refund', amount: '-10.00', tax: '-2.00', taxCode: 'S', key: 'area' };
    const { net } = await made(
      'supplier-bills',
      bill({ number: 'NP-CR', net: '-10', tax: '-2.00', gross: '-12.00', components: [credit] }),
    );
    expect(net).toBe('-10.00');
  });

  it.each([
    [
      'components a penny short',
      { net: '313.47', gross: '376.16' },
      { found: '313.46', said: '313.47', difference: '0.01' },
    ],
    ['tax that is not theirs', { tax: '62.70', gross: '376.16' }, { found: '62.69', said: '62.7', difference: '0.01' }],
    ['a gross amount of its own', { gross: '376.14' }, { found: '376.15', said: '376.14', difference: '-0.01' }],
  ])('is refused with %s, and both figures are named', async (_, more, facts) => {
    const answer = await ask('POST', 'supplier-bills', bill({ number: 'NP-X', ...more }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'bill-does-not-add-up', facts } });
  });

  it.each([
    ['another currency', { currency: 'EUR' }, 422, 'currency-mismatch'],
    ['an unknown site', { site: 'NOWHERE' }, 404, 'not-found'],
    ['no components', { components: [] }, 400, 'invalid-input'],
    ['an amount that is a float', { net: 313.46 }, 400, 'invalid-input'],
    ['an amount that is not a number', { net: 'NaN' }, 400, 'invalid-input'],
    ['a third of a penny', { net: '313.463' }, 400, 'invalid-input'],
    ['a period that ends before it begins', { period: { from: '2026-11-01', to: '2026-10-01' } }, 400, 'invalid-input'],
    ['a day that does not exist', { period: { from: '2026-02-30', to: '2026-03-30' } }, 400, 'invalid-input'],
    ['a control character', { supplier: 'North\u0000ern' }, 400, 'invalid-input'],
    ['an id of its own', { id: '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10' }, 400, 'invalid-input'],
  ])('is refused with %s', async (_, more, status, code) => {
    expect(await ask('POST', 'supplier-bills', bill({ number: 'NP-X', ...more }))).toMatchObject({
      status,
      body: { code },
    });
  });

  it.each([
    [
      'keys and tax codes that are not there',
      [{ ...components[0], key: 'none' }, { ...components[1], taxCode: 'Z' }, ...components.slice(2)],
      ['/components/0/key', '/components/1/taxCode'],
    ],
    [
      'a band that is not of energy',
      [...components.slice(0, 3), { ...components[3], band: 'day' }],
      ['/components/3/band'],
    ],
    [
      'a price without a quantity',
      [{ ...components[0], quantity: null, unit: null }, ...components.slice(1)],
      ['/components/0/price'],
    ],
    [
      'a quantity of seven digits',
      [{ ...components[0], quantity: '0.1234567' }, ...components.slice(1)],
      ['/components/0/quantity'],
    ],
  ])('points at %s', async (_, wrong, pointers) => {
    const answer = await ask('POST', 'supplier-bills', bill({ number: 'NP-X', components: wrong }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  it.each([
    [
      'that is not what it says',
      { ...document, content: Buffer.from('<html>').toString('base64') },
      '/document/content',
    ],
    ['that a browser would run', { ...document, mediaType: 'text/html' }, '/document/mediaType'],
    ['that is not base64', { ...document, content: '%%%%' }, '/document/content'],
    ['that is empty', { ...document, content: '' }, '/document/content'],
    ['whose name leads elsewhere', { ...document, name: '../../etc/passwd' }, '/document/name'],
    [
      'of more than 3.5 MB',
      { ...document, content: Buffer.alloc(3_670_017, '%PDF-').toString('base64') },
      '/document/content',
    ],
  ])('points at a document %s', async (_, wrong, pointer) => {
    const answer = await ask('POST', 'supplier-bills', bill({ number: 'NP-X', document: wrong }));
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('keeps a document of 3.5 MB', async () => {
    const large = Buffer.alloc(3_670_016, '%PDF-');
    const { document: kept } = await made(
      'supplier-bills',
      bill({ number: 'NP-BIG', document: { ...document, content: large.toString('base64') } }),
    );
    expect(kept.bytes).toBe(3_670_016);
  });

  it('keeps nothing of a bill that was refused', async () => {
    const file = Buffer.from('%PDF-1.7 refused');
    await ask(
      'POST',
      'supplier-bills',
      bill({ number: 'NP-X', site: 'NOWHERE', document: { ...document, content: file.toString('base64') } }),
    );
    const { rows } = await service.database.owner.query<{ n: string }>(
      'SELECT count(*) AS n FROM stored_file WHERE content = $1',
      [file],
    );
    expect(rows[0]?.n).toBe('0');
  });

  it('has no document where it came without one, and is not there under a foreign or broken id', async () => {
    const plain = await made('supplier-bills', bill({ number: 'NP-PLAIN' }));
    expect((await ask('GET', `supplier-bills/${plain.id}/document`)).status).toBe(404);
    expect((await ask('GET', 'supplier-bills/NP-1')).status).toBe(404);
    expect((await ask('POST', 'supplier-bills', bill(), rosa)).status).toBe(403);
  });
});

describe('the check of a bill', () => {
  const check = async (number: string) => {
    const { items } = (await ask('GET', 'supplier-bills')).body;
    const { id } = items.find((one: { number: string }) => one.number === number);
    return (await ask('GET', `supplier-bills/${id}/check`)).body;
  };

  it('multiplies every component again, and says that there is no meter to compare with', async () => {
    const { agrees, components: checked, energy: compared, notes } = await check('NP-1');
    expect(checked).toMatchObject([
      { status: 'agrees', product: '234.5', rounded: '234.50', difference: '0.00' },
      { status: 'agrees', product: '60', rounded: '60.00', difference: '0.00' },
      { status: 'agrees', product: '7.75', rounded: '7.75', difference: '0.00' },
      { status: 'agrees', product: '11.214', rounded: '11.21', difference: '0.00' },
    ]);
    expect(agrees).toBe(true);
    expect(compared).toMatchObject([
      { band: 'day', status: 'not-checkable' },
      { band: 'night', status: 'not-checkable' },
    ]);
    expect(notes).toEqual(['OMH has no source meter for electricity.']);
  });

  it('shows by how much an amount is not its quantity times its price', async () => {
    const dearer = { ...components[0], amount: '235.50', tax: '47.10' };
    await made(
      'supplier-bills',
      bill({
        number: 'NP-DEAR',
        net: '314.46',
        tax: '62.89',
        gross: '377.35',
        components: [dearer, ...components.slice(1)],
      }),
    );
    const { agrees, components: checked } = await check('NP-DEAR');
    expect(agrees).toBe(false);
    expect(checked[0]).toMatchObject({ status: 'differs', rounded: '234.50', amount: '235.50', difference: '1.00' });
  });

  it('compares billed energy, band by band, with what the source meter counted', async () => {
    const register = { code: 'import-hh', kind: 'interval', unit: 'kWh', intervalMinutes: 60 };
    await made('meters', {
      site: 'OMH',
      code: 'MAIN',
      name: 'Main',
      role: 'source',
      installedFrom: '2026-01-01T00:00:00Z',
      registers: [register],
    });
    // One kWh in every hour of 1 and 2 October, local time: 14 at night, 34 by day.
    const readings = Array.from({ length: 48 }, (_, hour) => {
      const at = (h: number) => new Date(Date.UTC(2026, 8, 30, 23 + h)).toISOString();
      return {
        meter: 'MAIN',
        register: 'import-hh',
        from: at(hour),
        to: at(hour + 1),
        quantity: '1',
        unit: 'kWh',
        quality: 'actual',
      };
    });
    expect((await ask('POST', 'readings', { readings })).body.summary).toMatchObject({ created: 48 });
    const twoDays = [
      { ...components[0], quantity: '34', amount: '7.97', tax: '1.59' },
      { ...components[1], quantity: '16', amount: '2.40', tax: '0.48' },
    ];
    await made(
      'supplier-bills',
      bill({
        number: 'NP-2D',
        period: { from: '2026-10-01', to: '2026-10-03' },
        net: '10.37',
        tax: '2.07',
        gross: '12.44',
        components: twoDays,
      }),
    );
    const { agrees, energy: compared, notes } = await check('NP-2D');
    expect(notes).toEqual([]);
    expect(compared).toEqual([
      { band: 'day', unit: 'kWh', billed: '34', measured: '34', difference: '0', status: 'agrees' },
      { band: 'night', unit: 'kWh', billed: '16', measured: '14', difference: '2', status: 'differs' },
    ]);
    expect(agrees).toBe(false);
  });

  it('is not for members', async () => {
    const { items } = (await ask('GET', 'supplier-bills')).body;
    expect((await ask('GET', `supplier-bills/${items[0].id}/check`, undefined, rosa)).status).toBe(403);
  });
});

describe('a charge', () => {
  const rent = (more: object = {}) => ({
    site: 'OMH',
    code: 'RENT-1',
    description: 'Rent of unit 1',
    section: 'rent',
    kind: 'recurring',
    amount: '250',
    per: 'month',
    taxCode: 'S',
    days: holds,
    space: 'UNIT-1',
    ...more,
  });

  it('is put on a space, shared by a key, charged once, or priced by a tariff', async () => {
    expect(await made('charges', rent())).toMatchObject({
      amount: '250.00',
      per: 'month',
      proration: 'day-of-month',
      space: { code: 'UNIT-1' },
      key: null,
      tariff: null,
      days: holds,
    });
    const shared = { ...rent(), code: 'NET', section: 'internet', amount: '40.00', space: undefined, key: 'area' };
    expect(await made('charges', { ...shared, proration: '365' })).toMatchObject({
      proration: '365',
      key: { code: 'area' },
    });
    const days = { from: '2026-10-09', to: null };
    const once = { ...shared, code: 'LOCK', kind: 'one-off', amount: '-15.00', per: undefined, days };
    expect(await made('charges', once)).toMatchObject({ per: 'once', proration: null, amount: '-15.00' });
    const own = {
      site: 'OMH',
      code: 'OWN',
      description: 'Own tariff',
      section: 'energy',
      kind: 'tariff',
      taxCode: 'S',
      days: holds,
      tariff: 'own',
    };
    expect(await made('charges', own)).toMatchObject({ amount: null, per: null, tariff: { code: 'own' } });
    expect((await ask('GET', 'charges?on=2026-10-01')).body.items.map(({ code }: { code: string }) => code)).toEqual([
      'NET',
      'OWN',
      'RENT-1',
    ]);
  });

  it.each([
    ['a code that is taken', {}, 409, 'already-exists'],
    ['a space and a key', { code: 'X', key: 'area' }, 400, 'invalid-input'],
    ['neither space nor key', { code: 'X', space: undefined }, 400, 'invalid-input'],
    ['a space of another site', { code: 'X', site: 'ARCH' }, 400, 'invalid-input'],
    ['an unknown tax code', { code: 'X', taxCode: 'Z' }, 400, 'invalid-input'],
    ['a proration that charges days twice', { code: 'X', proration: 'touched-months' }, 400, 'invalid-input'],
    ['a tariff and an amount', { code: 'X', kind: 'tariff', tariff: 'own' }, 400, 'invalid-input'],
    ['an infinite amount', { code: 'X', amount: 'Infinity' }, 400, 'invalid-input'],
  ])('is refused with %s', async (_, more, status, code) => {
    expect(await ask('POST', 'charges', rent(more))).toMatchObject({ status, body: { code } });
  });

  it('ends once, on a day after it began, and changes in nothing else', async () => {
    expect(await ask('PATCH', 'charges/RENT-1', { amount: '1' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
    expect(await ask('PATCH', 'charges/RENT-1', { to: '2026-01-01' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-period' },
    });
    expect((await ask('PATCH', 'charges/RENT-1', { to: '2026-10-16' })).body.days).toEqual({
      from: '2026-01-01',
      to: '2026-10-16',
    });
    expect(await ask('PATCH', 'charges/RENT-1', { to: '2026-12-01' })).toMatchObject({
      status: 409,
      body: { code: 'append-only' },
    });
    expect((await ask('PATCH', 'charges/NONE', { to: '2026-12-01' })).status).toBe(404);
  });

  it('is hidden from members: it names the rent of others', async () => {
    expect((await ask('GET', 'charges', undefined, rosa)).status).toBe(403);
  });
});

describe('what a run collects', () => {
  it('is every bill and charge that shares a day with the period, in exact numbers and in a fixed order', async () => {
    const { bills, charges } = await forRun('2026-10-01', '2026-11-01');
    expect(bills.map(({ number }) => number)).toEqual(bills.map(({ number }) => number).toSorted());
    const [np1] = bills.filter(({ number }) => number === 'NP-1');
    expect(np1?.net.toFixed(2)).toBe('313.46');
    expect(np1?.components.map(({ price }) => price?.toFixed())).toEqual(['0.2345', '0.15', '0.25', '0.00801']);
    expect(charges.map(({ code, amount }) => [code, amount?.toFixed(2) ?? null])).toEqual([
      ['LOCK', '-15.00'],
      ['NET', '40.00'],
      ['OWN', null],
      ['RENT-1', '250.00'],
    ]);
  });

  it('leaves out what lies outside: bills of other days, charges that ended, one-off charges of other periods', async () => {
    const { bills, charges } = await forRun('2026-11-01', '2026-12-01');
    expect(bills).toEqual([]);
    expect(charges.map(({ code }) => code)).toEqual(['NET', 'OWN']);
  });
});
