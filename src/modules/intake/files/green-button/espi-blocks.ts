import { EspiGraph, type Join, type Links, type Scope } from './espi-graph.js';
import type { Series, WrittenReading } from './espi-series.js';
import { SeriesBook } from './espi-series-book.js';
import type { FileSink } from '../meter-file.js';

/** Readings that are kept back together: seven years of quarter-hours. */
const mostHeld = 250_000;

/** An IntervalBlock while its readings are read, and as long as nobody knows what it belongs to. */
export interface Block {
  readonly line: number;
  readonly scope: Scope | null;
  readonly links: Links;
  /** When its interval begins, as the file writes it; '' where it does not. */
  start: string;
  /** How many readings it had so far. */
  count: number;
  series: Series | 'unreadable' | null;
  readonly held: WrittenReading[];
  /** Where it waits, once it holds a reading. */
  readonly queue: Block[];
}

/** Passes readings on to their series: at once where the block's belongings are known, else as soon as they are. */
export class EspiBlocks {
  private readonly book: SeriesBook;
  /** Blocks that wait for the end of the file. */
  readonly pending: Block[] = [];
  private heldCount = 0;

  constructor(
    private readonly graph: EspiGraph,
    private readonly sink: FileSink,
    private readonly refuse: (detail: string, remedy: string) => void,
  ) {
    this.book = new SeriesBook(sink);
  }

  /** @param isPlain whether neither the block nor anything before it has links, so that the order of the file must tell */
  settle(block: Block, isPlain: boolean): void {
    const join = this.joinOf(block, isPlain);
    if (join?.type && join.point) this.open(block, join);
  }

  take(block: Block, reading: WrittenReading): void {
    if (block.series === null && this.heldCount >= mostHeld && !this.settleNow(block)) {
      block.held.length = 0;
      this.refuse(
        `more than ${mostHeld} readings stand before the ReadingType, or the links, that say what they are.`,
        'Ask the sender for the file with each ReadingType before its readings.',
      );
      return;
    }
    if (block.series === null) {
      if (block.held.length === 0) block.queue.push(block);
      block.held.push(reading);
      this.heldCount += 1;
    } else if (block.series !== 'unreadable') block.series.take(reading, block.start);
  }

  /** What is known at the end of an entry: blocks that it settles go out, others wait on. */
  settleQueue(queue: readonly Block[], isPlain: boolean): void {
    for (const block of queue) {
      if (block.series === null) this.settle(block, isPlain);
      if (block.series === null) this.pending.push(block);
    }
  }

  /** What is known at the end of the file is all there is to know. */
  end(): void {
    for (const block of this.pending) {
      if (block.series !== null) continue;
      const join = this.graph.joinAtEnd(block.scope, block.links);
      if (typeof join === 'string')
        this.say(
          'loses-record',
          block,
          `the file has several of ${join} and does not say to which one this block belongs; its ${block.held.length} readings were not read.`,
          'Ask the sender for the file with its links, or for one file each.',
        );
      else {
        if (!join.type)
          this.say(
            'note',
            block,
            'the file has no ReadingType, so nobody knows in which unit this block counts.',
            'The values are kept as they are; ask the sender for the unit before anybody bills by them.',
          );
        this.open(block, join);
      }
    }
  }

  /** Settles a block by as much as is known, where there is no memory left to wait for more. */
  private settleNow(block: Block): boolean {
    const { scope, links } = block;
    const known = this.graph.joinOf(scope, links);
    const join = known.type || links.self !== '' || links.up !== '' ? known : this.graph.joinByOrder(scope);
    if (join?.type) this.open(block, join);
    return block.series !== null;
  }

  private joinOf({ scope, links }: Block, isPlain: boolean): Join | null {
    return isPlain ? this.graph.joinByOrder(scope) : this.graph.joinOf(scope, links);
  }

  private open(block: Block, join: Join): void {
    block.series = this.book.of(join) ?? 'unreadable';
    if (block.series === 'unreadable')
      this.say(
        'loses-record',
        block,
        'the ReadingType of this block cannot be read.',
        'Correct the ReadingType first.',
      );
    else for (const reading of block.held) block.series.take(reading, block.start);
    this.heldCount -= block.held.length;
    block.held.length = 0;
  }

  private say(severity: 'note' | 'loses-record', { line }: Block, detail: string, remedy: string): void {
    this.sink.problem({ severity, line, record: 'IntervalBlock', column: null, detail, remedy });
  }
}
