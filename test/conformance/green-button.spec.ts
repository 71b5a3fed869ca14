import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { IntervalReading } from '../../src/domain/metering/reading.js';
import { plain } from '../../src/domain/quantity/decimal.js';
import { Findings } from '../../src/modules/intake/files/findings.js';
import { greenButton } from '../../src/modules/intake/files/green-button/green-button.format.js';

const data = join(process.cwd(), '../shared/data');
const objects = join(data, 'greenbutton-objects/tests');

/** Says in plain words what is not tested where the real files are not there. */
function withFiles(path: string, what: string, run: () => void): void {
  if (existsSync(path)) {
    run();
    return;
  }
  console.warn(`${what} were not tested: ${path} is not on this machine.`);
  test.skip(`${what}: skipped, because ../shared/data is not on this machine`, () => undefined);
}

function read(path: string) {
  const text = readFileSync(path, 'utf8');
  const readings: IntervalReading[] = [];
  const findings = new Findings(
    (_, reading) => void readings.push(reading as IntervalReading),
    () => 1,
  );
  const reader = greenButton.reader(findings, { offsetMinutes: null, zone: null });
  reader.write(text);
  reader.end();
  const isRecognised = greenButton.recognises(text.slice(0, 65_536));
  return { text, isRecognised, readings, ...findings.read() };
}

interface Expected {
  readonly meter: string;
  readonly register: string;
  /** Begin, length, value and unit, as `2011-01-01 08:00:00+00:00, 1:00:00: 450 Wh`. */
  readonly lines: readonly string[];
}

/**
 * Reads what the authors of a parser wrote down of each file: the usage point and the meter reading by their titles, then every
 * reading. Costs and qualities, which stand in brackets after the value, are left out: what a reading cost is not read here.
 */
function expectedIn(path: string): Expected | null {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const [, meter, register] = /^UsagePoint \((.*)\) Service: .* Meter Reading \((.*)\) [^()]*:$/.exec(head) ?? [];
  if (meter === undefined || register === undefined) return null;
  const readings = lines.map((line) => line.trim()).filter((line) => line !== '');
  return { meter, register, lines: readings.map((line) => line.replace(/ ?[([].*$/, '')) };
}

/** A length as that list writes it: `1:00:00`, `1 day, 0:00:00`, `23:00:00`, `1 day, 1:00:00`. */
function lengthOf(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const [hours, minutes, rest] = [
    Math.floor((seconds % 86_400) / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  const time = `${hours}:${String(minutes).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
  return days === 0 ? time : `${days} day${days === 1 ? '' : 's'}, ${time}`;
}

const listed = ({ from, to, quantity }: IntervalReading, factor: string, unit: string): string => {
  const length = lengthOf((Date.parse(to) - Date.parse(from)) / 1000);
  return `${from.replace('T', ' ').replace('Z', '+00:00')}, ${length}: ${plain(quantity.dividedBy(factor))} ${unit}`;
};

withFiles(join(objects, 'expected_results'), 'The readings that are listed for Green Button files', () => {
  const lists = ['abridged', 'electricity', 'natural_gas'].flatMap((folder) => {
    const path = join(objects, 'expected_results', folder);
    return existsSync(path) ? readdirSync(path).map((list) => join(folder, basename(list, '.txt'))) : [];
  });
  const fileOf = (name: string): string => join(objects, 'data', `${name}.xml`);
  const here = lists.filter((name) => existsSync(fileOf(name)));
  const missing = lists.filter((name) => !here.includes(name));

  describe('Green Button files hold what is listed for them', () => {
    it.each(here)('%s', (name) => {
      const { isRecognised, readings, channels, problems, refusal } = read(fileOf(name));
      const expected = expectedIn(join(objects, 'expected_results', `${name}.txt`));
      expect(isRecognised).toBe(true);
      if (!expected) {
        expect([readings.length, refusal]).toEqual([0, 'The file holds no reading. Ask the sender for the data.']);
        return;
      }
      const [channel] = channels;
      expect([problems, refusal]).toEqual([[], null]);
      expect(channels).toMatchObject([{ meter: expected.meter, register: expected.register, overlapping: 0 }]);
      expect(readings.map((reading) => listed(reading, channel?.factor.toFixed() ?? '', channel?.unit ?? ''))).toEqual(
        expected.lines,
      );
    });

    // Lists of files that were not published with them: what they would show is tested with those that were.
    it.skip.each(missing)('%s: skipped, because the folder has its list and not the file', () => undefined);
  });
});

/**
 * Counted with other means: every IntervalReading of the file parsed as a tree (Python, xml.etree), the values added as integers, the
 * quality elements counted, the starts sorted and held against start + duration of the one before.
 */
const facts: Record<string, object> = {
  'greenbutton-cew821/spec/fixtures/sample_greenbutton_data.xml': {
    meter: 'Coastal Single Family',
    register: 'Hourly Electricity Consumption',
    count: 362,
    total: '291018',
    qualities: { '': 362 },
    intervalMinutes: [60],
    first: '2011-01-01T08:00:00Z',
    last: '2011-01-16T10:00:00Z',
    missing: 0,
  },
  'greenbutton-gba/src/test/resources/fixtures/test_usage_data_01.xml': {
    meter: 'Front Electric Meter',
    register: 'Fifteen Minute Electricity Consumption',
    count: 96,
    total: '93846',
    qualities: { '7': 1, '8': 1, '': 94 },
    intervalMinutes: [15],
    first: '2012-03-01T05:00:00Z',
    last: '2012-03-02T05:00:00Z',
    missing: 0,
  },
  'greenbutton-gba/src/test/resources/fixtures/test_usage_data_02.xml': {
    meter: 'Front Electric Meter',
    register: 'Fifteen Minute Electricity Consumption',
    count: 96,
    total: '97977',
    qualities: { '': 96 },
    intervalMinutes: [15],
    first: '2012-03-02T05:00:00Z',
    last: '2012-03-03T05:00:00Z',
    missing: 0,
  },
  'greenbutton-objects/tests/data/abridged/electric_containerized.xml': {
    meter: 'Coastal Multi-Family 12hr',
    register: 'Hourly Electricity Consumption',
    count: 8,
    total: '4086',
    qualities: { '': 8 },
    intervalMinutes: [60],
    first: '2011-01-01T08:00:00Z',
    last: '2011-01-02T00:00:00Z',
    missing: 8,
  },
  'greenbutton-objects/tests/data/electricity/TestGBDataHourlyNineDaysBinnedDaily.xml': {
    meter: 'Green Button Sample Data File',
    register: 'Monthly Electricity Consumption',
    count: 216,
    // The file's own summary of the period says the same.
    total: '199563',
    qualities: { '': 216 },
    intervalMinutes: [60],
    first: '2014-01-01T05:00:00Z',
    last: '2014-01-10T05:00:00Z',
    missing: 0,
  },
  'greenbutton-objects/tests/data/electricity/TestGBDataOneYearDailyBinnedMonthly.xml': {
    meter: 'Green Button Sample Data File',
    register: 'Monthly Electricity Consumption',
    count: 444,
    total: '9917817',
    qualities: { '': 444 },
    // Two days on which the clocks go forward, one on which they go back.
    intervalMinutes: [1380, 1440, 1500],
    first: '2013-01-01T05:00:00Z',
    last: '2014-03-21T04:00:00Z',
    missing: 0,
  },
};

withFiles(join(data, 'greenbutton-gba'), 'The totals of Green Button files', () => {
  const files = Object.keys(facts).filter((file) => existsSync(join(data, file)));

  describe('Green Button files add up to what was counted with other means', () => {
    it.each(files)('%s', (file) => {
      const { channels, problemCounts, refusal, isRecognised } = read(join(data, file));
      const found = channels.map(({ total, byQuality, ...channel }) => ({
        ...channel,
        total: plain(total),
        qualities: Object.fromEntries(Object.entries(byQuality).map(([sign, { count }]) => [sign, count])),
      }));
      expect(found).toMatchObject([
        { unit: 'Wh', baseUnit: 'kWh', kind: 'interval', direction: 'import', ...facts[file] },
      ]);
      expect([isRecognised, refusal]).toEqual([true, null]);
      expect(problemCounts).toEqual({ 'refuses-file': 0, 'loses-record': 0, note: 0 });
    });

    it.each(files)('%s is refused, and never too much is read of it, wherever it is cut short', (file) => {
      const whole = read(join(data, file));
      const end = whole.text.lastIndexOf('</');
      for (let length = 0; length < end; length += Math.ceil(end / 40)) {
        const readings: IntervalReading[] = [];
        const findings = new Findings(
          (_, reading) => void readings.push(reading as IntervalReading),
          () => 1,
        );
        const reader = greenButton.reader(findings, { offsetMinutes: null, zone: null });
        reader.write(whole.text.slice(0, length));
        reader.end();
        expect(findings.read().refusal).toMatch(/may have been cut short|holds no XML element/);
        expect(readings).toEqual(whole.readings.slice(0, readings.length));
      }
    });
  });
});
