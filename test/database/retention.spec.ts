import { createHash } from 'node:crypto';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase, testDatabase } from '../support/database.js';

/**
 * Readings within a time that was billed long ago go by the policy of their community, and no other way: the database weighs, counts,
 * hashes and removes them itself, whoever asks and whatever he says of it.
 *
 * October 2020 in London, billed on 3 November; the policy keeps thirteen months, so until 3 December 2021.
 */

let database: TestDatabase;
let market: string;
let arches: string;
let [treasurer, approver, policy] = ['', '', ''];

const [from, to] = ['2020-09-30T23:00:00Z', '2020-11-01T00:00:00Z'];
const [billedAt, due] = ['2020-11-03T09:00:00Z', '2021-12-03T09:00:00Z'];

const owner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

beforeAll(async () => {
  database = await testDatabase();
  await makeMonths(database, '2020-09-01', '2020-12-01');
  [market, arches] = [await insertCommunity(database, 'market'), await insertCommunity(database, 'arches')];
  [treasurer, approver, policy] = [newId(), newId(), newId()];
  await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess'), ($1, $3, 'Amir')`, [
    market,
    treasurer,
    approver,
  ]);
  await asApp(
    `INSERT INTO community_policy (community_id, id, name, days, terms) VALUES ($1, $2, 'retention', '[2000-01-01,)', '{"keepMonths": 13}')`,
    [market, policy],
  );
});
afterAll(() => database.drop());

interface Billed {
  readonly site: string;
  readonly meter: string;
  readonly register: string;
  readonly no: number;
  readonly run: string;
}

interface Case {
  readonly kind?: 'interval' | 'cumulative';
  /** Instants that the run cites. */
  readonly cites?: readonly string[];
  readonly isIssued?: boolean;
}

let made = 0;

/** A register with a reading every hour from a day before October to a day after it, and a run that billed October. */
async function billed({ kind = 'interval', cites = [], isIssued = true }: Case = {}): Promise<Billed> {
  made += 1;
  const [site, meter, register, installation, run] = [newId(), newId(), newId(), newId(), newId()];
  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, $3, 'Hall', 'Europe/London')`, [
    market,
    site,
    `S-${made}`,
  ]);
  await asApp(
    `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, $4, 'Shop', 'sub')`,
    [market, meter, site, `SHOP-${made}`],
  );
  const [row] = await asApp<{ no: number }>(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes) VALUES ($1, $2, $3, 'import', $4, 'kWh', $5) RETURNING no`,
    [market, register, meter, kind, kind === 'interval' ? 60 : null],
  );
  const { no } = row!;
  await asApp(`INSERT INTO installation (community_id, id, meter_id, period) VALUES ($1, $2, $3, '[2020-01-01Z,)')`, [
    market,
    installation,
    meter,
  ]);
  await asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT c.no, $2::int, at, CASE WHEN $3::boolean THEN at + interval '1 hour' END, 7, 'actual', (extract(epoch FROM at)::bigint / 3600 - 440000) * 1.5
     FROM community c, generate_series($4::timestamptz - interval '1 day', $5::timestamptz + interval '1 day', interval '1 hour') AS at WHERE c.id = $1`,
    [market, no, kind === 'interval', from, to],
  );
  await asApp(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at) VALUES ($1, $2, $3, '[2020-10-01,2020-11-01)', 'GBP', $4, $5)`,
    [market, run, site, treasurer, billedAt],
  );
  const uses = [{ band: '', opening: cites[0] ?? null, closing: cites[1] ?? null }, { band: 'DN/day' }];
  for (const [i, { band, opening = null, closing = null }] of uses.entries()) {
    await asApp(
      `INSERT INTO run_use (community_id, run_id, no, register_id, installation_id, band, from_at, to_at, quantity, quality, opening, closing)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 100, 'actual', $9, $10)`,
      [market, run, i + 1, register, installation, band, from, to, ...[opening, closing].map(shown)],
    );
  }
  const step = (set: string, ...params: unknown[]) =>
    asApp(`UPDATE billing_run SET ${set} WHERE community_id = $1 AND id = $2`, [market, run, ...params]);
  if (isIssued) {
    await step(`status = 'previewed'`);
    await step(
      `status = 'approved', input_hash = sha256('x'), proposed_by = $3, proposed_at = $5, approved_by = $4, approved_at = $5`,
      ...[treasurer, approver, billedAt],
    );
    await step(`status = 'issued', issued_by = $3, issued_at = $4`, treasurer, billedAt);
  }
  return { site, meter, register, no, run };
}

const shown = (at: string | null): string | null => (at === null ? null : JSON.stringify({ at, value: '1' }));

interface Reduction {
  readonly removed: string;
  readonly first: string;
  readonly last: string;
  readonly total: string;
  readonly sha256: string;
}

const reduceSql = `INSERT INTO reading_reduction (community_id, register_no, from_at, to_at, run_id, policy_id, reduced_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  RETURNING removed, first_at AS first, last_at AS last, trim_scale(total)::text AS total, encode(sha256, 'hex') AS sha256`;
const reduce = ({ no, run }: Billed, at = due, span = { from, to }): Promise<Reduction[]> =>
  asApp<Reduction>(reduceSql, [market, no, span.from, span.to, run, policy, at]);

interface Row {
  readonly at: string;
  readonly until: string | null;
  readonly value: string;
}
const readings = ({ no }: Billed): Promise<Row[]> =>
  asApp<Row>(
    'SELECT at, until, trim_scale(value)::text AS value FROM reading WHERE register_no = $1 AND community_no = (SELECT no FROM community WHERE id = $2) ORDER BY at',
    [no, market],
  );

/** As docs/adr tells it, made without the database. */
const written = (at: string): string => `${fromEpochMs(epochMs(at)).slice(0, 19)}.000000Z`;
const hashOf = (rows: readonly Row[]): string =>
  createHash('sha256')
    .update(
      rows.map(({ at, until, value }) => `${written(at)} ${until ? written(until) : '-'} ${value} actual 7\n`).join(''),
    )
    .digest('hex');

describe('a billed time that need not be kept any more', () => {
  it('loses its intervals, and their count, sum and hash are on record', async () => {
    const one = await billed();
    const before = await readings(one);
    const gone = before.filter(({ at, until }) => at >= from && (until ?? '') <= to);
    const [record] = await reduce(one);
    expect(record).toEqual({
      removed: String(gone.length),
      first: from,
      last: '2020-10-31T23:00:00Z',
      total: (
        await owner(`SELECT trim_scale(sum(v))::text AS sum FROM unnest($1::numeric[]) AS v`, [
          gone.map(({ value }) => value),
        ])
      ).rows[0].sum,
      sha256: hashOf(gone),
    });
    expect(gone).toHaveLength(745);
    expect(await readings(one)).toEqual(before.filter((row) => !gone.includes(row)));
  });

  it('keeps of a display the first and the last reading and those that the run cites', async () => {
    const cited = '2020-10-10T12:00:00Z';
    const one = await billed({ kind: 'cumulative', cites: [from, cited] });
    const before = await readings(one);
    const stays = ({ at }: Row) => at <= from || at >= to || at === cited;
    const [record] = await reduce(one);
    expect(record).toMatchObject({
      removed: String(31 * 24 + 1 - 2),
      sha256: hashOf(before.filter((row) => !stays(row))),
    });
    expect(await readings(one)).toEqual(before.filter(stays));
  });

  it('is reduced once, also by two at once', async () => {
    const one = await billed();
    const results = await Promise.allSettled([reduce(one), reduce(one)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(reduce(one)).rejects.toThrow();
  });

  it('has intake look at its meter anew', async () => {
    const version = async () => (await asApp<{ version: string }>('SELECT version FROM register_catalog'))[0]?.version;
    const one = await billed();
    const before = await version();
    await reduce(one);
    expect(await version()).not.toBe(before);
  });

  it('says nothing but what went, whatever the writer says', async () => {
    const { no, run } = await billed();
    const [record] = await asApp<{ removed: string; total: string }>(
      `INSERT INTO reading_reduction (community_id, register_no, from_at, to_at, run_id, policy_id, reduced_at, removed, first_at, last_at, total, sha256, xact)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $3, $3, 0, sha256('lie'), '1') RETURNING removed, (sha256 = sha256('lie'))::text AS total`,
      [market, no, from, to, run, policy, due],
    );
    expect(record).toEqual({ removed: '745', total: 'false' });
  });
});

describe('readings stay', () => {
  const stays = async (one: Billed, why: RegExp, at = due) => {
    const before = await readings(one);
    await expect(reduce(one, at)).rejects.toThrow(why);
    expect(await readings(one)).toEqual(before);
  };
  const batch = async (receivedAt: string): Promise<string> => {
    const [row] = await asApp<{ no: string }>(
      `INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items) VALUES ($1, 'http', 'system', $2, 1) RETURNING no`,
      [market, receivedAt],
    );
    return row!.no;
  };
  const doubt = async ({ register }: Billed, at: string) => {
    const id = newId();
    await asApp(
      `INSERT INTO reading_exception (community_id, id, kind, reason, detail, register_id, at, value, quality, batch_no, created_at)
       VALUES ($1, $2, 'conflict', 'other-value', 'x', $3, $4, 1, 'actual', $5, now())`,
      [market, id, register, at, await batch(billedAt)],
    );
    return id;
  };

  it('where no issued run has billed them', async () => {
    await stays(await billed({ isIssued: false }), /no issued run has billed it/);
    const one = await billed();
    await expect(reduce(one, due, { from, to: '2020-10-20T00:00:00Z' })).rejects.toThrow(/no issued run has billed it/);
  });

  it('as long as the policy says, and thirteen months at least', async () => {
    const one = await billed();
    await stays(one, /keeps these readings longer/, '2021-12-03T08:59:59Z');
    for (const terms of ['{"keepMonths": null}', '{"keepMonths": 12}', '{"keepMonths": 600}']) {
      await asApp('UPDATE community_policy SET terms = $2::jsonb WHERE id = $1', [policy, terms]);
      await stays(one, /keeps these readings longer/);
    }
    await asApp(`UPDATE community_policy SET terms = '{"keepMonths": 13}' WHERE id = $1`, [policy]);
    await stays(one, /keeps these readings longer/, '2099-01-01T00:00:00Z');
  });

  it('while somebody has to decide about one of them', async () => {
    const one = await billed();
    const id = await doubt(one, '2020-10-10T12:00:00Z');
    await stays(one, /a reading waits for somebody to decide/);
    await asApp(
      `INSERT INTO exception_decision (community_id, exception_id, choice, reason, decided_by, decided_at) VALUES ($1, $2, 'keep', 'right', $3, now())`,
      [market, id, treasurer],
    );
    expect(await reduce(one)).toHaveLength(1);
  });

  it('while a blocking finding about them is open', async () => {
    const one = await billed();
    const [pass, finding] = [newId(), newId()];
    await asApp(
      `INSERT INTO validation_pass (community_id, id, site_id, days, span, policy_id, actor_kind, passed_at)
       VALUES ($1, $2, $3, '[2020-10-01,2020-11-01)', tstzrange($4, $5), $6, 'system', $7)`,
      [market, pass, one.site, from, to, policy, billedAt],
    );
    await asApp(
      `INSERT INTO validation_finding (community_id, id, pass_id, site_id, rule, severity, from_at, to_at, evidence, identity, created_at)
       VALUES ($1, $2, $3, $4, 'residual', 'blocking', $5, $6, '{}', sha256($2::uuid::text::bytea), $7)`,
      [market, finding, pass, one.site, from, to, billedAt],
    );
    await stays(one, /a finding waits for somebody to decide/);
    await asApp(
      `INSERT INTO finding_decision (community_id, finding_id, no, choice, reason, decided_by, decided_at) VALUES ($1, $2, 1, 'accept', 'right', $3, now())`,
      [market, finding, treasurer],
    );
    expect(await reduce(one)).toHaveLength(1);
  });

  it('where one was corrected after it was billed', async () => {
    const one = await billed();
    await asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, value, quality, reason, decided_by, decided_at)
       VALUES ($1, $2, '2020-10-10T12:00:00Z', 1, 5, 'actual', 'wrong', $3, '2020-11-04T00:00:00Z')`,
      [market, one.no, treasurer],
    );
    await stays(one, /a reading was corrected after it was billed/);
  });

  it('where one came after they were billed', async () => {
    const one = await billed();
    await asApp(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT no, $2::int, '2020-10-10T12:15:00Z', '2020-10-10T12:30:00Z', $3::bigint, 'actual', 1 FROM community WHERE id = $1`,
      [market, one.no, await batch('2020-11-04T00:00:00Z')],
    );
    await stays(one, /a reading came after it was billed/);
  });

  it('that the record does not name, also in its own transaction', async () => {
    const one = await billed({ kind: 'cumulative', cites: [from, '2020-10-10T12:00:00Z'] });
    const both = database.transactions.inCommunity(market, async (tx) => {
      await tx.query(reduceSql, [market, one.no, from, to, one.run, policy, due]);
      await tx.query('DELETE FROM reading WHERE register_no = $1', [one.no]);
    });
    await expect(both).rejects.toThrow(/never changed or deleted/);
    expect(await readings(one)).toHaveLength(31 * 24 + 1 + 48 + 1);
  });

  it('of other communities', async () => {
    const one = await billed();
    const asked = asApp(reduceSql, [arches, one.no, from, to, one.run, policy, due], arches);
    await expect(asked).rejects.toThrow(/no issued run has billed it/i);
    await expect(asApp(reduceSql, [market, one.no, from, to, one.run, policy, due], arches)).rejects.toThrow();
  });
});

describe('the record of a reduction', () => {
  it('stays', async () => {
    await reduce(await billed());
    for (const sql of [
      'DELETE FROM reading_reduction',
      'UPDATE reading_reduction SET removed = 1',
      'TRUNCATE reading_reduction',
    ]) {
      await expect(asApp(sql)).rejects.toThrow();
      await expect(owner(sql)).rejects.toThrow(/append-only/);
    }
  });

  it('does not let readings go once its transaction is over', async () => {
    const one = await billed();
    await reduce(one);
    await asApp(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT no, $2::int, '2020-10-10T12:00:00Z', '2020-10-10T13:00:00Z', 7, 'actual', 1 FROM community WHERE id = $1`,
      [market, one.no],
    );
    await expect(asApp('DELETE FROM reading WHERE register_no = $1', [one.no])).rejects.toThrow(
      /never changed or deleted/,
    );
  });
});
