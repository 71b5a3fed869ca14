import { DomainError } from '../../domain/errors.js';
import { marketOffsetMinutes, type MdffOptions } from './mdff.js';
import { type Channel, linesOf, type MeterFile } from './meter-file.js';
import { parseNem12 } from './nem12.format.js';
import { parseNem13 } from './nem13.format.js';

/** A meter file without its readings: what `inspect` prints. */
export interface MeterFileReport extends Omit<MeterFile, 'channels'> {
  readonly channels: readonly Omit<Channel, 'readings'>[];
}

/** Which format a file is in, by its first records; null where it is none of ours. A file without header is known by its data. */
export function meterFormatOf(file: Uint8Array): 'NEM12' | 'NEM13' | null {
  for (const line of linesOf(file)) {
    const [record, format] = line.split(',').map((field) => field.trim());
    if (record === '') continue;
    if (record === '100') return format === 'NEM12' || format === 'NEM13' ? format : null;
    if (record === '200' || record === '300') return 'NEM12';
    return record === '250' ? 'NEM13' : null;
  }
  return null;
}

/**
 * Reads a meter file of any format known here, as far as it can be read: with its faults, and whether they forbid its import.
 *
 * @throws DomainError `unsupported-format` where nobody can say what it is
 */
export function readMeterFile(
  file: Uint8Array,
  options: MdffOptions = { offsetMinutes: marketOffsetMinutes },
): MeterFile {
  const format = meterFormatOf(file);
  if (format === 'NEM12') return parseNem12(linesOf(file), options);
  if (format === 'NEM13') return parseNem13(linesOf(file), options);
  throw new DomainError('unsupported-format', unknownReason(file));
}

function unknownReason(file: Uint8Array): string {
  if (file[0] === 0x50 && file[1] === 0x4b) return 'The file is a ZIP archive. Unpack it and send the files in it.';
  const [first] = linesOf(file);
  if (first === undefined) return 'The file is empty. Ask the sender for it again.';
  return `The file begins with "${first.slice(0, 40)}", which is neither NEM12 nor NEM13: those begin with the record 100.`;
}

/** The same without the readings: channels, units, counts, totals, quality and defects. @throws DomainError `unsupported-format` */
export function inspectMeterFile(file: Uint8Array): MeterFileReport {
  const { channels, ...report } = readMeterFile(file);
  return { ...report, channels: channels.map(({ readings: _readings, ...channel }) => channel) };
}
