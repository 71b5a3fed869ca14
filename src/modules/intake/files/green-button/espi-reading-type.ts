import { Decimal } from '../../../../domain/quantity/decimal.js';
import { accumulationOf, codeOf, directionOf, type EspiUnit, unitOf, unknownUnit } from './espi-codes.js';
import { type ChannelHead, type FileSink, kept } from '../meter-file.js';

/** What all readings of a MeterReading have in common. */
export interface ReadingType {
  readonly unit: EspiUnit;
  /** A value times this is in `unit`; null where the file's multiplier cannot be read, and with it no value. */
  readonly scale: Decimal | null;
  readonly kind: ChannelHead['kind'];
  readonly direction: ChannelHead['direction'];
  /** How long a reading lasts that does not say it itself, as text; '' where the file does not say. */
  readonly intervalLength: string;
  /** Code of readings without a quality of their own; '' where the file does not say. */
  readonly defaultQuality: string;
}

/** What stands for a ReadingType in a file that has none: nobody knows what its values are. */
export const noReadingType: ReadingType = {
  unit: unknownUnit(''),
  scale: new Decimal(1),
  kind: 'interval',
  direction: null,
  intervalLength: '',
  defaultQuality: '',
};

/** Powers of ten that occur: pico to tera. */
const farthest = 12;

/** Reads a ReadingType, and says what of it nobody can use. @param fields texts by element name; empty elements count as absent */
export function readingTypeOf(
  fields: ReadonlyMap<string, string>,
  line: number,
  sink: Pick<FileSink, 'problem'>,
): ReadingType {
  const say = (severity: 'note' | 'loses-record', detail: string, remedy: string): void =>
    sink.problem({ severity, line, record: 'ReadingType', column: null, detail, remedy });
  const code = (name: string): string => kept(codeOf(fields.get(name) ?? '').slice(0, 40));

  const uom = code('uom');
  const unit = unitOf(uom) ?? unknownUnit(uom);
  if (!unitOf(uom))
    say(
      'note',
      uom === '' ? 'the file does not say in which unit it counts.' : `"${uom}" is no unit (uom) that is known here.`,
      'The values are kept as they are; ask the sender for the unit before anybody bills by them.',
    );

  const power = code('powerOfTenMultiplier');
  const isPower = power === '' || (/^-?\d{1,2}$/.test(power) && Math.abs(Number(power)) <= farthest);
  if (!isPower)
    say(
      'loses-record',
      `"${power}" is no power of ten between -${farthest} and ${farthest}.`,
      'No reading of this type was read; ask the sender for the file again.',
    );

  const accumulation = code('accumulationBehaviour');
  const kind = accumulation === '' ? 'interval' : accumulationOf(accumulation);
  if (!kind)
    say(
      'note',
      `"${accumulation}" is no accumulationBehaviour that is known here.`,
      'The values were read as quantities of their intervals; ask the sender whether they are.',
    );

  return {
    unit,
    scale: isPower ? new Decimal(10).pow(Number(power)) : null,
    kind: kind ?? 'interval',
    direction: directionOf(code('flowDirection')),
    intervalLength: code('intervalLength'),
    defaultQuality: code('defaultQuality'),
  };
}
