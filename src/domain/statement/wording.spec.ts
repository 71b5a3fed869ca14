import { compose } from './compose.js';
import type { StatementFacts } from './facts.js';
import type { Bar, Statement } from './model.js';
import { sampleFacts } from './sample.js';
import { readingsTable } from './readings-table.js';
import { chargesTable, sharingTable, taxTable } from './tables.js';
import {
  approvedBy,
  checkSentence,
  decisionSentences,
  headline,
  historyLegend,
  historyTitle,
  readingLegend,
  references,
  shareSentence,
  title,
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
  it('calls a simplified invoice one', () => {
    expect(title(made())).toBe('Electricity statement and VAT invoice');
    expect(title(made({ simplified: true }))).toBe('Electricity statement and simplified VAT invoice');
  });

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
    expect(historyTitle(use, [bar('2026-08-16', '2026-09-01'), bar('2026-09-01', '2026-10-01')], 'en-GB')).toContain(
      'last 2 months',
    );
    expect(historyTitle(use, [bar('2026-08-15', '2026-09-15'), bar('2026-09-15', '2026-10-15')], 'en-GB')).toContain(
      'last 2 periods',
    );
    expect(historyTitle(use, [bar('2026-09-01', '2026-09-08'), bar('2026-09-08', '2026-09-15')], 'en-GB')).toContain(
      'last 2 periods',
    );
  });

  it('explains what the chart shows, and only that', () => {
    expect(historyLegend([bar('2026-09-01', '2026-10-01')], 'en-GB')).toBe('Last bar: this period.');
    expect(
      historyLegend(
        [bar('2025-09-01', '2025-10-01'), { ...bar('2026-09-01', '2026-10-01'), estimated: true }],
        'en-GB',
      ),
    ).toBe('Last bar: this period. Mid shade: the same period a year ago. Dashed: includes estimated readings.');
    expect(readingLegend([], 'en-GB')).toBe('');
    expect(readingLegend(made().use[0]?.readings ?? [], 'en-GB')).toBe('actual = read from the meter.');
  });

  it('rounds the place among the others to a decimal', () => {
    const [use] = sampleFacts.use;
    if (use?.site === undefined) throw new Error('The sample has a site.');
    const finer = { ...use, total: '523.517', readings: [], site: { ...use.site, others: '6796.483' } };
    const [shown] = made({ use: [finer] }).use;
    expect(plain(shown && shareSentence(shown, 'en-GB'))).toContain('You used 523.5 kWh through your own meter: 6.6%.');
  });

  it('does not call a meter your own where none was read', () => {
    const [use] = made().use;
    const row = { meter: '', register: 'others', sign: '−', used: '1' } as const;
    const text = plain(use && shareSentence({ ...use, readings: [row] }, 'en-GB'));
    expect(text).toContain('kWh, some of it worked out: ');
    expect(text).not.toContain('your own meter');
  });
});

describe('headline', () => {
  it('adds up what the charges of the period are made of', () => {
    expect(plain(headline(made()).period)).toBe(
      'This period: Electricity £133.91 + Services £3.00 + VAT £27.38 = £164.29',
    );
  });

  it('tells the sum alone where there are too many sections for a line', () => {
    const lines = sampleFacts.charges.lines.map((line, index) => ({ ...line, section: `Section ${index}` }));
    const { period } = headline(made({ charges: { ...sampleFacts.charges, lines } }));
    expect(period).toBe('Charges this period: £164.29');
  });
});

describe('checkSentence', () => {
  it('speaks of scanning only where there is something to scan', () => {
    expect(checkSentence(made())).toContain('Go to a.example/verify/1234-5678-9ABC: it shows what we issued.');
    expect(checkSentence(made(), true)).toContain('1234-5678-9ABC or scan: it shows');
  });
});

describe('tables', () => {
  it('adds up each bill in a block of its own, in one table', () => {
    const table = sharingTable(made());
    expect(table?.rows.map(({ kind }) => kind).join(' ')).toBe('section line line line line total section line total');
    expect(table?.columns.map(({ title }) => title)).toEqual([
      'Cost, £ before VAT',
      'Amount',
      'All members',
      'Community',
      'You pay',
      'Shared by',
    ]);
    expect(sharingTable(made({ sharing: [] }))).toBeNull();
  });

  it('sums up the tax in a table of its own: a row for one rate, a total below several, nothing where none is charged', () => {
    const cells = (statement: Statement) => taxTable(statement)?.rows.map((row) => row.cells.join(' '));
    expect(cells(made())).toEqual(['Standard rate, 20% 136.91 27.38 164.29']);
    const [energy, , , , , fee] = sampleFacts.charges.lines;
    if (energy === undefined || fee === undefined) throw new Error('The sample has lines.');
    const twoRates: Partial<StatementFacts> = {
      charges: {
        lines: [energy, { ...fee, taxRate: '0' }],
        net: '109.03',
        tax: '21.21',
        gross: '130.24',
        taxes: [
          { label: 'Standard rate', rate: '20', net: '106.03', tax: '21.21' },
          { label: 'Exempt', rate: '0', net: '3.00', tax: '0.00' },
        ],
      },
      balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: '130.24' }], closing: '130.24' },
    };
    expect(cells(made(twoRates))).toEqual([
      'Standard rate, 20% 106.03 21.21 127.24',
      'Exempt, 0% 3.00 0.00 3.00',
      'Total 109.03 21.21 130.24',
    ]);
    expect(chargesTable(made(twoRates)).rows.at(-1)?.cells).toContain('109.03');
    const { net } = sampleFacts.charges;
    const untaxed = made({
      kind: 'statement',
      charges: { lines: sampleFacts.charges.lines, net, gross: net },
      balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: net }], closing: net },
    });
    expect(taxTable(untaxed)).toBeNull();
    expect(chargesTable(untaxed).rows.at(-1)?.cells).toEqual(expect.arrayContaining(['Total', '136.91']));
  });

  it('writes out the sum where a display began again at 0', () => {
    const [use] = sampleFacts.use;
    if (use === undefined) throw new Error('The sample has a use.');
    const row = {
      meter: 'M-0714',
      register: 'import',
      previous: { value: '99926.736', at: '2026-10-01T00:00', quality: 'actual' },
      latest: { value: '74.236', at: '2026-11-01T00:00', quality: 'actual' },
      rolledOverAt: '100000',
      used: '147.5',
    } as const;
    const site = { place: 'the hall', total: '147.5', otherMembers: 0, others: '0' };
    const statement = made({ use: [{ ...use, total: '147.5', site, readings: [row] }] });
    const rows = statement.use.flatMap((one) => readingsTable(one, statement).rows);
    expect(rows[0]?.below).toBe('passed 100,000 and began again at 0: 74.236 + 100,000 \u2212 99,926.736');
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
