import { BoundedXml, type XmlAttributes, type XmlTarget } from './bounded-xml.js';
import type { Block } from './espi-blocks.js';
import { EspiEntries } from './espi-entries.js';
import type { Resource } from './espi-graph.js';
import { readingTypeOf } from './espi-reading-type.js';
import type { WrittenReading } from './espi-series.js';
import { type FileFormat, type FileReader, type FileSink } from '../meter-file.js';

/*
 * Green Button: an Atom feed of ESPI resources (NAESB REQ.21).
 *
 *   <feed> <entry> <link rel="self" href="…"/> <title>Front Electric Meter</title> <content>
 *     <UsagePoint/>                      whose use it is
 *     <MeterReading/>                    one series of it
 *     <ReadingType/>                     in which unit, how often, into the premises or out of them
 *     <IntervalBlock> <interval/>
 *       <IntervalReading> <timePeriod> <start/> <duration/> </timePeriod> <value/> <ReadingQuality/>
 *
 * A reading goes out at its end tag where it is known by then what it belongs to (espi-graph.ts). A block that comes before its
 * ReadingType is kept back to the end of its entry, and then of the file: as much of it as fits into memory, and no more. Elements are
 * known by their names in whatever namespace, because senders differ in it; only the customer's own data are left alone.
 */

const recognised =
  /naesb\.org\/espi|<([\w.-]+:)?(UsagePoint|MeterReading|ReadingType|IntervalBlock|IntervalReading)[\s/>]/;

export const greenButton: FileFormat = {
  name: 'GreenButton',
  recognises: (beginning) => beginning.trimStart().startsWith('<') && recognised.test(beginning),
  reader: (sink) => new GreenButtonReader(sink),
};

const longestTitle = 300;

interface OpenType {
  readonly line: number;
  readonly resource: Resource;
  readonly fields: Map<string, string>;
}

class GreenButtonReader implements FileReader, XmlTarget {
  private readonly xml: BoundedXml;
  private readonly entries: EspiEntries;
  private readonly path: string[] = [];
  /** How many elements are open of one that is nobody's business here. */
  private skipped = 0;
  private header: { created: string; from: string; to: string } | null = { created: '', from: '', to: '' };
  private type: OpenType | null = null;
  private block: Block | null = null;
  private reading: WrittenReading | null = null;

  constructor(private readonly sink: FileSink) {
    this.xml = new BoundedXml(this, sink);
    this.entries = new EspiEntries(sink, (detail, remedy) => this.xml.refuse(this.xml.line, detail, remedy));
  }

  write(text: string): void {
    this.xml.write(text);
  }

  end(): void {
    this.xml.end();
    this.tellHeader();
    this.entries.close();
    this.entries.blocks.end();
  }

  opened(name: string, namespace: string, attributes: XmlAttributes): void {
    if (this.skipped > 0 || name === 'extension' || namespace.endsWith('/espi/customer')) {
      this.skipped += 1;
      return;
    }
    const parent = this.path.at(-1);
    this.path.push(name);
    if (this.reading) this.reading.isTimed ||= name === 'timePeriod';
    else if (this.type) return;
    else if (name === 'IntervalReading') this.openReading();
    else if (name === 'IntervalBlock') this.block = this.entries.openBlock(this.xml.line);
    else if (name === 'entry') this.openEntry();
    else if (name === 'link' && parent === 'entry') this.entries.link(attributes);
    else if (name === 'UsagePoint' || name === 'MeterReading') this.entries.openResource(name);
    else if (name === 'ReadingType')
      this.type = { line: this.xml.line, resource: this.entries.openResource(name), fields: new Map() };
  }

  closed(name: string, text: string): void {
    if (this.skipped > 0) {
      this.skipped -= 1;
      return;
    }
    this.path.pop();
    const parent = this.path.at(-1) ?? '';
    if (this.reading) this.closeInReading(this.reading, name, parent, text.trim());
    else if (this.type) this.closeInType(this.type, name, parent, text.trim());
    else if (name === 'UsagePoint' || name === 'MeterReading') this.entries.closeResource(name, null);
    else if (name === 'IntervalBlock') this.block = null;
    else if (name === 'entry') this.closeEntry();
    else this.closeText(name, parent, text.trim());
  }

  private closeInReading(reading: WrittenReading, name: string, parent: string, text: string): void {
    if (name === 'IntervalReading') {
      this.reading = null;
      if (this.block) this.entries.blocks.take(this.block, reading);
    } else if (name === 'value' && parent === 'IntervalReading') {
      reading.isTwofold ||= reading.value !== '';
      reading.value = text;
    } else if (parent === 'timePeriod') {
      if (name === 'start') reading.start = text;
      else if (name === 'duration') reading.duration = text;
    } else if (name === 'quality' && text !== '' && reading.qualities.length < 20) reading.qualities.push(text);
  }

  private closeInType(type: OpenType, name: string, parent: string, text: string): void {
    if (name === 'ReadingType') {
      this.type = null;
      type.resource.type = readingTypeOf(type.fields, type.line, this.sink);
      this.entries.closeResource(name, type.resource);
    } else if (parent === 'ReadingType' && type.fields.size < 100) type.fields.set(name, text);
  }

  private closeText(name: string, parent: string, text: string): void {
    const short = text.slice(0, longestTitle);
    if (parent === 'interval') {
      // What says after its readings when a block began says it too late.
      if (name === 'start' && this.block?.count === 0) this.block.start = short;
    } else if (parent === 'entry') {
      if (name === 'title') this.entries.title(short);
    } else if (/^serviceDeliveryPoint$/i.test(parent)) {
      if (name === 'name') this.entries.deliveryPoint(short);
    } else if (!this.header) return;
    else if (parent === 'feed' && name === 'updated') this.header.created = short;
    else if (parent === 'feed' && name === 'title') this.header.from ||= short;
    else if (parent === 'author' && name === 'name') this.header.from = short;
  }

  private tellHeader(): void {
    const { header } = this;
    this.header = null;
    if (header && (header.created !== '' || header.from !== '')) this.sink.header(header);
  }

  private openEntry(): void {
    this.tellHeader();
    this.block = null;
    this.entries.open();
  }

  private closeEntry(): void {
    this.block = null;
    this.entries.close();
  }

  private openReading(): void {
    this.block ??= this.entries.openBlock(this.xml.line);
    this.reading = {
      line: this.xml.line,
      start: '',
      duration: '',
      value: '',
      qualities: [],
      isTimed: false,
      isTwofold: false,
      index: this.block.count,
    };
    this.block.count += 1;
  }
}
