import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import { seal } from '../../../domain/proof/code.js';
import { compose } from '../../../domain/statement/compose.js';
import type { StatementFacts } from '../../../domain/statement/facts.js';
import { sampleFacts } from '../../../domain/statement/sample.js';
import { face } from '../../../platform/pdf/fonts.js';
import { drawStatement } from './document.js';

// Parsing fonts and starting tools takes as long as the machine is busy; no test measures it.
jest.setTimeout(180_000);

const statementOf = (facts: StatementFacts) => seal(compose(facts), 'energy.oldmarkethall.example/verify');
const folder = mkdtempSync(join(tmpdir(), 'statement-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A test that looks at the file with a tool of poppler or qpdf; where it is not installed, the test's name says so. */
const withTool = (tool: string, name: string, test: () => void): void => {
  const found = spawnSync(tool, ['--version']).error === undefined;
  (found ? it : it.skip)(found ? name : `${name} (skipped: ${tool} is not installed)`, test);
};
let files = 0;
const draw = (facts: StatementFacts): string => {
  const file = join(folder, `${(files += 1)}.pdf`);
  writeFileSync(file, drawStatement(statementOf(facts)));
  return file;
};
const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { encoding: 'utf8' });
const textOf = (file: string): string => run('pdftotext', '-layout', file, '-').replace(/[ \u00a0]+/g, ' ');

interface Word {
  readonly page: number;
  readonly text: string;
  readonly box: readonly [number, number, number, number];
}
function words(file: string): Word[] {
  const pages = run('pdftotext', '-bbox', file, '-').split('<page ').slice(1);
  return pages.flatMap((page, index) =>
    [...page.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g)].map(
      (m) => ({
        page: index + 1,
        text: m[5] ?? '',
        box: [Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4])] as const,
      }),
    ),
  );
}
/** Words whose boxes share more than a hair, and words that leave the paper. A line's box is higher than its letters. */
function collisions(all: readonly Word[]): string[] {
  const found: string[] = all.length < 100 ? [`only ${all.length} words were found`] : [];
  all.forEach((a, index) => {
    const [x1, y1, x2, y2] = a.box;
    if (x1 < 0 || x2 > 595.5 || y1 < 0 || y2 > 842) found.push(`page ${a.page}: "${a.text}" leaves the paper`);
    for (const b of all.slice(index + 1)) {
      if (a.page !== b.page) continue;
      const across = Math.min(x2, b.box[2]) - Math.max(x1, b.box[0]);
      const down = Math.min(y2, b.box[3]) - Math.max(y1, b.box[1]);
      if (across > 0.8 && down > 3) found.push(`page ${a.page}: "${a.text}" and "${b.text}"`);
    }
  });
  return found;
}

/** The same value without some of its keys. */
const without = <T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;

const unregistered = (): StatementFacts => {
  const charges = without(sampleFacts.charges, 'tax', 'taxes');
  const community = without(sampleFacts.community, 'vatNumber');
  const lines = charges.lines.map((line) => without(line, 'taxRate'));
  const balance = {
    opening: { amount: '0.00' },
    entries: [{ kind: 'charges' as const, amount: '136.91' }],
    closing: '136.91',
  };
  return {
    ...sampleFacts,
    kind: 'statement',
    community,
    charges: { ...charges, lines, gross: '136.91' },
    balance,
    sharing: [],
  };
};

const creditNote = (): StatementFacts => ({
  ...sampleFacts,
  kind: 'credit-note',
  number: 'CN-2026-040',
  corrects: { number: sampleFacts.number, issuedOn: '2026-11-03', reason: 'the meter of another stall was read' },
  use: [],
  sharing: [],
  charges: {
    ...sampleFacts.charges,
    lines: sampleFacts.charges.lines.map((line) => ({
      ...without(line, 'quantity', 'unit', 'price'),
      net: `-${line.net}`,
      reason: { rule: 'reverses', amount: line.net, document: sampleFacts.number },
    })),
    net: '-136.91',
    tax: '-27.38',
    gross: '-164.29',
    taxes: [{ label: 'Standard rate', rate: '20', net: '-136.91', tax: '-27.38' }],
  },
  balance: {
    opening: { amount: '159.49' },
    entries: [{ kind: 'credit', document: 'CN-2026-040', amount: '-164.29' }],
    closing: '-4.80',
  },
});

/** What a stall of a hall gets: energy in two bands, shared areas, rent and services, two rates, two blocks of costs. */
const typical = (meters: number): StatementFacts => {
  const [use] = sampleFacts.use;
  const [line] = sampleFacts.charges.lines;
  const [bill] = sampleFacts.sharing;
  const [cost] = bill?.components ?? [];
  if (use === undefined || line === undefined || bill === undefined || cost === undefined)
    throw new Error('The sample is whole.');
  const nothing = (section: string, description: string, taxRate: string) =>
    ({
      section,
      description,
      net: '0.00',
      taxRate,
      reason: { rule: 'share', of: '4120.00', weight: '0', total: '412', unit: 'm²' },
    }) as const;
  const more = [
    ...['Day units', 'Night units'].map((name) => nothing('Shared areas and losses', name, '20')),
    ...['Internet line', 'Cleaning, insurance, repairs'].map((name) => nothing('Services', name, '20')),
    nothing('Services', 'Rent of the hall', '0'),
  ];
  const extra = Array.from({ length: meters - 1 }, (_, index) =>
    use.readings.map((row) => ({ ...without(row, 'previous', 'latest'), meter: `M-${index}`, used: '0' })),
  );
  const own = ['Rent of the hall', 'Cleaning, insurance, repairs', 'Internet line', 'Metering and billing'];
  return {
    ...sampleFacts,
    notes: sampleFacts.notes.slice(0, 2),
    use: [{ ...use, readings: [...use.readings, ...extra.flat()] }],
    charges: {
      ...sampleFacts.charges,
      lines: [...sampleFacts.charges.lines, ...more],
      taxes: [...(sampleFacts.charges.taxes ?? []), { label: 'Exempt', rate: '0', net: '0.00', tax: '0.00' }],
    },
    sharing: [
      bill,
      {
        ...without(bill, 'document', 'note'),
        title: 'The community’s own costs',
        amount: '0.00',
        components: own.map((label) => ({
          ...cost,
          label,
          amount: '0.00',
          members: '0.00',
          common: '0.00',
          you: '0.00',
        })),
      },
    ],
  };
};

/** Forty more lines of nothing and fifteen meters, with long names. */
const long = (): StatementFacts => {
  const [use] = sampleFacts.use;
  const [line] = sampleFacts.charges.lines;
  if (use === undefined || line === undefined) throw new Error('The sample has a use and a line.');
  const meter = (index: number) => ({
    meter: `M-${1000 + index}`,
    register: 'import total of the cold room behind the fishmonger’s stall',
    previous: { value: '100000.0', at: '2026-10-01T00:00', quality: 'estimated' as const },
    latest: { value: '100000.0', at: '2026-11-01T00:00', quality: 'customer' as const },
    used: '0.0',
  });
  const extra = (index: number) => ({
    ...line,
    description: `Extra ${index}: hire of the shared oven, by the minutes booked in the calendar of the hall`,
    section: index < 20 ? 'Oven' : 'Kiln',
    quantity: '0',
    net: '0.00',
    reason: { rule: 'equal-share', of: '0.00', shares: 23 } as const,
  });
  const meters = Array.from({ length: 15 }, (_, index) => meter(index));
  const units = Array.from({ length: 30 }, (_, index) => `Stall ${index}`);
  return {
    ...sampleFacts,
    member: { ...sampleFacts.member, units, meters: meters.map((row) => ({ label: row.meter })) },
    use: [{ ...use, readings: [...use.readings, ...meters] }],
    charges: {
      ...sampleFacts.charges,
      lines: [...sampleFacts.charges.lines, ...Array.from({ length: 40 }, (_, i) => extra(i))],
    },
  };
};

const hostileName =
  '<script>alert(1)</script> & Söhne \u202eevil\u0000 🥖 مخبز ' + 'Donaudampfschifffahrtsgesellschaft'.repeat(8);
const hostile = (): StatementFacts => ({
  ...sampleFacts,
  community: { ...sampleFacts.community, name: hostileName, address: [hostileName], email: 'x'.repeat(200) },
  member: { ...sampleFacts.member, name: hostileName, contact: hostileName, units: [hostileName] },
  charges: {
    ...sampleFacts.charges,
    lines: sampleFacts.charges.lines.map((line) => ({ ...line, description: hostileName })),
  },
  notes: [{ title: hostileName, text: hostileName }],
});

describe('drawStatement', () => {
  it('gives the same bytes for the same statement', () => {
    const [a, b] = [drawStatement(statementOf(sampleFacts)), drawStatement(statementOf(structuredClone(sampleFacts)))];
    expect(a.equals(b)).toBe(true);
    expect(a.subarray(0, 8).toString()).toBe('%PDF-1.7');
  });

  it('gives the same bytes whatever was drawn before and after it', () => {
    const alone = drawStatement(statementOf(sampleFacts));
    const [, among] = [long(), sampleFacts, hostile()].map((facts) => drawStatement(statementOf(facts)));
    expect(among?.equals(alone)).toBe(true);
  });

  it('has a glyph for every character that it draws without looking', () => {
    const codes = [
      ...Array(0x180).keys(),
      0x2013,
      0x2014,
      0x2018,
      0x2019,
      0x201a,
      0x201b,
      0x201c,
      0x201d,
      0x2026,
      0x2212,
    ];
    const passed = codes
      .map((code) => String.fromCodePoint(code))
      .filter((character) => face('regular').drawable(character) === character);
    for (const weight of ['regular', 'semibold'] as const) {
      for (const character of passed) {
        expect(
          face(weight)
            .shape(character)
            .glyphs.map((glyph) => glyph.id),
        ).not.toContain(0);
      }
    }
    expect(passed.length).toBeGreaterThan(300);
  });

  it('carries the statement itself, in canonical form', () => {
    const statement = statementOf(hostile());
    const pdf = drawStatement(statement);
    const object = pdf.indexOf('/Type /EmbeddedFile');
    const start = pdf.indexOf('stream\n', object) + 'stream\n'.length;
    const attached = inflateSync(pdf.subarray(start, pdf.indexOf('\nendstream', start))).toString('utf8');
    expect(attached).toBe(canonicalJson(statement));
    expect(pdf.includes('/AFRelationship /Source')).toBe(true);
  });

  it('writes metadata that any reader parses, for any name', () => {
    const facts = { ...sampleFacts, community: { ...sampleFacts.community, name: 'Bread & Salt <Hall>' } };
    const text = drawStatement(statementOf(facts)).toString('latin1');
    expect(text).toContain('<rdf:li>Bread &amp; Salt &lt;Hall&gt;</rdf:li>');
    expect(text).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(text).toContain('<xmp:ModifyDate>2026-11-03T09:30:00Z</xmp:ModifyDate>');
  });

  withTool('qpdf', 'is a sound file, in every variant', () => {
    for (const facts of [
      sampleFacts,
      long(),
      creditNote(),
      unregistered(),
      hostile(),
      { ...sampleFacts, demo: true },
    ]) {
      expect(run('qpdf', '--check', draw(facts))).toContain('No syntax or stream encoding errors found');
    }
  });

  withTool('pdfinfo', 'is tagged, on two pages of A4, and reads in order', () => {
    const file = draw(sampleFacts);
    const info = run('pdfinfo', file);
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(info).toMatch(/Pages:\s+2\n/);
    expect(info).toMatch(/Page size:.*A4/);
    const tags = run('pdfinfo', '-struct-text', file);
    for (const tag of ['H1', 'H2', 'Table', 'THead', 'TH', 'TD', 'Figure'])
      expect(tags).toMatch(new RegExp(`^\\s*${tag}`, 'm'));
    const order = [
      'Electricity statement',
      'Rosa’s Bakery',
      '£159.49',
      'Sort code',
      'Your balance',
      'last 13 months',
      'Your share',
    ];
    const places = order.map((text) => tags.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(tags).toContain('Scope');
  });

  withTool('pdfinfo', 'tells a typical member everything on two pages, with one meter and with two', () => {
    for (const meters of [1, 2]) {
      const file = draw(typical(meters));
      expect(run('pdfinfo', file)).toMatch(/Pages:\s+2\n/);
      expect(collisions(words(file))).toEqual([]);
    }
  });

  withTool('pdftotext', 'lets rows stand closer before it puts a few lines on a page of their own', () => {
    // Without a year of history the readings stand on the first page already, and take none of the second.
    const { use } = typical(1);
    for (const uses of [use, use.map((one) => ({ ...one, history: [] }))])
      for (let count = 0; count < 9; count += 1) {
        const notes = Array.from({ length: count }, (_, index) => ({ title: `Note ${index}`, text: 'One line.' }));
        const pages = run('pdftotext', '-layout', draw({ ...typical(1), use: uses, notes }), '-').split('\f');
        const alone = pages.slice(2, -1).map((page) => page.match(/^ *Note \d+/gm)?.length ?? 0);
        expect([count, ...alone.filter((lines) => lines < 5)]).toEqual([count]);
      }
  });

  withTool('pdfinfo', 'says of each section of a table that its name spans the columns', () => {
    const tags = run('pdfinfo', '-struct-text', draw(sampleFacts));
    expect(tags).toMatch(/TH:\s+\/Scope \/Row\s+\/ColSpan 5\s+"Electricity "/);
    expect(tags).toMatch(/TH:\s+\/Scope \/Row\s+\/ColSpan 6\s+"Northgrid Energy, bill NE-884213,/);
  });

  withTool('pdftotext', 'sets the VAT summary beside the remarks, which are read first', () => {
    const [line] = sampleFacts.charges.lines;
    if (line === undefined) throw new Error('The sample has lines.');
    const odd = { ...line, section: 'Services', description: 'Internet line', net: '2.41' };
    const internet = { ...odd, reason: { rule: 'equal-share', of: '58.00', shares: 24 } } as const;
    const charges = { lines: [internet], net: '2.41', tax: '0.48', gross: '2.89' };
    const file = draw({
      ...sampleFacts,
      charges: { ...charges, taxes: [{ label: 'Standard rate', rate: '20', net: '2.41', tax: '0.48' }] },
      balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: '2.89' }], closing: '2.89' },
    });
    const [, second = []] = [1, 2].map((page) => words(file).filter((word) => word.page === page));
    const at = (text: string) => second.find((word) => word.text === text)?.box ?? [0, 0, 0, 0];
    const [remark, summary] = [at('So'), at('summary')];
    expect(remark[0]).toBeLessThan(summary[0] - 150);
    expect(Math.abs(remark[1] - summary[1])).toBeLessThan(12);
    const tags = run('pdfinfo', '-struct-text', file);
    expect(tags.indexOf('usual rounding')).toBeGreaterThan(tags.indexOf('Total before VAT'));
    expect(tags.indexOf('VAT summary')).toBeGreaterThan(tags.indexOf('usual rounding'));
    expect(collisions(words(file))).toEqual([]);
  });

  withTool('pdftotext', 'lets the reader check the paper on its first page', () => {
    const [first = ''] = run('pdftotext', '-layout', draw(sampleFacts), '-').split('\f');
    expect(first).toContain('Check this statement yourself');
  });

  withTool('pdffonts', 'embeds every font, with a map to Unicode', () => {
    const rows = run('pdffonts', draw(sampleFacts)).trim().split('\n').slice(2);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatch(/Inter.*\byes yes yes\b/);
  });

  withTool(
    'pdftotext',
    'flows forty lines and fifteen meters over pages under repeated headers, without overlap',
    () => {
      const file = draw(long());
      const text = textOf(file);
      expect(run('pdfinfo', file)).toMatch(/Pages:\s+[4-9]\n/);
      for (let index = 0; index < 40; index += 1) expect(text).toContain(`Extra ${index}: hire of the shared oven`);
      for (let index = 0; index < 15; index += 1) expect(text).toContain(`M-${1000 + index} import total`);
      expect(text.match(/What for Quantity/g)?.length).toBeGreaterThan(1);
      expect(text).toMatch(/(Oven|Kiln), continued/);
      expect(text).toMatch(/Page 4 of \d/);
      expect(collisions(words(file))).toEqual([]);
    },
  );

  withTool('pdftotext', 'wraps and cuts hostile names, and shows what it cannot draw', () => {
    const file = draw(hostile());
    const text = textOf(file);
    expect(text).toContain('<script>alert(1)</script> & Söhne □evil□ □ □');
    expect(text).toMatch(/…\s+Page 1 of \d/);
    expect(collisions(words(file))).toEqual([]);
  });

  withTool('pdftotext', 'asks nobody to pay a credit note, and calls it by its name', () => {
    const file = draw(creditNote());
    const text = textOf(file);
    for (const part of [
      'VAT credit note',
      'Corrects MH-2026-10-0711',
      'We credit you',
      '£164.29',
      'You are now £4.80 in credit',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Sort code');
    expect(collisions(words(file))).toEqual([]);
  });

  withTool('pdftotext', 'speaks of no VAT where the community is not registered', () => {
    const file = draw(unregistered());
    expect(textOf(file)).toContain('Electricity statement');
    expect(textOf(file)).not.toContain('VAT');
    expect(collisions(words(file))).toEqual([]);
  });

  withTool('pdftotext', 'draws a first month: no history, no site, no peers, nothing shared', () => {
    const [use] = sampleFacts.use;
    if (use === undefined) throw new Error('The sample has a use.');
    const bare = without(use, 'peers', 'site');
    const file = draw({
      ...sampleFacts,
      use: [{ ...bare, history: [] }],
      sharing: [],
      decisions: [],
      approvals: [],
      notes: [],
    });
    const text = textOf(file);
    expect(text).toContain('You owe');
    expect(text).not.toMatch(/last \d+ months|Your share|undefined|n\/a/);
  });

  withTool(
    'pdftotext',
    'marks a demonstration on every page, says so in words, and writes no word across the others',
    () => {
      const text = textOf(draw({ ...sampleFacts, demo: true }));
      expect(text.match(/DEMO, not payable/g)?.length).toBeGreaterThanOrEqual(3);
      expect(text).toContain('Please do not pay it.');
      expect(text).not.toContain('DEMO, NOT PAYABLE');
    },
  );
});
