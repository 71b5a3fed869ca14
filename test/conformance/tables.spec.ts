import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { csv, tableReader } from '../../src/modules/intake/files/table/table.format.js';
import { feed, KeepingSink, noOptions } from '../support/file-sink.js';

const samples = join(process.cwd(), '../shared/data/eemeter-samples/opendsm/eemeter/samples');

/**
 * Two years of one home in Illinois, in four grains. Counts and totals were taken from the files with another program: the rows whose
 * value is a number, and their sum. The last row of three of them has no value: it says where the one before it ends.
 */
const expected = [
  ['hourly', 19_417, '21927.13', 60, '2018-02-08T07:00:00Z'],
  ['daily', 809, '21925.83', 'day', '2018-02-08T06:00:00Z'],
  ['billing_monthly', 26, '21290.17', 'neighbour', '2018-01-20T06:00:00Z'],
  ['billing_bimonthly', 13, '21563.69', 'neighbour', '2018-01-31T06:00:00Z'],
] as const;

if (existsSync(samples)) {
  describe('tables of the energy-efficiency meter samples', () => {
    it.each(expected)('%s: %d values', (grain, count, total, length, last) => {
      const text = gunzipSync(readFileSync(join(samples, `il-electricity-cdd-hdd-${grain}.csv.gz`))).toString('utf8');
      expect(csv.recognises(text.slice(0, 65_536))).toBe(true);
      const sink = new KeepingSink();
      const reader = tableReader(sink, noOptions, { constants: { meter: 'home', register: 'import', unit: 'kWh' } });
      feed(reader, text, [1, 5000, 70_001]);
      const [channel] = sink.channels;
      expect([channel?.readings.length, channel?.tally.read().total.toFixed()]).toEqual([count, total]);
      expect(reader.decision?.mapping).toMatchObject({ shape: 'intervals', marks: 'start', length, zone: null });
      expect(channel?.readings[0]).toMatchObject({ from: '2015-11-22T06:00:00Z' });
      expect(channel?.readings.at(-1)).toMatchObject({ to: last });
      expect(sink.problems).toEqual([]);
    });

    it('leave no time between their intervals', () => {
      const text = gunzipSync(readFileSync(join(samples, 'il-electricity-cdd-hdd-daily.csv.gz'))).toString('utf8');
      const sink = new KeepingSink();
      feed(tableReader(sink, noOptions), text);
      const intervals = (sink.channels[0]?.readings ?? []).flatMap((reading) => ('from' in reading ? [reading] : []));
      expect(intervals.slice(1).every(({ from }, i) => from === intervals[i]?.to)).toBe(true);
    });
  });
} else {
  console.warn(`The tables of the energy-efficiency meter were not tested: ${samples} is not on this machine.`);
  test.skip('The tables: skipped, because ../shared/data is not on this machine', () => undefined);
}
