import { crc16 } from './crc16.js';
import type { FileProblem } from '../meter-file.js';

/*
 * Cuts a capture into telegrams, and lets only those through that are whole. Whatever stands between telegrams is no part of them. A
 * telegram whose check value is wrong is lost: nobody knows which digit fell over.
 */

/** A telegram in lines: `lines` follow the header; the last is what stands before the end mark. */
export interface Framed {
  readonly header: string;
  readonly line: number;
  readonly lines: readonly string[];
}

const headerIn = /\/[A-Za-z]{3}\d.*/;
export const objectIn = /^\s*\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}/;
const mostCharacters = 65_536;

/** Whether a text holds a header and, somewhere below it, an object of a telegram. */
export function looksLikeTelegrams(text: string): boolean {
  const header = headerIn.exec(text);
  return header !== null && /^\s*\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}\S*\(/m.test(text.slice(header.index));
}

export class Frames {
  private begun: { readonly header: string; readonly line: number; readonly lines: string[]; length: number } | null =
    null;
  private telegrams = 0;
  private number = 1;
  private hasSaidFragment = false;

  constructor(
    private readonly give: (telegram: Framed) => void,
    private readonly problem: (problem: FileProblem) => void,
  ) {}

  take(line: string, number: number): void {
    this.number = number;
    const header = headerIn.exec(line);
    if (header) {
      const before = line.slice(0, header.index);
      if (this.begun && before.includes('!')) this.continue(before);
      this.breakOff('another begins before its end mark');
      this.begun = { header: header[0], line: number, lines: [], length: 0 };
      this.hasSaidFragment = false;
    } else if (this.begun) this.continue(line);
    else if (!this.hasSaidFragment && objectIn.test(line)) {
      this.hasSaidFragment = true;
      const detail = 'lines of a telegram stand here without its header; they were not read.';
      this.say('note', number, detail, 'Nothing need be done where the capture began inside a telegram.');
    }
  }

  finish(): void {
    this.breakOff('the file ends inside it');
    if (this.telegrams > 0) return;
    const detail = 'the file holds no whole telegram, from a header like /ISk5\\2MT382 to its end mark "!".';
    this.say('refuses-file', this.number, detail, 'Ask for the capture again.');
  }

  private continue(line: string): void {
    const { begun } = this;
    if (!begun) return;
    const end = line.indexOf('!');
    begun.lines.push(end === -1 ? line : line.slice(0, end));
    begun.length += line.length + 2;
    if (begun.length > mostCharacters) this.breakOff(`it has no end mark within ${mostCharacters} characters`);
    else if (end !== -1) {
      this.begun = null;
      this.telegrams += 1;
      if (this.isIntact(begun, line.slice(end + 1).trim())) this.give(begun);
    }
  }

  private breakOff(reason: string): void {
    const { begun } = this;
    this.begun = null;
    if (!begun) return;
    const detail = `the telegram is incomplete: ${reason}.`;
    this.say(
      'loses-record',
      begun.line,
      detail,
      'Its readings are missing; where they are needed, ask for the capture again.',
    );
  }

  /** Compares the check value with the text as it stands, and as the meter sent it before a logger changed its line ends. */
  private isIntact({ header, lines, line }: Framed, stated: string): boolean {
    if (stated === '') return true;
    const remedy =
      'The telegram was not read, as a digit in it may be wrong; where it is needed, ask for the capture again.';
    const [, digits] = /^([0-9A-Fa-f]{1,4})(?![0-9A-Za-z])/.exec(stated) ?? [];
    if (digits === undefined) {
      this.say('loses-record', this.number, `"${stated.slice(0, 12)}" is no check value like 6EEE.`, remedy);
      return false;
    }
    const expected = parseInt(digits, 16);
    const found = crc16(`${[header, ...lines].join('\r\n')}!`);
    if (found === expected || otherSpellings(header, lines).some((text) => crc16(text) === expected)) return true;
    const detail = `the telegram of line ${line} says CRC ${hex(expected)}, its text has ${hex(found)}.`;
    this.say('loses-record', this.number, detail, remedy);
    return false;
  }

  private say(severity: FileProblem['severity'], line: number, detail: string, remedy: string): void {
    this.problem({ severity, line, record: 'telegram', column: null, detail, remedy });
  }
}

const hex = (crc: number): string => crc.toString(16).toUpperCase().padStart(4, '0');

/** With bare line feeds; and with every line clean, one empty line after the header, as all meters send it. */
function otherSpellings(header: string, lines: readonly string[]): string[] {
  const clean = lines.map((text) => text.trim()).filter((text) => text !== '');
  return [`${[header, ...lines].join('\n')}!`, `${[header.trim(), '', ...clean, ''].join('\r\n')}!`];
}
