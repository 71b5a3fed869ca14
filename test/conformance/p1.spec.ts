import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromEpochMs } from '../../src/domain/calendar/period.js';
import type { CumulativeReading } from '../../src/domain/metering/reading.js';
import { decimal, plain } from '../../src/domain/quantity/decimal.js';
import { Findings } from '../../src/modules/intake/files/findings.js';
import { p1 } from '../../src/modules/intake/files/p1/p1.format.js';

const folder = join(process.cwd(), '../shared/data/dsmr-p1');
const list = join(folder, 'EXPECTED.json');
const pathOf = (name: string): string => join(folder, 'telegrams', `${name}.txt`);

/** What was found in a telegram with other means; `gas` is every value on a line 24.2.x, null is what the telegram does not have. */
interface Expected {
  readonly len: number;
  readonly crc_ok: boolean | null;
  readonly imp1: string | null;
  readonly imp2: string | null;
  readonly exp1: string | null;
  readonly exp2: string | null;
  readonly ts: string | null;
  readonly gas: readonly string[];
}

function read(text: string) {
  const instants = new Map<string, string>();
  const findings = new Findings(
    ({ head }, reading) => instants.set(head.register, (reading as CumulativeReading).at),
    () => 1,
  );
  const reader = p1.reader(findings, { offsetMinutes: null, zone: null });
  reader.write(text);
  reader.end();
  const { channels, problems } = findings.read();
  const shown = new Map(channels.map(({ register, unit, total }) => [register, { unit, total: plain(total) }]));
  return { instants, shown, problems: problems.map(({ detail }) => detail) };
}

const measured = (text: string): { unit: string; total: string } => {
  const [value = '', unit = ''] = text.split('*');
  return { unit, total: plain(decimal(value)) };
};

/** The letter alone says how far the clock was ahead of UTC: one hour in winter, two in summer. */
function instantOf(text: string): string {
  const [, year, month, day, hours, minutes, seconds, letter] = /^(..)(..)(..)(..)(..)(..)(.)$/.exec(text) ?? [];
  return fromEpochMs(
    Date.parse(`20${year}-${month}-${day}T${hours}:${minutes}:${seconds}+0${letter === 'S' ? 2 : 1}:00`),
  );
}

if (!existsSync(list)) {
  console.warn(`The telegrams of real P1 ports were not tested: ${list} is not on this machine.`);
  test.skip('telegrams of real P1 ports: skipped, because ../shared/data is not on this machine', () => undefined);
} else {
  const all = Object.entries(JSON.parse(readFileSync(list, 'utf8')) as Record<string, Expected>);
  const here = all.filter(([name]) => existsSync(pathOf(name)));
  const missing = all.filter(([name]) => !existsSync(pathOf(name)));

  describe('telegrams of real P1 ports', () => {
    it.each(here)('%s shows what its list says', (name, expected) => {
      const text = readFileSync(pathOf(name), 'utf8');
      const { shown, instants, problems } = read(text);
      expect([text.length, p1.recognises(text)]).toEqual([expected.len, true]);
      const registers = {
        '1-0:1.8.1': expected.imp1,
        '1-0:1.8.2': expected.imp2,
        '1-0:2.8.1': expected.exp1,
        '1-0:2.8.2': expected.exp2,
      };
      for (const [register, value] of Object.entries(registers)) {
        expect([register, shown.get(register)]).toEqual([register, value === null ? undefined : measured(value)]);
      }
      const bus = [...shown].filter(([register]) => /^0-\d:24\.2\.\d$/.test(register)).map(([, value]) => value);
      // The list knows no gas of DSMR 2 and 3, which stands on a line 24.3.0 and the one below it.
      const older = text.includes(':24.3.0(') ? [{ unit: 'm3', total: '1.001' }] : [];
      expect(bus).toEqual([...expected.gas.map(measured), ...older]);
      if (expected.ts === null) expect(problems).toEqual([expect.stringContaining('has no time')]);
      else {
        expect(instants.get('1-0:1.8.1')).toBe(instantOf(expected.ts));
        expect(problems).toEqual([]);
      }
    });

    it.each(here.filter(([, { crc_ok }]) => crc_ok === true))('%s is lost where a digit was changed', (name) => {
      const text = readFileSync(pathOf(name), 'utf8').replace(/1-0:1\.8\.1\(0/, '1-0:1.8.1(9');
      const { shown, problems } = read(text);
      expect([shown.size, problems.some((detail) => /says CRC [0-9A-F]{4}, its text has/.test(detail))]).toEqual([
        0,
        true,
      ]);
    });

    it('shows the counter of a German meter, of which the list says nothing', () => {
      const { shown } = read(readFileSync(pathOf('TELEGRAM_ESY5Q3DB1024_V304'), 'utf8'));
      expect(Object.fromEntries(shown)).toEqual({
        '1-0:1.8.0': { unit: 'kWh', total: '52185.7825309' },
        '1-0:2.8.0': { unit: 'kWh', total: '19949.3221493' },
      });
    });

    it.each([
      ['all in one file', ''],
      ['with other text between them', '\r\n2026-10-25 noise\r\n'],
    ])('are read %s', (_, between) => {
      const texts = here.map(([name]) => readFileSync(pathOf(name), 'utf8'));
      const apart = texts.map((text) => read(text).instants.size);
      const counts: string[] = [];
      const findings = new Findings(
        ({ head }, reading) => counts.push(`${head.meter} ${head.register} ${(reading as CumulativeReading).at}`),
        () => 1,
      );
      const reader = p1.reader(findings, { offsetMinutes: null, zone: null });
      for (const text of texts) reader.write(text + between);
      reader.end();
      expect(counts).toHaveLength(apart.reduce((sum, count) => sum + count, 0));
    });

    // The list speaks of telegrams that were not published with it: what can be known of them is tested in the spec of the reader.
    it.skip.each(missing)('%s: skipped, because the list has it and the folder has no such file', () => undefined);
  });
}
