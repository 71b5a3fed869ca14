import type { FileProblem, FileSink } from '../meter-file.js';

/** Everything between 100 and 900, once for each block of the file, and what is wrong with the records there. */
export class Frame {
  private state: 'before' | 'inside' | 'after' = 'before';
  private line = 0;
  private hasHeader = false;

  constructor(
    private readonly format: 'NEM12' | 'NEM13',
    private readonly sink: FileSink,
  ) {}

  /** Takes a record of the frame. @returns false where the record is data, for the format to read */
  takes(line: number, fields: readonly string[]): boolean {
    this.line = line;
    const [record = ''] = fields;
    if (record === '100') this.begin(line, fields);
    else if (record === '900') {
      this.inside(line, record);
      this.state = 'after';
    } else {
      this.inside(line, record);
      return false;
    }
    return true;
  }

  /** Says what is missing at the end. */
  finish(): void {
    if (this.state === 'inside') {
      this.refuse(
        this.line,
        '900',
        'the file ends without its end record 900, so it may have been cut short.',
        'Ask the sender for the whole file.',
      );
    } else if (this.line === 0) this.refuse(1, null, 'the file holds no record.', 'Ask the sender for the file.');
  }

  lose(line: number, record: string, column: number | null, detail: string, remedy: string): void {
    this.say('loses-record', line, record, column, detail, remedy);
  }

  note(line: number, record: string, column: number | null, detail: string, remedy: string): void {
    this.say('note', line, record, column, detail, remedy);
  }

  /** A record that neither the frame nor the format knows. */
  loseUnknown(line: number, record: string): void {
    const detail = `no record of ${this.format} begins like this.`;
    this.lose(line, record.slice(0, 12), 1, detail, 'Ask the sender what the line holds.');
  }

  private refuse(line: number, record: string | null, detail: string, remedy: string): void {
    this.say('refuses-file', line, record, null, detail, remedy);
  }

  private say(
    severity: FileProblem['severity'],
    line: number,
    record: string | null,
    column: number | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record, column, detail, remedy });
  }

  private begin(line: number, fields: readonly string[]): void {
    const [, format = '', created = '', from = '', to = ''] = fields;
    if (this.state === 'inside') {
      this.refuse(
        line,
        '100',
        'a second header begins before the end record 900 of the first.',
        'Ask the sender for whole files.',
      );
    }
    if (format.toUpperCase() !== this.format) {
      this.refuse(
        line,
        '100',
        `the header says ${format === '' ? 'no format' : format.slice(0, 12)}, not ${this.format}.`,
        'Send each format as a file of its own.',
      );
    }
    if (!this.hasHeader) this.sink.header({ created, from, to });
    this.hasHeader = true;
    this.state = 'inside';
  }

  private inside(line: number, record: string): void {
    if (this.state === 'inside') return;
    const where =
      this.state === 'before' ? 'before any header record 100' : 'after the end record 900 without a new header';
    this.refuse(line, record, `a record stands ${where}.`, 'Ask the sender for the file with its header.');
    this.state = 'inside';
  }
}
