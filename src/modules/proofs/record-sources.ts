import type { Tx } from '../../platform/database/transactions.js';

/*
 * What the record speaks of: rows that are written once. Each source says in SQL how a row becomes a fact: texts only, in an order of
 * keys that does not matter, every column by its name, so that a column which is added one day changes no fact. The same statement that
 * seals a row when it is new reads it again when it is checked: a row that was rewritten makes another fact.
 *
 * Amounts are written as the table holds them without trailing zeros; times in UTC with six digits.
 */

/** A row as the record seals it. */
export interface Fact {
  /** Of the row, and of its entry. */
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly fact: Readonly<Record<string, unknown>>;
  /** The fact as it was sealed before some keys came to it; what was sealed so stays as it was. */
  readonly older: Readonly<Record<string, unknown>> | null;
}

const time = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const figure = (column: string): string => `trim_scale(${column}::numeric)::text`;
const hash = (bytes: string): string => `encode(${bytes}, 'hex')`;

/** The rows of a statement as one text, hashed: a line each, in a fixed order. */
const linesOf = (line: string, order: string, from: string): string =>
  `(SELECT ${hash(`sha256(convert_to(coalesce(string_agg(${line} || E'\\n', '' ORDER BY ${order}), ''), 'UTF8'))`)} FROM ${from})`;

/** Selects id, type, at and fact from rows called `r` of the community of the transaction. */
const sources: Readonly<
  Record<
    string,
    {
      readonly from: string;
      readonly type: string;
      readonly at: string;
      readonly fact: string;
      /** Keys of the fact that entries of before are sealed without. */
      readonly later?: readonly string[];
    }
  >
> = {
  audit: {
    from: 'audit_entry r',
    type: 'r.type',
    at: 'r.at',
    fact: `jsonb_build_object('actor', r.actor_kind, 'by', r.actor_id, 'subject', r.subject_kind, 'of', r.subject_id, 'data', r.data::text)`,
  },
  tariffs: {
    from: 'tariff_version r',
    type: `'tariff.version'`,
    at: 'r.created_at',
    fact: `jsonb_build_object('tariff', r.tariff_id, 'from', lower(r.days)::text, 'terms', r.terms::text, 'adoptedBy', r.adopted_by,
             'adoptedOn', r.adopted_on::text, 'decision', r.decision)`,
  },
  keys: {
    from: 'key_version r',
    type: `'key.version'`,
    at: 'r.created_at',
    // Two people stand behind some versions and are sealed with them; the facts of all others stay as they were.
    fact: `jsonb_build_object('key', r.key_id, 'from', lower(r.days)::text, 'terms', r.terms::text, 'adoptedBy', r.adopted_by,
             'adoptedOn', r.adopted_on::text, 'decision', r.decision)
             || coalesce((SELECT jsonb_build_object('proposal', p.id, 'proposedBy', p.proposed_by, 'confirmedBy', p.decided_by)
                            || jsonb_strip_nulls(jsonb_build_object('votes', nullif(concat_ws('/', p.votes_for, p.votes_against, p.votes_abstained), '')))
                          FROM key_proposal p WHERE p.community_id = r.community_id AND p.version_id = r.id), '{}')`,
    later: ['votes'],
  },
  bills: {
    from: 'supplier_bill r',
    type: `'supplier-bill'`,
    at: 'r.created_at',
    fact: `jsonb_build_object('supplier', r.supplier, 'number', r.number, 'days', r.days::text, 'net', ${figure('r.net')}, 'tax', ${figure('r.tax')},
             'document', (SELECT ${hash('f.sha256')} FROM stored_file f WHERE f.community_id = r.community_id AND f.id = r.file_id),
             'components', ${linesOf(
               `concat_ws('|', c.no, c.kind, c.description, ${figure('c.quantity')}, c.unit, ${figure('c.price')}, ${figure('c.amount')}, ${figure('c.tax')}, c.tax_code)`,
               'c.no',
               'supplier_bill_component c WHERE c.community_id = r.community_id AND c.bill_id = r.id',
             )},
             'site', r.site_id, 'utility', r.utility, 'currency', r.currency, 'gross', ${figure('r.gross')}, 'by', r.created_by,
             'allotted', ${linesOf(
               `concat_ws('|', c.no, 'key ' || c.key_id, 'band ' || c.band)`,
               'c.no',
               'supplier_bill_component c WHERE c.community_id = r.community_id AND c.bill_id = r.id',
             )}) || jsonb_strip_nulls(jsonb_build_object('kind', nullif(r.kind, 'actual'), 'replaces', r.replaces_id))`,
    later: ['site', 'utility', 'currency', 'gross', 'by', 'allotted'],
  },
  decisions: {
    from: 'bill_decision r',
    type: `'supplier-bill.decision'`,
    at: 'r.decided_at',
    fact: `jsonb_build_object('bill', r.bill_id, 'component', r.component_no::text, 'choice', r.choice, 'reason', r.reason, 'by', r.decided_by, 'no', r.no::text)`,
    later: ['no'],
  },
  accruals: {
    from: 'bill_accrual r',
    type: `'supplier-bill.accrual'`,
    at: 'r.created_at',
    fact: `jsonb_build_object('bill', r.bill_id, 'component', r.component_no::text, 'run', r.run_id, 'amount', ${figure('r.amount')}, 'tax', ${figure('r.tax')},
             'unit', r.unit, 'by', r.by, 'marks', r.marks::text, 'coinScale', r.coin_scale::text, 'isEstimated', r.is_estimated::text)`,
    later: ['coinScale', 'isEstimated'],
  },
  runs: {
    from: `billing_run r JOIN LATERAL (SELECT r.issued_at) i ON r.status IN ('issued', 'closed')`,
    type: `'billing-run'`,
    at: 'r.issued_at',
    fact: `jsonb_build_object('site', r.site_id, 'days', r.days::text, 'inputs', ${hash('r.input_hash')}, 'proposedBy', r.proposed_by,
             'approvedBy', r.approved_by, 'approvedAt', ${time('r.approved_at')}, 'issuedBy', r.issued_by,
             'costs', ${linesOf(
               `concat_ws('|', c.no, c.component, c.description, ${figure('c.of_amount')}, ${figure('c.amount')})`,
               'c.no',
               'run_cost c WHERE c.community_id = r.community_id AND c.run_id = r.id',
             )},
             'shares', ${linesOf(
               `concat_ws('|', c.cost_no, c.no, c.kind, c.part, c.member_id, c.space_id, ${figure('c.weight')}, ${figure('c.amount')})`,
               'c.cost_no, c.no',
               'run_share c WHERE c.community_id = r.community_id AND c.run_id = r.id',
             )}) || CASE WHEN r.corrects_id IS NULL THEN '{}' ELSE jsonb_build_object('corrects', r.corrects_id, 'way', r.way, 'cause', r.cause,
             'deltas', ${linesOf(
               `concat_ws('|', c.no, c.cost_no, c.kind, c.member_id, c.space_id, c.section, c.tax_code, ${figure('c.before')}, ${figure('c.after')}, c.reasons::text)`,
               'c.no',
               'run_delta c WHERE c.community_id = r.community_id AND c.run_id = r.id',
             )},
             'rates', ${linesOf(`concat_ws('|', c.no, ${figure('c.tax_rate')})`, 'c.no', 'run_delta c WHERE c.community_id = r.community_id AND c.run_id = r.id')},
             'stood', ${linesOf(
               `concat_ws('|', c.no, 'at ' || ${figure('c.stood_at')}, 'tax ' || ${figure('c.stood_tax')})`,
               'c.no',
               'run_cost c WHERE c.community_id = r.community_id AND c.run_id = r.id',
             )}) END || jsonb_strip_nulls(jsonb_build_object('leaver', r.leaver_id))`,
    later: ['rates', 'stood'],
  },
  documents: {
    from: 'invoice r JOIN invoice_statement s ON s.community_id = r.community_id AND s.invoice_id = r.id',
    type: 'r.kind',
    at: 'r.issued_at',
    fact: `jsonb_build_object('number', r.number, 'run', r.run_id, 'member', r.member_id, 'credits', r.credits_id, 'net', ${figure('r.net')},
             'tax', ${figure('r.tax')}, 'gross', ${figure('r.gross')}, 'code', r.code,
             'statement', ${hash(`sha256(convert_to(s.body, 'UTF8'))`)})`,
  },
  disputes: {
    from: 'dispute_step r JOIN dispute d ON d.community_id = r.community_id AND d.id = r.dispute_id',
    type: `'dispute.' || r.kind`,
    at: 'r.taken_at',
    fact: `jsonb_build_object('dispute', d.id, 'invoice', d.invoice_id, 'line', d.line_no::text, 'amount', ${figure('d.amount')}, 'no', r.no::text,
             'on', r.taken_on::text, 'by', r.taken_by, 'outcome', r.outcome, 'remedy', r.remedy_id,
             'text', ${hash(`sha256(convert_to(r.text, 'UTF8'))`)})`,
  },
  sums: {
    from: 'run_sum r',
    type: `'run-sums'`,
    at: 'r.made_at',
    fact: `jsonb_build_object('run', r.run_id, 'members', r.members::text, 'lists', ${hash(`sha256(convert_to(r.lists, 'UTF8'))`)})`,
  },
  certificates: {
    from: 'run_certificate r',
    type: `'certificate'`,
    at: 'r.made_at',
    fact: `jsonb_build_object('run', r.run_id, 'sha256', ${hash(`sha256(convert_to(r.content, 'UTF8'))`)},
             'signature', ${hash(`sha256(convert_to(r.signature, 'UTF8'))`)})`,
  },
  signatures: {
    from: 'batch_signature r',
    type: `'batch-signature'`,
    at: 'r.at',
    fact: `jsonb_build_object('batch', r.batch_no::text, 'kind', r.kind, 'verdict', r.verdict, 'detail', r.detail, 'key', r.signing_key_id,
             'payload', ${hash('r.sha256')}, 'signature', r.signature)`,
  },
  cosigners: {
    from: 'cosigner_key r',
    type: `'cosigner-key'`,
    at: 'r.registered_at',
    // The key as C2SP writes it, byte 4 before it: name, four bytes of a hash, base64.
    fact: `jsonb_build_object('person', r.person_id, 'role', r.role, 'key', r.name || '+'
             || left(${hash(`sha256(convert_to(r.name || E'\\n', 'UTF8') || '\\x04'::bytea || r.public_key::bytea)`)}, 8) || '+' || encode('\\x04'::bytea || r.public_key::bytea, 'base64'))`,
  },
  readings: {
    from: `(SELECT b.community_id, b.entry_id AS id, min(c.received_at) AS received_at, jsonb_build_object(
              'batches', count(*)::text, 'first', min(b.batch_no)::text, 'last', max(b.batch_no)::text, 'readings', sum(b.readings)::text,
              'sha256', ${hash(`sha256(convert_to(string_agg(concat_ws(' ', b.batch_no, b.readings, ${hash('b.sha256')}) || E'\\n', '' ORDER BY b.batch_no), 'UTF8'))`)},
              'senders', ${hash(`sha256(convert_to(string_agg(concat_ws('|', b.batch_no, c.source, c.actor_kind, c.actor_id, ${time('c.received_at')}, c.items, ${hash('c.sha256')}) || E'\\n', '' ORDER BY b.batch_no), 'UTF8'))`)}) AS fact
            FROM record_batch b JOIN reading_batch c ON c.community_id = b.community_id AND c.no = b.batch_no
            GROUP BY b.community_id, b.entry_id) r`,
    type: `'readings'`,
    at: 'r.received_at',
    fact: 'r.fact',
    later: ['senders'],
  },
};

type Row = Omit<Fact, 'older'>;
const statements = Object.values(sources).map(({ from, type, at, fact, later }) => ({
  select: (where: string) => `SELECT r.id, ${type} AS type, ${time(at)} AS at, ${fact} AS fact FROM ${from} ${where}`,
  read: (row: Row): Fact => ({ ...row, older: later === undefined ? null : without(row.fact, later) }),
}));

const without = (fact: Fact['fact'], keys: readonly string[]): Fact['fact'] =>
  Object.fromEntries(Object.entries(fact).filter(([key]) => !keys.includes(key)));

/** Facts that have no entry yet, oldest first; no more than `limit` of each source. */
export async function newFacts(tx: Tx, limit: number): Promise<Fact[]> {
  const found: Fact[] = [];
  for (const { select, read } of statements) {
    const where = `WHERE r.community_id = current_community() AND NOT EXISTS (
      SELECT FROM record_entry e WHERE e.community_id = r.community_id AND e.id = r.id) ORDER BY r.id LIMIT $1`;
    found.push(...(await tx.query<Row>(select(where), [limit])).map(read));
  }
  return found.sort((a, b) => (a.at < b.at || (a.at === b.at && a.id < b.id) ? -1 : 1));
}

/** The facts of some entries, as they stand now. What is not there any more is not among them. */
export async function factsOf(tx: Tx, ids: readonly string[]): Promise<Fact[]> {
  const where = 'WHERE r.community_id = current_community() AND r.id = ANY($1::uuid[])';
  // One does not wait for the answer of another: they go to the server together.
  const found = await Promise.all(
    statements.map(async ({ select, read }) => (await tx.query<Row>(select(where), [ids])).map(read)),
  );
  return found.flat();
}
