import type { Segment } from './edifact.js';
import type { FileProblem, FileSink } from '../meter-file.js';

/*
 * Everything around the values: UNB to UNZ an interchange, UNH to UNT a message, each ending with a count of what it holds and the
 * reference with which it began.
 *
 * A count that is too high says that something is missing, and nobody knows whether it was the name of a meter: the file is refused. One
 * that is too low costs nothing; some senders do not count.
 */

interface Counted {
  readonly line: number;
  readonly reference: string;
  count: number;
}

export class MsconsFrame {
  private interchange: Counted | null = null;
  private group: Counted | null = null;
  private message: (Counted & { readonly isMscons: boolean }) | null = null;
  private messages = 0;
  private line = 1;

  constructor(private readonly sink: FileSink) {}

  /** Takes a segment of the frame. @returns whether the segment is one of an MSCONS message, for its reader */
  takes(segment: Segment): boolean {
    this.line = segment.line;
    if (this.message) this.message.count += 1;
    const { tag } = segment;
    if (tag === 'UNB') this.openInterchange(segment);
    else if (tag === 'UNG') this.group = { line: segment.line, reference: segment.at(6), count: 0 };
    else if (tag === 'UNE') this.closeGroup(segment);
    else if (tag === 'UNZ') this.closeInterchange(segment);
    else if (tag === 'UNH') this.openMessage(segment);
    else if (tag === 'UNT') this.closeMessage(segment);
    else if (!this.message)
      this.lose(segment, 'the segment stands in no message.', 'Ask the sender what it belongs to.');
    return this.message?.isMscons === true && tag !== 'UNH';
  }

  /** @param rest what stands after the last terminator */
  finish(rest: Segment | null): void {
    const isEnd = rest !== null && (rest.tag === 'UNZ' || (rest.tag === 'UNT' && this.interchange === null));
    if (isEnd) this.takes(rest);
    const cut = 'Ask the sender for the whole file.';
    if (rest && !isEnd) this.refuse(rest.line, rest.tag.slice(0, 3) || null, 'the file ends inside a segment.', cut);
    else if (this.message) this.refuse(this.line, 'UNT', `the message of line ${this.message.line} has no end.`, cut);
    else if (this.interchange)
      this.refuse(this.line, 'UNZ', 'the file has no end segment, so it may have been cut short.', cut);
    else if (this.messages === 0) this.refuse(this.line, 'UNH', 'the file holds no MSCONS message.', cut);
  }

  private openInterchange(segment: Segment): void {
    if (this.interchange) {
      this.refuse(
        segment.line,
        'UNB',
        'an interchange begins before the one above has ended.',
        'Ask the sender for whole files.',
      );
    }
    this.interchange = { line: segment.line, reference: segment.at(6), count: 0 };
    this.sink.header({ created: segment.componentsOf(5).join(':'), from: segment.at(3), to: segment.at(4) });
    if (segment.at(12) === '1') {
      this.note(
        segment,
        12,
        'the sender marks the file as a test.',
        'Do not bill what is in it before the sender confirms it.',
      );
    }
  }

  private openMessage(segment: Segment): void {
    if (this.message) {
      this.refuse(
        segment.line,
        'UNH',
        `the message of line ${this.message.line} has no end.`,
        'Ask the sender for the file again.',
      );
    }
    if (!this.interchange && this.messages === 0) {
      this.note(
        segment,
        null,
        'the file has no interchange header UNB.',
        'Nothing need be done where a program took the message out of it.',
      );
    }
    const kind = segment.at(3);
    this.message = { line: segment.line, reference: segment.at(2), count: 1, isMscons: kind === 'MSCONS' };
    if (this.message.isMscons) this.messages += 1;
    else
      this.lose(
        segment,
        `the message is of kind "${kind.slice(0, 12)}", not MSCONS; it was not read.`,
        'Use it where its kind is read.',
      );
    const holder = this.group ?? this.interchange;
    if (holder) holder.count += 1;
  }

  private closeMessage(segment: Segment): void {
    this.compare(segment, this.message, 'segments');
    this.message = null;
  }

  private closeGroup(segment: Segment): void {
    this.compare(segment, this.group, 'messages');
    if (this.interchange) this.interchange.count += 1;
    this.group = null;
  }

  private closeInterchange(segment: Segment): void {
    if (this.message) {
      this.refuse(
        segment.line,
        'UNZ',
        `the message of line ${this.message.line} has no end.`,
        'Ask the sender for the file again.',
      );
    }
    this.message = null;
    this.compare(segment, this.interchange, 'messages');
    this.interchange = null;
  }

  private compare(segment: Segment, begun: Counted | null, what: string): void {
    const { tag, line } = segment;
    const again = 'Ask the sender for the file again.';
    if (!begun) return this.refuse(line, tag, 'what this segment ends has not begun.', again);
    const stated = segment.at(2);
    const reference = segment.at(3);
    if (reference !== begun.reference) {
      const detail = `it ends "${reference.slice(0, 35)}", but "${begun.reference.slice(0, 35)}" of line ${begun.line} has begun.`;
      this.refuse(line, tag, detail, again, 3);
    }
    if (!/^\d{1,9}$/.test(stated))
      this.refuse(line, tag, `"${stated.slice(0, 20)}" is no number of ${what}.`, again, 2);
    else if (Number(stated) > begun.count) {
      this.refuse(line, tag, `it counts ${stated} ${what}, but ${begun.count} are here: some are missing.`, again, 2);
    } else if (Number(stated) < begun.count) {
      this.note(
        segment,
        2,
        `it counts ${stated} ${what}, and ${begun.count} are here.`,
        'Nothing that it counts is missing; tell the sender.',
      );
    }
  }

  private refuse(
    line: number,
    record: string | null,
    detail: string,
    remedy: string,
    column: number | null = null,
  ): void {
    this.say('refuses-file', line, record, column, detail, remedy);
  }

  private lose({ line, tag }: Segment, detail: string, remedy: string): void {
    this.say('loses-record', line, tag.slice(0, 12), null, detail, remedy);
  }

  private note({ line, tag }: Segment, column: number | null, detail: string, remedy: string): void {
    this.say('note', line, tag, column, detail, remedy);
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
}
