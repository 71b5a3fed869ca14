import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { rowsOf } from '../support/rows-of.js';
import { calculated, foundMarket, issued, type Market, october } from './billing-market.js';

/** A meeting is to vote: what would everybody have paid, had something been otherwise? */

let service: InProcess;
let market: Market;

const ask = (question: object, query = '', token?: string): Promise<Answer> =>
  market.ask('POST', `simulations/billing-run${query}`, { site: 'OMH', periods: [october], ...question }, token);
const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
const always = { from: '2026-01-01', to: null };

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  market = await foundMarket(service);
  await market.ask('POST', 'keys', {
    code: 'floor',
    name: 'Cleaning by floor',
    version: { days: always, terms: { kind: 'area' }, ...decided },
  });
  await market.ask('POST', 'charges', {
    ...{ site: 'OMH', taxCode: 'S', days: always, code: 'cleaning', description: 'Cleaning', section: 'service' },
    ...{ kind: 'recurring', per: 'month', amount: '90.00', key: 'floor' },
  });
}, 120_000);
afterAll(() => service.close());

interface Difference {
  now: string;
  then: string;
  difference: string;
}
const figures = ({ now, then, difference }: Difference): string[] => [now, then, difference];
const costOf = (answer: Answer, description: string, period = 0) =>
  answer.body.periods[period].costs.find((cost: { description: string }) => cost.description === description);
/** Who bears a cost: payer, and the empty space. */
const sharesOf = (answer: Answer, description: string): Record<string, string[]> =>
  Object.fromEntries(
    costOf(answer, description).shares.map(
      (share: Difference & { bearer: string; member: string | null; space: string | null }) => [
        [share.member ?? share.bearer, share.space ?? []].flat().join(' '),
        figures(share),
      ],
    ),
  );
const netsOf = (members: { member: { code: string }; net: Difference }[]): Record<string, string[]> =>
  Object.fromEntries(members.map(({ member, net }) => [member.code, figures(net)]));
const inPence = (amount: string): bigint => BigInt(amount.replace('.', ''));

/** In every period, and in all together: whoever bears the costs bears them whole, on both sides and in the difference. */
function addsUp({ body }: Answer): void {
  for (const part of [...body.periods, body.total]) {
    for (const side of ['now', 'then', 'difference'] as const) {
      const borne = [...part.members.map(({ net }: { net: Difference }) => net), part.common, part.vacant, part.held];
      const whole = borne.reduce((total: bigint, one: Difference) => total + inPence(one[side]), 0n);
      expect(whole).toBe(inPence(part.total[side]));
      expect(part.check[side]).toBe('0.00');
      for (const cost of part.costs ?? []) {
        const shared = cost.shares.reduce((total: bigint, one: Difference) => total + inPence(one[side]), 0n);
        expect(shared).toBe(inPence(cost[side]));
      }
    }
  }
}

const byUse = { kind: 'key', key: 'floor', by: { key: 'all' } };

describe('another key', () => {
  it('shares by use what went by floor, to the coin, and leaves every other cost alone', async () => {
    const answer = await ask({ question: 'Cleaning by use?', changes: [byUse] });
    expect(answer.status).toBe(200);
    addsUp(answer);
    // By floor: 20 × 31, 30 × 31, 25 × 15, 25 × 16 and the empty 15 × 31 of 2790 m² and days.
    // By use: 745, 1490, 360, 385 and 149 of 3501.5 kWh → 19.15, 38.30, 9.25, 9.90, 3.83; hall and losses 9.57, by floor
    // → 2.13, 3.19, 1.29, 1.37, 1.59.
    expect(costOf(answer, 'Cleaning')).toMatchObject({ now: '90.00', then: '90.00', difference: '0.00' });
    expect(sharesOf(answer, 'Cleaning')).toEqual({
      ROSA: ['20.00', '21.28', '1.28'],
      LUND: ['30.00', '41.49', '11.49'],
      ADAM: ['12.10', '10.54', '-1.56'],
      BELA: ['12.90', '11.27', '-1.63'],
      'OWNR S4': ['15.00', '5.42', '-9.58'],
    });
    expect(costOf(answer, 'Cleaning').rules).toEqual({
      now: ['Shared by floor area, weight and days: square metres × weight × days of each let space.'],
      then: ['Shared by metered use; what the sub-meters do not explain is shared by the key area.'],
    });
    for (const cost of answer.body.periods[0].costs)
      if (cost.description !== 'Cleaning') expect(cost.difference).toBe('0.00');
    expect(answer.body.changes).toEqual([
      'What goes by the key Cleaning by floor (floor) is shared by the key Metered use (all).',
    ]);
    expect(answer.body.periods[0].issued).toBeNull();
  });

  it('may be terms of its own, checked as if they were to be adopted', async () => {
    const terms = (part: string) => ({
      kind: 'composite',
      parts: [
        { part, key: { kind: 'equal' } },
        { part: '30', key: { kind: 'area' } },
      ],
    });
    const answer = await ask({ changes: [{ kind: 'key', key: 'floor', by: { terms: terms('70') } }] });
    addsUp(answer);
    // 63.00 equally among 4 stalls and 31 days; 27.00 by floor.
    expect(sharesOf(answer, 'Cleaning')).toMatchObject({ ROSA: ['20.00', '21.75', '1.75'] });
    expect(await ask({ changes: [{ kind: 'key', key: 'floor', by: { terms: terms('60') } }] })).toMatchObject({
      status: 422,
      body: { code: 'key-incomplete' },
    });
    expect(await ask({ changes: [{ kind: 'key', key: 'area', by: { key: 'all' } }] })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringMatching(/residuals of other keys/i) },
    });
  });

  it('is a table, a chart and a paper of the same figures', async () => {
    const { body } = await ask({ changes: [byUse] });
    const { categories, series } = body.chart;
    expect(categories.map(({ code, bearer }: { code: string; bearer: string }) => code ?? bearer)).toEqual([
      ...['ADAM', 'BELA', 'LUND', 'OWNR', 'ROSA', 'common', 'vacant', 'held'],
    ]);
    expect(series.map(({ name }: { name: string }) => name)).toEqual(['now', 'then', 'difference']);
    expect(series[2].values[4]).toBe(netsOf(body.total.members)['ROSA']?.[2]);
    const { text, headers } = await ask({ changes: [byUse] }, '?format=csv');
    expect(headers['content-type']).toContain('text/csv');
    const paper = await ask({ question: 'Cleaning by use?', changes: [byUse] }, '?format=pdf');
    expect(paper.headers['content-type']).toBe('application/pdf');
    expect(paper.text.slice(0, 8)).toBe('%PDF-1.7');
    const rosa = netsOf(body.periods[0].members)['ROSA'] ?? [];
    expect(text).toContain(`2026-10-01,2026-11-01,net,,ROSA,ROSA & Co,GBP,${rosa.join(',')},`);
  });
});

describe('another tariff', () => {
  it('charges by its own prices; the differences add up to what the charge changes by', async () => {
    const terms = { calendar: null, components: [{ kind: 'standing', name: 'Metering', perDay: '0.25' }] };
    const answer = await ask({ changes: [{ kind: 'tariff', tariff: 'fee', by: { terms } }] });
    addsUp(answer);
    expect(sharesOf(answer, 'Metering and billing')).toEqual({
      ROSA: ['3.10', '7.75', '4.65'],
      LUND: ['3.10', '7.75', '4.65'],
      ADAM: ['1.50', '3.75', '2.25'],
      BELA: ['1.60', '4.00', '2.40'],
    });
    expect(figures(costOf(answer, 'Metering and billing'))).toEqual(['9.30', '23.25', '13.95']);
    expect(answer.body.periods[0].members[0].gross).toMatchObject({ difference: '2.70' });
  });
});

describe('another occupancy', () => {
  it('lets an empty stall, and takes it from whoever paid for it', async () => {
    const answer = await ask({ changes: [{ kind: 'occupancy', space: 'S4', member: 'LUND', days: october }] });
    addsUp(answer);
    expect(sharesOf(answer, 'Cleaning')).toMatchObject({
      LUND: ['30.00', '45.00', '15.00'],
      'OWNR S4': ['15.00', '0.00', '-15.00'],
      ROSA: ['20.00', '20.00', '0.00'],
    });
    const owner = answer.body.periods[0].members.find(
      ({ member }: { member: { code: string } }) => member.code === 'OWNR',
    );
    expect(owner.standing).toEqual({ now: 'billed', then: 'nothing-due' });
  });

  it('says of those who could not be billed that they could not, and drops nobody', async () => {
    const answer = await ask({ changes: [{ kind: 'key', key: 'floor', by: { terms: { kind: 'headcount' } } }] });
    expect(answer.status).toBe(200);
    const [october] = answer.body.periods;
    expect(october.members.map(({ member }: { member: { code: string } }) => member.code)).toEqual([
      'ADAM',
      'BELA',
      'LUND',
      'OWNR',
      'ROSA',
    ]);
    const rosa = october.members[4];
    expect(rosa).toMatchObject({ standing: { now: 'billed', then: 'blocked' }, net: { then: null, difference: null } });
    expect(rosa.net.now).toMatch(/^\d/);
    expect(rosa.because).toEqual([expect.stringContaining('S1')]);
    expect(october.findings).toContainEqual(
      expect.objectContaining({ sides: ['then'], code: 'headcount-missing', severity: 'blocking', takenOn: false }),
    );
    expect(answer.body.total).toMatchObject({ compared: 0, of: 1, total: { now: null, then: null } });
  });

  it('changes what stands in a question and not the size of other spaces', async () => {
    const answer = await ask({ changes: [{ kind: 'space', space: 'S1', area: '110' }] });
    addsUp(answer);
    // 110 × 31 of 180 × 31 m² and days.
    expect(sharesOf(answer, 'Cleaning')).toMatchObject({ ROSA: ['20.00', '55.00', '35.00'] });
    expect(answer.body.changes).toEqual(['Stall S1 (S1) has 110 m².']);
  });
});

describe('another meter set', () => {
  it('bills a meter to the stall asked, and no coin twice', async () => {
    const answer = await ask({ changes: [{ kind: 'meter', meter: 'MH', tells: { space: 'S1' } }] });
    addsUp(answer);
    // 0.4 kW of the hall are Rosa's: 0.2 × 210.8 kWh of day units.
    const [now, then] = (sharesOf(answer, 'Day units')['ROSA'] ?? []).map(inPence);
    expect((then ?? 0n) - (now ?? 0n)).toBeGreaterThan(3000n);
    expect(figures(costOf(answer, 'Day units'))).toEqual(['495.38', '495.38', '0.00']);
  });

  it('lets what a missing meter told fall to all', async () => {
    const without = { kind: 'meter', meter: 'M4', tells: 'nothing' };
    const answer = await ask({ changes: [without] });
    const [{ findings }] = answer.body.periods;
    const codes = findings
      .filter((one: { severity: string }) => one.severity === 'blocking')
      .map((one: { code: string }) => one.code);
    const taken = await ask({ changes: [without], takeOn: [...new Set(codes)] });
    addsUp(taken);
    expect(taken.body.total.compared).toBe(1);
    for (const finding of taken.body.periods[0].findings)
      if (finding.severity === 'blocking') expect(finding.takenOn).toBe(true);
  });
});

describe('many periods', () => {
  const halves = [
    { from: '2026-10-16', to: '2026-11-01' },
    { from: '2026-10-01', to: '2026-10-16' },
  ];

  it('are computed one by one and added up', async () => {
    const answer = await ask({ periods: halves, changes: [byUse] });
    addsUp(answer);
    expect(answer.body.periods.map(({ period }: { period: { from: string } }) => period.from)).toEqual([
      '2026-10-01',
      '2026-10-16',
    ]);
    expect(answer.body.total).toMatchObject({ compared: 2, of: 2 });
    const nets = answer.body.periods.map(({ members }: { members: never[] }) => netsOf(members)['ROSA']?.[2] ?? '');
    expect(inPence(netsOf(answer.body.total.members)['ROSA']?.[2] ?? '')).toBe(
      nets.map(inPence).reduce((a: bigint, b: bigint) => a + b, 0n),
    );
    expect(answer.body.chart.byPeriod.series.find(({ name }: { name: string }) => name === 'ROSA').values).toEqual(
      nets,
    );
  });

  it('are past, do not share a day, and are not too many', async () => {
    const wrong = async (periods: object[]) => (await ask({ periods, changes: [byUse] })).body;
    expect(await wrong([{ from: '2026-11-01', to: '2026-12-01' }])).toMatchObject({
      errors: [{ pointer: '/periods/0/to', detail: 'must be past: today is 2026-11-20' }],
    });
    expect(await wrong([october, halves[0] ?? {}])).toMatchObject({
      errors: [{ pointer: '/periods/1', detail: 'shares a day with another period' }],
    });
    expect(await wrong(Array.from({ length: 25 }, () => october))).toMatchObject({ code: 'invalid-input' });
    expect(await wrong([])).toMatchObject({ code: 'invalid-input' });
  });
});

describe('a question', () => {
  it.each([
    [
      'key',
      { kind: 'key', key: 'nokey', by: { key: 'all' } },
      '/changes/0/key',
      'there is no key nokey here; check its id or code',
    ],
    [
      'key put in its place',
      { kind: 'key', key: 'floor', by: { key: 'nokey' } },
      '/changes/0/by/key',
      'there is no key nokey here; check its id or code',
    ],
    [
      'tariff',
      { kind: 'tariff', tariff: 'no', by: { tariff: 'fee' } },
      '/changes/0/tariff',
      'there is no tariff no here; check its id or code',
    ],
    [
      'space',
      { kind: 'occupancy', space: 'S9', member: null, days: october },
      '/changes/0/space',
      'there is no space S9 at this site; check its id or code',
    ],
    [
      'member',
      { kind: 'occupancy', space: 'S4', member: 'NOBODY', days: october },
      '/changes/0/member',
      'there is no member NOBODY here; check its id or code',
    ],
    [
      'space to let',
      { kind: 'occupancy', space: 'HALL', member: 'LUND', days: october },
      '/changes/0/space',
      'HALL is a common part and cannot be occupied',
    ],
    [
      'meter',
      { kind: 'meter', meter: 'M9', tells: 'nothing' },
      '/changes/0/meter',
      'there is no meter M9 at this site; check its id or code',
    ],
  ])('names a %s that is there', async (_, change, pointer, detail) => {
    expect(await ask({ changes: [change] })).toMatchObject({ status: 400, body: { errors: [{ pointer, detail }] } });
  });

  it('says of one thing one thing', async () => {
    expect((await ask({ changes: [byUse, byUse] })).body.errors).toEqual([
      { pointer: '/changes/1/key', detail: 'another change speaks of floor; say all of it in one' },
    ]);
    const let4 = { kind: 'occupancy', space: 'S4', member: 'LUND', days: october };
    expect((await ask({ changes: [let4, { ...let4, member: null }] })).body.errors).toEqual([
      { pointer: '/changes/1/days', detail: 'another change says who has S4 on some of these days' },
    ]);
    expect(await ask({ site: 'NOWHERE', changes: [byUse] })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect((await ask({ changes: [byUse], takeOn: ['missing-reading'] })).body.errors).toEqual([
      { pointer: '/takeOn/0', detail: 'leaves a figure unknown, so that nobody can take it on' },
    ]);
  });

  it('is for the board, and not for a member', async () => {
    expect(await ask({ changes: [byUse] }, '', market.approver)).toMatchObject({ status: 200 });
    expect(await ask({ changes: [byUse] }, '', market.rosa)).toMatchObject({ status: 403 });
  });

  it('stores nothing, whatever it asks, and not even its key', async () => {
    const before = await rowsOf(service.database, market.communityId);
    const asked = [
      { changes: [byUse] },
      { changes: [{ kind: 'meter', meter: 'M4', tells: 'nothing' }], takeOn: ['residual-high'] },
      { changes: [{ kind: 'key', key: 'nokey', by: { key: 'all' } }] },
    ];
    for (const question of asked) {
      await service.ask('POST', 'simulations/billing-run', {
        token: market.treasurer,
        headers: { 'idempotency-key': 'one-key-for-all' },
        body: { site: 'OMH', periods: [october], ...question },
      });
    }
    expect(await rowsOf(service.database, market.communityId)).toEqual(before);
  });
});

describe('a period that was issued', () => {
  it('says that what is computed now is what was issued, and where it no longer is', async () => {
    const run = await calculated(market);
    await issued(market, run);
    const same = await ask({ changes: [byUse] });
    addsUp(same);
    expect(same.body.periods[0].issued).toMatchObject({ run: run.id, sameAsNow: true, costs: [], members: [] });
    const { body: charge } = await market.ask('POST', 'charges', {
      ...{ site: 'OMH', taxCode: 'S', days: october, code: 'late', description: 'Late charge', section: 'service' },
      ...{ kind: 'one-off', amount: '10.00', key: 'equal' },
    });
    expect(charge).toMatchObject({ code: 'late' });
    const other = await ask({ changes: [byUse] });
    addsUp(other);
    expect(other.body.periods[0].issued).toMatchObject({ sameAsNow: false, costs: ['Late charge'] });
    expect(other.body.periods[0].issued.members.map(({ member }: { member: { code: string } }) => member.code)).toEqual(
      [...['ADAM', 'BELA', 'LUND', 'OWNR', 'ROSA']],
    );
  });
});
