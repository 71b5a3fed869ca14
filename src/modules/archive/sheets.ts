import { csvRows } from '../../platform/http/csv.js';
import type { FolderWriter } from '../../platform/archive/folder.js';
import type { Tx } from '../../platform/database/transactions.js';
import { pagesOf } from './paged.js';
import { ofMonth, type ReadingMonth, writeLines } from './write-tables.js';

/*
 * What a person opens: tables with names in place of ids, for a spreadsheet. Nothing is restored from them.
 */

/** A sheet: its headings with what stands under them, in SQL, and where that comes from. */
export interface Sheet {
  readonly columns: Readonly<Record<string, string>>;
  readonly from: string;
}

export const own = (alias: string): string => `WHERE ${alias}.community_id = current_community()`;
export const joined = (table: string, alias: string, id: string, on = 'x'): string =>
  `LEFT JOIN ${table} ${alias} ON ${alias}.community_id = ${on}.community_id AND ${alias}.id = ${id}`;
export const days = (column: string) => ({ from: `lower(${column})`, to: `upper(${column})` });
const run = { site: 's.code', ...days('r.days'), run: 'r.id', status: 'r.status' };

export const sheets: Readonly<Record<string, Sheet>> = {
  members: {
    columns: {
      member: 'x.code',
      name: 'x.name',
      contact: 'x.contact_name',
      email: 'x.email',
      address: 'x.address',
      trade: 'x.trade',
    },
    from: `member x ${own('x')} ORDER BY x.code`,
  },
  people: {
    columns: {
      name: 'x.name',
      email: 'x.email',
      role: 'g.role',
      member: 'm.code',
      granted: 'g.granted_at',
      revoked: 'g.revoked_at',
    },
    from: `person x LEFT JOIN role_grant g ON g.community_id = x.community_id AND g.person_id = x.id ${joined('member', 'm', 'g.member_id')}
           ${own('x')} ORDER BY x.name, g.granted_at, g.role`,
  },
  keys: {
    columns: {
      name: 'x.name',
      kind: 'x.kind',
      prefix: 'x.prefix',
      person: 'p.name',
      site: 's.code',
      meters: `(SELECT string_agg(m.code, ' ' ORDER BY m.code) FROM token_meter t JOIN meter m ON m.community_id = t.community_id AND m.id = t.meter_id
                WHERE t.community_id = x.community_id AND t.token_id = x.id)`,
      created: 'x.created_at',
      ended: 'coalesce(x.revoked_at, x.expires_at)',
    },
    from: `access_token x ${joined('person', 'p', 'x.person_id')} ${joined('site', 's', 'x.site_id')} ${own('x')} ORDER BY x.created_at, x.id`,
  },
  spaces: {
    columns: {
      site: 's.code',
      space: 'x.code',
      name: 'x.name',
      kind: 'x.kind',
      area: 'x.area',
      weight: 'x.weight',
      vacantPaidBy: 'm.code',
    },
    from: `space x ${joined('site', 's', 'x.site_id')} ${joined('member', 'm', 'x.vacant_payer_member_id')} ${own('x')} ORDER BY s.code, x.code`,
  },
  occupancies: {
    columns: { site: 't.code', space: 's.code', member: 'm.code', ...days('x.days') },
    from: `occupancy x ${joined('space', 's', 'x.space_id')} ${joined('site', 't', 's.site_id')} ${joined('member', 'm', 'x.member_id')}
           ${own('x')} ORDER BY t.code, s.code, lower(x.days)`,
  },
  meters: {
    columns: {
      site: 's.code',
      meter: 'x.code',
      name: 'x.name',
      role: 'x.role',
      utility: 'x.utility',
      register: 'g.code',
      kind: 'g.kind',
      unit: 'g.unit',
      direction: 'g.direction',
      space: 'p.code',
      serial: 'i.serial',
      installed: 'lower(i.period)',
      removed: 'upper(i.period)',
      multiplier: 'r.multiplier',
    },
    from: `meter x ${joined('site', 's', 'x.site_id')} LEFT JOIN register g ON g.community_id = x.community_id AND g.meter_id = x.id
           LEFT JOIN installation i ON i.community_id = x.community_id AND i.meter_id = x.id
           LEFT JOIN installation_register r ON r.community_id = x.community_id AND r.installation_id = i.id AND r.register_id = g.id
           ${joined('space', 'p', 'i.space_id')} ${own('x')} ORDER BY s.code, x.code, g.code, lower(i.period)`,
  },
  bills: {
    columns: {
      site: 's.code',
      supplier: 'x.supplier',
      number: 'x.number',
      utility: 'x.utility',
      ...days('x.days'),
      kind: 'x.kind',
      currency: 'x.currency',
      net: 'x.net',
      tax: 'x.tax',
      gross: 'x.gross',
      document: `x.file_id`,
    },
    from: `supplier_bill x ${joined('site', 's', 'x.site_id')} ${own('x')} ORDER BY s.code, lower(x.days), x.number`,
  },
  'bill-components': {
    columns: {
      supplier: 'b.supplier',
      number: 'b.number',
      no: 'x.no',
      description: 'x.description',
      kind: 'x.kind',
      band: 'x.band',
      quantity: 'x.quantity',
      unit: 'x.unit',
      price: 'x.price',
      amount: 'x.amount',
      tax: 'x.tax',
      taxCode: 'x.tax_code',
      sharedBy: 'k.code',
    },
    from: `supplier_bill_component x ${joined('supplier_bill', 'b', 'x.bill_id')} ${joined('apportionment_key', 'k', 'x.key_id')}
           ${own('x')} ORDER BY b.supplier, b.number, x.no`,
  },
  costs: {
    columns: {
      ...run,
      no: 'x.no',
      section: 'x.section',
      component: 'x.component',
      description: 'x.description',
      sharedBy: 'k.code',
      quantity: 'x.quantity',
      unit: 'x.unit',
      price: 'x.price',
      wholeAmount: 'x.of_amount',
      amount: 'x.amount',
    },
    from: `run_cost x ${joined('billing_run', 'r', 'x.run_id')} ${joined('site', 's', 'r.site_id')}
           LEFT JOIN key_version v ON v.community_id = x.community_id AND v.id = x.key_version_id ${joined('apportionment_key', 'k', 'v.key_id')}
           ${own('x')} ORDER BY r.id, x.no`,
  },
  shares: {
    columns: {
      ...run,
      cost: 'x.cost_no',
      description: 'c.description',
      borneBy: 'x.kind',
      member: 'm.code',
      space: 'p.code',
      part: 'x.part',
      weight: 'x.weight',
      amount: 'x.amount',
    },
    from: `run_share x ${joined('billing_run', 'r', 'x.run_id')} ${joined('site', 's', 'r.site_id')}
           LEFT JOIN run_cost c ON c.community_id = x.community_id AND c.run_id = x.run_id AND c.no = x.cost_no
           ${joined('member', 'm', 'x.member_id')} ${joined('space', 'p', 'x.space_id')} ${own('x')} ORDER BY r.id, x.cost_no, x.no`,
  },
  invoices: {
    columns: {
      number: 'x.number',
      kind: 'x.kind',
      member: 'm.code',
      name: 'm.name',
      ...days('x.days'),
      issued: 'x.issued_on',
      due: 'x.due_on',
      currency: 'x.currency',
      net: 'x.net',
      tax: 'x.tax',
      gross: 'x.gross',
      credits: 'o.number',
      code: 'x.code',
    },
    from: `invoice x ${joined('member', 'm', 'x.member_id')} ${joined('invoice', 'o', 'x.credits_id')} ${own('x')} ORDER BY x.series, x.no`,
  },
  'invoice-lines': {
    columns: {
      number: 'i.number',
      no: 'x.no',
      section: 'x.section',
      description: 'x.description',
      quantity: 'x.quantity',
      unit: 'x.unit',
      price: 'x.price',
      net: 'x.net',
      taxCode: 'x.tax_code',
      taxRate: 'x.tax_rate',
    },
    from: `invoice_line x ${joined('invoice', 'i', 'x.invoice_id')} ${own('x')} ORDER BY i.series, i.no, x.no`,
  },
  payments: {
    columns: {
      member: 'm.code',
      received: 'x.received_on',
      amount: 'x.amount',
      currency: 'x.currency',
      method: 'x.method',
      reference: 'x.reference',
      takesBack: 'x.reverses_id',
      reason: 'x.reason',
      payment: 'x.id',
    },
    from: `payment x ${joined('member', 'm', 'x.member_id')} ${own('x')} ORDER BY x.received_on, x.id`,
  },
  journal: {
    columns: {
      date: 'e.posted_on',
      entry: 'e.id',
      kind: 'e.kind',
      source: 'e.source',
      text: 'e.text',
      account: 'x.account',
      member: 'm.code',
      amount: 'x.amount',
      currency: 'e.currency',
    },
    from: `posting x ${joined('journal_entry', 'e', 'x.entry_id')} ${joined('member', 'm', 'x.member_id')} ${own('x')} ORDER BY e.posted_on, e.id, x.no`,
  },
  disputes: {
    columns: {
      invoice: 'i.number',
      line: 'd.line_no',
      member: 'm.code',
      amount: 'd.amount',
      state: 'd.state',
      no: 'x.no',
      step: 'x.kind',
      on: 'x.taken_on',
      by: 'p.name',
      outcome: 'x.outcome',
      text: 'x.text',
    },
    from: `dispute_step x ${joined('dispute', 'd', 'x.dispute_id')} ${joined('invoice', 'i', 'd.invoice_id')} ${joined('member', 'm', 'd.member_id')}
           ${joined('person', 'p', 'x.taken_by')} ${own('x')} ORDER BY i.number, d.line_no, d.id, x.no`,
  },
  log: {
    columns: {
      at: 'x.at',
      by: `coalesce(p.name, x.actor_kind)`,
      what: 'x.type',
      subject: 'x.subject_kind',
      of: 'x.subject_id',
      data: 'x.data',
    },
    from: `audit_entry x ${joined('person', 'p', 'x.actor_id')} ${own('x')} ORDER BY x.at, x.id`,
  },
};

const perPage = 5_000;

/** Writes sheets. */
export async function writeSheets(tx: Tx, out: FolderWriter, some: Readonly<Record<string, Sheet>>): Promise<void> {
  for (const [name, { columns, from }] of Object.entries(some)) {
    const file = await out.open(`csv/${name}.csv`);
    const headings = Object.keys(columns);
    await file.write(csvRows([headings]));
    const cells = Object.values(columns).map((sql, i) => `coalesce((${sql})::text, '') AS c${i}`);
    for await (const page of pagesOf<Record<string, string>>(tx, `SELECT ${cells.join(', ')} FROM ${from}`, perPage)) {
      await file.write(csvRows(page.map((row) => headings.map((_, i) => row[`c${i}`] ?? ''))));
    }
    await file.end();
  }
}

/**
 * Writes the readings of a month as a sheet, which a spreadsheet can open where it could not open years. Codes of meters, figures and times
 * are all that stands in it: nothing that needs quotation marks.
 */
export async function writeReadingSheet(tx: Tx, out: FolderWriter, month: ReadingMonth): Promise<void> {
  const file = await out.open(`csv/readings-${month.name}.csv`);
  await file.write(csvRows([['meter', 'register', 'unit', 'at', 'until', 'local', 'value', 'quality']]));
  await writeLines(
    tx,
    file,
    `SELECT m.code || ',' || g.code || ',' || g.unit || ',' || ${utc('t.at')} || ',' || coalesce(${utc('t.until')}, '') || ','
       || to_char(t.at AT TIME ZONE s.zone, 'YYYY-MM-DD HH24:MI:SS') || ',' || trim_scale(t.value::numeric) || ',' || t.quality || E'\\r' AS line
     FROM reading t JOIN register g ON g.no = t.register_no AND g.community_id = current_community()
     JOIN meter m ON m.community_id = g.community_id AND m.id = g.meter_id JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id
     WHERE ${ofMonth(month)} ORDER BY t.register_no, t.at`,
  );
  await file.end();
}

const utc = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
