import type { CumulativeReading, IntervalReading } from '../../src/domain/metering/reading.js';
import {
  type Channel,
  type ChannelHead,
  type FileHeader,
  type FileOptions,
  type FileProblem,
  type FileSink,
  type FileReader,
  TallyBook,
} from '../../src/modules/intake/files/meter-file.js';

/** A sink that keeps all that it is told: for files of a few thousand readings. */
export class KeepingSink implements FileSink {
  readonly headers: FileHeader[] = [];
  readonly problems: FileProblem[] = [];
  readonly channels: (Channel & { readonly readings: (IntervalReading | CumulativeReading)[] })[] = [];

  header(header: FileHeader): void {
    this.headers.push(header);
  }

  channel(head: ChannelHead): Channel {
    const same = this.channels.find(
      ({ head: { meter, register, unit, kind } }) =>
        meter === head.meter && register === head.register && unit === head.unit && kind === head.kind,
    );
    if (same) return same;
    const channel = {
      head,
      serials: new Set<string>(),
      intervalMinutes: new Set<number>(),
      tally: new TallyBook(),
      readings: [],
    };
    this.channels.push(channel);
    return channel;
  }

  reading(channel: Channel, reading: IntervalReading | CumulativeReading): void {
    this.channels.find((held) => held === channel)?.readings.push(reading);
  }

  problem(problem: FileProblem): void {
    this.problems.push(problem);
  }

  /** Every reading as a line: meter, register, when, how much, quality. */
  get said(): string[] {
    return this.channels.flatMap(({ head, readings }) =>
      readings.map((reading) => {
        const when = 'at' in reading ? reading.at : `${reading.from}/${reading.to}`;
        const much = 'at' in reading ? reading.value : reading.quantity;
        return [head.meter, head.register, when, much.toFixed(), reading.quality].join(' ');
      }),
    );
  }

  /** Severity, line, column and words of each problem. */
  get faults(): string[] {
    return this.problems.map(({ severity, line, column, detail }) => `${severity} ${line}:${column ?? '-'} ${detail}`);
  }
}

export const noOptions: FileOptions = { offsetMinutes: null, zone: null };

/** Feeds a text to a reader, in pieces that end at `cuts`. */
export function feed(reader: FileReader, text: string, cuts: readonly number[] = []): void {
  const ends = [...cuts, text.length].map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    reader.write(text.slice(from, end));
    from = end;
  }
  reader.end();
}
