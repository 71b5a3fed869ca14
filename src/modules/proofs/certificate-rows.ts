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

/** The certificate of the run that a document was issued with; null for what was issued later, and until it is made. */
export async function readCertificateOf(
  tx: Tx,
  { id, runId }: { readonly id: string; readonly runId: string | null },
): Promise<StoredCertificate | null> {
  const [row] = await tx.query<Row>(
    `SELECT ${columns} FROM run_certificate c
     JOIN billing_run r ON r.community_id = c.community_id AND r.id = c.run_id
     JOIN invoice i ON i.community_id = c.community_id AND i.id = $2 AND i.kind = 'invoice' AND i.issued_at = r.issued_at
     WHERE c.community_id = current_community() AND c.run_id = $1`,
    [runId, id],
  );
  return row === undefined ? null : read(row);
}
