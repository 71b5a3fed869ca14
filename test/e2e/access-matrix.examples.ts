import { canonicalJson } from '../../src/domain/proof/canonical.js';
import { seal } from '../../src/domain/proof/code.js';
import { compose } from '../../src/domain/statement/compose.js';
import { sampleFacts } from '../../src/domain/statement/sample.js';
import { certified } from '../support/bundle.js';

const body = `'${canonicalJson(seal(compose(sampleFacts), 'hall.example/verify')).replaceAll("'", "''")}'`;

const tenInAll = { amount: '10.00', members: '10.00', common: '0.00', vacant: '0.00', held: '0.00' };
const certificate = canonicalJson({
  ...certified(),
  ...{ run: '<run>', total: tenInAll, log: { origin: 'hall/record', size: 1, root: '<root>' } },
}).replaceAll("'", "''");

/**
 * One of each resource that has an address, written past the services into both communities; by the first part of the path.
 * `:id` is its own id, `:community` its community, `:sites` the id of the example of sites, and so on for those above it.
 * Where an example takes several statements they are one transaction. What members may see belongs to the member of `:members`.
 *
 * They tell a small story: Rosa has a stall with a meter. A rent of 10.00 is shared, invoiced, paid and credited, in a run
 * that is closed, so that its progress has an end.
 */
export const examples: Readonly<Record<string, string>> = {
  people: `INSERT INTO person (community_id, id, name) VALUES (:community, :id, 'Somebody')`,
  'second-people': `INSERT INTO person (community_id, id, name) VALUES (:community, :id, 'Somebody else')`,
  links: `INSERT INTO log_in_link (community_id, id, person_id, secret_hash, created_at, expires_at)
    VALUES (:community, :id, :people, sha256(convert_to(:id::text, 'UTF8')), '2026-11-01T00:00Z', '2026-11-01T00:15Z')`,
  outbox: `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at, state, settled_at)
    VALUES (:community, :id, 'log-in', :links, '<example@localhost>', 'rosa@hall.example', '2026-11-01T00:00Z', 'kept', '2026-11-01T00:00Z')`,
  'second-factors': `INSERT INTO passkey (community_id, id, person_id, credential_id, credential_hash, public_key, counter, is_backed_up, name, created_at)
    VALUES (:community, :id, :people, replace(:id::text, '-', ''), sha256(convert_to(:id::text, 'UTF8')), sha256('key'), 0, false, 'Telephone', now())`,
  sites: `INSERT INTO site (community_id, id, code, name, zone) VALUES (:community, :id, 'HALL', 'Hall', 'Europe/London')`,
  members: `INSERT INTO member (community_id, id, code, name) VALUES (:community, :id, 'ROSA', 'Rosa')`,
  spaces: `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES (:community, :id, :sites, 'STALL-4', 'Stall 4', 12.5)`,
  occupancies: `INSERT INTO occupancy (community_id, id, space_id, member_id, days) VALUES (:community, :id, :spaces, :members, '[2026-01-01,)')`,
  resources: `INSERT INTO resource (community_id, id, site_id, code, name) VALUES (:community, :id, :sites, 'KILN', 'Kiln')`,
  bookings: `INSERT INTO booking (community_id, id, resource_id, member_id, period, created_at)
    VALUES (:community, :id, :resources, :members, '[2026-10-03T08:00Z,2026-10-03T12:00Z)', now())`,
  tokens: `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, person_id)
    VALUES (:community, :id, 'person', 'example', 'cm_example1', sha256(convert_to(:id::text, 'UTF8')), :people)`,
  'device-keys': `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, site_id)
    VALUES (:community, :id, 'device', 'example', 'cm_example2', sha256(convert_to(:id::text, 'UTF8')), :sites)`,

  meters: `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES (:community, :id, :sites, 'SHOP-07', 'Stall 4', 'sub');
    INSERT INTO installation (community_id, id, meter_id, space_id, period) VALUES (:community, :id, :id, :spaces, '[2026-01-01T00:00Z,)')`,
  'signing-keys': `INSERT INTO signing_key (community_id, id, algorithm, public_key, token_id, since, registered_by)
    VALUES (:community, :id, 'ed25519', decode('302a300506032b6570032100' || repeat('17', 32), 'hex'), :device-keys, now(), :people)`,
  'signed-batches': `WITH batch AS (
      INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items, sha256)
      VALUES (:community, 'http', 'device', '2026-11-01T00:03Z', 0, sha256('{}')) RETURNING no)
    INSERT INTO batch_signature (community_id, id, batch_no, at, kind, verdict, detail, signing_key_id, sha256, payload, signature)
    SELECT :community, :id, batch.no, now(), 'ed25519', 'verified', 'Signed.', :signing-keys, sha256('{}'), '{}', 'x' FROM batch`,
  registers: `INSERT INTO register (community_id, id, meter_id, code, kind, unit) VALUES (:community, :id, :meters, 'import', 'cumulative', 'kWh');
    INSERT INTO installation_register (community_id, installation_id, register_id) VALUES (:community, :meters, :id);
    SELECT make_reading_month(month) FROM unnest('{2026-09-01,2026-11-01}'::date[]) AS m (month);
    WITH batch AS (
      INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items)
      VALUES (:community, 'http', 'device', '2026-11-01T00:01Z', 2) RETURNING no)
    INSERT INTO reading (community_no, register_no, at, batch_no, quality, value)
    SELECT c.no, r.no, reading.at, batch.no, 'actual', reading.value
    FROM batch, community c, register r, (VALUES ('2026-09-30T23:00Z'::timestamptz, 100), ('2026-11-01T00:00Z', 160)) AS reading (at, value)
    WHERE c.id = :community AND r.community_id = :community AND r.id = :id`,
  photos: `INSERT INTO photo (community_id, id, sha256, sent_sha256, media_type, content, member_id, sent_by, sent_at)
    VALUES (:community, :id, sha256('points'), sha256('points'), 'image/png', 'points', :members, :people, '2026-11-01T00:05Z');
    INSERT INTO reading_photo (community_id, photo_id, register_id, at, linked_at)
    VALUES (:community, :id, :registers, '2026-11-01T00:00Z', '2026-11-01T00:05Z')`,
  exceptions: `WITH batch AS (
      INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items)
      VALUES (:community, 'http', 'device', '2026-11-01T00:02Z', 1) RETURNING no)
    INSERT INTO reading_exception (community_id, id, kind, reason, detail, register_id, at, value, quality, batch_no, created_at)
    SELECT :community, :id, 'conflict', 'conflict', 'Another value', :registers, '2026-11-01T00:00Z', 170, 'actual', batch.no, now() FROM batch`,
  unclaimed: `INSERT INTO unclaimed_source (community_id, id, meter_code, register_code, first_seen, last_seen)
    VALUES (:community, :id, 'stray', 'import', '2026-11-01T00:00Z', '2026-11-01T00:00Z')`,
  imports: `INSERT INTO import_file (community_id, id, sha256, bytes, begun_at) VALUES (:community, :id, sha256('the file'), 8, now());
    INSERT INTO reading_import (community_id, id, file_id, name, asked_format, dry_run, actor_kind, received_at, state, format, items)
    VALUES (:community, :id, :id, 'october.csv', 'auto', false, 'system', '2026-11-05T09:00Z', 'done', 'NEM12', 0)`,

  'band-calendars': `INSERT INTO band_calendar (community_id, id, code, name, terms)
    VALUES (:community, :id, 'always', 'Always', '{"bands": ["all"], "rules": [{"band": "all", "from": "00:00", "to": "24:00"}]}')`,
  tariffs: `INSERT INTO tariff (community_id, id, code, name) VALUES (:community, :id, 'own', 'Our own');
    INSERT INTO tariff_version (community_id, id, tariff_id, days, terms, adopted_by, adopted_on, decision)
    VALUES (:community, :id, :id, '[2026-01-01,)', '{"calendar": null, "components": [{"kind": "standing", "name": "Standing charge", "perDay": "0.25"}]}',
      'General meeting', '2025-12-12', 'Minute 7')`,
  keys: `INSERT INTO apportionment_key (community_id, id, code, name) VALUES (:community, :id, 'equal', 'Equal parts');
    INSERT INTO key_version (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision)
    VALUES (:community, :id, :id, '[2026-01-01,)', '{"kind": "equal"}', 'General meeting', '2025-12-12', 'Minute 8')`,
  'key-proposals': `INSERT INTO key_proposal (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision, proposed_by, proposed_at)
    VALUES (:community, :id, :keys, '[2027-01-01,)', '{"kind": "area"}', 'General meeting', '2026-12-12', 'Minute 9', :people, now())`,
  'policy-proposals': `INSERT INTO policy_proposal (community_id, id, name, since, terms, decision, proposed_by)
    VALUES (:community, :id, 'adoption', '2027-01-01', '{"keys": "treasurer"}', 'Minute 9', :people)`,
  'tax-rates': `INSERT INTO tax_rate (community_id, id, code, label, category, rate, days) VALUES (:community, :id, 'Z', 'VAT 0 %', 'Z', 0, '[2026-01-01,)')`,
  'supplier-bills': `INSERT INTO stored_file (community_id, id, sha256, name, media_type, content)
    VALUES (:community, :id, sha256('the bill'), 'bill.csv', 'text/csv', 'the bill');
    INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, days, currency, net, tax, gross, file_id, created_by)
    VALUES (:community, :id, :sites, 'Northern Grid', 'NG-1', '[2026-10-01,2026-11-01)', 'GBP', 100, 20, 120, :id, :people);
    INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, amount, tax, tax_code, key_id)
    VALUES (:community, :id, 1, 'Standing charge', 'standing', 100, 20, 'Z', :keys)`,
  'supplier-contracts': `INSERT INTO supplier_contract (community_id, id, site_id, supplier, utility, tariff_id, since, decision)
    VALUES (:community, :id, :sites, 'Northern Grid', 'electricity', :tariffs, '2026-01-01', 'NG contract 7')`,
  charges: `INSERT INTO charge (community_id, id, site_id, code, description, section, kind, amount, per, days, tax_code, space_id)
    VALUES (:community, :id, :sites, 'rent-4', 'Rent of stall 4', 'rent', 'recurring', 10, 'month', '[2026-01-01,)', 'Z', :spaces)`,

  funds: `INSERT INTO fund (community_id, id, code, name, funder, days, rate, beneficiaries, sections, cap, tax_code, notice, evidence)
    VALUES (:community, :id, 'relief', 'Relief', 'The council', '[2026-01-01,)', '{"kind": "percent", "percent": "10"}', '{"kind": "all"}', '{energy}',
      100, 'Z', 'The council pays a tenth.', 'Grant letter')`,

  'billing-runs': `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at)
    VALUES (:community, :id, :sites, '[2026-10-01,2026-11-01)', 'GBP', :people, now());
    INSERT INTO run_issue (community_id, run_id, no, fingerprint, code, severity, subject_kind, subject_id, subject_label, detail, remedy)
    VALUES (:community, :id, 1, 'open-exception SHOP-07', 'open-exception', 'warning', 'meter', 'SHOP-07', 'SHOP-07', 'Two values', 'Decide');
    INSERT INTO run_cost (community_id, run_id, no, charge_id, section, component, description, tax_code, of_amount, amount)
    VALUES (:community, :id, 1, :charges, 'rent', 'other', 'Rent of stall 4', 'Z', 10, 10);
    INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, member_id, space_id, weight, amount, reasons)
    VALUES (:community, :id, 1, 1, 'member', 'own', :members, :spaces, 1, 10, '{}');
    INSERT INTO run_line (community_id, run_id, member_id, no, cost_no, section, description, net, tax_code, tax_rate, why)
    VALUES (:community, :id, :members, 1, 1, 'rent', 'Rent of stall 4', 10, 'Z', 0, '{"sentence": "as agreed", "reason": {}}')`,
  invoices: `INSERT INTO invoice_series (community_id, series, last_no) VALUES (:community, 'MH-2026', 1);
    ${invoice("'MH-2026', 1, 'MH-2026-00001', 'invoice'", 'NULL, NULL', '10')};
    ${posted('invoice-issued', "'MH-2026-00001'", '10', 'own-income')};
    UPDATE billing_run SET status = 'previewed', input_hash = sha256('inputs'), proposed_by = :people, proposed_at = now() WHERE id = :billing-runs;
    UPDATE billing_run SET status = 'approved', approved_by = :second-people, approved_at = now() WHERE id = :billing-runs;
    UPDATE billing_run SET status = 'issued', issued_by = :people, issued_at = now() WHERE id = :billing-runs;
    UPDATE billing_run SET status = 'closed' WHERE id = :billing-runs`,
  'advance-plans': `INSERT INTO advance_plan (community_id, id, occupancy_id, days, amount, tax_code, agreed_by, agreed_on)
    VALUES (:community, :id, :occupancies, '[2026-01-01,)', 10, 'Z', 'Rosa', '2026-01-02')`,
  advances: `INSERT INTO invoice_series (community_id, series, last_no) VALUES (:community, 'MH-ADV-2026', 1);
    ${invoice("'MH-ADV-2026', 1, 'MH-ADV-2026-00001', 'advance'", 'NULL, NULL', '10', 'NULL')};
    ${posted('advance-asked', "'MH-ADV-2026-00001'", '10', 'members-advances')};
    INSERT INTO advance (community_id, id, invoice_id, occupancy_id, month, attempt, days, net, tax)
    VALUES (:community, :id, :id, :occupancies, '2026-10-01', 1, '[2026-10-01,2026-11-01)', 10, 0)`,
  payments: `INSERT INTO payment (community_id, id, member_id, received_on, amount, currency, method, created_by, created_at)
    VALUES (:community, :id, :members, '2026-11-10', 10, 'GBP', 'bank transfer', :people, now());
    ${posted('payment-received', ':id::text', '-10', 'bank')}`,
  'credit-notes': `INSERT INTO invoice_series (community_id, series, last_no) VALUES (:community, 'MH-CN-2026', 1);
    ${invoice("'MH-CN-2026', 1, 'MH-CN-2026-00001', 'credit-note'", ":invoices, 'Wrong rent'", '-10')};
    ${posted('credit-note-issued', "'MH-CN-2026-00001'", '-10', 'own-income')}`,

  disputes: `INSERT INTO dispute (community_id, id, invoice_id, line_no, member_id, amount, created_at)
    VALUES (:community, :id, :invoices, 1, :members, 10, now());
    INSERT INTO dispute_step (community_id, id, dispute_id, no, kind, taken_on, taken_at, taken_by, text)
    VALUES (:community, :id, :id, 1, 'asked', '2026-11-10', now(), :people, 'Why so much?')`,
  log: `INSERT INTO record_entry (community_id, idx, id, type, at, commitment, leaf)
    SELECT :community, 0, :id, 'member.created', t.at, sha256('sealed'), sha256('\\x00'::bytea || convert_to('{"at":"' || t.at || '","c":"'
      || encode(sha256('sealed'), 'hex') || '","id":"' || :id || '","type":"member.created","v":1}', 'UTF8'))
    FROM (VALUES ('2026-10-01T00:00:00.000000Z')) AS t (at);
    INSERT INTO record_key (community_id, no, origin, public_key, since) VALUES (:community, 1, 'hall/record', sha256('key'), now());
    INSERT INTO record_head (community_id, size, root, note, key_no, signed_at)
    SELECT :community, 1, leaf, E'hall/record\\n1\\n' || encode(leaf, 'base64') || E'\\n\\n— hall/record c2lnbmVk\\n', 1, now() FROM record_entry
    WHERE community_id = :community AND idx = 0`,
  certificates: `INSERT INTO run_certificate (community_id, id, run_id, content, signature, log_size, made_at)
    SELECT :community, :id, :billing-runs, t.content, E'commonmeter.certificate/1\\nhall/record\\n' || :billing-runs || E'\\n'
      || encode(sha256(convert_to(t.content, 'UTF8')), 'hex') || E'\\n\\n— hall/record c2lnbmVk\\n', 1, now()
    FROM record_head h CROSS JOIN LATERAL (SELECT replace(replace('${certificate}', '<run>', :billing-runs::text), '<root>', encode(h.root, 'hex'))) AS t (content)
    WHERE h.community_id = :community;
    INSERT INTO run_sum (community_id, id, run_id, members, lists, made_at) VALUES (:community, :id, :billing-runs, 3, '[]', now())`,
};

/** A document of one line without tax, with its statement and its PDF. */
function invoice(named: string, credits: string, amount: string, run = ':billing-runs'): string {
  return `INSERT INTO invoice (community_id, id, series, no, number, kind, credits_id, reason, run_id, member_id, days, issued_on, due_on,
      currency, net, tax, gross, code, issued_at)
    VALUES (:community, :id, ${named}, ${credits}, ${run}, :members, '[2026-10-01,2026-11-01)', '2026-11-03', '2026-11-30',
      'GBP', ${amount}, 0, ${amount}, :id::text, '2026-11-03T09:30Z');
    INSERT INTO invoice_line (community_id, invoice_id, no, cost_no, section, description, net, tax_code, tax_rate, why)
    VALUES (:community, :id, 1, 1, 'rent', 'Rent of stall 4', ${amount}, 'Z', 0, '{"sentence": "as agreed", "reason": {}}');
    INSERT INTO invoice_statement (community_id, invoice_id, body, sha256) VALUES (:community, :id, ${body}, sha256(convert_to(${body}, 'UTF8')));
    INSERT INTO document (community_id, id, invoice_id, format, state, sha256, content, created_at, done_at)
    VALUES (:community, :id, :id, 'pdf', 'done', sha256('the document'), 'the document', now(), now())`;
}

/** An entry between the member's receivable and another account. */
function posted(kind: string, source: string, amount: string, account: string): string {
  return `INSERT INTO journal_entry (community_id, id, kind, source, posted_on, text, currency, created_at)
    VALUES (:community, :id, '${kind}', ${source}, '2026-11-03', 'Rent of stall 4', 'GBP', now());
    INSERT INTO posting (community_id, entry_id, no, account, member_id, amount)
    VALUES (:community, :id, 1, 'receivable', :members, ${amount}), (:community, :id, 2, '${account}', NULL, -(${amount}))`;
}
