import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { Outbox } from '../../platform/queue/outbox.js';
import { type Actor, system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { ReadingsService, stopForUndoing } from '../metering/readings/readings.service.js';
import type { ImportReply } from './imports.schema.js';
import { describeImport } from './imports/describe-import.js';
import { type ImportRow, lockImport, readImport } from './imports/import-row.js';
import { checkState, checkUse } from './imports/may-undo.js';
import { noteRegisters } from './imports/note-registers.js';
import { removeReadings, takeRepeats, type Undoing } from './imports/undo-import.js';

/** Under this name imports that are to be undone wait in the outbox. */
export const undoingTopic = 'import-undoings';

/** Readings that are removed while the request waits; of more, a worker removes them. */
const atOnce = 50_000;

/** Undoes imports as a whole, as long as nobody has billed or decided anything by them. */
@Injectable()
export class ImportUndoingService {
  constructor(
    private readonly transactions: Transactions,
    private readonly readings: ReadingsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Undoes an import, whether it has ended or not; a large one is marked, and a worker undoes it.
   *
   * @throws DomainError `not-found`, `already-decided`, `import-not-undoable` that says what stands in the way
   */
  undo(communityId: string, id: string, reason: string, actor: Actor): Promise<ImportReply> {
    assert(actor.kind === 'person' && actor.id !== null, 'A person undoes an import.');
    const by = actor.id;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const row = await lockImport(tx, id);
      checkState(row);
      await noteRegisters(tx, id);
      await checkUse(tx, id);
      if (row.itemsTaken <= atOnce) await this.finish(tx, communityId, row, { reason, by, at: this.clock.now() });
      else {
        await tx.query(
          `UPDATE reading_import SET state = 'undoing', undo_asked_by = $2, undo_reason = $3, undo_refusal = NULL, lease_token = NULL, lease_until = NULL
           WHERE community_id = current_community() AND id = $1`,
          [id, by, reason],
        );
        await this.outbox.add(tx, communityId, undoingTopic, newId(), { importId: id });
      }
      return describeImport(tx, await readImport(tx, id));
    });
  }

  /** Undoes an import that is marked. What stands in the way meanwhile is written down, and the import is as before. */
  undoMarked(communityId: string, id: string, done: (tx: Tx) => Promise<void>): Promise<void> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const row = await lockImport(tx, id);
      const { state, undoAskedBy: by, undoReason: reason } = row;
      if (state === 'undoing' && by !== null && reason !== null) {
        try {
          await tx.undoable(async () => {
            await noteRegisters(tx, id);
            await checkUse(tx, id);
            await this.finish(tx, communityId, row, { reason, by, at: this.clock.now() });
          });
        } catch (error) {
          if (!(error instanceof DomainError) || error.code !== 'import-not-undoable') throw error;
          await this.giveUp(tx, row, error.message);
        }
      }
      await done(tx);
    });
  }

  private async finish(tx: Tx, communityId: string, { id, sha256 }: ImportRow, undoing: Undoing): Promise<void> {
    await stopForUndoing(tx, communityId);
    const removed = await removeReadings(tx, id, undoing);
    const repeated = await takeRepeats(tx, communityId, id, this.readings, { ...system, scope: null });
    const { by, reason } = undoing;
    await this.audit.record(tx, {
      actor: { kind: 'person', id: by },
      type: 'import.undone',
      subjectKind: 'import',
      subjectId: id,
      data: { sha256, reason, removed, repeated },
    });
  }

  /** An import that was being taken when it was to be undone stays where it was left. */
  private async giveUp(tx: Tx, { id, items, itemsTaken }: ImportRow, why: string): Promise<void> {
    await tx.query(
      `UPDATE reading_import SET state = $2, undo_refusal = $3, ended_at = coalesce(ended_at, $4),
              refusal_code = coalesce(refusal_code, $5), refusal = coalesce(refusal, $6)
       WHERE community_id = current_community() AND id = $1`,
      [
        id,
        ...(itemsTaken === items
          ? ['done', why, this.clock.now(), null, null]
          : [
              'failed',
              why,
              this.clock.now(),
              'import-not-undoable',
              'It was stopped in order to be undone. Send the file again.',
            ]),
      ],
    );
  }
}
