import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { ReadingRound } from './reading-round.service.js';
import { drawRound } from './round-page.js';
import type { RoundRow } from './round-rows.js';

// Parsing fonts and starting tools takes as long as the machine is busy; no test measures it.
jest.setTimeout(180_000);

const folder = process.env['KEEP_ROUNDS'] ?? mkdtempSync(join(tmpdir(), 'round-'));
afterAll(() => {
  if (process.env['KEEP_ROUNDS'] === undefined) rmSync(folder, { recursive: true });
});

/** A test that looks at the file with a tool of poppler; where it is not installed, the test's name says so. */
const withTool = (tool: string, name: string, test: () => void): void => {
  const found = spawnSync(tool, ['-v']).error === undefined;
  (found ? it : it.skip)(found ? name : `${name} (skipped: ${tool} is not installed)`, test);
};
const draw = (name: string, round: ReadingRound): string => {
  const file = join(folder, `${name}.pdf`);
  writeFileSync(file, drawRound(round));
  return file;
};
const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { encoding: 'utf8' });
const textOf = (file: string): string => run('pdftotext', '-layout', file, '-').replace(/[ \u00a0]+/g, ' ');

const usual: RoundRow = {
  space: { code: 'STALL-1', name: 'Corner stall' },
  member: { code: 'ROSA', name: 'Rosa’s Flowers' },
  isLet: true,
  meter: 'SHOP-01',
  meterName: 'Stall 1',
  role: 'sub',
  serial: 'EM24-0044181',
  register: 'import',
  registerId: '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10',
  unit: 'kWh',
  digits: 6,
  decimals: 0,
  multiplier: decimal('1'),
  last: { at: '2026-10-31T17:20:00Z', value: decimal('48210'), quality: 'actual' },
  expected: { low: decimal('48300'), high: decimal('48570'), mayWrap: false, perDay: decimal('9.125') },
};
const odd: readonly Partial<RoundRow>[] = [
  { decimals: 1, last: { at: '2026-10-31T17:20:00Z', value: decimal('48210.4'), quality: 'customer' } },
  { digits: 7, decimals: 3, unit: 'm3', register: 'water-cold', multiplier: decimal('0.01') },
  { member: null, space: { code: 'STALL-2', name: 'The stall behind the fishmonger’s cold room by the north gate' } },
  {
    digits: null,
    serial: '',
    last: null,
    expected: { because: 'no-reading' },
    member: { code: 'X', name: 'Bread & Co, bakers of the old market since eighteen hundred' },
  },
  {
    expected: { low: decimal('999950'), high: decimal('120'), mayWrap: true, perDay: decimal('10') },
    multiplier: decimal('40'),
  },
  { digits: 9, decimals: 3, expected: { because: 'too-short' } },
];
const round = (count: number): ReadingRound => ({
  community: 'Old Market Hall Co-operative',
  locale: 'en-GB',
  site: { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' },
  on: '2026-11-20',
  madeAt: '2026-11-19T09:00:00Z',
  rows: Array.from({ length: count }, (_, i): RoundRow => ({
    ...usual,
    meter: `SHOP-${String(i + 1).padStart(2, '0')}`,
    ...(i % 4 === 3 ? odd[((i / 4) % odd.length) | 0] : {}),
    ...(i === count - 1 && count > 1 ? { space: null, member: null, role: 'source' as const, meter: 'MAIN' } : {}),
  })),
  leftOut: [
    { meter: 'MAIN', register: 'import-hh', because: 'interval' },
    { meter: 'SHOP-99', register: 'import', because: 'no-device' },
  ],
});

describe('the list on paper', () => {
  it('is the same twice', () => {
    expect(drawRound(round(20)).equals(drawRound(round(20)))).toBe(true);
  });

  withTool('pdftotext', 'has every register once, in the order given, on numbered pages with their header', () => {
    const text = textOf(draw('eighty', round(80)));
    const pages = text.split('\f').slice(0, -1);
    expect(pages.length).toBeLessThanOrEqual(6);
    pages.forEach((page, index) => {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('Space, occupied by');
      expect(page).toContain('Read by');
    });
    const found = [...text.matchAll(/(SHOP-\d\d|MAIN)(?= import| water| STALL|$)/gm)].map(([meter]) => meter);
    expect(new Set(found).size).toBeGreaterThanOrEqual(80);
    expect(text).toContain('48300 to 48570');
    expect(text).toContain('no range yet');
    expect(text).toContain('may pass zero');
    expect(text).toContain('vacant');
    expect(text).toContain('entry of the site');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Not on this list: MAIN import-hh (it sends intervals and shows no total), SHOP-99 import (no device is in).',
    );
  });

  withTool('pdffonts', 'is real text in embedded fonts', () => {
    const fonts = run('pdffonts', draw('fonts', round(3)))
      .split('\n')
      .slice(2)
      .filter(Boolean);
    expect(fonts.length).toBeGreaterThan(0);
    for (const line of fonts) expect(line).toMatch(/Inter.*\byes\s+yes\s+yes\b/);
  });

  withTool('pdfinfo', 'is A4 across, tagged and titled', () => {
    const info = run('pdfinfo', draw('info', round(3))).replaceAll('\u00a0', ' ');
    expect(info).toMatch(/Page size:\s+841\.89 x 595\.28 pts \(A4\)/);
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(info).toMatch(/Title:\s+Reading round, Old Market Hall, 20 November 2026/);
  });

  withTool('pdftotext', 'says so where there is nothing to read', () => {
    expect(textOf(draw('empty', { ...round(0), leftOut: [] }))).toContain(
      'There is no display to read at this site on this day.',
    );
  });
});
