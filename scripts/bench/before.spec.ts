import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beside, headOf, keepPrinted, readKept, readPrinted, sayBefore } from './before.js';

const printed = `PostgreSQL 15.18 in a folder, node v20.20.2, full

figure                                                            ours     ceiling  unit      ratio  CPU µs a row; p99 ms
readings: batches of 1,000, 1 connection                        61,123      70,100  rows/s     0.87  11.20 over 9.80; 20.00 over 18.00
readings: singles at 64, over bare HTTP that groups              4.50       12.25  rows/s     0.37
run: calculate: half-hours, 3 bands, 1,000 members               1,024       2,000  members/s  0.51
`;

it('keeps the ratios of what a run printed, by the names of its figures', () => {
  const before = readPrinted(printed, 'before the record');
  expect(before).toEqual({
    described: 'before the record',
    by: 'PostgreSQL 15.18 in a folder, node v20.20.2, full',
    ratios: {
      'readings: batches of 1,000, 1 connection': 0.87,
      'readings: singles at 64, over bare HTTP that groups': 0.37,
      'run: calculate: half-hours, 3 bands, 1,000 members': 0.51,
    },
  });
  expect(() => readPrinted('nothing of the kind\n', 'x')).toThrow('no line of it holds a ratio');
});

it('prints then beside now, and says where a figure was not there then', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-before-'));
  const [file, kept] = [join(folder, 'printed.txt'), join(folder, 'before.json')];
  writeFileSync(file, printed);
  expect(readKept(kept)).toBeNull();
  expect(keepPrinted(file, 'before the record', kept)).toBe(3);
  const before = readKept(kept);
  rmSync(folder, { recursive: true });
  expect(beside(before, 'readings: batches of 1,000, 1 connection', 0.9)).toBe('    0.87   0.90');
  expect(beside(before, 'files: something new', 1)).toBe('       –   1.00');
  expect([beside(null, 'any', 0.5), headOf(null), headOf(before)]).toEqual(['   0.50', '  ratio', '  before    now']);
  expect(sayBefore(before!, 'PostgreSQL 16, node v20, full')).not.toContain('care');
  expect(sayBefore(before!, 'PostgreSQL 16, node v20, quick')).toContain('compare with care');
});
