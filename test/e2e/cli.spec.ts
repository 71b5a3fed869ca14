import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { addDays } from '../../src/domain/calendar/period.js';
import { commonmeter, documentOf, type Spoken } from '../support/cli.js';
import type { InProcess } from '../support/in-process.js';
import { type Service, startService } from '../support/service.js';
import { bill, foundMarket, type Market } from './billing-market.js';

/* The command line as a person at a terminal and a script use it: what is on standard output, on standard error, and in the exit code. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const run = (...args: string[]): Promise<Spoken> => commonmeter(args, { DATA_DIR: folder });

describe('a command that is written wrongly', () => {
  it.each([
    ['is not known', ['splitt'], "unknown command 'splitt'"],
    ['lacks what it needs', ['split', '10.00'], "missing required argument 'id=weight'"],
    ['has an option that does not exist', ['doctor', '--fast'], "unknown option '--fast'"],
    ['names a role that does not exist', ['start', '--role', 'boss'], 'Allowed choices are all, api, worker'],
  ])('%s: ends with 2 and says so', async (_, args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('is not the same as asking for help or for the version', async () => {
    const help = await run('--help');
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const word of ['start', 'setup', 'split', 'inspect', 'rate', 'import', 'run', '--json', 'Exit codes']) {
      expect(help.stdout).toContain(word);
    }
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('names every setting of the environment that is wrong', async () => {
    const { code, stderr } = await commonmeter(['doctor'], { PORT: 'x', DATABASE_URL: 'mysql://h/d' });
    expect(code).toBe(1);
    expect(stderr).toContain('PORT: must be a whole number');
    expect(stderr).toContain('DATABASE_URL: must be an address like postgres://');
  });
});

describe('split', () => {
  // 100.01 by 18 : 12 : 20 of 50: ideals 36.0036, 24.0024, 40.0040; one penny is left and goes to the largest remainder.
  const shares = ['stall-7=18', 'stall-8=12', 'stall-9=20'];

  it('gives parts that come to the total, for people and for machines', async () => {
    const said = await run('--json', 'split', '100.01', ...shares);
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(documentOf(said)).toEqual({
      total: '100.01',
      currency: 'GBP',
      parts: [
        { id: 'stall-7', weight: '18', amount: '36.00' },
        { id: 'stall-8', weight: '12', amount: '24.00' },
        { id: 'stall-9', weight: '20', amount: '40.01' },
      ],
    });
    expect((await run('split', '100.01', ...shares)).stdout).toContain('The parts come to 100.01 exactly.');
  });

  it.each([
    ['a weight that is no number', ['10.00', 'a=1', 'b=much'], 2, '"b=much" is not written as id=weight'],
    ['a share without a weight', ['10.00', 'a'], 2, '"a" is not written as id=weight'],
    ['a total that is no amount', ['ten', 'a=1'], 2, 'The total "ten" is not an amount like 10.00.'],
    ['a currency that nobody knows', ['10.00', 'a=1', '--currency', 'ABC'], 2, 'ABC is not a currency'],
    ['a total finer than a penny', ['10.001', 'a=1'], 1, '10.001'],
    ['nothing to share by', ['10.00', 'a=0', 'b=0'], 1, 'every weight is zero'],
    ['a name that is there twice', ['10.00', 'a=1', 'a=2'], 1, 'a'],
  ])('refuses %s', async (_, args, code, sentence) => {
    const said = await run('split', ...args);
    expect([said.code, said.stdout]).toEqual([code, '']);
    expect(said.stderr).toContain(sentence);
    expect(said.stderr).not.toContain('    at ');
  });
});

/** One day of half-hours in market time, 48 × 0.25 = 12 kWh. */
const nem12 = (...days: string[]): string =>
  [
    '100,NEM12,202611050000,MDP1,COOP',
    '200,QB00000007,E1,E1,E1,N1,METER7,kWh,30,',
    ...days.map((date) => `300,${date},${Array.from({ length: 48 }, () => '0.25').join(',')},A,,,20261105120000,`),
    '900',
    '',
  ].join('\r\n');

describe('inspect', () => {
  it('reads local times of a table in the zone that is named', async () => {
    const path = write(
      'local.csv',
      'meter,register,read at,reading,unit\nA,x,2026-10-02 00:00,10.5,kWh\nA,x,2026-10-03 00:00,12.5,kWh\n',
    );
    const without = await run('inspect', path);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('nobody said in which zone')]);
    const said = await run('--json', 'inspect', path, '--zone', 'Australia/Brisbane');
    expect([said.code, documentOf(said).channels[0].first]).toEqual([0, '2026-10-01T14:00:00Z']);
  });

  it('says what a meter data file holds', async () => {
    const path = write('october.csv', nem12('20261001', '20261002'));
    const { code, stdout } = await run('inspect', path);
    expect(code).toBe(0);
    expect(stdout).toContain('NEM12, made 202611050000, from MDP1 to COOP');
    expect(stdout).toMatch(/QB00000007 +E1 +METER7 +30 min +kWh +96 +24 +A 96 +2 +in/);
    expect(documentOf(await run('--json', 'inspect', path))).toMatchObject({
      format: 'NEM12',
      encoding: 'UTF-8',
      refusal: null,
      problemCounts: { 'refuses-file': 0, 'loses-record': 0, note: 0 },
      channels: [
        {
          meter: 'QB00000007',
          register: 'E1',
          serials: ['METER7'],
          intervalMinutes: [30],
          direction: 'import',
          factor: '1',
          count: 96,
          total: '24',
          byQuality: { A: { count: 96, total: '24' } },
          first: '2026-09-30T14:00:00Z',
          last: '2026-10-02T14:00:00Z',
          missing: 0,
        },
      ],
    });
  });

  it('says where days are missing, and which lines are lost', async () => {
    const bad = '300,20261009,1,\u001b[2J,A,,,,';
    const path = write('gaps.csv', nem12('20261001', '20261003').replace('\r\n900', `\r\n${bad}\r\n900`));
    const { code, stdout } = await run('inspect', path);
    expect(code).toBe(0);
    expect(stdout).toContain('QB00000007 E1: nothing from 2026-10-01T14:00:00Z to 2026-10-02T14:00:00Z, 48 missing');
    expect(stdout).toContain('lost line 5, record 300, field 5: QB00000007 E1 has 2 values for 20261009');
    expect(stdout).not.toContain('\u001b');
  });

  it('reads a long file as well, and says how far it is', async () => {
    const days = Array.from({ length: 700 }, (_, i) => addDays('2025-01-01', i).replaceAll('-', ''));
    const block = nem12(...days)
      .split('\r\n')
      .slice(1, -2)
      .join('\r\n');
    const blocks = Array.from({ length: 90 }, (_, i) => block.replace('QB00000007', `QB0000${1000 + i}`));
    const path = write('long.csv', ['100,NEM12,202611050000,MDP1,COOP', ...blocks, '900', ''].join('\r\n'));
    const said = await run('--json', 'inspect', path);
    expect(said.code).toBe(0);
    expect(documentOf(said).channels).toHaveLength(90);
    expect(said.stderr).toMatch(/^Reading: 0\/18\nReading: 9\/18\nReading: 18\/18\n$/);
  });

  it('ends with 1 where the file would be refused, and still says what it holds', async () => {
    const path = write('cut.csv', nem12('20261001').replace('900\r\n', ''));
    const said = await run('--json', 'inspect', path);
    expect(said.code).toBe(1);
    expect(documentOf(said)).toMatchObject({ format: 'NEM12', refusal: expect.stringContaining('cut short') });
    expect(said.stderr).toContain('The file would be refused.');
  });

  it.each([
    ['is not there', 'nowhere.csv', 'cannot be read: ENOENT'],
    ['is of another kind', write('other.json', '{"kWh": 5}\n'), 'none of the formats known here'],
    ['is an archive', write('october.zip', 'PK\u0003\u0004'), 'Unpack it'],
  ])('ends with 1 where the file %s', async (_, path, sentence) => {
    const { code, stdout, stderr } = await run('inspect', path);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
  });
});

describe('rate', () => {
  /*
   * The last Sunday of October has 25 hours in London. Night 00:00 to 07:00 is 8 hours long: 1.6 kWh; day: 3.4 kWh.
   * 1.6 × 0.159 = 0.2544 → 0.25; 3.4 × 0.246 = 0.8364 → 0.84; one day at 1.85. Together 2.94.
   */
  const prices = { night: '0.159', day: '0.246' };
  const tariff = (use: object): string =>
    JSON.stringify({
      currency: 'GBP',
      zone: 'Europe/London',
      from: '2026-10-25',
      to: '2026-10-26',
      rounding: 'half-up',
      calendar: {
        bands: ['night', 'day'],
        rules: [
          { band: 'night', from: '00:00', to: '07:00' },
          { band: 'day', from: '07:00', to: '24:00' },
        ],
      },
      components: [{ kind: 'standing', name: 'Standing', perDay: '1.85' }, use],
    });
  const byHour = (of: object): object => ({ kind: 'time-of-use', name: 'Use', unit: 'kWh', prices: of });
  const usage = [
    'from,to,kWh',
    '2026-10-25T00:00:00+01:00,2026-10-25T07:00:00+00:00,1.600',
    '2026-10-25T07:00:00+00:00,2026-10-26T00:00:00+00:00,3.400',
  ];
  const tariffFile = write('tariff.json', tariff(byHour(prices)));
  const usageFile = write('usage.csv', usage.join('\n'));

  it('gives the lines of a tariff, on a day of 25 hours too', async () => {
    expect(documentOf(await run('--json', 'rate', tariffFile, usageFile))).toMatchObject({
      period: { from: '2026-10-25', to: '2026-10-26' },
      currency: 'GBP',
      total: '2.94',
      lines: [
        { description: 'Standing', quantity: '1', unit: 'day', price: '1.85', amount: '1.85' },
        { description: 'Use, night', quantity: '1.6', unit: 'kWh', price: '0.159', amount: '0.25' },
        { description: 'Use, day', quantity: '3.4', unit: 'kWh', price: '0.246', amount: '0.84' },
      ],
    });
    expect((await run('rate', tariffFile, usageFile)).stdout).toContain('1 days, total 2.94 GBP');
  });

  it('has one price for all hours beside those by the hour', async () => {
    // The levy of 0.00801 is on all 5 kWh: 0.04005 → 0.04.
    const given = JSON.parse(tariff(byHour(prices))) as { components: object[] };
    given.components.push({ kind: 'per-unit', name: 'Levy', perUnit: '0.00801', unit: 'kWh' });
    const said = await run('--json', 'rate', write('levy.json', JSON.stringify(given)), usageFile);
    expect(documentOf(said).lines[3]).toMatchObject({ description: 'Levy', quantity: '5', amount: '0.04' });
  });

  it('rates a list of hours month by month, by tiers and demand, and says why', async () => {
    // January of 744 hours at 1 kWh, February of 672, and one hour of 9 kWh on 3 February: up to 700 kWh at 0.20, above at 0.30;
    // 2 for each kW.
    const terms = {
      ...(JSON.parse(tariff(byHour(prices))) as object),
      ...{ from: '2026-01-01', to: '2026-03-01', calendar: null },
      components: [
        {
          kind: 'tiered',
          name: 'Use',
          unit: 'kWh',
          tiers: [
            { upTo: '700', price: '0.20' },
            { upTo: null, price: '0.30' },
          ],
        },
        { kind: 'demand', name: 'Demand', minutes: 60, windows: [{ tiers: [{ upTo: null, price: '2' }] }] },
        { kind: 'minimum', name: 'Least', amount: '160', of: ['Use', 'Demand'] },
      ],
    };
    const path = write('tiers.json', JSON.stringify(terms));
    const hours = Array.from({ length: 59 * 24 }, (_, hour) => (hour === 33 * 24 + 18 ? '9' : '1.0000000001'));
    const list = write('hours.csv', hours.join('\n'));
    const told = documentOf(await run('--json', 'rate', path, list, '--by', 'month', '--digits', '6'));
    expect(told).toMatchObject({
      total: '320.00',
      months: [
        { total: '160.00', lines: [{ amount: '140.00' }, { amount: '13.20' }, { amount: '2.00' }, { amount: '4.80' }] },
        { total: '160.00', lines: [{ quantity: '680', amount: '136.00' }, { amount: '18.00' }, { amount: '6.00' }] },
      ],
    });
    expect(told.months[1].lines[1].reason).toMatchObject({ rule: 'demand', at: '2026-02-03T18:00:00Z', charged: '9' });
    const { stdout } = await run('rate', path, '--explain');
    expect(stdout).toContain(
      'Demand: 2 for each kW of the highest mean over 60 minutes in each calendar month, a month',
    );
    const { code, stderr } = await run('rate', path, list);
    expect([code, stderr]).toEqual([1, expect.stringContaining('line 1: "1.0000000001" is not a decimal')]);
  });

  it("prices each half-hour by its own price, and never by its neighbour's", async () => {
    const given = JSON.parse(
      tariff({ kind: 'series', name: 'Use', unit: 'kWh', series: 'agile', file: 'prices.csv' }),
    ) as object;
    const path = write('series.json', JSON.stringify({ ...given, calendar: null }));
    const [, first, second] = usage as [string, string, string];
    const priced = (line: string, price: string): string => [...line.split(',').slice(0, 2), price].join(',');
    write('prices.csv', ['from,to,price', priced(first, '0.12'), priced(second, '-0.05')].join('\n'));
    // 1.6 × 0.12 − 3.4 × 0.05 = 0.022 → 0.02
    const told = documentOf(await run('--json', 'rate', path, usageFile));
    expect(told).toMatchObject({ total: '1.87', lines: [{}, { description: 'Use', price: null, amount: '0.02' }] });
    write('prices.csv', ['from,to,price', priced(first, '0.12')].join('\n'));
    const { code, stderr } = await run('rate', path, usageFile);
    expect([code, stderr]).toEqual([1, expect.stringContaining('from 2026-10-25T07:00:00Z to 2026-10-26T00:00:00Z')]);
  });

  it('refuses a meter data file that is cut short, and one with several consumers', async () => {
    const path = write('flat.json', tariff({ kind: 'per-unit', name: 'Use', perUnit: '0.10', unit: 'kWh' }));
    const two = nem12('20261001').replace(
      '\r\n900',
      `\r\n${nem12('20261001').split('\r\n').slice(1, 3).join('\r\n').replace('00007', '00008')}\r\n900`,
    );
    for (const [content, sentence] of [
      [nem12('20261001').replace('900\r\n', ''), 'cut short'],
      [two, 'has 2 channels of consumption in kWh'],
    ] as const) {
      const { code, stderr } = await run('rate', path, write('use.csv', content));
      expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    }
  });

  it('rates a meter data file as it is', async () => {
    // 12 kWh at 0.10 is 1.20, and a day at 1.85. The day is one of market time.
    const simple = JSON.parse(tariff({ kind: 'per-unit', name: 'Use', perUnit: '0.10', unit: 'kWh' })) as object;
    const brisbane = { zone: 'Australia/Brisbane', from: '2026-10-01', to: '2026-10-02', calendar: null };
    const path = write('simple.json', JSON.stringify({ ...simple, ...brisbane }));
    const said = await run('--json', 'rate', path, write('day.csv', nem12('20261001')));
    expect(documentOf(said)).toMatchObject({ total: '3.05', lines: [{ amount: '1.85' }, { amount: '1.20' }] });
  });

  it.each([
    ['has a band without a price', tariff(byHour({ day: '0.246' })), usage.join('\n'), 'night'],
    ['is no tariff', '{"currency": "GBP"}', usage.join('\n'), 'is not a tariff'],
    ['is no JSON', 'tariff', usage.join('\n'), 'is not JSON'],
    ['meets a usage with a gap', tariff(byHour(prices)), usage.slice(0, 2).join('\n'), 'missing-interval'],
    [
      'meets a usage without an offset',
      tariff(byHour(prices)),
      [...usage.slice(0, 2), '2026-10-25T07:00:00,2026-10-26T00:00:00,3.4'].join('\n'),
      'line 3: "2026-10-25T07:00:00" is not an instant with an offset',
    ],
    [
      'meets a usage that is no number',
      tariff(byHour(prices)),
      [...usage.slice(0, 2), '2026-10-25T07:00:00Z,2026-10-26T00:00:00Z,"3,4"'].join('\n'),
      'line 3',
    ],
  ])('ends with 1 and a sentence where the tariff %s', async (_, given, kWh, sentence) => {
    const { code, stdout, stderr } = await run('rate', write('given.json', given), write('given.csv', kWh));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });
});

describe('the house', () => {
  const server = process.env['TEST_SERVER'] ?? '';
  const name = `${(process.env['TEST_TEMPLATE'] ?? '').replace('template', 'test')}_cli`;
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const onServer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const house = (...args: string[]): Promise<Spoken> => commonmeter(args, { DATABASE_URL: url, DATA_DIR: folder });
  beforeAll(() => onServer(`CREATE DATABASE ${name}`));
  afterAll(() => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

  it('is looked at, brought up to date, and well', async () => {
    const before = await house('--json', 'doctor');
    expect(before.code).toBe(1);
    expect(documentOf(before)).toMatchObject({
      ok: false,
      checks: [{ name: 'database' }, { name: 'migrations', ok: false }],
    });
    expect(before.stderr).toContain('Something needs mending');

    const migrated = await house('--json', 'migrate');
    expect(documentOf(migrated).run.length).toBeGreaterThan(0);
    expect(migrated.stderr).toContain('Opening the database');
    expect(documentOf(await house('--json', 'migrate')).run).toEqual([]);

    const after = await house('doctor');
    expect([after.code, after.stdout.match(/^ok/gm)?.length]).toEqual([0, 6]);
    expect(after.stdout).not.toContain('!!');
  });

  it('gets a community and its first treasurer, once', async () => {
    const options = ['--code', 'MILL', '--name', 'The Mill', '--treasurer', 'Ann Hirst'];
    const { communityId, token } = documentOf(await house('--json', 'setup', ...options));
    expect(communityId).toMatch(/^[0-9a-f-]{36}$/);
    expect(token).toMatch(/^cm_/);
    const again = await house('setup', ...options);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('There is one of these already');
  });

  it.each([
    ['currency', ['--currency', 'ABC'], 'currency must be one of GBP'],
    ['zone', ['--zone', 'Mars/Olympus'], 'zone must be a time zone like Europe/London'],
    ['address', ['--email', 'nobody'], 'treasurer/email'],
  ])('refuses a community with a wrong %s', async (_, more, sentence) => {
    const said = await house('setup', '--code', 'X', '--name', 'X', '--treasurer', 'X', ...more);
    expect([said.code, said.stdout]).toEqual([2, '']);
    expect(said.stderr).toContain(sentence);
  });

  it.each([
    ['does not answer', 'postgres://127.0.0.1:1/none', 'No database answers there'],
    ['is not there', Object.assign(new URL(server), { pathname: '/nowhere' }).href, 'Make the database with createdb'],
    [
      'lets nobody in like this',
      Object.assign(new URL(server), { password: 'wrong' }).href,
      'refuses this user or this password',
    ],
  ])('says what to do where the database %s', async (_, address, sentence) => {
    const said = await commonmeter(['migrate'], { DATABASE_URL: address });
    expect(said.code).toBe(1);
    expect(said.stderr).toContain(sentence);
    expect(said.stderr).not.toContain('    at ');
  });
});

describe('a billing cycle', () => {
  let service: Service;
  let market: Market;
  const as = (token: string, ...args: string[]): Promise<Spoken> =>
    run(...args, '--url', service.url, '--token', token);
  const treasurer = (...args: string[]): Promise<Spoken> => as(market.treasurer, ...args);

  beforeAll(async () => {
    service = await startService();
    const ask: InProcess['ask'] = async (method, path, { token, body } = {}) => {
      const answer = await fetch(`${service.url}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: JSON.parse(text), headers: {} };
    };
    market = await foundMarket({ ...service, ask });
  });
  afterAll(() => service.close());

  it('goes from open to issued, command by command', async () => {
    const opened = await treasurer('--json', 'run', 'new', 'OMH', '2026-10-01', '2026-11-01');
    const { id, status } = documentOf(opened);
    expect([opened.code, status]).toEqual([0, 'open']);

    const early = await as(market.approver, 'run', 'approve', id);
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('Nothing to approve yet')]);

    const calculated = await treasurer('run', 'calculate', id);
    expect([calculated.code, calculated.stdout]).toEqual([0, expect.stringContaining('previewed')]);
    expect(calculated.stderr).toContain('Collecting, checking, sharing');
    expect(await treasurer('run', 'issues', id)).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) });

    const alone = await treasurer('run', 'approve', id);
    expect([alone.code, alone.stdout]).toEqual([1, '']);
    expect(documentOf(await as(market.approver, '--json', 'run', 'approve', id)).status).toBe('approved');

    const issued = await treasurer('--json', 'run', 'issue', id);
    const { documents } = documentOf(issued);
    expect(documents.done).toBe(documents.total);
    expect(documents.total).toBeGreaterThan(0);
    expect(issued.stderr).toMatch(/Making documents: (\d+)\/\1\n$/);

    const table = await treasurer('run', 'status', id);
    // The supplier's bill of the market is 681.65, and nothing of it is lost.
    expect(table.stdout).toMatch(/^Total +.* 0\.00$/m);
    const { reconciliation } = documentOf(await treasurer('--json', 'run', 'status', id));
    expect(reconciliation.total.difference).toBe('0.00');
    expect((await treasurer('run', 'status')).stdout).toContain(`Run ${id}: 2026-10-01 to 2026-11-01`);
  });

  it('corrects what was issued: opened, calculated, told who pays what otherwise, and given up', async () => {
    const [{ id }] = documentOf(await treasurer('--json', 'run', 'status'));
    const component = {
      description: 'Credit',
      kind: 'other',
      amount: '-9.00',
      tax: '-1.80',
      taxCode: 'S',
      key: 'equal',
    };
    const credit = bill({
      ...{ number: 'NE-1C', kind: 'credit', net: '-9.00', tax: '-1.80', gross: '-10.80', components: [component] },
    });
    expect((await market.ask('POST', 'supplier-bills', credit)).status).toBe(201);
    const silent = await treasurer('run', 'correct', id);
    expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--cause')]);
    const opened = documentOf(await treasurer('--json', 'run', 'correct', id, '--cause', 'The supplier sent a credit'));
    expect(opened.correction).toEqual({ of: id, way: 'credit-and-reissue', cause: 'The supplier sent a credit' });
    expect((await treasurer('run', 'deltas', opened.id)).stdout).toBe('Nothing differs from what stands.\n');
    expect((await treasurer('run', 'calculate', opened.id)).code).toBe(0);
    const told = await treasurer('run', 'deltas', opened.id);
    expect(told.stdout).toMatch(/^ROSA +-2\.25 +0\.00 +MH-/m);
    expect(told.stdout).toMatch(/^Credit +ROSA +0\.00 +-2\.25 +-2\.25 +"Credit", −£9\.00, was not there/m);
    expect(told.stdout).toMatch(/difference £0\.00\.\n$/);
    const given = documentOf(await treasurer('--json', 'run', 'cancel', opened.id, '--reason', 'another day'));
    expect(given.status).toBe('cancelled');
  });

  it('is blocked with 3 where something needs a person, and the issues say what', async () => {
    const { id } = documentOf(await treasurer('--json', 'run', 'new', 'OMH', '2026-09-01', '2026-10-01'));
    const said = await treasurer('--json', 'run', 'calculate', id);
    expect([said.code, documentOf(said).status]).toEqual([3, 'open']);
    expect(said.stderr).toContain(`block this run; see "commonmeter run issues ${id}"`);
    const issues = documentOf(await treasurer('--json', 'run', 'issues', id));
    expect(issues).toContainEqual(expect.objectContaining({ code: 'no-supplier-bill', severity: 'blocking' }));
    expect((await treasurer('run', 'issues', id)).stdout).toContain("Enter the supplier's electricity bill");
    const early = await treasurer('run', 'issue', id);
    expect([early.code, early.stdout]).toEqual([1, '']);
  });

  it('refuses a second run for the same days with the sentence of the service', async () => {
    const said = await treasurer('run', 'new', 'OMH', '2026-10-15', '2026-11-01');
    expect([said.code, said.stdout]).toEqual([1, '']);
    expect(said.stderr).toMatch(/\w.*\.\n$/);
    const wrong = await treasurer('run', 'new', 'OMH', '2026-10-32', '2026-11-01');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('/period')]);
  });

  it('takes a meter data file in, first as a dry run', async () => {
    await market.ask('POST', 'sites', { code: 'ANNEX', name: 'Annex', zone: 'Australia/Brisbane' });
    const meter = (code: string, unit: string): object => ({
      site: 'ANNEX',
      code,
      name: code,
      role: 'sub',
      installedFrom: '2026-01-01T00:00:00Z',
      registers: [{ code: 'E1', kind: 'interval', unit, intervalMinutes: 30 }],
    });
    expect(await market.ask('POST', 'meters', meter('QB00000007', 'kWh'))).toMatchObject({ status: 201 });
    const path = write('october.csv', nem12('20261001', '20261002'));
    const dry = await treasurer('import', path, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('Dry run, nothing was stored. NEM12: 96 readings: 96 created, 0 known');
    expect(dry.stderr).toContain('Sending october.csv');
    expect(documentOf(await treasurer('--json', 'import', path))).toMatchObject({ created: 96, dryRun: false });
    expect(documentOf(await treasurer('--json', 'import', path))).toMatchObject({ created: 0, duplicate: 96 });
    const cut = await treasurer('import', write('cut.csv', nem12('20261001').replace('900\r\n', '')));
    expect([cut.code, cut.stdout]).toEqual([1, '']);
    expect(cut.stderr).toContain('cut short');
  });

  it('ends with 1 where readings are rejected, and keeps the others', async () => {
    const meter = {
      site: 'ANNEX',
      code: 'QB00000008',
      name: 'Water',
      role: 'sub',
      utility: 'water',
      installedFrom: '2026-01-01T00:00:00Z',
      registers: [{ code: 'E1', kind: 'interval', unit: 'm3', intervalMinutes: 30 }],
    };
    expect(await market.ask('POST', 'meters', meter)).toMatchObject({ status: 201 });
    const mixed = nem12('20261003').replace(
      '900',
      nem12('20261003').split('\r\n').slice(1, 3).join('\r\n').replace('QB00000007', 'QB00000008') + '\r\n900',
    );
    const said = await treasurer('--json', 'import', write('mixed.csv', mixed));
    expect(said.code).toBe(1);
    expect(documentOf(said)).toMatchObject({ created: 48, rejected: 48 });
    expect(said.stderr).toContain('48 readings were rejected; everything else was kept.');
  });

  it('sends a long file from the disk, and shows how far its import is until it has ended', async () => {
    const filling = Array.from({ length: 6_000 }, () => `500,S,RET1,${'0'.repeat(986)},`).join('\r\n');
    const path = write('long.csv', nem12('20261101', '20261102').replace('900', `${filling}\r\n900`));
    const said = await treasurer('--json', 'import', path);
    expect([said.code, documentOf(said)]).toEqual([
      0,
      expect.objectContaining({ state: 'done', read: 96, created: 96 }),
    ]);
    expect(said.stderr).toContain('Taking readings: 96/96');
    const bad = nem12('20261103').replace('900', `${filling}`);
    const cut = await treasurer('import', write('cut-long.csv', bad));
    expect([cut.code, cut.stdout]).toEqual([1, '']);
    expect(cut.stderr).toContain('cut short');
  }, 120_000);

  it('reads a table as it is told: by a stored mapping, in a zone', async () => {
    const mapping = { decimalMark: ',', constants: { register: 'E1', unit: 'kWh' } };
    await market.ask('POST', 'import-mappings', { code: 'portal', mapping });
    const table = write('table.csv', 'meter;from;to;quantity\nQB00000007;05.11.2026 00:00;05.11.2026 00:30;1.250\n');
    const doubtful = await treasurer('import', table, '--zone', 'Australia/Brisbane');
    expect([doubtful.code, doubtful.stderr]).toEqual([1, expect.stringContaining('Declare "decimalMark"')]);
    const said = await treasurer('--json', 'import', table, '--mapping', 'portal', '--zone', 'Australia/Brisbane');
    expect(documentOf(said)).toMatchObject({
      format: 'CSV',
      zone: 'Australia/Brisbane',
      created: 1,
      mapping: { code: 'portal' },
    });
    const wrong = await treasurer('import', table, '--format', 'NEM12', '--mapping', 'portal');
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('The file is CSV, and nem12 was asked for'),
    ]);
    const missing = await treasurer('import', join(folder, 'nothing.csv'));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('ENOENT')]);
  });

  it('is there for a community that was set up on the same database', async () => {
    const made = await commonmeter(
      ['--json', 'setup', '--code', 'ARCH', '--name', 'Canal Arches', '--treasurer', 'Bo'],
      {
        DATABASE_URL: service.database.url,
        DATA_DIR: folder,
      },
    );
    const { token } = documentOf(made);
    expect(await as(token, 'run', 'status')).toMatchObject({ code: 0, stdout: 'No billing runs.\n' });
    expect((await as(`${token}x`, 'run', 'status')).code).toBe(1);
  });

  it('says what is missing where no service or no token is named, or nobody answers', async () => {
    const nobody = await run('run', 'status');
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('Name the service and your token')]);
    const silent = await run('run', 'status', '--url', 'http://127.0.0.1:1', '--token', 'cm_x');
    expect([silent.code, silent.stdout]).toEqual([1, '']);
    expect(silent.stderr).toBe(
      'No service answers at http://127.0.0.1:1. Start it with "npm start", or name another with --url.\n',
    );
  });
});
