import type { Certificate, SignedCertificate } from '../../domain/proof/certificate.js';
import type { Tx } from '../../platform/database/transactions.js';

/** A certificate as it was stored. */
export interface StoredCertificate {
  readonly id: string;
  readonly runId: string;
  readonly signed: SignedCertificate;
}

interface Row {
  readonly id: string;
  readonly runId: string;
  readonly content: string;
  readonly signature: string;
}

const columns = 'c.id, c.run_id AS "runId", c.content, c.signature';
const read = ({ id, runId, content, signature }: Row): StoredCertificate => ({
  ...{ id, runId },
  signed: { content: JSON.parse(content) as Certificate, signature },
});

/** Certificates, those of the newest runs first. @param before id of the run that the page before ended with, or null */
export const readCertificates = async (tx: Tx, before: string | null, limit: number): Promise<StoredCertificate[]> =>
  (
    await tx.query<Row>(
      `SELECT ${columns} FROM run_certificate c
       WHERE c.community_id = current_community() AND ($1::uuid IS NULL OR c.run_id < $1) ORDER BY c.run_id DESC LIMIT $2`,
      [before, limit],
    )
  ).map(read);

/** A certificate by its id or that of its run; null where there is none. */
export async function readCertificateAt(tx: Tx, id: string): Promise<StoredCertificate | null> {
  const [row] = await tx.query<Row>(
    `SELECT ${columns} FROM run_certificate c WHERE c.community_id = current_community() AND (c.id = $1 OR c.run_id = $1)`,
    [id],
  );
  return row === undefined ? null : read(row);
}

/**
 * The certificates of the runs that some documents were issued with, by the id of the document; without those of what was issued later, and until
 * they are made.
 */
export async function readCertificatesOf(
  tx: Tx,
  documents: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, StoredCertificate>> {
  const found = await tx.query<{ invoice: string; id: string }>(
    `SELECT i.id AS invoice, c.id FROM invoice i
     JOIN run_certificate c ON c.community_id = i.community_id AND c.run_id = i.run_id
     JOIN billing_run r ON r.community_id = c.community_id AND r.id = c.run_id AND r.issued_at = i.issued_at
     WHERE i.community_id = current_community() AND i.id = ANY($1::uuid[]) AND i.kind = 'invoice'`,
    [documents.map(({ id }) => id)],
  );
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM run_certificate c WHERE c.community_id = current_community() AND c.id = ANY($1::uuid[])`,
    [[...new Set(found.map(({ id }) => id))]],
  );
  const certificates = new Map(rows.map((row) => [row.id, read(row)]));
  return new Map(found.flatMap(({ invoice, id }) => [certificates.get(id) ?? []].flat().map((one) => [invoice, one])));
}
