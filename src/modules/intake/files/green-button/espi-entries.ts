import type { XmlAttributes } from './bounded-xml.js';
import { type Block, EspiBlocks } from './espi-blocks.js';
import {
  EspiGraph,
  type Links,
  mostLinks,
  newResource,
  noLinks,
  pathOf,
  type Resource,
  type Scope,
} from './espi-graph.js';
import { type FileSink, kept } from '../meter-file.js';

export type ResourceKind = 'UsagePoint' | 'MeterReading' | 'ReadingType';

interface Entry {
  readonly links: Links;
  title: string;
  /** The kind of resource that links and title are those of: the first in it. */
  main: string;
  /** The resource that has them; nobody's links where it has several of that kind. */
  named: Resource | null;
  readonly blocks: Block[];
  readonly fresh: { readonly kind: ResourceKind; readonly resource: Resource }[];
}

/** Characters of links and titles that are kept to the end of the file, with something for each resource. */
const mostKept = 20_000_000;

const listOf = { UsagePoint: 'points', MeterReading: 'meterReadings', ReadingType: 'types' } as const;

/** Follows which resources lie in which entry and in each other, and under which links; and so where a block belongs. */
export class EspiEntries {
  readonly blocks: EspiBlocks;
  private readonly graph = new EspiGraph();
  private entry: Entry | null = null;
  private entryCount = 0;
  private hasLinks = false;
  private scope: Scope | null = null;
  private keptCount = 0;

  /** @param refuse ends the reading of the file */
  constructor(
    sink: FileSink,
    private readonly refuse: (detail: string, remedy: string) => void,
  ) {
    this.blocks = new EspiBlocks(this.graph, sink, refuse);
  }

  open(): void {
    this.close();
    this.entry = { links: noLinks(), title: '', main: '', named: null, blocks: [], fresh: [] };
    this.scope = { outer: null, points: [], meterReadings: [], types: [] };
  }

  /** With its entry a resource is complete: some senders put links and title after the content. */
  close(): void {
    const { entry } = this;
    if (!entry) return;
    this.entry = null;
    this.scope = null;
    this.entryCount += 1;
    const { links, title, named, fresh } = entry;
    if (fresh.length > 0) this.keep([links.self, links.up, title, ...links.related]);
    if (named) named.title = title;
    for (const { kind, resource } of fresh) this.add(kind, resource);
    this.blocks.settleQueue(entry.blocks, !this.hasLinks);
  }

  title(text: string): void {
    if (this.entry) this.entry.title = kept(text);
  }

  link(attributes: XmlAttributes): void {
    const href = attributes['href']?.value ?? '';
    const rel = (attributes['rel']?.value ?? '').trim().toLowerCase();
    if (!this.entry || href === '') return;
    const { links } = this.entry;
    if (rel === 'related') {
      if (links.related.length < mostLinks) links.related.push(pathOf(href));
    } else if (rel === 'self' || rel === 'up') {
      this.hasLinks = true;
      links[rel] = pathOf(href);
    }
  }

  openResource(kind: ResourceKind): Resource {
    const { entry } = this;
    const resource = newResource();
    this.keep([]);
    if (entry) {
      entry.main ||= kind;
      if (entry.main === kind) this.name(entry, resource);
      entry.fresh.push({ kind, resource });
    } else if (kind !== 'ReadingType') this.add(kind, resource);
    this.scope?.[listOf[kind]].push(resource);
    if (kind !== 'ReadingType')
      this.scope = { outer: this.scope, points: [], meterReadings: [], types: [], [listOf[kind]]: [resource] };
    return resource;
  }

  closeResource(kind: ResourceKind, resource: Resource | null): void {
    if (kind !== 'ReadingType') this.scope = this.scope?.outer ?? null;
    else if (!this.entry && resource) this.add(kind, resource);
  }

  /** The name of the service delivery point inside a usage point. */
  deliveryPoint(name: string): void {
    const [point] = this.scope?.points ?? [];
    if (point) point.name = kept(name);
  }

  openBlock(line: number): Block {
    const { entry, scope } = this;
    if (entry) entry.main ||= 'IntervalBlock';
    const links = entry?.main === 'IntervalBlock' ? entry.links : noLinks();
    const queue = entry?.blocks ?? this.blocks.pending;
    const block: Block = { line, scope, links, start: '', count: 0, series: null, held: [], queue };
    // Links may come after the content of an entry, and so may the title of a usage point that lies in the same entry.
    const isLinked = entry !== null && (entry.links.self !== '' || entry.links.up !== '');
    const isNamed = entry?.main === 'IntervalBlock' || entry?.title !== '';
    const isPlain = !this.hasLinks && (entry === null || this.entryCount > 0);
    if ((isLinked || isPlain) && isNamed) this.blocks.settle(block, isPlain);
    return block;
  }

  private name(entry: Entry, resource: Resource): void {
    const { named, links, title } = entry;
    if (named) named.links = noLinks();
    else entry.named = Object.assign(resource, { links, title });
  }

  private add(kind: ResourceKind, resource: Resource): void {
    if (kind === 'UsagePoint') this.graph.addPoint(resource);
    else if (kind === 'MeterReading') this.graph.addMeterReading(resource);
    else if (resource.type) this.graph.addType(resource);
  }

  private keep(texts: readonly string[]): void {
    this.keptCount += texts.reduce((length, text) => length + 2 * text.length, 200);
    if (this.keptCount > mostKept)
      this.refuse(
        'the file names more usage points, meter readings and reading types than can be kept.',
        'Ask the sender to divide it into several files.',
      );
  }
}
