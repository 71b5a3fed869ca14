import type pg from 'pg';
import { splitCoins } from '../../src/domain/quantity/split.js';
import { tieRank } from '../../src/domain/quantity/tie-break.js';
import { bandOfHour, type Fixture } from './run-fixture.js';

/*
 * The yardstick: the same sums in the same database without a framework, without findings, without reasons. One statement reads the
 * month by band, whole numbers share it, one statement for each table writes it. What a run costs beyond this is the price of saying why.
 */

interface Used {
  readonly member: string;
  readonly night: string;
  readonly day: string;
  readonly peak: string;
  readonly area: string;
}

const twins = ['run_share', 'run_line', 'invoice', 'invoice_line', 'invoice_tax', 'invoice_statement'];

/** Tables like ours without their triggers and references. */
export async function makeTwins(owner: pg.Pool): Promise<void> {
  for (const table of twins)
    await owner.query(
      `DROP TABLE IF EXISTS ${table}_twin; CREATE TABLE ${table}_twin (LIKE ${table} INCLUDING INDEXES INCLUDING DEFAULTS)`,
    );
}
export async function dropTwins(owner: pg.Pool): Promise<void> {
  for (const table of twins) await owner.query(`DROP TABLE IF EXISTS ${table}_twin`);
}

const readMonth = (client: pg.PoolClient, { communityId, communityNo }: Fixture): Promise<{ rows: Used[] }> =>
  client.query<Used>(
    `SELECT o.member_id AS member, b.night::text, b.day::text, b.peak::text, (s.area * s.weight * 31)::text AS area
     FROM (SELECT register_no, sum(value) FILTER (WHERE band = 'night') AS night, sum(value) FILTER (WHERE band = 'day') AS day,
                  sum(value) FILTER (WHERE band = 'peak') AS peak
           FROM (SELECT register_no, value, ${bandOfHour} AS band
                 FROM (SELECT register_no, value, extract(hour FROM at AT TIME ZONE 'Europe/London') AS h FROM reading WHERE community_no = $2) x) y
           GROUP BY register_no) b
     JOIN register r ON r.no = b.register_no
     JOIN installation i ON i.community_id = $1 AND i.meter_id = r.meter_id
     JOIN space s ON s.community_id = $1 AND s.id = i.space_id
     JOIN occupancy o ON o.community_id = $1 AND o.space_id = s.id ORDER BY o.member_id`,
    [communityId, communityNo],
  );

const thousandths = (text: string): bigint =>
  BigInt(text.replace(/^(\d+)$/, '$1.').replace(/\.(\d{0,3})\d*$/, (_, digits: string) => digits.padEnd(3, '0')));

/** Reads, shares and writes a month into the twins. */
export async function plainRun(owner: pg.Pool, fixture: Fixture): Promise<void> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN; TRUNCATE run_share_twin, run_line_twin');
    const { rows } = await readMonth(client, fixture);
    const weights = [
      rows.map((row) => thousandths(row.night)),
      rows.map((row) => thousandths(row.day)),
      rows.map((row) => thousandths(row.peak)),
      rows.map(() => 31n),
      rows.map((row) => thousandths(row.area)),
      rows.map(() => 31n),
    ];
    const shares = weights.flatMap((of, cost) => {
      const coins = splitCoins(4_321_09n, of, (index) =>
        tieRank(`2026-10-01/2026-11-01:${cost}`, rows[index]?.member ?? ''),
      );
      return coins.map((amount, index) => ({
        cost: cost + 1,
        no: index + 1,
        member: rows[index]?.member,
        weight: of[index],
        amount,
      }));
    });
    const columns = [
      shares.map(({ cost }) => cost),
      shares.map(({ no }) => no),
      shares.map(({ member }) => member),
      shares.map(({ amount }) => String(amount)),
    ];
    await client.query(
      `INSERT INTO run_share_twin (community_id, run_id, cost_no, no, kind, part, member_id, weight, amount, reasons)
       SELECT $1, $1, cost, no, 'member', 'own', member, weight, amount / 100, '{}'
       FROM unnest($2::int[], $3::int[], $4::uuid[], $5::numeric[], $6::numeric[]) AS s (cost, no, member, amount, weight)`,
      [fixture.communityId, ...columns, shares.map(({ weight }) => String(weight))],
    );
    await client.query(
      `INSERT INTO run_line_twin (community_id, run_id, member_id, no, cost_no, section, description, net, tax_code, tax_rate, why)
       SELECT $1, $1, member, cost, cost, 'energy', 'Line', amount / 100, 'S', 0.2, '{}'
       FROM unnest($2::int[], $3::int[], $4::uuid[], $5::numeric[]) AS s (cost, no, member, amount)`,
      [fixture.communityId, ...columns],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Reads the month again, as an issue must to know that nothing has changed, and writes the invoices into the twins. */
export async function plainIssue(owner: pg.Pool, fixture: Fixture): Promise<void> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN; TRUNCATE invoice_twin, invoice_line_twin, invoice_tax_twin, invoice_statement_twin');
    await readMonth(client, fixture);
    await client.query(
      `INSERT INTO invoice_twin SELECT (jsonb_populate_record(NULL::invoice_twin, jsonb_build_object('community_id', $1::uuid, 'id', member, 'series', 'B',
         'no', n, 'number', 'B-' || n, 'kind', 'invoice', 'run_id', $1::uuid, 'member_id', member, 'days', '[2026-10-01,2026-11-01)',
         'issued_on', '2026-11-03', 'due_on', '2026-11-17', 'currency', 'GBP', 'net', 1, 'tax', 0.2, 'gross', 1.2, 'code', member, 'issued_at', now()))).*
       FROM unnest($2::uuid[]) WITH ORDINALITY AS m (member, n)`,
      [fixture.communityId, fixture.members],
    );
    await client.query(
      `INSERT INTO invoice_line_twin (community_id, invoice_id, no, cost_no, section, description, net, tax_code, tax_rate, why)
       SELECT community_id, member_id, no, cost_no, section, description, net, tax_code, tax_rate, why FROM run_line_twin WHERE community_id = $1`,
      [fixture.communityId],
    );
    await client.query(
      `INSERT INTO invoice_tax_twin (community_id, invoice_id, tax_code, label, rate, net, tax)
       SELECT community_id, invoice_id, 'S', 'Standard', 0.2, sum(net), round(sum(net) * 0.2, 2) FROM invoice_line_twin WHERE community_id = $1 GROUP BY 1, 2`,
      [fixture.communityId],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
