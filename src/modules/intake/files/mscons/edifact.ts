import type { FileProblem, FileSink } from '../meter-file.js';

/*
 * EDIFACT, the syntax (ISO 9735): segments that end with ', in elements parted by +, in components parted by :. A ? takes the meaning
 * from the sign that follows it. The file may choose other signs by a UNA of exactly nine characters, before it says anything else.
 *
 *   UNA:+.? '
 *   DTM+163:202310052200?+00:303'      tag DTM, one element of three components: 163, 202310052200+00, 303
 *
 * Line ends have no meaning: many files are one line, others are broken at 80 characters. They are left out wherever they stand.
 */

interface Signs {
  readonly component: string;
  readonly element: string;
  /** Empty where the file has none. */
  readonly release: string;
  readonly terminator: string;
}

const standard: Signs = { component: ':', element: '+', release: '?', terminator: "'" };
const adviceLength = 9;
/** No segment of a directory is longer than a few thousand characters. */
const longestSegment = 16_384;

/** One segment. Elements and components are counted from 1, the tag being element 1, as in the directories' own lines. */
export class Segment {
  readonly tag: string;
  private readonly elements: readonly string[];

  constructor(
    text: string,
    /** Line of the file on which it begins, from 1. */
    readonly line: number,
    private readonly signs: Signs,
  ) {
    this.elements = parted(text, signs.element, signs.release);
    this.tag = this.at(1);
  }

  /** A component without its release characters; empty where there is none. */
  at(element: number, component = 1): string {
    return this.componentsOf(element)[component - 1] ?? '';
  }

  componentsOf(element: number): string[] {
    const { component, release } = this.signs;
    const text = this.elements[element - 1] ?? '';
    const parts = parted(text, component, release);
    if (release === '' || !text.includes(release)) return parts;
    return parts.map((part) => (part.includes(release) ? released(part, release) : part));
  }
}

/** Hands segments on, whatever the pieces that come in. */
export class Segments {
  private signs = standard;
  private rest = '';
  private line = 1;
  /** Length of a segment beyond all measure, whose beginning was let go of; 0 as a rule. */
  private dropped = 0;
  private startOfDropped = 1;

  constructor(
    private readonly take: (segment: Segment) => void,
    private readonly sink: Pick<FileSink, 'problem'>,
  ) {}

  write(text: string): void {
    this.rest += text;
    let from = 0;
    for (;;) {
      if (this.dropped === 0) from = this.pastBlanks(from);
      const begins = this.dropped === 0 ? this.adviceAt(from) : 'no';
      if (begins === 'later') break;
      if (begins === 'yes') {
        from += adviceLength;
        continue;
      }
      const end = this.terminatorFrom(from);
      if (end === -1) break;
      this.give(this.rest.slice(from, end));
      from = end + 1;
    }
    this.rest = this.rest.slice(from);
    if (this.rest.length > longestSegment) this.letGo();
  }

  /** @returns what stands after the last terminator; null in a whole file */
  end(): Segment | null {
    const text = this.rest.replace(/[\r\n]/g, '').trim();
    this.rest = '';
    if (this.dropped > 0) return new Segment('', this.startOfDropped, this.signs);
    return text === '' ? null : new Segment(text, this.line, this.signs);
  }

  /** Where the next sign is; a \r at the end stays, as it may be half a line end. */
  private pastBlanks(from: number): number {
    let at = from;
    while (at < this.rest.length && isBlank(this.rest.charCodeAt(at))) at += 1;
    if (at === this.rest.length && at > from && this.rest.endsWith('\r')) at -= 1;
    if (at > from) this.line += lineEndsIn(this.rest.slice(from, at));
    return at;
  }

  /** Takes the signs of a UNA, where one begins here as a whole. */
  private adviceAt(from: number): 'yes' | 'no' | 'later' {
    const { length } = this.rest;
    if (!'UNA'.startsWith(this.rest.slice(from, from + 3))) return 'no';
    if (length < from + adviceLength) return 'later';
    const advice = this.rest.slice(from, from + adviceLength);
    const [component = '', element = '', , release = '', , terminator = ''] = advice.slice(3);
    if (new Set([component, element, release, terminator]).size === 4 && !/[A-Za-z0-9]/.test(advice.slice(3))) {
      this.signs = { component, element, terminator, release: release === ' ' ? '' : release };
    } else {
      this.signs = standard;
      const detail = `"${advice.replace(/\p{Cc}/gu, '·')}" does not name four different signs; the usual ones were taken.`;
      this.say('refuses-file', this.line, 'UNA', detail, 'Ask the sender to correct the beginning of the file.');
    }
    this.line += lineEndsIn(advice);
    return 'yes';
  }

  private terminatorFrom(from: number): number {
    const { terminator, release } = this.signs;
    let at = this.rest.indexOf(terminator, from);
    while (at !== -1 && release !== '' && isReleased(this.rest, at, release, from)) {
      at = this.rest.indexOf(terminator, at + 1);
    }
    return at;
  }

  private give(raw: string): void {
    const length = this.dropped + raw.length;
    const start = this.dropped > 0 ? this.startOfDropped : this.line;
    const { terminator } = this.signs;
    this.line += lineEndsIn(terminator === '\n' ? `${raw}\n` : raw);
    this.dropped = 0;
    if (length > longestSegment) {
      const detail = `the segment has ${length} characters, more than any of the directory; it was not read.`;
      this.say('loses-record', start, null, detail, 'Ask the sender for the file with the ends of its segments.');
      return;
    }
    const hasLineEnd = raw.includes('\n') || raw.includes('\r');
    const text = (hasLineEnd ? raw.replace(/[\r\n]/g, '') : raw).trimEnd();
    if (text !== '') this.take(new Segment(text, start, this.signs));
  }

  /** Keeps of an endless segment only what may decide about its end: a release character, or half a line end. */
  private letGo(): void {
    const { release } = this.signs;
    if (this.dropped === 0) this.startOfDropped = this.line;
    const isOpen = release !== '' && isReleased(this.rest, this.rest.length, release, 0);
    const keep = isOpen || this.rest.endsWith('\r') ? 1 : 0;
    const gone = this.rest.length - keep;
    this.dropped += gone;
    this.line += lineEndsIn(this.rest.slice(0, gone));
    this.rest = this.rest.slice(gone);
  }

  private say(
    severity: FileProblem['severity'],
    line: number,
    record: string | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record, column: null, detail, remedy });
  }
}

/** White space, a byte order mark between files that were put together, and the end mark of old systems. */
const isBlank = (sign: number): boolean =>
  sign === 32 || (sign >= 9 && sign <= 13) || sign === 0xfeff || sign === 0x1a || sign === 0xa0;

/** Whether the sign at `at` has lost its meaning: an odd number of release characters stands before it. */
function isReleased(text: string, at: number, release: string, from: number): boolean {
  let first = at;
  while (first > from && text[first - 1] === release) first -= 1;
  return (at - first) % 2 === 1;
}

/** Cuts a text at a sign, where it has its meaning; the parts keep their release characters. */
function parted(text: string, sign: string, release: string): string[] {
  if (release === '' || !text.includes(release)) return text.split(sign);
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) {
    if (isReleased(text, at, release, from)) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

function released(text: string, release: string): string {
  let plain = '';
  let from = 0;
  for (let at = text.indexOf(release); at !== -1; at = text.indexOf(release, at + 2)) {
    plain += text.slice(from, at);
    from = at + 1;
  }
  return plain + text.slice(from);
}

function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === 10 || (sign === 13 && text.charCodeAt(at + 1) !== 10)) count += 1;
  }
  return count;
}
