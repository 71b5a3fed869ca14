import { Inject, Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { type Config, configToken } from '../../../platform/config.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import { holdOffUndoing, ReadingsService } from '../../metering/readings/readings.service.js';
import { type Ending, ImportEnds } from './import-ends.js';
import { sourceOf } from './describe-import.js';
import { enter } from './entrance.js';
import { howToRead } from './how-to-read.js';
import {
  claimImport,
  hasEnded,
  holdImport,
  LeftOff,
  Lost,
  mostAttempts,
  type Pace,
  releaseImport,
  steadily,
} from './import-lease.js';
import { type ImportRow, readImport } from './import-row.js';
import { keptProblems } from './kept-problems.js';
import { lookThrough } from './look-through.js';
import { outcomeOf } from './outcome.js';
import { storeBatch } from './store-batch.js';
import { storeLook } from './store-look.js';
import { piecesOf } from './stored-file.js';
import { batchesOf, partsOf, together } from './signed-parts.js';
import { type FileItem, takeItems } from './take-items.js';
import { withoutEffect } from './without-effect.js';

/** An import in the hands of this process. */
interface Held {
  readonly communityId: string;
  readonly token: string;
  readonly row: ImportRow;
  readonly pace: Pace;
}

/*
 * How a file becomes readings: claim → look through → enter → take → end.
 *
 * A file is read twice. The first time decides whether it may be taken at all, so that a refused file leaves nothing; the second takes
 * it, each batch in a transaction that also writes down how far it is. Whoever goes on after a kill reads the file from its beginning and
 * passes over what was taken.
 */
@Injectable()
export class ImportWork {
  constructor(
    private readonly transactions: Transactions,
    private readonly readings: ReadingsService,
    private readonly ends: ImportEnds,
    private readonly clock: Clock,
    @Inject(configToken) private readonly config: Config,
  ) {}

  /**
   * Works on an import until it has ended.
   *
   * @returns false where another has it in hand
   * @throws LeftOff where the pace is over; what else stood in the way, after the import was given back
   */
  async run(communityId: string, importId: string, pace: Pace): Promise<boolean> {
    const token = newId();
    const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => this.transactions.inCommunity(communityId, work);
    const claim = await within((tx) => claimImport(tx, importId, token));
    if (claim !== 'claimed') return claim === 'ended';
    try {
      await this.work({ communityId, token, pace, row: await within((tx) => readImport(tx, importId)) });
    } catch (error) {
      if (error instanceof Lost) return within((tx) => hasEnded(tx, importId));
      const reason = error instanceof LeftOff ? null : error instanceof Error ? error.message : String(error);
      await within((tx) => releaseImport(tx, importId, token, reason));
      throw error;
    }
    return true;
  }

  private async work(held: Held): Promise<void> {
    const { attempts, lastError, dryRun } = held.row;
    if (attempts > mostAttempts) return this.end(held, tooOften(lastError));
    const looked = held.row.items === null ? await this.ending(held, 'refused', () => this.look(held)) : held;
    if (looked === null) return;
    if (!dryRun && !looked.row.entered) await enter(this.transactions, looked, this.clock.now());
    await this.ending(looked, 'failed', () => this.take(looked));
  }

  /** Does a part; where something refuses it for good, the import ends there. @returns null where it did */
  private async ending<T>(held: Held, state: 'refused' | 'failed', part: () => Promise<T>): Promise<T | null> {
    try {
      return await part();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'too-busy') throw error;
      await this.end(held, { state, code: error.code, sentence: error.message });
      return null;
    }
  }

  private end({ communityId, token, row }: Held, ending: Ending): Promise<void> {
    return this.transactions.inCommunity(communityId, (tx) => this.ends.end(tx, communityId, row, token, ending));
  }

  /** Looks the file through. @returns null where it is refused, and has ended */
  private async look(held: Held): Promise<Held | null> {
    const { communityId, token, row } = held;
    const how = howToRead(row, this.config.importLimit);
    let bytes = 0;
    const onSlice = steadily(held.pace, () =>
      this.hold(held, (tx) =>
        tx.query('UPDATE reading_import SET checked_bytes = $2 WHERE community_id = current_community() AND id = $1', [
          row.id,
          bytes,
        ]),
      ),
    );
    const looked = await lookThrough(
      this.pieces(held, (length) => (bytes += length)),
      how,
      onSlice,
    );
    const problems = await keptProblems(looked, this.pieces(held), how.mostUnpacked);
    const { refusal } = looked;
    return this.hold(held, async (tx) => {
      await storeLook(tx, row.id, looked, problems);
      if (refusal === null) return { ...held, row: await readImport(tx, row.id) };
      await this.ends.end(tx, communityId, row, token, {
        state: 'refused',
        code: 'unreadable-file',
        sentence: refusal,
      });
      return null;
    });
  }

  private async take(held: Held): Promise<void> {
    const { row, pace } = held;
    const how = howToRead(row, this.config.importLimit);
    const goesOn = steadily(pace, async () => undefined);
    const read = await takeItems(this.pieces(held), how, row.itemsTaken, async (items, first) => {
      await this.takeBatch(held, items, first);
      await goesOn();
    });
    assert(read === row.items, 'A file holds as many readings each time it is read.');
    await this.end(held, { state: 'done' });
  }

  private takeBatch(held: Held, items: readonly FileItem[], first: number): Promise<void> {
    const { communityId, row } = held;
    const { sha256, actorKind: kind, actorId: id } = row;
    const sender = { kind, id, scope: null };
    return this.hold(held, async (tx) => {
      await holdOffUndoing(tx, communityId);
      const parts = partsOf(items);
      const source = sourceOf(row);
      const give = () =>
        this.readings.takeSeveral(
          communityId,
          parts.map((part) => ({ ...part, sender, source, sha256 })),
        );
      const plain = items.map(({ item }) => item);
      if (row.dryRun) return storeBatch(tx, row.id, [], outcomeOf(plain, together(await withoutEffect(tx, give))));
      const results = await give();
      await storeBatch(tx, row.id, batchesOf(results, first), outcomeOf(plain, together(results)));
    });
  }

  /** Does work in a transaction that holds the import. @throws Lost where it is in other hands */
  private hold<T>({ communityId, token, row }: Held, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await holdImport(tx, row.id, token);
      return work(tx);
    });
  }

  private async *pieces({ communityId, row }: Held, onPiece: (bytes: number) => unknown = () => undefined) {
    for await (const piece of piecesOf(this.transactions, communityId, row.fileId)) {
      yield piece;
      onPiece(piece.length);
    }
  }
}

const tooOften = (lastError: string | null): Ending => ({
  state: 'failed',
  code: 'internal-error',
  sentence: `It was given up after ${mostAttempts} attempts without progress. ${lastError ?? 'The worker ended each time.'} Send the file again, or report this.`,
});
