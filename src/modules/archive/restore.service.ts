import fs from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../domain/errors.js';
import { checkFolder } from '../../platform/archive/folder.js';
import { ownerDataSource } from '../../platform/database/connection.js';
import type { Secret } from '../../platform/config.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { ImportsService } from '../intake/imports.service.js';
import { DocumentsService } from '../invoices/documents.service.js';
import { RecordService } from '../proofs/record.service.js';
import { RotateKeyService } from '../proofs/rotate-key.service.js';
import { RestoredRecord } from '../proofs/restored-record.service.js';
import { balancesOf, changedBalances } from './balances.js';
import { type Description, readDescription } from './description.js';
import type { OnProgress } from './export.service.js';
import { handedKeyFile, openKey } from './handed-key.js';
import { loadReadings, loadTable, moveNumbersOn, prepareStage } from './load-tables.js';
import { putTriggersBack, setTriggersAside } from './set-aside.js';
import { archivedTables, type ArchivedTable } from './tables.js';

/** What came back, and how it was proved to be what left. */
export interface Restored {
  readonly description: Description;
  readonly rows: number;
  readonly readings: number;
  /** Lines of balances that were compared; all of them are identical. */
  readonly balances: number;
  readonly heads: number;
  /** The root that was made again from the entries, which is the one of the archive. */
  readonly root: string;
  /** That it goes on being signed with; null where no head was signed yet. */
  readonly key: string | null;
}

/** The house that an archive is restored in. */
export interface House {
  /** Address for the owner of the tables: some triggers are set aside meanwhile (set-aside.ts). */
  readonly ownerUrl: string;
  /** Migrations that its database has seen. */
  readonly schema: readonly string[];
}

/**
 * Makes a community anew from an archive: all of it in one transaction, or nothing.
 *
 * Before the first row: the files are those that were exported, and the schema is the one that they were written from. Before the commit:
 * PostgreSQL has asked its constraints and triggers about every row; the tree of the record was made again from the entries and has the
 * root of the archive, every head that was signed is a head of it, and every row and reading that it speaks of is what was sealed; rows,
 * accounts, invoices, payments, runs and readings come to what they came to before.
 */
@Injectable()
export class RestoreService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly imports: ImportsService,
    private readonly documents: DocumentsService,
    private readonly record: RecordService,
    private readonly restored: RestoredRecord,
    private readonly rotate: RotateKeyService,
  ) {}

  /**
   * @param folder the unpacked archive
   * @param passphrase that opens the key of the record, where the archive hands it over
   * @throws DomainError `invalid-input` where something in it is not what was exported, `conflict` where the house cannot take it
   */
  async restore(
    { ownerUrl, schema }: House,
    folder: string,
    onProgress: OnProgress,
    passphrase?: Secret,
  ): Promise<Restored> {
    const manifest = await checkFolder(folder);
    const handed = passphrase === undefined ? null : await handedKey(folder, passphrase);
    const description = readDescription(await fs.readFile(path.join(folder, 'archive.json'), 'utf8'));
    refuseOtherSchema(description, schema);
    const source = new DataSource(ownerDataSource(ownerUrl, () => undefined));
    await source.initialize();
    try {
      const transactions = new Transactions(source);
      await refuseWhereThere(transactions, description);
      const { id } = description.community;
      const done = await transactions.inCommunityOnce(id, (tx) =>
        this.restoreAll(tx, folder, description, { manifest, handed }, onProgress),
      );
      await this.record.bringUpToDate(id);
      return done;
    } catch (error) {
      throw explained(error);
    } finally {
      await source.destroy();
    }
  }

  /** Who keeps the books, the first of them first: somebody has to be handed a new key. */
  treasurers(communityId: string): Promise<{ personId: string; name: string }[]> {
    return this.transactions.inCommunity(communityId, (tx) =>
      tx.query(
        `SELECT p.id AS "personId", p.name FROM person p WHERE p.community_id = current_community() AND EXISTS (SELECT FROM role_grant g
           WHERE g.community_id = p.community_id AND g.person_id = p.id AND g.role = 'treasurer' AND g.revoked_at IS NULL) ORDER BY p.id`,
      ),
    );
  }

  private async restoreAll(
    tx: Tx,
    folder: string,
    description: Description,
    { manifest, handed }: { manifest: string; handed: string | null },
    onProgress: OnProgress,
  ): Promise<Restored> {
    const communityId = description.community.id;
    await tx.query(`SELECT set_config('app.photos', 'all', true)`);
    await setTriggersAside(tx);
    await prepareStage(tx);
    const tables = await archivedTables(tx);
    const { key, root } = await this.loadAll(tx, folder, description, { tables, handed }, onProgress);
    await moveNumbersOn(tx, tables);
    await putTriggersBack(tx);
    await tx.query('ANALYZE');
    const balances = await refuseOtherBalances(tx, description);
    const { differences } = await this.restored.check(tx);
    if (differences.length > 0) {
      const [first] = differences;
      throw new DomainError(
        'conflict',
        `The record speaks of something else in ${differences.length} places: ${first?.detail}`,
      );
    }
    await this.imports.orderAgain(tx, communityId);
    await this.documents.orderAgain(tx, communityId);
    const { archive, record } = description;
    await this.audit.record(tx, {
      actor: system,
      type: 'archive.restored',
      subjectKind: 'community',
      subjectId: communityId,
      data: { archive, sha256: manifest, entries: record.entries, root, key },
    });
    // The key that came along signs once more, to say which key comes after it.
    const signing = handed === null ? key : await this.rotate.takeOver(tx, communityId, handed);
    const readings = description.readings.reduce((sum, { rows }) => sum + rows, 0);
    const rows = description.tables.reduce((sum, table) => sum + table.rows, 0);
    return { description, rows, readings, balances, heads: record.heads, root, key: signing };
  }

  /** Loads tables and readings, and makes the tree of the record on the way. */
  private async loadAll(
    tx: Tx,
    folder: string,
    { tables: told, readings, record, community }: Description,
    { tables, handed }: { tables: readonly ArchivedTable[]; handed: string | null },
    onProgress: OnProgress,
  ): Promise<{ key: string | null; root: string }> {
    const rowsOf = new Map(told.map(({ table, rows }) => [table, rows]));
    let [done, made]: [number, { key: string | null; root: string } | undefined] = [0, undefined];
    const step = () => onProgress('Restoring', (done += 1), tables.length + readings.length);
    const expect = (what: string, rows: number, wanted = 0): void => {
      if (rows !== wanted) throw new DomainError('invalid-input', `${what} has ${rows} rows; ${wanted} were exported.`);
      step();
    };
    for (const table of tables) {
      if (table.name === 'record_head') made = await this.makeRecord(tx, community.id, record, handed);
      const rows = await loadTable(tx, folder, table);
      expect(`tables/${table.name}.jsonl`, rows, rowsOf.get(table.name));
    }
    for (const { month, rows } of readings) {
      expect(`tables/reading-${month}.jsonl`, await loadReadings(tx, folder, month), rows);
    }
    if (made === undefined) throw new DomainError('invalid-input', 'The archive has no record.');
    return made;
  }

  private async makeRecord(
    tx: Tx,
    communityId: string,
    told: Description['record'],
    handed: string | null,
  ): Promise<{ key: string | null; root: string }> {
    const { entries, root } = await this.restored.makeTree(tx);
    if (entries !== told.entries || root !== told.root) {
      throw new DomainError(
        'invalid-input',
        `The record has ${entries} entries and the root ${root}; it had ${told.entries} and ${told.root}.`,
      );
    }
    return { key: await this.restored.keyOf(tx, communityId, handed), root };
  }
}

/** The secret half of the key that an archive hands over; null where it brings none. */
async function handedKey(folder: string, passphrase: Secret): Promise<string | null> {
  const text = await fs.readFile(path.join(folder, handedKeyFile), 'utf8').catch(() => null);
  return text === null ? null : openKey(text, passphrase);
}

function refuseOtherSchema({ schema: theirs, program }: Description, ours: readonly string[]): void {
  const [missing] = theirs.filter((name) => !ours.includes(name));
  const [newer] = ours.filter((name) => !theirs.includes(name));
  if (missing !== undefined) {
    throw new DomainError(
      'conflict',
      `The archive was made by a newer Commonmeter (${program}): its tables have seen ${missing}, those of this house have not. Update this house, then restore.`,
    );
  }
  if (newer !== undefined) {
    throw new DomainError(
      'conflict',
      `The archive was made by an older Commonmeter (${program}): its tables have not seen ${newer}. Restore it with that version on an empty database, then update: "commonmeter migrate" brings it here.`,
    );
  }
}

async function refuseWhereThere(transactions: Transactions, { community: { id, code } }: Description): Promise<void> {
  const [there] = await transactions.asOperator((tx) =>
    tx.query<{ code: string }>('SELECT code FROM community WHERE id = $1 OR code = $2', [id, code]),
  );
  if (there) {
    throw new DomainError(
      'conflict',
      `${there.code} is in this house already. Restore into an empty database: name another in DATABASE_URL or DATA_DIR.`,
    );
  }
}

async function refuseOtherBalances(tx: Tx, { balances }: Description): Promise<number> {
  const [changed] = changedBalances(balances, await balancesOf(tx));
  if (changed !== undefined) {
    throw new DomainError(
      'invalid-input',
      `The ${changed.what} do not come to what they came to: ${changed.before} was, ${changed.now} is.`,
    );
  }
  return Object.values(balances).reduce((sum, lines) => sum + lines.length, 0);
}

/** Numbers of registers are part of what the record sealed, so two communities with the same cannot be in one house. */
function explained(error: unknown): unknown {
  const { constraint } = (error as { driverError?: { constraint?: string } }).driverError ?? {};
  if (constraint !== 'register_no_key') return error;
  return new DomainError(
    'conflict',
    'Another community of this house has registers with the same numbers, which the record has sealed. Restore into an empty database.',
  );
}
