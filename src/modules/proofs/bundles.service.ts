import { Injectable } from '@nestjs/common';
import {
  type Bundle,
  bundleFormat,
  type ProvedFact,
  type RecordProof,
  writeBundle,
} from '../../domain/proof/bundle.js';
import { writeKey } from '../../domain/proof/note.js';
import type { OwnOpening, WrittenSum, WrittenSums } from '../../domain/proof/run-sums.js';
import type { Statement } from '../../domain/statement/model.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Seen } from '../community/places.service.js';
import { Attachments } from '../invoices/attachments.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { factsOf } from './record-sources.js';
import { entryOf } from './record-rows.js';
import { RecordService } from './record.service.js';

/** Which signed head a bundle speaks of: the first that knows all it proves, which never changes, or the newest. */
type Under = 'first' | 'newest';

interface Issued {
  readonly id: string;
  readonly runId: string;
  readonly memberId: string;
  readonly body: string;
}

/** The file that proves a statement: put together from rows that are written once. */
@Injectable()
export class BundlesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly record: RecordService,
    private readonly invoices: InvoicesService,
    attachments: Attachments,
  ) {
    attachments.comeFrom((communityId, documentIds) => this.attached(communityId, documentIds));
  }

  /** The bundle of a document, under the newest head. @param address id or number @throws DomainError `not-found` */
  async get(communityId: string, address: string, seen: Seen): Promise<string> {
    const { id } = await this.invoices.get(communityId, address, seen);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [issued] = await readIssued(tx, 'i.id = ANY($1::uuid[])', [id]);
      return issued === undefined ? '' : writeBundle(await this.bundleOf(tx, issued, 'newest'));
    });
  }

  /** Bundles to be attached to documents. The record is brought up to date first, so that they prove what they can. */
  private async attached(communityId: string, documentIds: readonly string[]): Promise<Map<string, string>> {
    await this.record.bringUpToDate(communityId);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const found = await readIssued(
        tx,
        `i.id IN (SELECT d.invoice_id FROM document d WHERE d.community_id = i.community_id AND d.id = ANY($1::uuid[]))`,
        documentIds,
      );
      const bundles = new Map<string, string>();
      for (const issued of found) {
        for (const document of issued.documents) {
          if (documentIds.includes(document))
            bundles.set(document, writeBundle(await this.bundleOf(tx, issued, 'first')));
        }
      }
      return bundles;
    });
  }

  private async bundleOf(tx: Tx, issued: Issued, under: Under): Promise<Bundle> {
    const sums = await readSums(tx, issued);
    const record = await this.recordOf(tx, issued, sums?.id ?? null, under);
    return {
      format: bundleFormat,
      statement: JSON.parse(issued.body) as Statement,
      ...(record === null ? {} : { record }),
      ...(record === null || sums === null ? {} : { sums: sums.sums }),
    };
  }

  /** Null until a signed head speaks of the document, its run and its sums. */
  private async recordOf(tx: Tx, issued: Issued, sumsId: string | null, under: Under): Promise<RecordProof | null> {
    const ids = { document: issued.id, run: issued.runId, ...(sumsId === null ? {} : { sums: sumsId }) };
    const facts = await provable(tx, Object.values(ids));
    const key = await this.record.keyOfRecord(tx);
    if (facts === null || key === null) return null;
    const head = await headOver(tx, Math.max(...facts.map(({ index }) => index)) + 1, under);
    if (head === null) return null;
    const proved = new Map<string, ProvedFact>();
    for (const fact of facts) {
      proved.set(fact.entry.id, { ...fact, proof: await this.record.inclusionProof(tx, fact.index, head.size) });
    }
    const [document, run, sums] = [ids.document, ids.run, sumsId ?? ''].map((id) => proved.get(id));
    if (document === undefined) return null;
    return {
      key: writeKey(key),
      head: head.note,
      document,
      ...(run === undefined ? {} : { run }),
      ...(sums === undefined ? {} : { sums }),
      ...(await this.earlierOf(tx, issued, head.size)),
    };
  }

  /** The head that came with the member's document before, and that the record begins with it. */
  private async earlierOf(tx: Tx, { id, memberId }: Issued, size: number): Promise<Pick<RecordProof, 'earlier'>> {
    const [before] = await tx.query<{ number: string; idx: string }>(
      `SELECT i.number, e.idx FROM invoice i JOIN record_entry e ON e.community_id = i.community_id AND e.id = i.id
       WHERE i.community_id = current_community() AND i.member_id = $1 AND i.id < $2 ORDER BY i.id DESC LIMIT 1`,
      [memberId, id],
    );
    const head = before === undefined ? null : await headOver(tx, Number(before.idx) + 1, 'first');
    if (before === undefined || head === null || head.size > size) return {};
    const proof = await this.record.consistencyProof(tx, head.size, size);
    return { earlier: { document: before.number, head: head.note, proof } };
  }
}

const readIssued = (tx: Tx, where: string, ids: readonly string[]): Promise<(Issued & { documents: string[] })[]> =>
  tx.query(
    `SELECT i.id, i.run_id AS "runId", i.member_id AS "memberId", s.body,
            (SELECT coalesce(array_agg(d.id), '{}') FROM document d WHERE d.community_id = i.community_id AND d.invoice_id = i.id) AS documents
     FROM invoice i JOIN invoice_statement s ON s.community_id = i.community_id AND s.invoice_id = i.id
     WHERE i.community_id = current_community() AND ${where}`,
    [ids],
  );

/** The sums of the run that a statement was issued with; null for what was issued later, and for runs without. */
async function readSums(tx: Tx, { id, runId, memberId }: Issued): Promise<{ id: string; sums: WrittenSums } | null> {
  const [row] = await tx.query<{ id: string; lists: string; openings: string }>(
    `SELECT s.id, s.lists, o.openings FROM run_sum s
     JOIN run_sum_opening o ON o.community_id = s.community_id AND o.run_id = s.run_id AND o.member_id = $2
     JOIN billing_run r ON r.community_id = s.community_id AND r.id = s.run_id
     JOIN invoice i ON i.community_id = s.community_id AND i.id = $3 AND i.kind = 'invoice' AND i.issued_at = r.issued_at
     WHERE s.community_id = current_community() AND s.run_id = $1`,
    [runId, memberId, id],
  );
  if (row === undefined) return null;
  const lists = JSON.parse(row.lists) as WrittenSum[];
  return { id: row.id, sums: { run: runId, lists, own: JSON.parse(row.openings) as OwnOpening[] } };
}

/** Facts with what opens their entries; null where one is not recorded yet, or was erased. */
async function provable(tx: Tx, ids: readonly string[]): Promise<Omit<ProvedFact, 'proof'>[] | null> {
  const facts = new Map((await factsOf(tx, ids)).map(({ id, fact }) => [id, fact]));
  const found: Omit<ProvedFact, 'proof'>[] = [];
  for (const id of ids) {
    const [stored, fact] = [await entryOf(tx, id), facts.get(id)];
    if (stored === null || stored.salt === null || fact === undefined) return null;
    const { type, at, commitment, idx, salt } = stored;
    found.push({ entry: { id, type, at, commitment }, index: idx, fact: fact as ProvedFact['fact'], salt });
  }
  return found;
}

/** A signed head over so many entries at least. */
async function headOver(tx: Tx, entries: number, under: Under): Promise<{ size: number; note: string } | null> {
  const [head] = await tx.query<{ size: string; note: string }>(
    `SELECT size, note FROM record_head WHERE community_id = current_community() AND size >= $1
     ORDER BY size ${under === 'first' ? 'ASC' : 'DESC'} LIMIT 1`,
    [entries],
  );
  return head === undefined ? null : { size: Number(head.size), note: head.note };
}
