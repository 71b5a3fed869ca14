import { compose } from './compose.js';
import type { StatementFacts } from './facts.js';
import type { Bar, Statement } from './model.js';
import { sampleFacts } from './sample.js';
import { chargesTable, readingsTable, sharingTable, taxTable } from './tables.js';
import {
  approvedBy,
  decisionSentences,
  historyLegend,
  historyTitle,
  readingLegend,
  references,
  shareSentence,
} from './wording.js';

const verification = {
  sha256: '0'.repeat(64),
  code: '1234-5678-9ABC',
  address: 'a.example/verify',
  link: 'https://a.example/verify',
};
const made = (facts: Partial<StatementFacts> = {}): Statement => ({
  ...compose({ ...sampleFacts, ...facts }),
  verification,
});
const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');

const meeting = { by: 'Members’ meeting', on: '2025-01-14' };
const bar = (from: string, to: string): Bar => ({ from, to, label: '', quantity: '1', estimated: false });

describe('sentences', () => {
  it('says a decision once for all rules that rest on it', () => {
    const one = { ...meeting, document: 'Minute 4 of 14 January 2025' };
    const rules = ['Floor area', 'Equal shares', 'Metered use'].map((what) => ({ what, ...one }));
    expect(decisionSentences(made({ decisions: rules }))).toEqual([
      'All of these rules: adopted by Members’ meeting (Minute 4 of 14 January 2025).',
    ]);
    const other = { what: 'Internet', ...meeting, document: 'minute 5' };
    expect(decisionSentences(made({ decisions: [...rules, other] })).map(plain)).toEqual([
      'Floor area, Equal shares and Metered use: adopted by Members’ meeting (Minute 4 of 14 January 2025).',
      'Internet: adopted by Members’ meeting on 14 January 2025 (minute 5).',
    ]);
  });

  it('names the day once where both steps were taken on it', () => {
    const steps = (second: string) =>
      made({
        approvals: [
          { step: 'prepared', name: 'A. Okafor', on: '2026-11-02' },
          { step: 'approved', name: 'J. Lund', on: second },
        ],
      });
    expect(plain(approvedBy(steps('2026-11-02')))).toBe(
      'Prepared by A. Okafor, approved by J. Lund on 2 Nov 2026; nothing has changed since.',
    );
    expect(plain(approvedBy(steps('2026-11-03')))).toBe(
      'Prepared by A. Okafor on 2 Nov 2026, approved by J. Lund on 3 Nov 2026; nothing has changed since.',
    );
  });

  it('gives meters a line of their own where there are several', () => {
    const { member } = sampleFacts;
    const meters = [...member.meters, { label: 'M-0711B' }];
    expect(references(made({ member: { ...member, meters } })).slice(-2)).toEqual([
      'Member 0711 · Stall 7',
      'Meters M-0711 and M-0711B',
    ]);
  });

  it('counts months, also where the member came in the middle of one, and periods else', () => {
    const [use] = made().use;
    if (use === undefined) throw new Error('The sample has a use.');
    expect(historyTitle(use, [bar('2026-08-16', '2026-09-01'), bar('2026-09-01', '2026-10-01')])).toContain(
      'last 2 months',
    );
    expect(historyTitle(use, [bar('2026-08-15', '2026-09-15'), bar('2026-09-15', '2026-10-15')])).toContain(
      'last 2 periods',
    );
    expect(historyTitle(use, [bar('2026-09-01', '2026-09-08'), bar('2026-09-08', '2026-09-15')])).toContain(
      'last 2 periods',
    );
  });

  it('explains what the chart shows, and only that', () => {
    expect(historyLegend([bar('2026-09-01', '2026-10-01')])).toBe('Last bar: this period.');
    expect(
      historyLegend([bar('2025-09-01', '2025-10-01'), { ...bar('2026-09-01', '2026-10-01'), estimated: true }]),
    ).toBe('Last bar: this period. Mid shade: the same period a year ago. Dashed: includes estimated readings.');
    expect(readingLegend([])).toBe('');
    expect(readingLegend(made().use[0]?.readings ?? [])).toBe('actual = read from the meter.');
  });

  it('rounds the place among the others to a decimal', () => {
    const [use] = sampleFacts.use;
    if (use?.site === undefined) throw new Error('The sample has a site.');
    const finer = { ...use, total: '523.517', readings: [], site: { ...use.site, others: '6796.483' } };
    const [shown] = made({ use: [finer] }).use;
    expect(plain(shown && shareSentence(shown, 'en-GB'))).toContain('You used 523.5 kWh through your own meter: 6.6%.');
  });
});

describe('tables', () => {
  it('adds up each bill in a block of its own, in one table', () => {
    const table = sharingTable(made());
    expect(table?.rows.map(({ kind }) => kind).join(' ')).toBe('section line line line line total section line total');
    expect(table?.columns.map(({ title }) => title)).toEqual([
      '£ before VAT',
      'Amount',
      'Members',
      'Community',
      'You',
      'Shared by',
    ]);
    expect(sharingTable(made({ sharing: [] }))).toBeNull();
  });

  it('tells up to three rates of tax below the charges, and more in a table', () => {
    const [line] = sampleFacts.charges.lines;
    if (line === undefined) throw new Error('The sample has lines.');
    const rates = (count: number) => {
      const each = Array.from({ length: count }, (_, rate) => ({
        label: `Rate ${rate}`,
        rate: String(rate),
        net: '1.00',
        tax: '0.00',
      }));
      const total = `${count}.00`;
      return made({
        charges: {
          lines: each.map(({ rate }) => ({
            section: 'A',
            description: 'a',
            net: '1.00',
            taxRate: rate,
            reason: { rule: 'set-amount', amount: '1.00', by: 'us' },
          })),
          net: total,
          tax: '0.00',
          gross: total,
          taxes: each,
        },
        balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: total }], closing: total },
      });
    };
    const last = (count: number) =>
      chargesTable(rates(count))
        .rows.map(({ cells }) => cells[0])
        .slice(-4);
    expect(last(2)).toEqual([
      'Total before VAT',
      'VAT at 0% on £1.00, rate 0',
      'VAT at 1% on £1.00, rate 1',
      'Total with VAT',
    ]);
    expect(taxTable(rates(3))).toBeNull();
    expect(last(4).at(-1)).toBe('Total before VAT');
    expect(taxTable(rates(4))?.rows).toHaveLength(5);
  });

  it('shows a note under a band', () => {
    const [use] = sampleFacts.use;
    if (use === undefined) throw new Error('The sample has a use.');
    const readings = use.readings.map((row) => (row.partOf === undefined ? row : { ...row, note: 'partly estimated' }));
    const statement = made({ use: [{ ...use, readings }] });
    const rows = statement.use.flatMap((one) => readingsTable(one, statement).rows);
    expect(rows.map(({ below }) => below ?? '')).toEqual([
      '1,490 of 1,490 half-hours received',
      'partly estimated',
      'partly estimated',
    ]);
  });
});
