import { decimal, sum } from '../../../domain/quantity/decimal.js';
import type { Answer } from './answer.schema.js';
import { drawVote } from './vote-page.js';
import { costsTable, membersTable, obstacles, periodsTable } from './vote-tables.js';

const id = '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10';
const figures = (now: string, then: string) => ({
  now,
  then,
  difference: decimal(then).minus(decimal(now)).toFixed(2),
});
const none = figures('0.00', '0.00');
const blockedFigures = { now: '100.00', then: null, difference: null };

/** So many members, of whom the first has a name as long as names may be and the second pays what the others save. */
function answerFor(count: number): Answer {
  const members = Array.from({ length: count }, (_, i) => ({
    member: {
      id,
      code: `M${String(i + 1).padStart(2, '0')}`,
      name: i === 0 ? 'Bakery '.repeat(20).trim() : `Shop ${i + 1} & Co`,
    },
    net: i === 1 ? figures('100.00', `${100 + 10 * (count - 1)}.00`) : figures('100.00', '90.00'),
  })).map((one) => ({ ...one, gross: figures('120.00', one.net.then === '90.00' ? '108.00' : '468.00') }));
  const whole = sum(members.map(({ net }) => decimal(net.now))).toFixed(2);
  const borne = { common: none, vacant: none, held: none, total: figures(whole, whole), check: none };
  const compared = {
    period: { from: '2026-09-01', to: '2026-10-01' },
    issued: { run: id, at: '2026-10-08T09:00:00Z', sameAsNow: true, costs: [], members: [] },
    costs: [
      {
        source: 'cleaning',
        description: 'Cleaning of the hall',
        rules: { now: ['Shared by floor area.'], then: ['Shared equally.'] },
        ...figures(whole, whole),
        shares: members.map(({ member, net }) => ({
          bearer: 'member' as const,
          member: member.code,
          space: null,
          ...net,
        })),
      },
      { source: 'rent', description: 'Rent', rules: { now: [], then: [] }, ...figures('10.00', '10.00'), shares: [] },
    ],
    members: members.map((one, i) => ({
      ...one,
      standing: { now: 'billed' as const, then: i === 2 ? ('nothing-due' as const) : ('billed' as const) },
      because: [],
    })),
    ...borne,
    findings: [],
  };
  const blocked: Answer['periods'][number] = {
    ...compared,
    period: { from: '2026-10-01', to: '2026-11-01' },
    issued: null,
    costs: [],
    members: compared.members.map((one) => ({
      ...one,
      net: blockedFigures,
      gross: blockedFigures,
      standing: { now: 'billed', then: 'blocked' },
    })),
    ...{
      common: blockedFigures,
      vacant: blockedFigures,
      held: blockedFigures,
      total: blockedFigures,
      check: blockedFigures,
    },
    findings: [
      {
        ...{ sides: ['then'], code: 'headcount-missing', severity: 'blocking', from: null, to: null, takenOn: false },
        ...{ subject: { kind: 'space', id, label: 'S1' }, remedy: 'Enter it.' },
        detail: 'How many people Shop 4 has in stall 4 is not known from 1 to 31 October.',
      },
    ],
  };
  return {
    at: '2026-11-20T09:00:00Z',
    community: 'Old Market Hall Co-operative',
    question: 'Shall the cleaning of the hall be shared equally instead of by floor area?',
    site: { id, code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' },
    currency: 'GBP',
    changes: ['The key Cleaning by floor (floor) reads instead: Shared equally: one part for each let space and day.'],
    periods: [compared, blocked],
    total: { compared: 1, of: 2, members, ...borne },
    chart: { categories: [], series: [], byPeriod: { categories: [], series: [] } },
  };
}

describe('the paper before a vote', () => {
  it('has a row for everybody, for what nobody is billed for, and for all costs', () => {
    const { rows, columns } = membersTable(answerFor(4));
    expect(columns.map(({ title }) => title)).toEqual([
      'Member',
      'Now, £',
      'Would be, £',
      'Difference, £',
      'Difference with tax',
    ]);
    expect(rows.map(({ cells }) => cells.slice(1))).toEqual([
      ['100.00', '90.00', '−10.00', '−12.00'],
      ['100.00', '130.00', '+30.00', '+348.00'],
      ['100.00', '90.00', '−10.00', '−12.00'],
      ['100.00', '90.00', '−10.00', '−12.00'],
      ['0.00', '0.00', '0.00', ''],
      ['0.00', '0.00', '0.00', ''],
      ['0.00', '0.00', '0.00', ''],
      ['400.00', '400.00', '0.00', ''],
    ]);
    expect(rows[2]?.below).toBe('M03 · nothing would be due');
  });

  it('names the costs that change with both rules, and counts the others', () => {
    const { rows, notes } = costsTable(answerFor(4));
    expect(rows).toEqual([
      {
        kind: 'line',
        cells: ['Cleaning of the hall', '400.00', '400.00', '0.00'],
        below: 'Now: Shared by floor area. Would be: Shared equally.',
      },
    ]);
    expect(notes).toEqual(['1 other cost is the same for everybody.']);
  });

  it('says which periods count, which were issued so, and why one cannot be computed', () => {
    const answer = answerFor(4);
    expect(periodsTable(answer).rows.map(({ cells, below }) => [...cells, below])).toEqual([
      ['September\u00a02026', '400.00', '400.00', '0.00', 'issued on 8\u00a0Oct\u00a02026; now is what was issued'],
      ['October\u00a02026', '100.00', 'not known', 'not known', 'not issued'],
    ]);
    expect(membersTable(answer).notes[1]).toMatch(/^Of 2 periods 1 /);
    expect(obstacles(answer)).toEqual([
      'October\u00a02026, as it would be: How many people Shop 4 has in stall 4 is not known from 1 to 31 October.',
    ]);
  });

  it('is the same bytes for the same answer, on as many pages as it takes', () => {
    const drawn = drawVote(answerFor(30));
    expect(drawn.equals(drawVote(answerFor(30)))).toBe(true);
    const pages = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages(drawn)).toBe(2);
    expect(pages(drawVote(answerFor(4)))).toBe(1);
  });
});
