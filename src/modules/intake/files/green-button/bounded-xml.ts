import { SaxesParser } from 'saxes';
import type { FileSink } from '../meter-file.js';

/*
 * XML from strangers, read as a stream. What could cost more than the file is long is refused at once: a DOCTYPE, whose entities
 * multiply text or fetch other files, and tags, comments or nesting without measure. A fault of structure ends the reading, because
 * nobody can say any more what lies inside what. A fault of spelling that leaves no doubt about the data is a note, once of each kind.
 */

/** Elements inside elements; a Green Button file has about ten. */
const deepest = 64;
/** Characters of a tag, a comment, or a text without a tag in it. */
const longestPiece = 1_048_576;
/** Characters of a text that are handed on: names and numbers are shorter. */
const longestText = 4096;
/** What the parser is given at a time, so that a refusal is noticed soon. */
const step = 131_072;

const spellings =
  /^(unbound namespace prefix|undefined entity|malformed character entity|disallowed character\.|malformed comment|the string "]]>"|duplicate attribute|no whitespace between attributes|malformed name|(an|the) XML declaration must|XML declaration must|version number must|encoding value must|standalone value must|invalid attempt to undefine|the default namespace|may not assign|xml prefix must|xmlns prefix must)/;

/** Thrown through the parser, and caught by who called it. */
const stop = new Error('The document is not read any further.');

export type XmlAttributes = Readonly<Record<string, { readonly value: string } | undefined>>;

/** Where a document is told to, element by element; `name` is without prefix. */
export interface XmlTarget {
  opened(name: string, namespace: string, attributes: XmlAttributes): void;
  /** `text` is what stands directly before the end tag; of an element that holds others, what follows the last of them. */
  closed(name: string, text: string): void;
}

/** Reads one document, cut anywhere. What is wrong with it goes to the sink. */
export class BoundedXml {
  private readonly parser = new SaxesParser({ xmlns: true });
  private readonly open: string[] = [];
  private readonly noted = new Set<string>();
  private text = '';
  private last = { position: 0, line: 1 };
  private isRootClosed = false;
  private isEnding = false;
  private isStopped = false;

  constructor(
    private readonly target: XmlTarget,
    private readonly sink: Pick<FileSink, 'problem'>,
  ) {
    const { parser } = this;
    const go = (act: () => void): void => {
      this.measure();
      if (!this.isStopped) act();
      this.last.position = parser.position;
      this.last.line = parser.line;
      // Nothing else ends the parser before its piece does, and a piece of nothing but opening tags takes it minutes.
      if (this.isStopped) throw stop;
    };
    // With two handlers more the parser is five times slower: it becomes an object of so many fields that they are looked up by name.
    parser.on('opentag', ({ local, uri, attributes }) => go(() => this.enter(local, uri, attributes)));
    parser.on('closetag', ({ local }) => go(() => this.leave(local)));
    parser.on('text', (text) => go(() => this.take(text)));
    parser.on('cdata', (text) => go(() => this.take(text)));
    parser.on('doctype', () => go(() => this.refuseDoctype()));
    parser.on('error', ({ message }) => {
      this.fault(message.replace(/^\d+:\d+: /, ''));
      if (this.isStopped) throw stop;
    });
  }

  /** The line on which the parser stands, from 1. */
  get line(): number {
    return this.parser.line;
  }

  write(text: string): void {
    for (let from = 0; from < text.length && !this.isStopped; from += step) {
      // A text that is cut from another is read much more slowly; as a rule the pieces are short enough.
      const piece = text.length <= step ? text : text.slice(from, from + step);
      this.untilStop(() => this.parser.write(piece));
      this.measure();
    }
  }

  end(): void {
    if (this.isStopped) return;
    this.isEnding = true;
    this.untilStop(() => this.parser.close());
    this.isStopped = true;
  }

  /** Reads nothing more, and says why. */
  refuse(line: number, detail: string, remedy: string): void {
    if (this.isStopped) return;
    this.isStopped = true;
    const record = this.open.at(-1)?.slice(0, 40) ?? null;
    this.sink.problem({ severity: 'refuses-file', line, record, column: null, detail, remedy });
  }

  private untilStop(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error !== stop) throw error;
    }
  }

  private measure(): void {
    if (this.parser.position - this.last.position <= longestPiece) return;
    this.refuse(
      this.last.line,
      'a tag, comment or text without end begins here; it is longer than a million characters.',
      'Ask the sender for the file again.',
    );
  }

  private refuseDoctype(): void {
    this.refuse(
      this.line,
      'the file has a DOCTYPE, which could multiply its text or fetch other files; it is not read.',
      'Ask the sender for the file without it: Green Button needs none.',
    );
  }

  private take(text: string): void {
    if (this.text.length < longestText) this.text += text;
  }

  private enter(name: string, namespace: string, attributes: XmlAttributes): void {
    this.text = '';
    this.open.push(name);
    if (this.open.length <= deepest) this.target.opened(name, namespace, attributes);
    else
      this.refuse(
        this.line,
        `more than ${deepest} elements lie inside each other.`,
        'Ask the sender for the file again.',
      );
  }

  private leave(name: string): void {
    const { text } = this;
    this.text = '';
    this.open.pop();
    this.isRootClosed = this.open.length === 0;
    this.target.closed(name, text);
  }

  private fault(message: string): void {
    const isAfterwards = this.isRootClosed && message.startsWith('text data outside');
    if (isAfterwards || spellings.test(message)) this.note(message);
    else if (this.isEnding) this.refuseEnd(message);
    else
      this.refuse(
        this.line,
        `the XML is broken here: ${message.slice(0, 120)}`,
        'Nothing after this line was read; ask the sender for the file again.',
      );
  }

  private refuseEnd(message: string): void {
    const isEmpty = message.startsWith('document must contain');
    this.refuse(
      this.line,
      isEmpty
        ? 'the file holds no XML element.'
        : 'the file ends before its last element does, so it may have been cut short.',
      'Ask the sender for the whole file.',
    );
  }

  private note(message: string): void {
    const kind = message.slice(0, 30);
    if (this.noted.has(kind)) return;
    this.noted.add(kind);
    const record = this.open.at(-1)?.slice(0, 40) ?? null;
    this.sink.problem({
      severity: 'note',
      line: this.line,
      record,
      column: null,
      detail: `the XML is not quite right here: ${message.slice(0, 120)}`,
      remedy: 'The data could be read all the same; the sender may want to know.',
    });
  }
}
