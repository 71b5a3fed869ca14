import { Injectable } from '@nestjs/common';
import type { DomainErrorCode } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { Outbox } from '../../../platform/queue/outbox.js';
import { AuditService } from '../../audit/audit.service.js';
import { Lost } from './import-lease.js';
import { type ImportRow, readImport } from './import-row.js';

/** Under this name imports wait in the outbox; the key is the id. */
export const importTopic = 'imports';

export type Ending =
  | { readonly state: 'done' }
  | {
      readonly state: 'refused' | 'failed';
      readonly code: DomainErrorCode | 'internal-error';
      readonly sentence: string;
    };

/** How imports end: what became of them stands in their row and in the record, and nothing is left to be done. */
@Injectable()
export class ImportEnds {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Ends an import that is held by a token. @throws Lost where it is in other hands */
  async end(tx: Tx, communityId: string, { id }: Pick<ImportRow, 'id'>, token: string, ending: Ending): Promise<void> {
    const [code, sentence] = ending.state === 'done' ? [null, null] : [ending.code, ending.sentence];
    const ended = await tx.query(
      `UPDATE reading_import SET state = $3, refusal_code = $4, refusal = $5, ended_at = $6, lease_token = NULL, lease_until = NULL
       WHERE community_id = current_community() AND id = $1 AND state = 'reading' AND lease_token = $2 RETURNING 1`,
      [id, token, ending.state, code, sentence, this.clock.now()],
    );
    if (ended.length === 0) throw new Lost(`The import ${id} is in other hands.`);
    await this.outbox.settle(tx, communityId, importTopic, id);
    const row = await readImport(tx, id);
    if (!row.dryRun && (ending.state === 'done' || row.itemsTaken > 0)) await this.tell(tx, row);
  }

  private async tell(tx: Tx, row: ImportRow): Promise<void> {
    const { id, state, format, sha256, created, duplicate, conflict, held, unclaimed, rejected } = row;
    const actor = { kind: row.actorKind, id: row.actorId };
    const data = { state, format, sha256, created, duplicate, conflict, held, unclaimed, rejected };
    await this.audit.record(tx, { actor, type: 'readings.imported', subjectKind: 'import', subjectId: id, data });
  }
}
