import { DomainError } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import { isId } from '../../platform/http/wire.js';
import type { Seen } from '../community/places.service.js';
import type { InvoiceReply, InvoiceSummary, Verified } from './invoices.schema.js';

const summary = `
  SELECT i.id, i.number, i.kind, i.member_id AS "memberId", m.code AS "memberCode", i.run_id AS "runId", i.days AS period,
         i.issued_on AS "issuedOn", i.due_on AS "dueOn", i.currency, i.net, i.tax, i.gross, i.code, c.number AS "creditedBy",
         o.number AS credits, i.reason, coalesce(d.state, 'pending') AS document
  FROM invoice i
  JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
  LEFT JOIN invoice c ON c.community_id = i.community_id AND c.credits_id = i.id
  LEFT JOIN invoice o ON o.community_id = i.community_id AND o.id = i.credits_id
  LEFT JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id AND d.format = 'pdf'
  WHERE i.community_id = current_community()`;

/** Which documents; what is null does not narrow them. */
export interface Wanted {
  readonly seen: Seen;
  readonly kind: InvoiceSummary['kind'] | null;
  readonly run: string | null;
  readonly member: string | null;
  readonly before: string | null;
  readonly limit: number;
}

export const readSummaries = (tx: Tx, { seen, kind, run, member, before, limit }: Wanted): Promise<InvoiceSummary[]> =>
  tx.query<InvoiceSummary>(
    `${summary} AND ($1::uuid[] IS NULL OR i.member_id = ANY($1::uuid[])) AND ($2::uuid IS NULL OR i.run_id = $2)
       AND ($3::text IS NULL OR m.code = $3 OR m.id::text = $3) AND ($4::uuid IS NULL OR i.id < $4)
       AND ($5::text IS NULL OR i.kind = $5)
     ORDER BY i.id DESC LIMIT $6::int`,
    [seen, run, member, before, kind, limit],
  );

/** @throws DomainError `not-found`, the same for what is not there and what is another's */
export async function summaryAt(tx: Tx, address: string, seen: Seen): Promise<InvoiceSummary> {
  const [found] = await tx.query<InvoiceSummary>(
    `${summary} AND ${isId(address) ? 'i.id = $1::uuid' : 'i.number = $1'} AND ($2::uuid[] IS NULL OR i.member_id = ANY($2::uuid[]))`,
    [address, seen],
  );
  if (!found) throw new DomainError('not-found', `There is no invoice ${address} here; check its number.`);
  return found;
}

export async function readInvoice(tx: Tx, address: string, seen: Seen): Promise<InvoiceReply> {
  const found = await summaryAt(tx, address, seen);
  if (found.document === 'erased') throw goneWithItsMember(found.number);
  const lines = await tx.query<InvoiceReply['lines'][number]>(
    `SELECT no, section, description, quantity, unit, price, net, tax_code AS "taxCode", tax_rate AS "taxRate", why
     FROM invoice_line WHERE community_id = current_community() AND invoice_id = $1 ORDER BY no`,
    [found.id],
  );
  const taxes = await tx.query<InvoiceReply['taxes'][number]>(
    `SELECT tax_code AS code, label, category, reason, rate, net, tax FROM invoice_tax
     WHERE community_id = current_community() AND invoice_id = $1 ORDER BY rate DESC, tax_code`,
    [found.id],
  );
  return { ...found, lines, taxes };
}

export async function readStatement(tx: Tx, address: string, seen: Seen): Promise<string> {
  const { id, number } = await summaryAt(tx, address, seen);
  const [row] = await tx.query<{ body: string | null }>(
    'SELECT body FROM invoice_statement WHERE community_id = current_community() AND invoice_id = $1',
    [id],
  );
  if (!row?.body) throw goneWithItsMember(number);
  return row.body;
}

const goneWithItsMember = (number: string): DomainError =>
  new DomainError('erased', `${number} was erased with its member, after the years for which it was kept.`);

export async function readPdf(tx: Tx, address: string, seen: Seen): Promise<Buffer> {
  const { id, number, document } = await summaryAt(tx, address, seen);
  if (document === 'erased') throw goneWithItsMember(number);
  const [row] = await tx.query<{ content: Buffer | null }>(
    `SELECT content FROM document WHERE community_id = current_community() AND invoice_id = $1 AND format = 'pdf'`,
    [id],
  );
  if (!row?.content)
    throw new DomainError('request-in-progress', `The PDF of ${number} is being made; try again in a moment.`);
  return row.content;
}

/** The community that issued under a code. */
export async function communityOf(tx: Tx, code: string): Promise<string | undefined> {
  const [row] = await tx.query<{ communityId: string }>(
    'SELECT community_id AS "communityId" FROM invoice WHERE code = $1',
    [code],
  );
  return row?.communityId;
}

export async function readVerified(tx: Tx, code: string): Promise<Verified | undefined> {
  const [found] = await tx.query<Verified>(
    `SELECT i.code, i.kind, i.number, i.issued_on AS "issuedOn", i.issued_at AS "issuedAt", i.days AS period, i.currency, i.gross,
            encode(s.sha256, 'hex') AS sha256, CASE WHEN c.id IS NULL THEN 'issued' ELSE 'credited' END AS state
     FROM invoice i
     JOIN invoice_statement s ON s.community_id = i.community_id AND s.invoice_id = i.id
     LEFT JOIN invoice c ON c.community_id = i.community_id AND c.credits_id = i.id
     WHERE i.community_id = current_community() AND i.code = $1`,
    [code],
  );
  return found;
}
