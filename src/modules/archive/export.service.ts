import { Injectable } from '@nestjs/common';
import { writeKey } from '../../domain/proof/note.js';
import { DomainError } from '../../domain/errors.js';
import { FolderWriter } from '../../platform/archive/folder.js';
import type { PackedFile } from '../../platform/archive/tar.js';
import { Clock } from '../../platform/clock.js';
import type { Secret } from '../../platform/config.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { version } from '../../platform/version.js';
import { system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RecordService } from '../proofs/record.service.js';
import { balancesOf } from './balances.js';
import { archiveFormat, type Description } from './description.js';
import { handedKeyFile, sealKey } from './handed-key.js';
import { readme } from './readme.js';
import { sheets, writeReadingSheet, writeSheets } from './sheets.js';
import { archivedTables, columnsLeftOut, leftOut } from './tables.js';
import { readingMonths, writeReadings, writeTable } from './write-tables.js';

/** An archive as it was written. */
export interface Exported {
  readonly description: Description;
  /** Hash of SHA256SUMS, which speaks of every other file. */
  readonly sha256: string;
  /** In the order in which they are packed. */
  readonly files: readonly PackedFile[];
  /** What the record was found to differ in; no head is signed while it does. */
  readonly alarms: number;
}

/** How far the work is. */
export type OnProgress = (label: string, done: number, total: number) => void;

/**
 * Writes everything that a community has into a folder.
 *
 * All of it is read in one transaction that sees one instant and can write nothing, so that no row is from before another and none is
 * counted twice while readings go on coming. The record is brought up to date first: that the archive is being made is its last entry,
 * and what was made is written down afterwards, with the hash of it, in the house that made it.
 */
@Injectable()
export class ExportService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly record: RecordService,
  ) {}

  /**
   * @param code   of the community
   * @param folder an empty folder
   * @param schema migrations that the database has seen
   * @param handOver a passphrase with which the key of the record is sealed into the archive, so that any house can take it
   * @throws DomainError `not-found` where there is no such community
   */
  async export(
    code: string,
    folder: string,
    schema: readonly string[],
    onProgress: OnProgress,
    handOver?: Secret,
  ): Promise<Exported> {
    const communityId = await this.idOf(code);
    const archive = newId();
    const handsOverKey = handOver === undefined ? {} : { handsOverKey: true };
    await this.write(communityId, 'archive.begun', { archive, ...handsOverKey });
    await this.record.bringUpToDate(communityId);
    const handed = handOver === undefined ? null : await this.sealed(communityId, handOver);
    const { alarms } = await this.record.head(communityId);
    const out = new FolderWriter(folder);
    const description = await this.transactions.inSnapshot(communityId, (tx) =>
      this.writeAll(tx, out, { archive, schema, handed }, onProgress),
    );
    const { sha256, files } = await out.seal();
    const { entries, root } = description.record;
    await this.write(communityId, 'archive.made', { archive, sha256, entries, root });
    return { description, sha256, files, alarms: alarms.length };
  }

  /** @throws DomainError `not-found` where there is no such community */
  async idOf(code: string): Promise<string> {
    const [row] = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string }>('SELECT id FROM community WHERE code = $1', [code]),
    );
    if (!row) throw new DomainError('not-found', `There is no community ${code} in this house.`);
    return row.id;
  }

  /** The key of the record, sealed. @throws DomainError `conflict` where this process does not hold it */
  private async sealed(communityId: string, passphrase: Secret): Promise<string> {
    const { key, seed } = await this.transactions.inCommunity(communityId, (tx) => this.record.signer(tx, communityId));
    if (key === null)
      throw new DomainError('conflict', 'This process does not hold the key of the record, so it cannot hand it over.');
    return sealKey(key, seed, passphrase);
  }

  private write(communityId: string, type: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    return this.transactions.inCommunity(communityId, (tx) =>
      this.audit.record(tx, { actor: system, type, subjectKind: 'community', subjectId: communityId, data }),
    );
  }

  private async writeAll(
    tx: Tx,
    out: FolderWriter,
    { archive, schema, handed }: { archive: string; schema: readonly string[]; handed: string | null },
    onProgress: OnProgress,
  ): Promise<Description> {
    // Writing takes as long as the disk takes; nobody waits for a lock of this transaction.
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    // Photos stand behind a wall of their own, which shows none to whoever does not ask for them.
    await tx.query(`SELECT set_config('app.photos', 'all', true)`);
    const known = await archivedTables(tx);
    const months = await readingMonths(tx);
    const total = known.length + 2 * months.length + 1;
    let done = 0;
    const step = () => onProgress('Writing the archive', (done += 1), total);
    const tables = [];
    for (const table of known) {
      tables.push(await writeTable(tx, out, table));
      step();
    }
    const readings = [];
    for (const month of months) {
      readings.push({ month: month.name, rows: await writeReadings(tx, out, month) });
      step();
      await writeReadingSheet(tx, out, month);
      step();
    }
    await writeSheets(tx, out, sheets);
    if (handed !== null) await out.put(handedKeyFile, handed);
    const description: Description = {
      format: archiveFormat,
      archive,
      madeAt: this.clock.now(),
      program: version,
      schema: [...schema],
      community: await communityOf(tx),
      tables,
      readings,
      record: await writeRecord(tx, out),
      balances: (await balancesOf(tx)) as Description['balances'],
      leftOut: { ...leftOut, ...columnsLeftOut },
    };
    await out.put('archive.json', `${JSON.stringify(description, null, 2)}\n`);
    await out.put('README.txt', readme(description).trimStart());
    step();
    return description;
  }
}

async function communityOf(tx: Tx): Promise<Description['community']> {
  const [row] = await tx.query<Description['community']>(
    'SELECT id, code, name FROM community WHERE id = current_community()',
  );
  if (!row) throw new DomainError('not-found', 'The community is not there any more.');
  return row;
}

/** Writes the signed heads and the keys as other tools read them. */
async function writeRecord(tx: Tx, out: FolderWriter): Promise<Description['record']> {
  const heads = await tx.query<{ note: string }>(
    'SELECT note FROM record_head WHERE community_id = current_community() ORDER BY size',
  );
  const keys = await tx.query<{ name: string; publicKey: string }>(
    `SELECT origin AS name, encode(public_key, 'hex') AS "publicKey" FROM record_key
     WHERE community_id = current_community() ORDER BY no`,
  );
  const [row] = await tx.query<{ entries: string; root: string }>(
    `SELECT n.entries, encode(record_root(current_community(), n.entries), 'hex') AS root
     FROM (SELECT coalesce(max(idx) + 1, 0) AS entries FROM record_entry WHERE community_id = current_community()) n`,
  );
  const written = keys.map((key) => writeKey({ ...key, kind: 'ed25519' }));
  await out.put('record/checkpoints.txt', heads.map(({ note }) => note).join('\n'));
  await out.put('record/keys.txt', written.map((key) => `${key}\n`).join(''));
  return {
    entries: Number(row?.entries ?? 0),
    root: row?.root ?? '',
    heads: heads.length,
    head: heads.at(-1)?.note ?? null,
    keys: written,
  };
}
