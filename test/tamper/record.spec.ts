import { generateKeyPairSync } from 'node:crypto';
import type pg from 'pg';
import { signatureOf } from '../../clients/forward.js';
import { commitment, entryLeaf } from '../../src/domain/proof/entry.js';
import { writeKey } from '../../src/domain/proof/note.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { entryOf } from '../../src/modules/proofs/record-rows.js';
import { factsOf } from '../../src/modules/proofs/record-sources.js';
import { RotateKeyService } from '../../src/modules/proofs/rotate-key.service.js';
import { configToken, Secret } from '../../src/platform/config.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { bill, calculated, foundMarket, hourly, issued, type Market } from '../e2e/billing-market.js';
import { cosignerKey } from '../support/bundle.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import type { Tx } from '../../src/platform/database/transactions.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { asTx, type Column, columnsOf, tamperRow, unguard } from './rows.js';
import { chance, changes, Tally } from './tally.js';

/* Whatever is rewritten past all constraints, the check that stands before every signature sees it. */

let service: InProcess;
let market: Market;
let client: pg.PoolClient;

/**
 * Of each table, the rows that the record speaks of, and the columns of them that it does not speak of, each with its reason.
 */
interface Spoken {
  readonly where: string;
  readonly unsealed?: Readonly<Record<string, string>>;
}
const own = 'community_id = current_community()';
const issuedRun = `${own} AND run_id IN (SELECT id FROM billing_run WHERE ${own} AND status IN ('issued', 'closed'))`;
const typed = 'only says when or by whom a row was typed; the audit entry of it is sealed';
const stated = 'stands in the sealed statement of each member';
const follows = 'a constraint keeps it equal to what is sealed';
const perCoin = 'only leads from a sealed share to its rule; what was billed and to whom is sealed';
const sealed: Readonly<Record<string, Spoken>> = {
  audit_entry: { where: own },
  tariff_version: { where: own },
  key_version: { where: own },
  key_proposal: {
    where: `${own} AND version_id IS NOT NULL`,
    unsealed: {
      ...Object.fromEntries(
        ['key_id', 'days', 'terms', 'adopted_by', 'adopted_on', 'decision'].map((column) => [
          column,
          'stands in the sealed version that it became',
        ]),
      ),
      outcome: follows,
      proposed_at: typed,
      decided_at: typed,
      reason: 'stands in the sealed audit entry of the decision',
    },
  },
  stored_file: {
    where: `${own} AND id IN (SELECT file_id FROM supplier_bill WHERE ${own})`,
    unsealed: {
      content: 'its hash is sealed; whoever holds the document compares',
      name: 'what the file was called when it was sent',
      media_type: 'how the file is shown',
      created_at: typed,
    },
  },
  supplier_bill: { where: own },
  supplier_bill_component: { where: own },
  bill_decision: { where: own },
  bill_accrual: { where: own },
  billing_run: {
    where: `${own} AND status IN ('issued', 'closed')`,
    unsealed: { created_at: typed, created_by: typed, proposed_at: typed, currency: stated },
  },
  run_cost: {
    where: issuedRun,
    unsealed: {
      bill_component_no: perCoin,
      bill_id: perCoin,
      carried_from: perCoin,
      charge_id: perCoin,
      fund_id: perCoin,
      key_version_id: perCoin,
      tariff_version_id: perCoin,
      supplier_tax: 'stands in the sealed component of the bill',
      price: stated,
      quantity: stated,
      unit: stated,
      section: stated,
      tax_code: stated,
    },
  },
  run_share: { where: issuedRun, unsealed: { reasons: stated } },
  run_delta: { where: issuedRun },
  invoice: {
    where: own,
    unsealed: {
      currency: stated,
      days: stated,
      due_on: stated,
      issued_on: stated,
      reason: stated,
      no: 'is part of the sealed number',
      series: 'is part of the sealed number',
    },
  },
  invoice_statement: { where: own, unsealed: { sha256: 'is computed from the sealed body' } },
  dispute: {
    where: own,
    unsealed: {
      created_at: typed,
      member_id: 'is whose sealed invoice is disputed',
      state: 'follows from the sealed steps',
    },
  },
  dispute_step: { where: own },
  run_sum: { where: own },
  run_certificate: { where: own, unsealed: { log_size: 'stands in the sealed text of the certificate' } },
  cosigner_key: { where: own },
  record_batch: { where: own },
  batch_signature: { where: own, unsealed: { payload: 'its hash is sealed; it may be erased' } },
  reading_batch: { where: `${own} AND no IN (SELECT batch_no FROM record_batch WHERE ${own})` },
  reading: { where: `community_no = (SELECT no FROM community WHERE id = current_community())` },
};
/** Columns in which this story stores nothing, or nothing that could be another. */
const nothingThere = [
  ...[
    'billing_run.cancelled_at',
    'billing_run.leaver_id',
    'dispute_step.outcome',
    'dispute_step.remedy_id',
    'reading.quality',
  ],
  ...['run_delta.space_id', 'supplier_bill.replaces_id'],
];
/** A head that was taken away whole is missed by those who hold it, who ask for the way from it. */
const tree: typeof sealed = {
  record_entry: { where: own },
  record_opening: { where: own },
  record_node: { where: own },
  record_head: {
    where: own,
    unsealed: {
      community_id: 'a head of another record is none of this',
      signed_at: 'when; the note says how many entries',
    },
  },
  record_key: { where: own, unsealed: { since: 'when; the signatures say which key' } },
};

/** Answers of the API; anything but these stops the story. */
async function done(method: string, path: string, body?: object, token?: string) {
  const answer = await market.ask(method, path, body, token);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** October is billed, with a bill that goes on into November; then it is disputed, decided about, credited and corrected. */
beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service, { withBill: false });
  const record = service.app.get(RecordService);
  const document = {
    name: 'bill.pdf',
    mediaType: 'application/pdf',
    content: Buffer.from('%PDF-1.4 a bill').toString('base64'),
  };
  const { id: billId } = await done('POST', 'supplier-bills', bill({ document }));
  for (const [number, from, to] of [
    ['W-1', '2026-10-01', '2026-10-15'],
    ['W-2', '2026-10-15', '2026-11-15'],
  ] as const) {
    const amounts = { amount: '31.00', tax: '6.20' };
    await done('POST', 'supplier-bills', {
      ...{ site: 'OMH', supplier: 'Waterboard', number, utility: 'water', currency: 'GBP', period: { from, to } },
      ...{ net: '31.00', tax: '6.20', gross: '37.20' },
      components: [{ description: 'Standing', kind: 'standing', ...amounts, taxCode: 'S', key: 'equal' }],
    });
  }
  await done('POST', 'log/cosigners', { key: writeKey(cosignerKey('jonas')) }, market.approver);
  const calculation = await calculated(market);
  if (calculation.inputHash === undefined || calculation.issues.blocking > 0)
    throw new Error(JSON.stringify((await market.ask('GET', `billing-runs/${calculation.id}/issues`)).body));
  const run = await issued(market, calculation);
  await record.bringUpToDate(market.communityId);
  const { items } = await done('GET', 'invoices');
  const { number } = items.find(({ memberCode }: { memberCode: string }) => memberCode === 'ROSA');
  await done('POST', 'disputes', { invoice: number, line: 1, question: 'Why?' }, market.rosa);
  for (const choice of ['hold', 'pass-on'])
    await done('POST', `supplier-bills/${billId}/decisions`, { component: 1, choice, reason: 'asked Northgrid' });
  await keyByTwo();
  const reading = { meter: 'M1', register: 'import', from: '2026-10-05T10:00:00Z', to: '2026-10-05T11:00:00Z' };
  await done('POST', 'readings', { ...reading, quantity: '1.5', unit: 'kWh' });
  const open = await done('GET', 'exceptions?state=open&kind=conflict&meter=M1');
  await done('POST', `exceptions/${open.items[0].id}/resolve`, { choice: 'supersede', reason: 'set to half' });
  const cause = { way: 'credit-and-reissue', cause: 'set to half' };
  const correction = await done('POST', `billing-runs/${run.id}/corrections`, cause);
  await issued(market, await done('POST', `billing-runs/${correction.id}/calculate`));
  await record.bringUpToDate(market.communityId);
  await signedReading();
  // The key of the record hands over, and the new one signs what follows.
  const config = service.app.get<{ signingSecret: Secret | undefined }>(configToken);
  const next = new Secret('7e'.repeat(32));
  await service.app.get(RotateKeyService).rotate(next);
  Object.assign(config, { signingSecret: next });
  for (const code of ['NOVA', 'NEMO', 'NINA']) {
    await market.ask('POST', 'members', { code, name: code, trade: 'tailor' });
    await record.bringUpToDate(market.communityId);
  }
  client = await service.database.owner.connect();
}, 120_000);
beforeEach(async () => {
  await client.query('BEGIN');
  await client.query(`SELECT set_config('app.community_id', $1, true)`, [market.communityId]);
});
afterEach(() => client.query('ROLLBACK'));
afterAll(async () => {
  client.release();
  await service.close();
});

/** A version of a key behind which two people stand, with the vote that carried it. */
async function keyByTwo(): Promise<void> {
  const access = service.app.get(AccessService);
  const system = { kind: 'system', id: null } as const;
  const person = { name: 'Tilda', email: '', roles: [{ role: 'treasurer' as const }] };
  const { personId } = await access.addPerson(market.communityId, person, system);
  const { token } = await access.issuePersonToken(market.communityId, personId, 'test');
  await done('POST', 'policies', { name: 'adoption', from: '2026-11-01', terms: { keys: 'second-person' } });
  const decided = {
    adoptedBy: 'General meeting',
    adoptedOn: '2026-11-14',
    decision: 'minute 9',
    vote: { for: 5, against: 2, abstained: 1 },
  };
  const version = { days: { from: '2027-01-01', to: null }, terms: { kind: 'area' }, ...decided };
  const { id } = await done('POST', 'keys/equal/versions', version);
  await done('POST', `key-proposals/${id}/confirm`, undefined, token ?? '');
}

/** A reading that its gateway signed. */
async function signedReading(): Promise<void> {
  const { id, token } = await done('POST', 'device-keys', { name: 'gateway', site: 'OMH' });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ format: 'pem', type: 'spki' });
  await done('POST', `device-keys/${id}/signing-keys`, { publicKey: pem });
  const body = JSON.stringify(hourly('M2', 1000, '2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z')[0]);
  const headers = { 'content-type': 'application/x-ndjson', ...signatureOf(body, privateKey) };
  expect((await service.ask('POST', 'readings', { token, body, headers })).status).toBe(200);
}

async function tamper(name: string, of: typeof sealed, count: number, untried: readonly string[]): Promise<void> {
  const empty: string[] = [];
  const tally = new Tally(name);
  const random = chance();
  const tables = Object.keys(of);
  const speaks = ({ table, column }: Column) => !Object.hasOwn(of[table]?.unsealed ?? {}, column);
  const columns = (await columnsOf(client, tables)).filter(speaks);
  await unguard(client, tables);
  const check = async () => {
    const { differences } = await checkRecord(asTx(client), 1);
    tally.unchanged(JSON.stringify(differences), differences.length === 0);
  };
  await check();
  // Each column once, the others as chance has it; tables with more columns are no more often in question than others.
  for (let no = 0; no < Math.max(count, columns.length); no += 1) {
    const table = tables[Math.floor(random() * tables.length)];
    const among = columns.filter((column) => column.table === table);
    const column = columns[no] ?? among[Math.floor(random() * among.length)];
    if (column === undefined) continue;
    const isSeen = await tamperRow(client, column, of[column.table]?.where ?? 'true');
    if (isSeen === null && no < columns.length) empty.push(`${column.table}.${column.column}`);
    if (isSeen !== null) tally.change(`${column.table}.${column.column}`, isSeen);
    if (no % 50 === 0) await check();
  }
  tally.close();
  expect(empty).toEqual(untried);
}

it(
  'rows that the record speaks of: a changed column is seen',
  () => tamper('rows', sealed, changes(0), nothingThere),
  3_600_000,
);
it('entries, trees, heads and keys: a changed column is seen', () => tamper('record', tree, changes(0), []), 3_600_000);

it('every table that the record reads stands in the list, and every column that is left out is there', async () => {
  const asked: string[] = [];
  const asking = {
    query: (sql: string) => {
      asked.push(sql);
      return Promise.resolve([]);
    },
  } as unknown as Tx;
  await factsOf(asking, []);
  const read = new Set(
    asked.flatMap((sql) => [...sql.matchAll(/(?:FROM|JOIN) ([a-z]\w+)/g)].map(([, name]) => name ?? '')),
  );
  expect([...read].filter((name) => !Object.hasOwn(sealed, name))).toEqual([]);
  expect(read.size).toBeGreaterThan(15);
  const columns = new Set(
    (await columnsOf(client, Object.keys(sealed))).map(({ table, column }) => `${table}.${column}`),
  );
  const left = Object.entries(sealed).flatMap(([table, { unsealed = {} }]) =>
    Object.keys(unsealed).map((column) => `${table}.${column}`),
  );
  expect(left.filter((name) => !columns.has(name))).toEqual([]);
});

it('a bill that was recorded before more of it was sealed is as it was, and what was sealed of it is kept', async () => {
  const tx = asTx(client);
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM supplier_bill WHERE ${own} LIMIT 1`);
  const id = rows[0]?.id ?? '';
  const [fact, entry] = [(await factsOf(tx, [id]))[0], await entryOf(tx, id)];
  if (!fact?.older || !entry?.salt) throw new Error('A bill is sealed, and was sealed otherwise before.');
  expect(Object.keys(fact.older)).not.toContain('site');
  const before = { ...entry, commitment: commitment(fact.older, entry.salt) };
  await unguard(client, ['record_entry', 'supplier_bill']);
  await client.query(
    `UPDATE record_entry SET commitment = decode($1, 'hex'), leaf = decode($2, 'hex') WHERE ${own} AND id = $3`,
    [before.commitment, entryLeaf(before), id],
  );
  const kinds = async () => new Set((await checkRecord(tx, 1)).differences.map(({ kind }) => kind));
  expect(await kinds()).toEqual(new Set(['tree-changed']));
  await client.query(`UPDATE supplier_bill SET number = number || 'x' WHERE id = $1`, [id]);
  expect(await kinds()).toEqual(new Set(['tree-changed', 'fact-changed']));
});
