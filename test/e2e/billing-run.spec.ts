import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, hourly, issued, type Market, october } from './billing-market.js';

/** A billing run from the first look to the issued invoices, with every figure worked out by hand (billing-market.ts). */

const clock = () => new FixedClock('2026-11-03T09:30:00Z');
const open: InProcess[] = [];
async function start(options: Parameters<typeof foundMarket>[1] = {}): Promise<Market & { service: InProcess }> {
  const service = await inProcess(clock());
  open.push(service);
  return { ...(await foundMarket(service, options)), service };
}
afterAll(async () => {
  for (const service of open) await service.close();
});

const linesOf = (preview: Answer, code: string): Record<string, string> => {
  const member = preview.body.members.find((one: { member: { code: string } }) => one.member.code === code);
  return Object.fromEntries(
    member.lines.map((line: { description: string; net: string }) => [line.description, line.net]),
  );
};

describe('a month of the market', () => {
  let market: Market;
  let run: Answer['body'];
  beforeAll(async () => {
    market = await start();
    run = await calculated(market);
  }, 60_000);
  const see = (what: string, token?: string) => market.ask('GET', `billing-runs/${run.id}/${what}`, undefined, token);

  it('is previewed without a finding', async () => {
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0, warning: 0 } });
    expect((await see('issues')).body.items).toEqual([]);
  });

  it('reconciles every cost to the coin', async () => {
    // 495.38 + 102.46 + 55.80 + 28.01 of the supplier, 310 + 155 + 279 + 62 of charges, 93 member days at 0.10.
    expect(run.totals).toEqual({
      costs: '1496.95',
      members: '1383.27',
      common: '0.00',
      vacant: '113.68',
      held: '0.00',
      difference: '0.00',
    });
    const { body } = await see('reconciliation');
    // Stall 4: 21.08 + 8.78 of the day, 4.36 + 1.82 of the night, 13.95 standing, 1.19 + 0.50 levy.
    expect(body.lines).toMatchObject([
      {
        description: 'Day units',
        source: 'Northgrid NE-1',
        amount: '495.38',
        members: '465.52',
        vacant: '29.86',
        difference: '0.00',
      },
      { description: 'Night units', amount: '102.46', members: '96.28', vacant: '6.18' },
      { description: 'Standing charge', amount: '55.80', members: '41.85', vacant: '13.95' },
      { description: 'Climate Change Levy', amount: '28.01', members: '26.32', vacant: '1.69' },
      { description: 'Internet', source: 'internet', amount: '62.00', members: '46.50', vacant: '15.50' },
      { description: 'Rent of stall 1', amount: '310.00', members: '310.00', vacant: '0.00' },
      { description: 'Rent of stall 3', amount: '155.00', members: '155.00', vacant: '0.00' },
      { description: 'Service charge', amount: '279.00', members: '232.50', vacant: '46.50' },
      { description: 'Metering and billing: Metering', amount: '9.30', members: '9.30', vacant: '0.00' },
    ]);
    expect(body.sentence).toBe(
      '£1,496.95 = members £1,383.27 + common £0.00 + vacant £113.68 + held £0.00, difference £0.00.',
    );
  });

  it('shares by meter, area, days and space as the hand does', async () => {
    const preview = await see('preview');
    // Residuals 52.70, 10.90 and 2.98 by m² × days 620 : 930 : 375 : 400 : 465 of 2,790, largest remainders first.
    expect(linesOf(preview, 'ROSA')).toEqual({
      'Day units': '105.40',
      'Night units': '21.80',
      'Climate Change Levy': '5.96',
      'Standing charge': '13.95',
      'Shared areas and losses: Day units': '11.71',
      'Shared areas and losses: Night units': '2.42',
      'Shared areas and losses: Climate Change Levy': '0.66',
      'Rent of stall 1': '310.00',
      'Service charge': '62.00',
      Internet: '15.50',
      'Metering and billing: Metering': '3.10',
    });
    // Who moved on the 16th: 15 days and 16 days of one stall, each its own kWh.
    expect(linesOf(preview, 'ADAM')).toMatchObject({
      'Day units': '51.00',
      'Standing charge': '6.75',
      'Rent of stall 3': '75.00',
      'Service charge': '37.50',
    });
    expect(linesOf(preview, 'BELA')).toMatchObject({
      'Day units': '54.40',
      'Standing charge': '7.20',
      'Rent of stall 3': '80.00',
      'Service charge': '40.00',
    });
    expect(linesOf(preview, 'OWNR')).toMatchObject({
      'Day units, Stall S4 (S4) while empty': '21.08',
      'Service charge, Stall S4 (S4) while empty': '46.50',
    });
    const totals = preview.body.members.map(
      ({ member, net, tax, gross }: { member: { code: string } } & Record<string, string>) => [
        member.code,
        net,
        tax,
        gross,
      ],
    );
    expect(totals).toEqual([
      ['ADAM', '201.58', '40.32', '241.90'],
      ['BELA', '215.13', '43.03', '258.16'],
      ['LUND', '414.06', '82.81', '496.87'],
      ['OWNR', '113.68', '22.74', '136.42'],
      ['ROSA', '552.50', '110.50', '663.00'],
    ]);
  });

  it('gives each line its reason in words', async () => {
    const { body } = await see('preview');
    const sentences = (code: string) =>
      body.members
        .find((one: { member: { code: string } }) => one.member.code === code)
        .lines.map((line: { sentence: string }) => line.sentence.replaceAll('\u00a0', ' '));
    expect(sentences('ROSA')).toEqual([
      '£495.38 × 527 / 2,476.9 kWh',
      '£102.46 × 218 / 1,024.6 kWh',
      '£28.01 × 745 / 3,501.5 kWh',
      '1 of 4 equal shares of £55.80',
      '£52.70 × 20 / 90 m²',
      '£10.90 × 20 / 90 m²',
      '£2.98 × 20 / 90 m²',
      '1 of 4 equal shares of £62.00',
      '£310.00, set by agreement',
      '£279.00 × 20 / 90 m²',
      '31 days × 10.0 p/day',
    ]);
    expect(sentences('ADAM')).toContain('£279.00 × 375 / 2,790 (25 m² × 15 days)');
  });

  it('shows the weight and the figures of every share', async () => {
    const { body } = await see('shares');
    const share = body.items.find(
      (one: { costNo: number; member: string; part: string }) =>
        one.costNo === 1 && one.member === 'LUND' && one.part === 'own',
    );
    expect(share).toMatchObject({
      kind: 'member',
      weight: '1054',
      amount: '210.80',
      reasons: { pool: '495.38', whole: '2476.9' },
    });
    const vacant = body.items.find(
      (one: { costNo: number; kind: string }) => one.costNo === 1 && one.kind === 'vacant',
    );
    expect(vacant).toMatchObject({ space: 'S4', member: 'OWNR', amount: '21.08' });
  });

  it('compares each member with the run before, of which there is none', async () => {
    const { body } = await see('changes');
    expect(body.items).toHaveLength(5);
    expect(body.items[4]).toMatchObject({
      member: { code: 'ROSA' },
      net: '552.50',
      before: null,
      difference: '552.50',
    });
  });

  it('calculates to the same rows and the same hash again', async () => {
    const rows = async () => {
      const tables = ['run_issue', 'run_use', 'run_cost', 'run_share', 'run_line'];
      const texts = [];
      for (const table of tables) {
        const { rows: found } = await open[0]!.database.owner.query(
          `SELECT encode(sha256(convert_to(string_agg(t::text, E'\\n' ORDER BY t::text), 'UTF8')), 'hex') AS hash, count(*)::int AS n FROM ${table} t`,
        );
        texts.push(found[0]);
      }
      return texts;
    };
    const before = await rows();
    expect(before.map(({ n }) => n)).not.toContain(undefined);
    const again = await market.ask('POST', `billing-runs/${run.id}/calculate`);
    expect(again.body.inputHash).toBe(run.inputHash);
    expect(await rows()).toEqual(before);
  });

  it('lets no second live run have one of its days', async () => {
    const second = { site: 'OMH', period: { from: '2026-10-20', to: '2026-11-20' } };
    expect(await market.ask('POST', 'billing-runs', second)).toMatchObject({
      status: 409,
      body: { code: 'overlapping-run' },
    });
  });

  it('is approved by nobody who prepared it, and by no other hash', async () => {
    const approve = (inputHash: string, token: string) =>
      market.ask('POST', `billing-runs/${run.id}/approve`, { inputHash }, token);
    expect(await approve(run.inputHash, market.treasurer)).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
    expect(await approve('0'.repeat(64), market.approver)).toMatchObject({
      status: 409,
      body: { code: 'run-changed' },
    });
  });

  it('is not issued before it is approved', async () => {
    expect(await market.ask('POST', `billing-runs/${run.id}/issue`)).toMatchObject({
      status: 409,
      body: { code: 'run-not-in-state' },
    });
  });

  it('is issued once, however many ask at once', async () => {
    const approvals = await Promise.all(
      [1, 2].map(() =>
        market.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: run.inputHash }, market.approver),
      ),
    );
    expect(approvals.map(({ status }) => status).sort()).toEqual([200, 409]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => market.ask('POST', `billing-runs/${run.id}/issue`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const { body } = await market.ask('GET', `invoices?run=${run.id}`);
    expect(
      body.items
        .map((one: { number: string; memberCode: string; gross: string }) => [one.number, one.memberCode, one.gross])
        .sort(),
    ).toEqual([
      ['MH-2026-00001', 'ADAM', '241.90'],
      ['MH-2026-00002', 'BELA', '258.16'],
      ['MH-2026-00003', 'LUND', '496.87'],
      ['MH-2026-00004', 'OWNR', '136.42'],
      ['MH-2026-00005', 'ROSA', '663.00'],
    ]);
  });

  it('leaves nothing in the clearing, and the books in balance', async () => {
    const { rows } = await open[0]!.database.owner.query(
      `SELECT account, round(sum(balance), 2)::text AS balance FROM account_balance GROUP BY account ORDER BY account`,
    );
    // 1,796.35 receivable = 1,496.95 net + 299.40 tax; 806 of charges and 9.30 of fees are income, 681.65 + 136.33 are the supplier's.
    expect(Object.fromEntries(rows.map(({ account, balance }) => [account, balance]))).toEqual({
      'own-income': '-815.30',
      receivable: '1796.35',
      'supplier-clearing': '0.00',
      'supplier-payable': '-817.98',
      'tax-input': '136.33',
      'tax-output': '-299.40',
    });
  });

  it('cannot be calculated or cancelled any more', async () => {
    expect(await market.ask('POST', `billing-runs/${run.id}/calculate`)).toMatchObject({
      status: 409,
      body: { code: 'run-not-in-state' },
    });
    expect(await market.ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'late' })).toMatchObject({
      status: 409,
    });
  });

  it('opens the next statement with the balance of the last', async () => {
    expect(
      await market.ask('POST', 'payments', {
        member: 'ROSA',
        receivedOn: '2026-11-03',
        amount: '600.00',
        currency: 'GBP',
        method: 'bank transfer',
      }),
    ).toMatchObject({ status: 201 });
    const november = { from: '2026-11-01', to: '2026-11-02' };
    const readings = [
      ['M1', 1000],
      ['M2', 2000],
      ['M3', 1000],
      ['M4', 200],
      ['MH', 400],
      ['SRC', 4700],
    ] as const;
    for (const [meter, watts] of readings) {
      expect(
        (
          await market.ask('POST', 'readings', {
            readings: hourly(meter, watts, '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'),
          })
        ).status,
      ).toBe(200);
    }
    // 17 hours of 4.7 kW are 79.9 kWh of day at 0.20, 7 hours are 32.9 of night at 0.10.
    const components = [
      { ...bill().components[0], quantity: '79.9', amount: '15.98', tax: '3.20' },
      { ...bill().components[1], quantity: '32.9', amount: '3.29', tax: '0.66' },
    ];
    const next = bill({ number: 'NE-2', period: november, net: '19.27', tax: '3.86', gross: '23.13', components });
    expect(await market.ask('POST', 'supplier-bills', next)).toMatchObject({ status: 201 });
    const second = await calculated(market, november);
    expect(second).toMatchObject({ status: 'previewed' });
    const changes = await market.ask('GET', `billing-runs/${second.id}/changes`);
    expect(changes.body.items.find((one: { member: { code: string } }) => one.member.code === 'ROSA').before).toEqual({
      net: '552.50',
      period: october,
    });
    await issued(market, second);
    const { items } = (await market.ask('GET', `statements`, undefined, market.rosa)).body;
    const { body } = await market.ask('GET', `statements/${items[0].invoiceId}`, undefined, market.rosa);
    expect(body.balance).toMatchObject({
      opening: { amount: '663.00', document: 'MH-2026-00005' },
      entries: [{ kind: 'payment', amount: '-600.00' }, { kind: 'charges' }],
    });
    // The twelve days before were all measured, so they stand beside this one.
    expect(body.use[0].history).toHaveLength(13);
  });
});

describe('a run that cannot go on', () => {
  let service: InProcess;
  const market = (code: string, options: Parameters<typeof foundMarket>[1] = {}) =>
    foundMarket(service, { code, ...options });
  const findings = async (of: Market, run: { id: string }) =>
    (await of.ask('GET', `billing-runs/${run.id}/issues`)).body.items as {
      no: number;
      code: string;
      severity: string;
      subject: { label: string };
      overridable: boolean;
      remedy: string;
      override: object | null;
    }[];
  beforeAll(async () => {
    service = await inProcess(clock());
    open.push(service);
  }, 60_000);

  it('says everything that is missing at once, each with a remedy, and stays open', async () => {
    const bare = await market('bare', { withReadings: false, withBill: false });
    const late = {
      days: { from: '2026-10-10', to: null },
      adoptedBy: 'Board',
      adoptedOn: '2026-10-01',
      decision: 'minute 9',
    };
    await bare.ask('POST', 'keys', { code: 'late', name: 'Late key', version: { ...late, terms: { kind: 'equal' } } });
    await bare.ask('POST', 'tariffs', {
      code: 'late',
      name: 'Late',
      version: { ...late, terms: { calendar: null, components: [{ kind: 'standing', name: 'Late', perDay: '1' }] } },
    });
    await bare.ask('POST', 'tax-rates', {
      code: 'N',
      label: 'Next year',
      rate: '0.1',
      days: { from: '2027-01-01', to: null },
    });
    const charge = { site: 'OMH', section: 'other', description: 'x', days: { from: '2026-01-01', to: null } };
    for (const more of [
      { code: 'late-key', kind: 'recurring', per: 'month', amount: '1.00', key: 'late', taxCode: 'N' },
      { code: 'late-tariff', kind: 'tariff', tariff: 'late', taxCode: 'S' },
    ]) {
      expect((await bare.ask('POST', 'charges', { ...charge, ...more })).status).toBe(201);
    }
    await bare.ask('POST', 'readings', {
      readings: hourly('NOBODY', 100, '2026-10-01T00:00:00Z', '2026-10-01T01:00:00Z'),
    });
    const run = await calculated(bare);
    expect(run).toMatchObject({ status: 'open', inputHash: null, totals: null });
    const found = await findings(bare, run);
    expect([...new Set(found.map(({ severity, code }) => `${severity} ${code}`))]).toEqual([
      'blocking missing-interval',
      'blocking no-supplier-bill',
      'blocking tariff-gap',
      'blocking key-gap',
      'warning unclaimed-readings',
    ]);
    expect(found.every(({ remedy }) => remedy.length > 10)).toBe(true);
    expect(
      await bare.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: '0'.repeat(64) }, bare.approver),
    ).toMatchObject({ status: 409 });
    const gap = found.find(({ code }) => code === 'key-gap');
    const override = await bare.ask('POST', `billing-runs/${run.id}/issues/${gap?.no}/override`, {
      reason: 'never mind',
    });
    expect(override).toMatchObject({ status: 422, body: { code: 'issue-not-overridable' } });
  });

  it('names the days that no bill covers', async () => {
    const short = await market('short', { withBill: false });
    await short.ask('POST', 'supplier-bills', bill({ period: { from: '2026-10-01', to: '2026-10-21' } }));
    const found = await findings(short, await calculated(short));
    expect(found).toMatchObject([
      // Three weeks of the meter against a bill for a month: beyond what the policy lets pass.
      { code: 'bill-differs-from-meter', severity: 'blocking' },
      { code: 'bill-not-covering-period', severity: 'blocking', from: '2026-10-21', to: '2026-11-01' },
    ]);
  });

  it('goes on when a named person takes a doubtful finding on, and keeps that through a recalculation', async () => {
    const doubtful = await market('doubtful');
    await doubtful.ask('POST', 'readings', {
      readings: hourly('M1', 9000, '2026-10-05T10:00:00Z', '2026-10-05T11:00:00Z'),
    });
    const run = await calculated(doubtful);
    const [exception] = await findings(doubtful, run);
    expect(exception).toMatchObject({
      code: 'open-exception',
      severity: 'blocking',
      overridable: true,
      subject: { label: 'M1 import' },
    });
    const override = (token: string) =>
      doubtful.ask(
        'POST',
        `billing-runs/${run.id}/issues/${exception?.no}/override`,
        { reason: 'Seen on site' },
        token,
      );
    expect(await override(doubtful.approver)).toMatchObject({
      status: 200,
      body: { override: { reason: 'Seen on site' } },
    });
    expect(await override(doubtful.treasurer)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    for (let time = 0; time < 2; time += 1) {
      const again = (await doubtful.ask('POST', `billing-runs/${run.id}/calculate`)).body;
      expect(again).toMatchObject({ status: 'previewed', issues: { blocking: 0, overridden: 1 } });
      // Who took the finding on prepared the run too, and may not approve it.
      expect(
        await doubtful.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: again.inputHash }, doubtful.approver),
      ).toMatchObject({ status: 403, body: { code: 'four-eyes' } });
    }
    const { items } = (await doubtful.ask('GET', `log/entries?subjectId=${run.id}`)).body;
    expect(items).toContainEqual(
      expect.objectContaining({
        type: 'billing-run.overridden',
        data: expect.objectContaining({ code: 'open-exception', reason: 'Seen on site' }),
      }),
    );
  });

  it.each([
    ['high', 5200, 'residual-high', true],
    ['negative', 4000, 'residual-negative', false],
  ])('stops at a residual that is %s', async (name, sourceWatts, code, overridable) => {
    const odd = await market(`residual-${name}`, { sourceWatts });
    const found = await findings(odd, await calculated(odd));
    const residuals = found.filter((one) => one.code === code);
    expect(residuals).toHaveLength(3);
    expect(residuals).toMatchObject([{ severity: 'blocking', overridable }, {}, {}]);
    expect(found.filter((one) => one.code === 'bill-differs-from-meter')).toHaveLength(1);
  });

  it("takes the supplier's quantities where there is no source meter, and says so", async () => {
    const blind = await market('blind', { sourceWatts: null });
    const run = await calculated(blind);
    expect(run).toMatchObject({ status: 'previewed', totals: { costs: '1496.95', difference: '0.00' } });
    const found = await findings(blind, run);
    expect(found.map(({ code, severity }) => [code, severity])).toEqual(
      Array.from({ length: 3 }, () => ['source-meter-missing', 'info']),
    );
  });

  it('has nothing to share by where every weight is zero', async () => {
    const empty = await market('empty');
    await empty.ask('POST', 'sites', { code: 'YARD', name: 'Yard', zone: 'Europe/London' });
    await empty.ask('POST', 'spaces', { site: 'YARD', code: 'PATH', name: 'Path', kind: 'common', area: '5' });
    await empty.ask('POST', 'charges', {
      site: 'YARD',
      code: 'gate',
      description: 'Gate',
      section: 'other',
      kind: 'recurring',
      per: 'month',
      amount: '9.00',
      key: 'area',
      taxCode: 'S',
      days: { from: '2026-01-01', to: null },
    });
    const { body } = await empty.ask('POST', 'billing-runs', { site: 'YARD', period: october });
    await empty.ask('POST', `billing-runs/${body.id}/calculate`);
    expect(await findings(empty, body)).toMatchObject([{ code: 'no-weight', severity: 'blocking' }]);
  });
});

describe('a run whose inputs change', () => {
  it('is not issued when they change after approval; calculated and approved again, it is', async () => {
    const market = await start();
    const run = await calculated(market);
    const path = `billing-runs/${run.id}`;
    await market.ask('POST', `${path}/approve`, { inputHash: run.inputHash }, market.approver);
    await market.ask('POST', 'charges', {
      site: 'OMH',
      code: 'late',
      description: 'Late',
      section: 'other',
      kind: 'one-off',
      amount: '12.40',
      key: 'equal',
      taxCode: 'S',
      days: { from: '2026-10-30', to: null },
    });
    expect(await market.ask('POST', `${path}/issue`)).toMatchObject({ status: 409, body: { code: 'run-changed' } });
    const again = (await market.ask('POST', `${path}/calculate`)).body;
    expect(again).toMatchObject({ status: 'previewed', approvedBy: null, totals: { costs: '1509.35' } });
    expect(again.inputHash).not.toBe(run.inputHash);
    expect(await market.ask('POST', `${path}/approve`, { inputHash: run.inputHash }, market.approver)).toMatchObject({
      status: 409,
      body: { code: 'run-changed' },
    });
    expect(await issued(market, again)).toMatchObject({ status: 'issued', documents: { done: 0, total: 5 } });
  }, 60_000);

  it('leaves nothing behind when its issue fails in the middle, and takes the same numbers afterwards', async () => {
    const market = await start();
    const { owner } = market.service.database;
    const run = await calculated(market);
    await market.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: run.inputHash }, market.approver);
    await owner.query(`
      CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut in the middle'; END $$;
      CREATE TRIGGER cut BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION cut();`);
    expect((await market.ask('POST', `billing-runs/${run.id}/issue`)).status).toBe(500);
    const count = async (table: string) =>
      (await owner.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n as number;
    for (const table of [
      'invoice',
      'invoice_line',
      'invoice_statement',
      'invoice_series',
      'document',
      'journal_entry',
      'outbox',
    ])
      expect([table, await count(table)]).toEqual([table, 0]);
    await owner.query('DROP TRIGGER cut ON journal_entry');
    expect(await market.ask('POST', `billing-runs/${run.id}/issue`)).toMatchObject({
      status: 200,
      body: { status: 'issued' },
    });
    expect((await market.ask('GET', 'invoices/MH-2026-00001')).status).toBe(200);
  }, 60_000);

  it('is cancelled with a reason, and its days are free again', async () => {
    const market = await start();
    const run = await calculated(market);
    expect(await market.ask('POST', `billing-runs/${run.id}/cancel`, {})).toMatchObject({ status: 400 });
    expect(await market.ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'wrong month' })).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    });
    expect((await market.ask('POST', 'billing-runs', { site: 'OMH', period: october })).status).toBe(201);
    expect((await market.ask('GET', 'billing-runs')).body.items).toHaveLength(2);
  }, 60_000);
});

describe('a community that is not registered for tax', () => {
  it('passes costs on with what the supplier charged on them, and charges no tax', async () => {
    const market = await start({ registered: false });
    const run = await calculated(market);
    // 817.98 with tax, 806.00 of charges, 9.30 of fees.
    expect(run).toMatchObject({ status: 'previewed', totals: { costs: '1633.28', difference: '0.00' } });
    await issued(market, run);
    const { body } = await market.ask('GET', 'invoices/MH-2026-00005');
    expect(body).toMatchObject({ tax: '0.00', taxes: [] });
    expect(body.net).toBe(body.gross);
    const statement = (await market.ask('GET', 'statements/MH-2026-00005')).body;
    expect(statement.kind).toBe('statement');
    expect(statement.charges.taxes).toBeUndefined();
  }, 60_000);
});

describe('a key that changes within the period', () => {
  it('cuts its costs by days, and shares each part by its own rule', async () => {
    const market = await start();
    const version = {
      days: { from: '2026-10-16', to: null },
      terms: { kind: 'common' },
      adoptedBy: 'General meeting',
      adoptedOn: '2026-10-10',
      decision: 'minute 12',
    };
    expect((await market.ask('POST', 'keys/equal/versions', version)).status).toBe(201);
    const run = await calculated(market);
    const { lines } = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).body;
    const standing = lines.filter((line: { description: string }) => line.description.startsWith('Standing charge'));
    // 55.80 over 31 days: 27.00 for 15, shared; 28.80 for 16, borne by the community.
    expect(standing).toMatchObject([
      { amount: '27.00', members: '20.25', vacant: '6.75', common: '0.00' },
      { amount: '28.80', members: '0.00', vacant: '0.00', common: '28.80' },
    ]);
    await issued(market, run);
    expect((await market.ask('GET', `billing-runs/${run.id}`)).body.status).toBe('issued');
  }, 60_000);
});
