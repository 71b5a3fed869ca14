import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import type { Seen } from '../../community/places.service.js';
import { InvoicesService } from '../../invoices/invoices.service.js';
import type { Delivery, LineChainReply } from './line-chain.schema.js';

/*
 * Every figure answers "why?": a line leads to its share, the share to the cost and the rule that shared it, the cost to the supplier's
 * bill and the hash of its file, and the weight to the member's own uses, their readings, and the payloads in which those arrived.
 * Nothing is worked out here: it is what was frozen with the run, and what the readings still are.
 */

type Use = LineChainReply['uses'][number];
type Found = Pick<LineChainReply, 'rule' | 'bill' | 'charge' | 'fund' | 'cost'> & {
  readonly unit: string | null;
};

/** A use of the run before its readings are looked up. */
type FrozenUse = Omit<Use, 'readings' | 'deliveries' | 'moreDeliveries'> & { readonly registerNo: number };

const mostDeliveries = 100;

@Injectable()
export class LineChain {
  constructor(
    private readonly transactions: Transactions,
    private readonly invoices: InvoicesService,
  ) {}

  /** @param address of the document, its id or number @throws DomainError `not-found` (document or line) */
  async of(communityId: string, address: string, no: number, viewer: Seen): Promise<LineChainReply> {
    const document = await this.invoices.get(communityId, address, viewer);
    const line = document.lines.find((one) => one.no === no);
    if (line === undefined) throw new DomainError('not-found', `There is no line ${no} on ${document.number}.`);
    const { section, description, net, why } = line;
    const { sentence, reason, tax = null } = why as typeof why & { tax?: Record<string, unknown> };
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { unit, ...source } = await sourceOf(tx, document.id, no);
      const shares = await sharesOf(tx, document.id, no);
      const uses: Use[] = [];
      for (const use of await usesOf(tx, document.id, no, source.rule?.kind === 'tariff' ? unit : null)) {
        uses.push(await withReadings(tx, use));
      }
      const told = { no, section, description, net, sentence, reason, tax };
      return { document: document.number, line: told, shares, ...source, uses };
    });
  }
}

async function sourceOf(tx: Tx, invoiceId: string, no: number): Promise<Found> {
  const [found] = await tx.query<Found>(
    `SELECT l.unit,
            jsonb_build_object('no', c.no, 'description', c.description, 'amount', c.amount::text, 'ofAmount', c.of_amount::text) AS cost,
            CASE WHEN k.id IS NOT NULL THEN jsonb_build_object('kind', 'key', 'code', k.code, 'name', k.name, 'version', kv.id, 'from', lower(kv.days),
                   'terms', kv.terms, 'adoptedBy', kv.adopted_by, 'adoptedOn', kv.adopted_on, 'decision', kv.decision)
                 WHEN t.id IS NOT NULL THEN jsonb_build_object('kind', 'tariff', 'code', t.code, 'name', t.name, 'version', tv.id, 'from', lower(tv.days),
                   'terms', tv.terms, 'adoptedBy', tv.adopted_by, 'adoptedOn', tv.adopted_on, 'decision', tv.decision) END AS rule,
            CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('id', b.id, 'supplier', b.supplier, 'number', b.number,
                   'period', jsonb_build_object('from', lower(b.days), 'to', upper(b.days)),
                   'component', jsonb_build_object('no', p.no, 'description', p.description, 'amount', p.amount::text),
                   'document', CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('name', f.name, 'mediaType', f.media_type,
                     'sha256', encode(f.sha256, 'hex'), 'href', '/api/v1/supplier-bills/' || b.id || '/document') END) END AS bill,
            CASE WHEN h.id IS NOT NULL THEN jsonb_build_object('code', h.code, 'description', h.description) END AS charge,
            CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('code', d.code, 'name', d.name, 'funder', d.funder) END AS fund
     FROM invoice i
     JOIN invoice_line l ON l.community_id = i.community_id AND l.invoice_id = i.id
     JOIN run_cost c ON c.community_id = i.community_id AND c.run_id = i.run_id AND c.no = l.cost_no
     LEFT JOIN key_version kv ON kv.community_id = c.community_id AND kv.id = c.key_version_id
     LEFT JOIN apportionment_key k ON k.community_id = kv.community_id AND k.id = kv.key_id
     LEFT JOIN tariff_version tv ON tv.community_id = c.community_id AND tv.id = c.tariff_version_id
     LEFT JOIN tariff t ON t.community_id = tv.community_id AND t.id = tv.tariff_id
     LEFT JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id
     LEFT JOIN supplier_bill_component p ON p.community_id = c.community_id AND p.bill_id = c.bill_id AND p.no = c.bill_component_no
     LEFT JOIN stored_file f ON f.community_id = b.community_id AND f.id = b.file_id
     LEFT JOIN charge h ON h.community_id = c.community_id AND h.id = c.charge_id
     LEFT JOIN fund d ON d.community_id = c.community_id AND d.id = c.fund_id
     WHERE i.community_id = current_community() AND i.id = $1 AND l.no = $2`,
    [invoiceId, no],
  );
  if (found === undefined) throw new DomainError('not-found', `The cost behind line ${no} is not kept with its run.`);
  return found;
}

/**
 * The share that a line is: of the line's member and cost, by the same figures and steps. What a line of the residual, or of an empty
 * space, is a share of says its section.
 */
const shareOfLine = `
  JOIN run_share s ON s.community_id = i.community_id AND s.run_id = i.run_id AND s.cost_no = l.cost_no AND s.member_id = i.member_id
   AND (s.kind = 'vacant') = (l.section = 'vacant-space')
   AND (l.section = 'vacant-space' OR (s.part = 'residual') = (l.section = 'shared-areas'))
   AND (NOT l.why ? 'figures' OR (s.reasons->'figures' = l.why->'figures'
        AND coalesce(s.reasons->'steps', '[]') = coalesce(l.why->'steps', '[]')))`;

const sharesOf = (tx: Tx, invoiceId: string, no: number): Promise<LineChainReply['shares']> =>
  tx.query<LineChainReply['shares'][number]>(
    `SELECT s.part, s.amount, s.reasons->>'pool' AS pool, s.weight, s.reasons->>'whole' AS whole, s.reasons->'figures' AS figures,
            coalesce(s.reasons->'steps', '[]') AS steps
     FROM invoice i
     JOIN invoice_line l ON l.community_id = i.community_id AND l.invoice_id = i.id ${shareOfLine}
     WHERE i.community_id = current_community() AND i.id = $1 AND l.no = $2 AND s.reasons ? 'figures' ORDER BY s.no`,
    [invoiceId, no],
  );

/**
 * What was measured of the member that the line comes from: the bands that its share names, in the calendars of the rule; at a price of
 * the community's own, all that is counted in the unit of the line.
 *
 * @param unit of the line, where a tariff priced it; else null
 */
const usesOf = (tx: Tx, invoiceId: string, no: number, unit: string | null): Promise<FrozenUse[]> =>
  tx.query<FrozenUse>(
    `SELECT DISTINCT m.code AS meter, r.code AS register, r.no AS "registerNo", m.role = 'virtual' AS virtual, u.band, u.from_at AS "from", u.to_at AS "to",
            u.quantity, r.unit, u.quality, u.opening, u.closing, u.no
     FROM invoice i
     JOIN invoice_line l ON l.community_id = i.community_id AND l.invoice_id = i.id
     JOIN run_cost c ON c.community_id = i.community_id AND c.run_id = i.run_id AND c.no = l.cost_no
     LEFT JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id
     LEFT JOIN key_version v ON v.community_id = c.community_id AND v.id = c.key_version_id
     JOIN run_use u ON u.community_id = i.community_id AND u.run_id = i.run_id
     JOIN register r ON r.community_id = u.community_id AND r.id = u.register_id AND r.direction = 'import'
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id AND m.role <> 'source'
     WHERE i.community_id = current_community() AND i.id = $1 AND l.no = $2
       AND u.member_id IS NOT DISTINCT FROM CASE WHEN l.section = 'vacant-space' THEN NULL ELSE i.member_id END
       AND CASE WHEN $3::text IS NOT NULL THEN r.unit = $3 AND u.band = ''
                ELSE m.utility = coalesce(b.utility, 'electricity') AND EXISTS (
                  SELECT FROM run_share s CROSS JOIN LATERAL jsonb_array_elements(s.reasons->'figures') g
                  WHERE s.community_id = i.community_id AND s.run_id = i.run_id AND s.cost_no = l.cost_no AND s.member_id = i.member_id
                    AND (l.section = 'vacant-space' OR (s.part = 'residual') = (l.section = 'shared-areas'))
                    AND (NOT l.why ? 'figures' OR s.reasons->'figures' = l.why->'figures')
                    AND g->>'what' IN ('metered', 'peak') AND g->>'spaceId' = u.space_id::text
                    AND CASE WHEN coalesce(g->>'band', '') = '' THEN u.band = ''
                             ELSE split_part(u.band, '/', 2) = g->>'band'
                              AND split_part(u.band, '/', 1) IN (SELECT n #>> '{}' FROM jsonb_path_query(v.terms, '$.**.calendar') n) END) END
     ORDER BY m.code, r.code, u.no`,
    [invoiceId, no, unit],
  );

/** Readings in force within a use: displays at its ends and between them, intervals that lie in it. */
const within = `
  FROM reading_in_force f
  WHERE f.community_no = (SELECT no FROM community WHERE id = current_community()) AND f.register_no = $1
    AND ((f.until IS NULL AND f.at BETWEEN $2 AND $3) OR (f.until > $2 AND f.at < $3))`;

async function withReadings(tx: Tx, { registerNo, ...use }: FrozenUse): Promise<Use> {
  const span: [number, Instant, Instant] = [registerNo, use.from, use.to];
  const [counted] = await tx.query<{ count: number; corrected: number; estimated: number }>(
    `SELECT count(*)::int AS count,
            count(*) FILTER (WHERE EXISTS (SELECT FROM reading_correction c
              WHERE c.community_id = current_community() AND c.register_no = f.register_no AND c.at = f.at))::int AS corrected,
            count(*) FILTER (WHERE f.quality = 'estimated')::int AS estimated ${within}`,
    span,
  );
  const deliveries = await tx.query<Delivery>(
    `SELECT b.no::text AS batch, b.source, b.received_at AS "receivedAt", d.readings, encode(b.sha256, 'hex') AS sha256,
            CASE WHEN n.id IS NOT NULL THEN jsonb_build_object('import', n.id, 'name', n.name, 'sha256', encode(e.sha256, 'hex')) END AS file,
            CASE WHEN g.id IS NOT NULL THEN jsonb_build_object('verdict', g.verdict, 'sentence', g.detail, 'keyId', k.key_id,
              'href', '/api/v1/signed-batches/' || g.id) END AS signed
     FROM (SELECT f.batch_no, count(*)::int AS readings ${within} GROUP BY f.batch_no) d
     JOIN reading_batch b ON b.community_id = current_community() AND b.no = d.batch_no
     LEFT JOIN import_batch x ON x.community_id = b.community_id AND x.batch_no = b.no
     LEFT JOIN reading_import n ON n.community_id = x.community_id AND n.id = x.import_id
     LEFT JOIN import_file e ON e.community_id = n.community_id AND e.id = n.file_id
     LEFT JOIN batch_signature g ON g.community_id = b.community_id AND g.batch_no = b.no
     LEFT JOIN signing_key k ON k.community_id = g.community_id AND k.id = g.signing_key_id
     ORDER BY b.no`,
    span,
  );
  const { count = 0, corrected = 0, estimated = 0 } = counted ?? {};
  const query = new URLSearchParams({ meter: use.meter, register: use.register, from: use.from, to: use.to });
  return {
    ...use,
    readings: { count, corrected, estimated, href: `/api/v1/readings?${query.toString()}` },
    deliveries: deliveries.slice(0, mostDeliveries),
    moreDeliveries: Math.max(deliveries.length - mostDeliveries, 0),
  };
}
