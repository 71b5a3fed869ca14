import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plain } from '../../src/domain/quantity/decimal.js';
import { Findings } from '../../src/modules/intake/files/findings.js';
import { mscons } from '../../src/modules/intake/files/mscons/mscons.format.js';

const data = join(process.cwd(), '../shared/data');
const bdew = join(data, 'mscons-bdew/tests/samples');
const mako = join(data, 'mako-energy-billing/crates/edi-energy/tests/fixtures/mscons');
const filesIn = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .sort();

function read(path: string, pieceLength = Infinity) {
  const text = readFileSync(path, 'utf8');
  const readings: string[] = [];
  const findings = new Findings(
    (_, reading) =>
      readings.push('at' in reading ? reading.at : `${reading.from}/${reading.to} ${plain(reading.quantity)}`),
    () => 1,
  );
  const reader = mscons.reader(findings, { offsetMinutes: null, zone: null });
  for (let at = 0; at < text.length; at += pieceLength) reader.write(text.slice(at, at + pieceLength));
  reader.end();
  const { channels, problems, refusal } = findings.read();
  const tallies = channels.map(({ meter, register, unit, count, total }) =>
    [meter, register, unit, count, plain(total)].join(' '),
  );
  return { isKnown: mscons.recognises(text), readings, tallies, problems, refusal };
}

/** Says in plain words what is not tested where the real files are not there. */
function withFiles(path: string, what: string, run: () => void): void {
  if (existsSync(path)) return run();
  console.warn(`${what} were not tested: ${path} is not on this machine.`);
  test.skip(`${what}: skipped, because ../shared/data is not on this machine`, () => undefined);
}

withFiles(bdew, 'The MSCONS files with their published answers', () => {
  describe('MSCONS files that were published with what a reader must find', () => {
    // Every message of these files holds 4250.465 twice, once written with a comma: 2 × 4250.465 = 8500.93.
    const named = '11XUENBSOLS----X 1-1:1.29.1 D54 2 8500.93';
    const unnamed = '11XUENBSOLS----X LIN 1 D54 2 8500.93';
    const intervals = [
      '2021-01-01T23:00:00Z/2021-01-31T23:15:00Z 4250.465',
      '2021-01-31T23:15:00Z/2021-01-31T23:20:00Z 4250.465',
    ];
    it.each<[string, string[]]>([
      ['mscons-message-example-simple.txt', [named]],
      ['mscons-message-example.txt', [named, unnamed]],
      ['mscons-message-example-una-spec.txt', [named, unnamed]],
    ])('%s', (file, tallies) => {
      const found = read(join(bdew, file));
      expect([found.isKnown, found.refusal, found.tallies]).toEqual([true, null, tallies]);
      expect(found.readings).toEqual(tallies.flatMap(() => intervals));
      // They are marked as tests, count 2 segments each, and leave one register without a name.
      expect(new Set(found.problems.map(({ severity, record }) => `${severity} ${record}`))).toEqual(
        new Set(['note UNB', 'note UNT', ...(tallies.length > 1 ? ['note QTY'] : [])]),
      );
    });

    it.each(['mscons-message-example', 'mscons-message-example-una-spec'])('%s agrees with its answer', (name) => {
      const answer = readFileSync(join(bdew, `${name}-expected-response.json`), 'utf8');
      const quantities = [...answer.matchAll(/"menge": ([\d.]+)/g)].map(([, quantity]) => quantity);
      const codes = [...answer.matchAll(/"produkt_leistungsnummer": "([^"]+)"/g)].map(([, code]) => code);
      const { readings, tallies } = read(join(bdew, `${name}.txt`));
      expect(readings.map((reading) => reading.split(' ')[1])).toEqual(quantities);
      expect(tallies.map((tally) => tally.split(' ')[1]).filter((code) => code !== 'LIN')).toEqual(codes);
    });
  });
});

withFiles(mako, 'The MSCONS files of a market communication engine', () => {
  describe('MSCONS files that are valid there', () => {
    // One value each, read off by hand; none of them says of which time it is, so all are counted and none is taken in.
    it.each([
      ['beispiel_13002_gas_release_2_5.edi', '51238696129 1-1:7.20.3 KWH 1 1500', 12],
      ['pid_13002.edi', '51238696781 1-1:1.29.0 KWH 1 100', 12],
      ['pid_13003.edi', '51238696781 unnamed KWH 1 1500', 10],
    ])('%s', (file, tally, line) => {
      const found = read(join(mako, 'valid', file));
      expect([found.isKnown, found.refusal, found.tallies, found.readings]).toEqual([true, null, [tally], []]);
      expect(found.problems).toContainEqual(expect.objectContaining({ severity: 'loses-record', line, record: 'QTY' }));
    });

    it('are all of those that lie there', () => expect(filesIn(join(mako, 'valid'), '.edi')).toHaveLength(3));
  });

  describe('MSCONS files that a generator made, which counts three segments too many', () => {
    it.each(filesIn(join(mako, 'gen'), '.edi'))('%s is counted, and refused', (file) => {
      const { tallies, refusal } = read(join(mako, 'gen', file));
      expect(tallies).toEqual(['51238696781 unnamed KWH 1 1500']);
      expect(refusal).toBe(
        'Line 11, record UNT: it counts 13 segments, but 10 are here: some are missing. Ask the sender for the file again.',
      );
    });
  });

  describe('MSCONS files that are invalid there are named with their reason', () => {
    const reasons: Readonly<Record<string, [line: number, detail: string]>> = {
      'bad_melo.edi': [8, '"BADID000" does not look like a metering point'],
      'inverted_period.edi': [5, 'the period ends before it has begun'],
      'missing_sts_z32.edi': [12, 'a substitute, and the message does not say how it was made (STS+Z32)'],
      'missing_sts_z32_qty201.edi': [12, 'a proposal, and the message does not say how it was made (STS+Z32)'],
    };
    it.each(filesIn(join(mako, 'invalid'), '.edi'))('%s', (file) => {
      const [line, detail] = reasons[file] ?? [0, 'a reason for every invalid file'];
      const { problems, readings } = read(join(mako, 'invalid', file));
      expect(readings).toEqual([]);
      expect(problems).toContainEqual(
        expect.objectContaining({ line, detail: expect.stringContaining(detail) as string }),
      );
    });
  });

  describe('every one of these files', () => {
    const folders = [bdew, ...['valid', 'invalid', 'gen'].map((folder) => join(mako, folder))].filter(existsSync);
    const paths = folders.flatMap((folder) =>
      [...filesIn(folder, '.edi'), ...filesIn(folder, '.txt')].map((file) => join(folder, file)),
    );
    it.each(paths.map((path) => [basename(path), path]))('%s is read the same sign by sign', (_, path) => {
      expect(read(path, 1)).toEqual(read(path));
    });
  });
});
