import { one } from '../../../domain/quantity/decimal.js';
import { Findings, mostProblems } from './findings.js';
import type { Channel, ChannelHead, FileProblem } from './meter-file.js';

const head = (change: Partial<ChannelHead> = {}): ChannelHead => ({
  meter: 'M1',
  register: 'E1',
  kind: 'interval',
  unit: 'kWh',
  baseUnit: 'kWh',
  factor: one,
  direction: null,
  ...change,
});
const problem = (severity: FileProblem['severity'], line = 1): FileProblem => ({
  severity,
  line,
  record: '300',
  column: null,
  detail: 'something is wrong.',
  remedy: 'Mend it.',
});
const reading = { from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:30:00Z', quantity: one, quality: 'actual' } as const;
const findings = (take: (channel: Channel) => void = () => undefined) => new Findings(take, () => 7);

describe('what is found in a file', () => {
  it('has one channel for each meter, register, unit and kind', () => {
    const found = findings();
    const channel = found.channel(head());
    expect(found.channel(head({ direction: 'import' }))).toBe(channel);
    const others = [{ meter: 'M2' }, { register: 'B1' }, { unit: 'Wh' }, { kind: 'cumulative' }] as const;
    expect(new Set(others.map((change) => found.channel(head(change)))).add(channel).size).toBe(5);
  });

  it('names only channels of which something was said', () => {
    const found = findings();
    found.channel(head());
    found.channel(head({ meter: 'M2' })).tally.record();
    expect(found.read().channels).toMatchObject([{ meter: 'M2', records: 1, count: 0, first: null }]);
  });

  it('hands every reading on and follows it through time', () => {
    const taken: Channel[] = [];
    const found = findings((channel) => void taken.push(channel));
    const channel = found.channel(head());
    channel.tally.add(one, 'A');
    found.reading(channel, reading);
    expect(taken).toEqual([channel]);
    expect(found.read().channels).toMatchObject([{ first: reading.from, last: reading.to, missing: 0 }]);
  });

  it('keeps the first problems, the first of each severity, and counts all', () => {
    const found = findings();
    for (let line = 1; line <= mostProblems + 5; line += 1) found.problem(problem('note', line));
    found.problem(problem('loses-record', 5_000));
    found.problem(problem('loses-record', 5_001));
    const { problems, problemCounts } = found.read();
    expect(problems).toHaveLength(mostProblems + 1);
    expect(problems.at(-1)).toMatchObject({ severity: 'loses-record', line: 5_000 });
    expect(problemCounts).toEqual({ 'refuses-file': 0, 'loses-record': 2, note: mostProblems + 5 });
  });

  it('refuses a file for its first fault that refuses it', () => {
    const found = findings();
    found.channel(head()).tally.record();
    found.problem(problem('loses-record', 2));
    expect([found.isRefused, found.read().refusal]).toEqual([false, null]);
    found.problem(problem('refuses-file', 3));
    found.problem(problem('refuses-file', 4));
    expect([found.isRefused, found.read().refusal]).toEqual([true, 'Line 3, record 300: something is wrong. Mend it.']);
  });

  it('refuses a file of which nothing could be read, with the first reason', () => {
    const found = findings();
    expect(found.read().refusal).toBe('The file holds no reading. Ask the sender for the data.');
    found.problem(problem('loses-record', 2));
    expect(found.read().refusal).toContain('Line 2, record 300');
  });

  it('refuses a file with more channels than anybody has, and keeps no more of them', () => {
    let taken = 0;
    const found = findings(() => (taken += 1));
    for (let i = 0; i < 50_100; i += 1) {
      const channel = found.channel(head({ meter: `M${i}` }));
      channel.tally.record();
      found.reading(channel, reading);
    }
    const { channels, refusal } = found.read();
    expect([channels.length, taken]).toEqual([50_000, 50_000]);
    expect(refusal).toBe('Line 7: the file has more than 50000 meters and registers. Send it in several files.');
  });

  it('keeps few devices and interval lengths of a channel, whatever a file says', () => {
    const found = findings();
    const { serials, intervalMinutes, tally } = found.channel(head());
    tally.record();
    for (let i = 0; i < 1_000; i += 1) {
      serials.add(`S${i}`);
      intervalMinutes.add(1_000 - i);
    }
    const [channel] = found.read().channels;
    expect([channel?.serials.length, channel?.intervalMinutes.slice(0, 2)]).toEqual([100, [901, 902]]);
  });
});
