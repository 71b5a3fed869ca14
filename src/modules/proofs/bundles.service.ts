import { Injectable } from '@nestjs/common';
import { type Bundle, bundleFormat, type RecordProof, writeBundle } from '../../domain/proof/bundle.js';
import type { DeviceTexts } from '../../domain/proof/signed-figures.js';
import type { OwnOpening, WrittenSum, WrittenSums } from '../../domain/proof/run-sums.js';
import type { Statement } from '../../domain/statement/model.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Seen } from '../community/places.service.js';
import { Attachments } from '../invoices/attachments.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { headOver, type Proved, Prover, type SignedHead, type Under } from './prover.js';
import { deviceTextsOf } from './device-texts.js';
import { readCertificatesOf, type StoredCertificate } from './certificate-rows.js';
import { RecordService } from './record.service.js';

interface Issued {
  readonly id: string;
  /** Null of an advance payment, and of the credit note that takes one back. */
  readonly runId: string | null;
  readonly memberId: string;
  readonly body: string;
}

/** What a bundle is made of. */
interface File {
  readonly issued: Issued;
  readonly sums: { readonly id: string; readonly sums: WrittenSums } | null;
  readonly certificate: StoredCertificate | null;
}

/** Rows that a bundle proves, by the name that they have in it. */
interface ProvedIds {
  readonly document: string;
  readonly run?: string;
  readonly sums?: string;
  readonly certificate?: string;
}
type Proven = Proved<ProvedIds>;

const idsOf = ({ issued, sums, certificate }: File): ProvedIds => ({
  document: issued.id,
  ...(issued.runId === null ? {} : { run: issued.runId }),
  ...(sums === null ? {} : { sums: sums.id }),
  ...(certificate === null ? {} : { certificate: certificate.id }),
});

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
      const [bundle] = await this.bundlesOf(tx, await readIssued(tx, 'i.id = ANY($1::uuid[])', [id]), 'newest');
      return bundle === undefined ? '' : writeBundle(bundle);
    });
  }

  /** Bundles to be attached to documents. Before, the record is brought up to date where it has to be, so that they prove what they can. */
  private async attached(communityId: string, documentIds: readonly string[]): Promise<Map<string, string>> {
    const isBehind = await this.transactions.inCommunity(communityId, (tx) => areUnproved(tx, documentIds));
    if (isBehind) await this.record.bringUpToDate(communityId);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const found = await readIssued(tx, `i.id IN (${invoicesOf})`, documentIds);
      const written = (await this.bundlesOf(tx, found, 'first')).map(writeBundle);
      return new Map(
        found.flatMap(({ documents }, i) =>
          documents.filter((id) => documentIds.includes(id)).map((id) => [id, written[i] ?? '']),
        ),
      );
    });
  }

  /** The bundles of some documents, in their order. */
  private async bundlesOf(tx: Tx, all: readonly Issued[], under: Under): Promise<Bundle[]> {
    const [sums, certificates] = [await readSums(tx, all), await readCertificatesOf(tx, all)];
    const files = all.map((issued): File => {
      const [ownSums = null, certificate = null] = [sums.get(issued.id), certificates.get(issued.id)];
      return { issued, sums: ownSums, certificate };
    });
    const bundles: Bundle[] = [];
    for (const [i, proved] of (await this.provedOf(tx, files, under)).entries()) {
      const file = files[i];
      if (file !== undefined) bundles.push(await this.bundleOf(tx, file, proved));
    }
    return bundles;
  }

  /** A certificate that was made a moment ago is in no signed head yet, and what else is proved must not wait for it. */
  private async provedOf(tx: Tx, files: readonly File[], under: Under): Promise<(Proven | null)[]> {
    const whole = await this.prover.proveEach(tx, files.map(idsOf), under);
    const rest = files.map((file) => ({ ...file, certificate: null }));
    const left = rest.filter((_, i) => whole[i] === null);
    const lesser = await this.prover.proveEach(tx, left.map(idsOf), under);
    return whole.map((proved) => proved ?? lesser.shift() ?? null);
  }

  private async bundleOf(tx: Tx, { issued, sums, certificate }: File, proved: Proven | null): Promise<Bundle> {
    const statement = JSON.parse(issued.body) as Statement;
    if (proved === null) return { format: bundleFormat, statement };
    const isCertified = proved.facts.certificate !== undefined && certificate !== null;
    const signed = await this.signedOf(tx, issued, statement, proved.head);
    const record = await this.recordOf(tx, issued, proved, isCertified ? certificate.signed.content.log.size : null);
    return {
      ...{ format: bundleFormat, statement, record: { ...record, ...signed?.keys } },
      ...(sums === null ? {} : { sums: sums.sums }),
      ...(isCertified ? { certificate: certificate.signed } : {}),
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

  /** @param from entries that the record had when its run was certified; null without certificate */
  private async recordOf(tx: Tx, issued: Issued, proved: Proven, from: number | null): Promise<RecordProof> {
    const { keys, head, facts, cosigners } = proved;
    return {
      ...{ ...keys, head: head.note, ...facts, ...cosigners },
      ...(from === null ? {} : { position: await this.record.consistencyProof(tx, from, head.size) }),
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
     WHERE i.community_id = current_community() AND s.body IS NOT NULL AND ${where}`,
    [ids],
  );

const invoicesOf =
  'SELECT d.invoice_id FROM document d WHERE d.community_id = current_community() AND d.id = ANY($1::uuid[])';

/** Whether something that is issued with some documents is under no signed head yet: they, their run's sums, its certificate. */
async function areUnproved(tx: Tx, documentIds: readonly string[]): Promise<boolean> {
  const [row] = await tx.query<{ unproved: boolean }>(
    `WITH asked AS (SELECT i.id, i.run_id FROM invoice i WHERE i.community_id = current_community() AND i.id IN (${invoicesOf})),
          needed AS (
            SELECT id FROM asked
            UNION SELECT c.id FROM asked a LEFT JOIN run_certificate c ON c.community_id = current_community() AND c.run_id = a.run_id
              WHERE a.run_id IS NOT NULL)
     SELECT coalesce(bool_or(e.id IS NULL), false) AS unproved
     FROM needed n LEFT JOIN record_entry e ON e.community_id = current_community() AND e.id = n.id
       AND e.idx < (SELECT max(h.size) FROM record_head h WHERE h.community_id = current_community())`,
    [documentIds],
  );
  return row?.unproved ?? false;
}

/** The sums of the run that statements were issued with; without those that were issued later, and those of runs without. */
async function readSums(tx: Tx, all: readonly Issued[]): Promise<ReadonlyMap<string, File['sums']>> {
  const rows = await tx.query<{ invoice: string; run: string; id: string; openings: string }>(
    `SELECT i.id AS invoice, s.run_id AS run, s.id, o.openings FROM invoice i
     JOIN run_sum s ON s.community_id = i.community_id AND s.run_id = i.run_id
     JOIN run_sum_opening o ON o.community_id = s.community_id AND o.run_id = s.run_id AND o.member_id = i.member_id
     JOIN billing_run r ON r.community_id = s.community_id AND r.id = s.run_id AND r.issued_at = i.issued_at
     WHERE i.community_id = current_community() AND i.id = ANY($1::uuid[]) AND i.kind = 'invoice'`,
    [all.map(({ id }) => id)],
  );
  const told = await tx.query<{ id: string; lists: string }>(
    'SELECT id, lists FROM run_sum WHERE community_id = current_community() AND id = ANY($1::uuid[])',
    [[...new Set(rows.map(({ id }) => id))]],
  );
  const lists = new Map(told.map((sum) => [sum.id, JSON.parse(sum.lists) as WrittenSum[]]));
  return new Map(
    rows.map(({ invoice, run, id, openings }) => {
      const own = JSON.parse(openings) as OwnOpening[];
      return [invoice, { id, sums: { run, lists: lists.get(id) ?? [], own } }];
    }),
  );
}
