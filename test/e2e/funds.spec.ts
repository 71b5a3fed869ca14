import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Relief that somebody else pays: as lines of its own, never more than the fund has, also where two runs meet on it. */
const open: InProcess[] = [];
async function start(): Promise<Market> {
  const service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  open.push(service);
  return foundMarket(service);
}
afterAll(async () => {
  for (const service of open) await service.close();
});

const fund = (more: object = {}) => ({
  code: 'relief',
  name: 'Market relief',
  funder: 'Todmorden Town Council',
  site: null,
  days: { from: '2026-10-01', to: '2027-04-01' },
  rate: { kind: 'percent', percent: '20' },
  beneficiaries: { kind: 'all' },
  of: ['energy', 'levy', 'standing'],
  cap: '5000.00',
  memberCap: null,
  taxCode: 'S',
  notice: 'The council pays a fifth of your energy. All of it is passed on to you.',
  evidence: 'Grant letter of 1 September 2026',
  ...more,
});
const made = async (market: Market, path: string, body: unknown): Promise<Answer['body']> => {
  const answer = await market.ask('POST', path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const reliefs = async (market: Market, run: { id: string }): Promise<Record<string, string>> => {
  const { body } = await market.ask('GET', `billing-runs/${run.id}/preview`);
  return Object.fromEntries(
    body.members.flatMap(({ member, lines }: Answer['body']) =>
      lines
        .filter((line: { section: string }) => line.section === 'credit')
        .map((line: { net: string }) => [member.code, line.net]),
    ),
  );
};

describe('a fund', () => {
  it('gives by its rule, as lines of its own, and keeps the promise', async () => {
    const market = await start();
    await made(market, 'funds', fund({ beneficiaries: { kind: 'spaces', spaces: ['S1', 'S2'] } }));
    const run = await calculated(market);
    // Rosa: a fifth of 105.40 + 21.80 + 5.96 + 13.95 = 147.11. Lund: a fifth of 210.80 + 43.60 + 11.92 + 13.95 = 280.27.
    expect(await reliefs(market, run)).toEqual({ ROSA: '-29.42', LUND: '-56.05' });
    expect(run.totals).toMatchObject({ costs: '1411.48', members: '1297.80', vacant: '113.68', difference: '0.00' });
    expect((await market.ask('GET', 'funds/relief')).body).toMatchObject({ drawn: '0.00', left: '5000.00' });

    await issued(market, run);
    expect((await market.ask('GET', 'funds/relief')).body).toMatchObject({ drawn: '85.47', left: '4914.53' });
    const draws = (await market.ask('GET', 'funds/relief/draws')).body.items;
    expect(draws).toMatchObject([
      { run: run.id, member: { code: 'LUND' }, amount: '56.05' },
      { run: run.id, member: { code: 'ROSA' }, amount: '29.42' },
    ]);
    const { items } = (await market.ask('GET', 'invoices?member=ROSA')).body;
    const { text } = await market.ask('GET', `invoices/${items[0].id}/document.txt`);
    expect(text.replace(/\s+/g, ' ')).toContain(
      '£29.42 of this bill is paid by Todmorden Town Council (Market relief). The council pays a fifth of your energy.',
    );
    const accounts = (await market.ask('GET', 'accounts')).body.items;
    expect(accounts.find((one: { account: string }) => one.account === 'funds-receivable')).toMatchObject({
      balance: '85.47',
    });
  }, 120_000);

  it('shares its last coins by what each would have, and says so', async () => {
    const market = await start();
    await made(market, 'funds', fund({ cap: '20.00', beneficiaries: { kind: 'members', members: ['ROSA', 'LUND'] } }));
    const run = await calculated(market);
    // 20.00 × 2942 / 8547 = 6.884…, 20.00 × 5605 / 8547 = 13.115…: the odd coin to the larger remainder.
    expect(await reliefs(market, run)).toEqual({ ROSA: '-6.88', LUND: '-13.12' });
    const { items } = (await market.ask('GET', `billing-runs/${run.id}/issues`)).body;
    expect(items).toMatchObject([
      { code: 'fund-runs-dry', severity: 'warning', facts: { asked: '85.47', given: '20.00' } },
    ]);
  }, 120_000);

  it('gives a member no more than one may have, over all runs', async () => {
    const market = await start();
    await made(market, 'funds', fund({ memberCap: '10.00', beneficiaries: { kind: 'members', members: ['ROSA'] } }));
    expect(await reliefs(market, await calculated(market))).toEqual({ ROSA: '-10.00' });
  }, 120_000);

  it('is not drawn twice by two runs that are issued at once', async () => {
    const market = await start();
    await secondSite(market);
    await made(
      market,
      'funds',
      fund({
        cap: '40.00',
        beneficiaries: { kind: 'members', members: ['ROSA'] },
        rate: { kind: 'amount', amount: '30.00', per: 'run' },
      }),
    );
    const first = await calculated(market);
    const opened = await made(market, 'billing-runs', {
      site: 'TWO',
      period: { from: '2026-10-01', to: '2026-11-01' },
    });
    const second = (await market.ask('POST', `billing-runs/${opened.id}/calculate`)).body;
    for (const run of [first, second]) {
      expect(await reliefs(market, run)).toEqual({ ROSA: '-30.00' });
      const body = { inputHash: run.inputHash };
      expect((await market.ask('POST', `billing-runs/${run.id}/approve`, body, market.approver)).status).toBe(200);
    }
    const answers = await Promise.all([first, second].map((run) => market.ask('POST', `billing-runs/${run.id}/issue`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(['fund-exhausted', 'run-changed']).toContain(refused?.body.code);
    expect((await market.ask('GET', 'funds/relief')).body).toMatchObject({ drawn: '30.00', left: '10.00' });
    // Calculated again, the other gives what is left.
    const late = answers[0]?.status === 409 ? first : second;
    const again = (await market.ask('POST', `billing-runs/${late.id}/calculate`)).body;
    expect(await reliefs(market, again)).toEqual({ ROSA: '-10.00' });
    await issued(market, again);
    expect((await market.ask('GET', 'funds/relief')).body).toMatchObject({ drawn: '40.00', left: '0.00' });
  }, 120_000);
});

describe('a fund that does not hold together', () => {
  let market: Market;
  beforeAll(async () => {
    market = await start();
  }, 120_000);

  it.each([
    [{ taxCode: 'none-such' }, 'invalid-input'],
    [{ beneficiaries: { kind: 'members', members: ['NOBODY'] } }, 'not-found'],
    [{ cap: '0.00' }, 'invalid-input'],
    [{ rate: { kind: 'percent', percent: '101' } }, 'invalid-input'],
    [{ of: ['credit'] }, 'invalid-input'],
  ])('is refused with %j', async (more, code) => {
    expect((await market.ask('POST', 'funds', fund({ code: 'odd', ...more }))).body).toMatchObject({ code });
  });

  it('is refused where there is one of its code', async () => {
    await made(market, 'funds', fund());
    expect((await market.ask('POST', 'funds', fund())).body).toMatchObject({ code: 'already-exists' });
  });
});

/** A second place where Rosa trades: one stall, charged for electricity without a meter. */
async function secondSite(market: Market): Promise<void> {
  await made(market, 'sites', { code: 'TWO', name: 'Arches', zone: 'Europe/London' });
  await made(market, 'spaces', { site: 'TWO', code: 'A1', name: 'Arch', kind: 'let', area: '10' });
  const days = { from: '2026-01-01', to: null };
  await made(market, 'occupancies', { space: 'A1', member: 'ROSA', days });
  await made(market, 'charges', {
    site: 'TWO',
    code: 'power',
    description: 'Power of the arch',
    section: 'energy',
    kind: 'recurring',
    per: 'month',
    amount: '50.00',
    taxCode: 'S',
    days,
    space: 'A1',
  });
}
