import { DomainError } from '../../../../domain/errors.js';
import { one } from '../../../../domain/quantity/decimal.js';
import { numberOf } from '../nem/mdff.js';
import { type FileFormat, type FileProblem, type FileReader, type FileSink, kept } from '../meter-file.js';
import { meteredUnitOf } from '../units.js';
import { type OcmfReading, type OcmfRecord, readOcmf } from './ocmf-record.js';

/*
 * A file of OCMF records, one after the other, on lines of their own or spread over many.
 *
 * Each is signed by its meter. Whether the signature holds is looked at where the keys of the meters are, when the file is taken in; a file
 * that is only looked at says what is signed, and by what.
 */

const begins = /OCMF\s*\|/;
const mostHeld = 131_072;

/** @source OCMF 1.2 (SAFE e.V., 2023) */
export const ocmf: FileFormat = {
  name: 'OCMF',
  recognises: (beginning) => /^\s*OCMF\s*\|/.test(beginning),
  reader: (sink) => new OcmfReader(sink),
};

class OcmfReader implements FileReader {
  private held = '';
  private line = 1;

  constructor(private readonly sink: FileSink) {}

  write(text: string): void {
    this.held += text;
    for (let next = this.nextRecord(); next !== -1; next = this.nextRecord()) this.take(next);
    if (this.held.length > mostHeld) {
      this.say('loses-record', 'a record has more characters than any meter writes; it was not read.');
      this.pass(this.held.length - 10);
    }
  }

  end(): void {
    this.take(this.held.length);
  }

  /** Where the record after the first begins; -1 where that is not there yet. */
  private nextRecord(): number {
    const first = begins.exec(this.held);
    if (first === null) return -1;
    const after = first.index + first[0].length;
    const next = this.held.slice(after).search(begins);
    return next === -1 ? -1 : after + next;
  }

  private take(length: number): void {
    const text = this.held.slice(0, length);
    if (text.trim() !== '') {
      try {
        this.read(readOcmf(text));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.say('loses-record', error.message);
      }
    }
    this.pass(length);
  }

  /** Goes on in the file. */
  private pass(length: number): void {
    this.line += this.held.slice(0, length).split('\n').length - 1;
    this.held = kept(this.held.slice(length));
  }

  private read({ meter, readings, signed }: OcmfRecord): void {
    for (const reading of readings) {
      if ('lost' in reading) this.say('loses-record', `${meter} ${reading.register}: ${reading.lost}.`);
      else this.give(meter, reading, signed);
    }
  }

  private give(meter: string, reading: Exclude<OcmfReading, { lost: string }>, signed: OcmfRecord['signed']): void {
    const { register, at, unit, quality, note } = reading;
    const value = numberOf(reading.value);
    const known = meteredUnitOf(unit);
    const channel = this.sink.channel({
      meter,
      register,
      kind: 'cumulative',
      unit,
      baseUnit: known?.baseUnit ?? unit,
      factor: known?.factor ?? one,
      direction: /:(1|B\d)\./i.test(register) ? 'import' : /:(2|C\d)\./i.test(register) ? 'export' : null,
    });
    channel.serials.add(meter);
    if (!value || value.isNegative())
      return this.say(
        'loses-record',
        `${meter} ${register}: "${reading.value.slice(0, 30)}" is no reading of at least zero.`,
      );
    channel.tally.record();
    channel.tally.add(value, quality === 'actual' ? 'G' : 'S');
    const inBase = value.times(known?.factor ?? one);
    if (!known || inBase.decimalPlaces() > 6)
      return this.say(
        'loses-record',
        `${meter} ${register}: ${reading.value.slice(0, 30)} ${unit.slice(0, 12)} is in no unit, or finer than, what is kept; it was counted, not taken in.`,
      );
    if (note !== null) this.say('note', `${meter} ${register} at ${at}: ${note}.`);
    this.sink.reading(channel, { at, value: inBase, quality }, signed);
  }

  private say(severity: FileProblem['severity'], detail: string): void {
    const remedy =
      severity === 'note'
        ? 'Compare it with the display of the charge point.'
        : 'Ask the operator of the charge point for that record again.';
    this.sink.problem({ severity, line: this.line, record: 'OCMF', column: null, detail, remedy });
  }
}
