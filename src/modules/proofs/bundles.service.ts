import { Injectable } from '@nestjs/common';
import { type Bundle, bundleFormat, type RecordProof, writeBundle } from '../../domain/proof/bundle.js';
import type { DeviceTexts } from '../../domain/proof/signed-figures.js';
import type { OwnOpening, WrittenSum, WrittenSums } from '../../domain/proof/run-sums.js';
import type { Statement } from '../../domain/statement/model.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Seen } from '../community/places.service.js';
import { Attachments } from '../invoices/attachments.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { headOver, Prover, type SignedHead, type Under } from './prover.js';
import { deviceTextsOf } from './device-texts.js';
import { readCertificateOf, type StoredCertificate } from './certificate-rows.js';
import { RecordService } from './record.service.js';

interface Issued {
  readonly id: string;
  /** Null of an advance payment, and of the credit note that takes one back. */
  readonly runId: string | null;
  readonly memberId: string;
  readonly body: string;
}

/** The file that proves a statement: put together from rows that are written once. */
@Injectable()
export class BundlesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly record: RecordService,
    private readonly prover: Prover,
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
    const certificate = await readCertificateOf(tx, issued);
    // A certificate that was made a moment ago is in no signed head yet, and what else is proved must not wait for it.
    const record =
      (certificate && (await this.recordOf(tx, issued, sums?.id ?? null, certificate, under))) ??
      (await this.recordOf(tx, issued, sums?.id ?? null, null, under));
    const statement = JSON.parse(issued.body) as Statement;
    const signed = record === null ? null : await this.signedOf(tx, issued, statement, record.head);
    return {
      format: bundleFormat,
      statement,
      ...(record === null ? {} : { record: { ...record.proof, ...signed?.keys } }),
      ...(record === null || sums === null ? {} : { sums: sums.sums }),
      ...(record?.proof.certificate === undefined || certificate === null ? {} : { certificate: certificate.signed }),
      ...(signed === null ? {} : { devices: signed.devices }),
    };
  }

  /** What devices signed, where the record of the head knows all their keys. */
  private async signedOf(
    tx: Tx,
    { runId, memberId }: Issued,
    statement: Statement,
    head: SignedHead,
  ): Promise<{ readonly devices: DeviceTexts; readonly keys: Pick<RecordProof, 'deviceKeys'> } | null> {
    const told = runId === null ? null : await deviceTextsOf(tx, runId, memberId, statement);
    if (told === null) return null;
    const keys = await this.prover.under(tx, told.keyEntries, head);
    if (keys.length !== told.keyEntries.length) return null;
    return { devices: told.devices, keys: { deviceKeys: keys.toSorted((a, b) => a.index - b.index) } };
  }

  /** Null until a signed head speaks of the document, its run, its sums and its certificate. */
  private async recordOf(
    tx: Tx,
    issued: Issued,
    sumsId: string | null,
    certificate: StoredCertificate | null,
    under: Under,
  ): Promise<{ readonly proof: RecordProof; readonly head: SignedHead } | null> {
    const ids = {
      document: issued.id,
      ...(issued.runId === null ? {} : { run: issued.runId }),
      ...(sumsId === null ? {} : { sums: sumsId }),
      ...(certificate === null ? {} : { certificate: certificate.id }),
    };
    const found = await this.prover.prove(tx, ids, under);
    if (found === null) return null;
    const { keys, head, facts, cosigners } = found;
    const from = certificate?.signed.content.log.size;
    const proof = {
      ...{ ...keys, head: head.note, ...facts, ...cosigners },
      ...(from === undefined ? {} : { position: await this.record.consistencyProof(tx, from, head.size) }),
      ...(await this.earlierOf(tx, issued, head.size)),
    };
    return { proof, head };
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
     WHERE i.community_id = current_community() AND s.body IS NOT NULL AND ${where}`,
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
  if (row === undefined || runId === null) return null;
  const lists = JSON.parse(row.lists) as WrittenSum[];
  return { id: row.id, sums: { run: runId, lists, own: JSON.parse(row.openings) as OwnOpening[] } };
}
