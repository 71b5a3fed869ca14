import type pg from 'pg';
import { commitment, entryLeaf } from '../../src/domain/proof/entry.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { entryOf } from '../../src/modules/proofs/record-rows.js';
import { factsOf } from '../../src/modules/proofs/record-sources.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { calculated, foundMarket, issued, type Market } from '../e2e/billing-market.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { asTx, type Column, columnsOf, tamperRow, unguard } from './rows.js';
import { chance, changes, Tally } from './tally.js';

/* Whatever is rewritten past all constraints, the check that stands before every signature sees it. */

let service: InProcess;
let market: Market;
let client: pg.PoolClient;

/**
 * Of each table, the rows that the record speaks of, and the columns of them that it does not speak of: what was made of sealed rows and
 * stands in the sealed statement too, what only says when and by whom a row was typed, and copies that a constraint keeps.
 */
interface Spoken {
  readonly where: string;
  readonly unsealed?: readonly string[];
}
const own = 'community_id = current_community()';
const issuedRun = `${own} AND run_id IN (SELECT id FROM billing_run WHERE ${own} AND status IN ('issued', 'closed'))`;
const sealed: Readonly<Record<string, Spoken>> = {
  audit_entry: { where: own },
  tariff_version: { where: own },
  key_version: { where: own },
  supplier_bill: { where: own },
  supplier_bill_component: { where: own },
  billing_run: {
    where: `${own} AND status IN ('issued', 'closed')`,
    unsealed: ['created_at', 'created_by', 'currency', 'proposed_at'],
  },
  run_cost: {
    where: issuedRun,
    unsealed: [
      ...['bill_component_no', 'bill_id', 'charge_id', 'key_version_id', 'tariff_version_id', 'supplier_tax'],
      ...['price', 'quantity', 'unit', 'section', 'tax_code'],
    ],
  },
  run_share: { where: issuedRun, unsealed: ['reasons'] },
  invoice: { where: own, unsealed: ['currency', 'days', 'due_on', 'issued_on', 'no', 'reason', 'series'] },
  invoice_statement: { where: own, unsealed: ['sha256'] },
  dispute: { where: own, unsealed: ['created_at', 'member_id', 'state'] },
  dispute_step: { where: own },
  run_sum: { where: own },
  record_batch: { where: own },
  reading: { where: `community_no = (SELECT no FROM community WHERE id = current_community())` },
};
/** A head that was taken away whole is missed by those who hold it, who ask for the way from it. */
const tree: typeof sealed = {
  record_entry: { where: own },
  record_opening: { where: own },
  record_node: { where: own },
  record_head: { where: own, unsealed: ['community_id', 'signed_at'] },
  record_key: { where: own, unsealed: ['since'] },
};

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  const record = service.app.get(RecordService);
  await issued(market, await calculated(market));
  await record.bringUpToDate(market.communityId);
  const { items } = (await market.ask('GET', 'invoices')).body;
  const { number } = items.find(({ memberCode }: { memberCode: string }) => memberCode === 'ROSA');
  const asked = await market.ask('POST', 'disputes', { invoice: number, line: 1, question: 'Why?' }, market.rosa);
  const noted = await market.ask('POST', 'invoices/MH-2026-00001/credit-notes', { reason: 'a trial' });
  expect([asked.status, noted.status]).toEqual([201, 201]);
  await record.bringUpToDate(market.communityId);
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

async function tamper(name: string, of: typeof sealed, count: number): Promise<void> {
  const tally = new Tally(name);
  const random = chance();
  const tables = Object.keys(of);
  const speaks = ({ table, column }: Column) => !(of[table]?.unsealed ?? []).includes(column);
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
    if (isSeen !== null) tally.change(`${column.table}.${column.column}`, isSeen);
    if (no % 50 === 0) await check();
  }
  tally.close();
}

it('rows that the record speaks of: a changed column is seen', () => tamper('rows', sealed, changes(0)), 3_600_000);
it('entries, trees, heads and keys: a changed column is seen', () => tamper('record', tree, changes(0)), 3_600_000);

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
