import type { CumulativeReading, IntervalReading } from '../../src/domain/metering/reading.js';
import { Findings } from '../../src/modules/intake/files/findings.js';
import type { ChannelHead, FileFormat, FileOptions } from '../../src/modules/intake/files/meter-file.js';
import { noOptions } from '../../src/modules/intake/files/meter-file-reader.js';

/** Reads a text in the format that the test names, in pieces of any length, and keeps what an import would get. */
export function readAs(format: FileFormat, text: string, options: FileOptions = noOptions, pieceLength = 65_536) {
  const taken: { readonly name: string; readonly reading: IntervalReading | CumulativeReading }[] = [];
  const findings = new Findings(
    ({ head }, reading) => void taken.push({ name: nameOf(head), reading }),
    () => 1,
  );
  const reader = format.reader(findings, options);
  for (let at = 0; at < text.length; at += pieceLength) reader.write(text.slice(at, at + pieceLength));
  reader.end();
  const { channels, ...rest } = findings.read();
  return {
    ...rest,
    channels: channels.map((channel) => {
      const readings = taken.flatMap(({ name, reading }) => (name === nameOf(channel) ? [reading] : []));
      return {
        ...channel,
        intervals: readings.flatMap((reading) => ('from' in reading ? [reading] : [])),
        registers: readings.flatMap((reading) => ('at' in reading ? [reading] : [])),
      };
    }),
  };
}

const nameOf = ({ meter, register, unit, kind }: ChannelHead): string => [meter, register, unit, kind].join('|');
