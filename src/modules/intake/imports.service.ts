import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { plain } from '../../domain/quantity/decimal.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import {
  type ItemResult,
  mostItems,
  ReadingsService,
  type Sender,
  type Status,
  statuses,
} from '../metering/readings.service.js';
import type { ImportQuery } from './imports.schema.js';
import { readMeterFile } from './inspect.js';
import type { Channel, FileProblem } from './meter-file.js';

/** What became of a file. */
export interface ImportReport extends Readonly<Record<Status, number>> {
  readonly format: 'NEM12' | 'NEM13';
  readonly dryRun: boolean;
  readonly sha256: string;
  readonly read: number;
  readonly channels: readonly {
    readonly meter: string;
    readonly register: string;
    readonly unit: string;
    readonly count: number;
    readonly total: string;
  }[];
  readonly problems: readonly FileProblem[];
  readonly reasons: readonly Reason[];
}

interface Reason {
  readonly status: Status;
  readonly meter: string;
  readonly register: string;
  readonly from: Instant;
  count: number;
  readonly detail: string;
}

/** Carries the report of a dry run past the end of what it undoes. */
class DryRun {
  constructor(readonly report: ImportReport) {}
}

/** Files of readings. A file comes in as a whole or not at all; the same file again creates nothing. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly readings: ReadingsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Imports a file, in one transaction. Meter and suffix of the file are the codes of meter and register; what is not known
   * waits in the inbox of unclaimed readings.
   *
   * @throws DomainError `unsupported-format`, `unreadable-file` with the line at which reading ended
   */
  async take(communityId: string, file: Uint8Array, query: ImportQuery, actor: Actor): Promise<ImportReport> {
    const read = readMeterFile(file);
    if (query.format !== 'auto' && query.format !== read.format.toLowerCase()) {
      throw new DomainError(
        'unsupported-format',
        `The file is ${read.format}, and ${query.format} was asked for; leave the format out.`,
      );
    }
    if (read.refusal !== null) throw new DomainError('unreadable-file', read.refusal);
    const dryRun = query.dryRun === 'true';
    const sha256 = createHash('sha256').update(file).digest('hex');
    return this.transactions.inCommunity(communityId, async (tx) => {
      const work = async (): Promise<ImportReport> => {
        const { counts, reasons, total } = await this.takeChannels(
          communityId,
          read.channels,
          query.name ?? read.format,
          sha256,
          actor,
        );
        return {
          format: read.format,
          dryRun,
          sha256,
          read: total,
          ...counts,
          channels: read.channels.map(describe),
          problems: read.problems,
          reasons,
        };
      };
      if (dryRun) return undone(tx, work);
      const report = await work();
      const { created, duplicate, conflict, held, unclaimed, rejected } = report;
      const data = { format: report.format, sha256, created, duplicate, conflict, held, unclaimed, rejected };
      await this.audit.record(tx, { actor, type: 'readings.imported', subjectKind: 'file', subjectId: sha256, data });
      return report;
    });
  }

  private async takeChannels(
    communityId: string,
    channels: readonly Channel[],
    source: string,
    sha256: string,
    actor: Actor,
  ) {
    const sender: Sender = { ...actor, scope: null };
    const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
    const reasons = new Map<string, Reason>();
    let total = 0;
    for (const items of batches(channels)) {
      const { results, summary } = await this.readings.take(communityId, sender, items, `file ${source}`, sha256);
      for (const status of statuses) counts[status] += summary[status];
      total += items.length;
      for (const result of results) note(reasons, items[result.index], result);
    }
    return { counts, total, reasons: [...reasons.values()] };
  }

  /** Files by the batches that they came in, latest first. */
  list(communityId: string, query: PageQuery) {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const rows = await tx.query<{
        source: string;
        sha256: string;
        readings: number;
        firstBatch: string;
        firstReceived: Instant;
        lastReceived: Instant;
      }>(
        `SELECT source, encode(sha256, 'hex') AS sha256, sum(items)::int AS readings, min(no)::text AS "firstBatch",
                min(received_at) AS "firstReceived", max(received_at) AS "lastReceived"
         FROM reading_batch WHERE community_id = $1 AND sha256 IS NOT NULL
         GROUP BY source, sha256 HAVING $2::bigint IS NULL OR min(no) < $2 ORDER BY min(no) DESC LIMIT $3::int`,
        [communityId, before, limit + 1],
      );
      return pageOf(rows, limit, ({ firstBatch }) => [firstBatch]);
    });
  }
}

async function undone(tx: Tx, work: () => Promise<ImportReport>): Promise<ImportReport> {
  try {
    return await tx.undoable<never>(async () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is no error: leaving by a throw is what undoes the work
      throw new DryRun(await work());
    });
  } catch (thrown) {
    if (thrown instanceof DryRun) return thrown.report;
    throw thrown;
  }
}

interface Item {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly quality: string;
  readonly at?: Instant;
  readonly value?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly quantity?: string;
}

/** The readings of a file as they are pushed, at most as many at once as a push may have. */
function* batches(channels: readonly Channel[]): Generator<Item[]> {
  let items: Item[] = [];
  for (const channel of channels) {
    for (const item of itemsOf(channel)) {
      items.push(item);
      if (items.length < mostItems) continue;
      yield items;
      items = [];
    }
  }
  if (items.length > 0) yield items;
}

function* itemsOf(channel: Channel): Generator<Item> {
  const { meter, register, baseUnit: unit } = channel;
  if (channel.kind === 'cumulative') {
    for (const { at, value, quality } of channel.readings)
      yield { meter, register, unit, quality, at, value: plain(value) };
  } else {
    for (const { from, to, quantity, quality } of channel.readings)
      yield { meter, register, unit, quality, from, to, quantity: plain(quantity) };
  }
}

const describe = ({ meter, register, baseUnit, factor, tally }: Channel) => ({
  meter,
  register,
  unit: baseUnit,
  count: tally.count,
  total: plain(tally.total.times(factor)),
});

function note(reasons: Map<string, Reason>, item: Item | undefined, { status, problem }: ItemResult): void {
  if (!item || !problem) return;
  const { meter, register } = item;
  const key = `${status} ${problem.code} ${meter} ${register}`;
  const known = reasons.get(key);
  if (known) known.count += 1;
  else
    reasons.set(key, { status, meter, register, from: item.at ?? item.from ?? '', count: 1, detail: problem.detail });
}
