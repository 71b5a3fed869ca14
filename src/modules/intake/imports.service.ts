import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type DomainErrorCode } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { type Config, configToken } from '../../platform/config.js';
import { constraintRefusals } from '../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { Outbox } from '../../platform/queue/outbox.js';
import type { Actor } from '../access/access-changes.service.js';
import { CommunityService } from '../community/community.service.js';
import { ReadingsService } from '../metering/readings/readings.service.js';
import { ImportMappingsService } from './import-mappings.service.js';
import type { ImportQuery, ImportReply } from './imports.schema.js';
import { describeImport } from './imports/describe-import.js';
import { dryRun } from './imports/dry-run.js';
import { undoingTopic } from './import-undoing.service.js';
import { importTopic } from './imports/import-ends.js';
import { LeftOff, type Pace } from './imports/import-lease.js';
import { importOfRequest, readImport } from './imports/import-row.js';
import { ImportWork } from './imports/import-work.js';
import { howToRead } from './imports/how-to-read.js';
import { keptProblems } from './imports/kept-problems.js';
import { lookThrough } from './imports/look-through.js';
import { hashOfStream, type ReceivedFile, receiveFile } from './imports/receive-file.js';
import { storeLook } from './imports/store-look.js';
import { checkRepeated, type Patience, type RequestKey, type Terms, termsOf } from './imports/wishes.js';

constraintRefusals.set('reading_import_request', {
  code: 'request-in-progress',
  sentence: 'The first request with this Idempotency-Key is still being worked on; ask again.',
});

/** A file that is sent, and how. */
export interface SentFile {
  readonly body: Readable;
  readonly query: ImportQuery;
  readonly actor: Actor;
  readonly patience: Patience;
  readonly key: RequestKey | null;
}

/** An answer, and whether it was given before. */
export interface ImportAnswer {
  readonly reply: ImportReply;
  readonly isRepeated: boolean;
}

/** How long a small file is dealt with in the request that brings it, before a worker goes on with it. */
const atOnceMs = 60_000;
/** How long workers leave such a file alone; should this process be killed, one of them takes it up then. */
const reservedMs = 2 * atOnceMs;
/** Readings that a dry run takes in one transaction and undoes; of more, a worker counts batch by batch. */
const mostUndoneAtOnce = 200_000;
const lookEveryMs = 250;

/** Files of readings. A file is taken as a whole or not at all; the same file again creates nothing. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly communities: CommunityService,
    private readonly mappings: ImportMappingsService,
    private readonly readings: ReadingsService,
    private readonly work: ImportWork,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(configToken) private readonly config: Config,
  ) {}

  /**
   * Takes a file in. A small one is dealt with at once, unless the sender would rather not wait; a large one by a worker, for which
   * the sender may wait. Meter and register of the file are the codes of meter and register; what is not known waits in the inbox of
   * unclaimed readings.
   *
   * @throws DomainError `unsupported-format`, `unreadable-file` with the line at which reading ended, `too-large`, `invalid-input`,
   *   `not-found` (mapping), `idempotency-mismatch`
   */
  async take(communityId: string, file: SentFile): Promise<ImportAnswer> {
    const { body, query, key, patience } = file;
    const { zone } = await this.communities.get(communityId);
    const { first, mapping } = await this.transactions.inCommunity(communityId, async (tx) => ({
      first: key && (await importOfRequest(tx, key.by, key.key)),
      mapping: query.mapping === undefined ? null : await this.mappings.called(tx, communityId, query.mapping),
    }));
    const terms = termsOf(query, mapping, zone);
    if (first) {
      checkRepeated(first, terms, await hashOfStream(body, this.config.importLimit));
      return { reply: await this.get(communityId, first.id), isRepeated: true };
    }
    const limit = this.config.importLimit;
    const received = await receiveFile(body, limit, this.transactions, communityId, this.clock.now());
    const { small } = received;
    const reply =
      small === null || patience === 0
        ? await this.takeLater(communityId, file, terms, received)
        : await this.takeAtOnce(communityId, file, terms, { ...received, small });
    return { reply, isRepeated: false };
  }

  /** @throws DomainError `not-found` */
  get(communityId: string, id: string): Promise<ImportReply> {
    return this.transactions.inCommunity(communityId, async (tx) => describeImport(tx, await readImport(tx, id)));
  }

  /** What the file itself says is found before anything is stored. */
  private async takeAtOnce(
    communityId: string,
    file: SentFile,
    terms: Terms,
    received: ReceivedFile & { readonly small: readonly Buffer[] },
  ): Promise<ImportReply> {
    const { small } = received;
    const how = howToRead(terms, this.config.importLimit);
    const looked = await lookThrough(small, how);
    if (looked.refusal !== null) throw new DomainError('unreadable-file', looked.refusal);
    if (terms.dryRun && looked.readings > mostUndoneAtOnce) {
      return this.takeLater(communityId, { ...file, patience: file.patience ?? atOnceMs / 1000 }, terms, received);
    }
    if (terms.dryRun) {
      const ground = { communityId, actor: file.actor, now: this.clock.now() };
      return dryRun(this.transactions, this.readings, ground, terms, how, small, looked);
    }
    const problems = await keptProblems(looked, small, how.mostUnpacked);
    const id = await this.transactions.inCommunity(communityId, async (tx) => {
      const made = await this.make(tx, communityId, file, terms, received);
      await storeLook(tx, made, looked, problems);
      await this.outbox.reserve(tx, communityId, importTopic, made, reservedMs);
      return made;
    });
    const begun = performance.now();
    const pace: Pace = { isOver: () => performance.now() - begun > atOnceMs, goesOn: () => Promise.resolve() };
    try {
      await this.work.run(communityId, id, pace);
    } catch (error) {
      const isPostponed = error instanceof LeftOff || (error instanceof DomainError && error.code === 'too-busy');
      await this.transactions.inCommunity(communityId, (tx) =>
        this.outbox.reserve(tx, communityId, importTopic, id, 0),
      );
      if (!isPostponed) throw error;
    }
    return this.answer(communityId, id);
  }

  private async takeLater(
    communityId: string,
    file: SentFile,
    terms: Terms,
    received: ReceivedFile,
  ): Promise<ImportReply> {
    const id = await this.transactions.inCommunity(communityId, (tx) =>
      this.make(tx, communityId, file, terms, received),
    );
    const until = performance.now() + (file.patience ?? 0) * 1000;
    for (;;) {
      const reply = await this.answer(communityId, id);
      if (reply.progress.phase === 'ended' || performance.now() >= until) return reply;
      await pause(lookEveryMs);
    }
  }

  private async make(
    tx: Tx,
    communityId: string,
    file: SentFile,
    terms: Terms,
    received: ReceivedFile,
  ): Promise<string> {
    const id = newId();
    const { id: fileId } = await received.store(tx);
    const { actor, key } = file;
    await tx.query(
      `INSERT INTO reading_import (community_id, id, file_id, name, asked_format, zone, offset_minutes, mapping_code, mapping_version,
         dry_run, actor_kind, actor_id, request_by, request_key, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        ...[communityId, id, fileId, terms.name, terms.askedFormat, terms.zone, terms.offsetMinutes],
        ...[terms.mappingCode, terms.mappingVersion, terms.dryRun, actor.kind, actor.id],
        ...[key?.by ?? null, key?.key ?? null, this.clock.now()],
      ],
    );
    await this.outbox.add(tx, communityId, importTopic, id, { importId: id });
    return id;
  }

  /** Hands unfinished imports to the workers again, of a community whose work that was left to do stayed elsewhere. */
  async orderAgain(tx: Tx, communityId: string): Promise<void> {
    const unfinished = await tx.query<{ id: string; state: string }>(
      `SELECT id, state FROM reading_import WHERE community_id = $1 AND state IN ('received', 'reading', 'undoing') ORDER BY id`,
      [communityId],
    );
    for (const { id, state } of unfinished) {
      await this.outbox.add(tx, communityId, state === 'undoing' ? undoingTopic : importTopic, id, { importId: id });
    }
  }

  /** The import as it stands. @throws DomainError for which it has ended with nothing */
  private async answer(communityId: string, id: string): Promise<ImportReply> {
    const reply = await this.get(communityId, id);
    if (reply.refusal !== null && reply.read === 0)
      throw new DomainError(reply.refusal.code as DomainErrorCode, reply.refusal.detail);
    return reply;
  }
}
