import { days, joined, own, type Sheet } from './sheets.js';

const utc = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** What a community holds about one member, as sheets. @param id of the member, as the database gave it */
export function memberSheets(id: string): Readonly<Record<string, Sheet>> {
  const theirs = (alias = 'x') => `${own(alias)} AND ${alias}.member_id = '${id}'`;
  return {
    member: {
      columns: {
        ...{ member: 'x.code', name: 'x.name', contact: 'x.contact_name', email: 'x.email', address: 'x.address' },
        ...{ trade: 'x.trade', since: utc('x.created_at') },
      },
      from: `member x ${own('x')} AND x.id = '${id}'`,
    },
    people: {
      columns: { name: 'p.name', email: 'p.email', granted: utc('x.granted_at'), revoked: utc('x.revoked_at') },
      from: `role_grant x ${joined('person', 'p', 'x.person_id')} ${theirs()} ORDER BY x.granted_at`,
    },
    occupancies: {
      columns: { site: 't.code', space: 's.code', ...days('x.days') },
      from: `occupancy x ${joined('space', 's', 'x.space_id')} ${joined('site', 't', 's.site_id')} ${theirs()} ORDER BY lower(x.days)`,
    },
    invoices: {
      columns: {
        ...{ number: 'x.number', kind: 'x.kind', ...days('x.days'), issued: 'x.issued_on', due: 'x.due_on' },
        ...{ currency: 'x.currency', net: 'x.net', tax: 'x.tax', gross: 'x.gross', code: 'x.code' },
      },
      from: `invoice x ${theirs()} ORDER BY x.series, x.no`,
    },
    'invoice-lines': {
      columns: {
        ...{ number: 'x.number', no: 'l.no', section: 'l.section', description: 'l.description' },
        ...{ quantity: 'l.quantity', unit: 'l.unit', price: 'l.price', net: 'l.net', taxCode: 'l.tax_code' },
      },
      from: `invoice x JOIN invoice_line l ON l.community_id = x.community_id AND l.invoice_id = x.id ${theirs()} ORDER BY x.series, x.no, l.no`,
    },
    shares: {
      columns: {
        ...{ site: 's.code', ...days('r.days'), status: 'r.status', description: 'c.description' },
        ...{ space: 'p.code', part: 'x.part', weight: 'x.weight', amount: 'x.amount' },
      },
      from: `run_share x ${joined('billing_run', 'r', 'x.run_id')} ${joined('site', 's', 'r.site_id')} ${joined('space', 'p', 'x.space_id')}
             LEFT JOIN run_cost c ON c.community_id = x.community_id AND c.run_id = x.run_id AND c.no = x.cost_no ${theirs()} ORDER BY r.id, x.cost_no, x.no`,
    },
    payments: {
      columns: {
        ...{ received: 'x.received_on', amount: 'x.amount', currency: 'x.currency', method: 'x.method' },
        ...{ reference: 'x.reference', reason: 'x.reason' },
      },
      from: `payment x ${theirs()} ORDER BY x.received_on, x.id`,
    },
    account: {
      columns: {
        date: 'e.posted_on',
        text: 'e.text',
        account: 'x.account',
        amount: 'x.amount',
        currency: 'e.currency',
      },
      from: `posting x ${joined('journal_entry', 'e', 'x.entry_id')} ${theirs()} ORDER BY e.posted_on, e.id, x.no`,
    },
    disputes: {
      columns: {
        ...{ invoice: 'i.number', line: 'x.line_no', amount: 'x.amount', state: 'x.state', no: 't.no', step: 't.kind' },
        ...{ on: 't.taken_on', outcome: 't.outcome', text: 't.text' },
      },
      from: `dispute x ${joined('invoice', 'i', 'x.invoice_id')} JOIN dispute_step t ON t.community_id = x.community_id AND t.dispute_id = x.id
             ${theirs()} ORDER BY i.number, x.line_no, x.id, t.no`,
    },
    reminders: {
      columns: { invoice: 'i.number', no: 'x.no', sent: 'x.sent_on', amount: 'x.amount', paused: 'x.paused' },
      from: `reminder x ${joined('invoice', 'i', 'x.invoice_id')} ${theirs()} ORDER BY i.number, x.no`,
    },
    bookings: {
      columns: {
        ...{ resource: 'r.code', from: utc('lower(x.period)'), to: utc('upper(x.period)') },
        ...{ note: 'x.note', cancelled: utc('x.cancelled_at') },
      },
      from: `booking x ${joined('resource', 'r', 'x.resource_id')} ${theirs()} ORDER BY lower(x.period)`,
    },
    'declared-uses': {
      columns: { space: 's.code', ...days('x.days'), kind: 'x.kind', percent: 'x.percent', evidence: 'x.evidence' },
      from: `qualifying_use x ${joined('occupancy', 'o', 'x.occupancy_id')} ${joined('space', 's', 'o.space_id')}
             ${own('x')} AND o.member_id = '${id}' ORDER BY lower(x.days)`,
    },
    photos: {
      columns: { file: `x.id || '.' || split_part(x.media_type, '/', 2)`, sent: utc('x.sent_at') },
      from: `photo x ${theirs()} ORDER BY x.sent_at, x.id`,
    },
    readings: {
      columns: {
        ...{ meter: 'm.code', register: 'g.code', unit: 'g.unit', at: utc('x.at'), until: utc('x.until') },
        ...{ value: 'trim_scale(x.value::numeric)', quality: 'x.quality' },
      },
      from: `occupancy o ${joined('space', 's', 'o.space_id', 'o')} ${joined('site', 't', 's.site_id', 'o')}
        JOIN installation i ON i.community_id = o.community_id AND i.space_id = o.space_id
        JOIN register g ON g.community_id = i.community_id AND g.meter_id = i.meter_id ${joined('meter', 'm', 'g.meter_id', 'g')}
        CROSS JOIN LATERAL (SELECT i.period * tstzrange(lower(o.days)::timestamp AT TIME ZONE t.zone, upper(o.days)::timestamp AT TIME ZONE t.zone) AS span) w
        JOIN reading x ON x.community_no = (SELECT no FROM community WHERE id = current_community()) AND x.register_no = g.no
          AND NOT isempty(w.span) AND x.at >= coalesce(lower(w.span), '-infinity') AND x.at < coalesce(upper(w.span), 'infinity')
        ${own('o')} AND o.member_id = '${id}' ORDER BY m.code, g.code, x.at`,
    },
  };
}
