import { inflateSync } from 'node:zlib';
import { attachedFile, bundleName } from '../../src/domain/proof/attachment.js';
import { type Bundle, readBundle } from '../../src/domain/proof/bundle.js';
import { verdict } from '../../src/domain/proof/check.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { Attachments } from '../../src/modules/invoices/attachments.service.js';
import { drawStatement } from '../../src/modules/invoices/pdf/document.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { Transactions, type Tx } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** The bundle of a statement of a market of five members: by link and in the PDF, right to the last sentence, and nobody else's. */

let service: InProcess;
let market: Market;
let key: string;

const rosas = 'MH-2026-00005';
const upToDate = () => service.app.get(RecordService).bringUpToDate(market.communityId);
const inMarket = <T>(work: (tx: Tx) => Promise<T>) =>
  service.app.get(Transactions).inCommunity(market.communityId, work);
async function bundleOf(number: string, token = market.treasurer): Promise<Bundle> {
  const { status, text } = await market.ask('GET', `invoices/${number}/bundle`, undefined, token);
  expect(status).toBe(200);
  return readBundle(text);
}
const wrong = (bundle: Bundle) => verifyBundle(bundle, { key }).filter(({ outcome }) => outcome === 'differs');

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  await issued(market, await calculated(market));
}, 120_000);
afterAll(() => service.close());

describe('the bundle of a statement', () => {
  it('holds its figures before it is recorded, and says that it is not', async () => {
    const bundle = await bundleOf(rosas);
    expect(bundle.record).toBeUndefined();
    expect(verifyBundle(bundle).find(({ name }) => name === 'head')?.outcome).toBe('not-told');
    expect(wrong(bundle)).toEqual([]);
  });

  it('is right in every sentence for every member once it is recorded', async () => {
    await upToDate();
    key = ((await market.ask('GET', 'log/head')).body as { key: string }).key;
    for (const no of [1, 2, 3, 4, 5]) {
      const bundle = await bundleOf(`MH-2026-0000${no}`);
      const checks = verifyBundle(bundle, { key });
      expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
      expect(verdict(checks)).toBe('right');
    }
    const said = verifyBundle(await bundleOf(rosas), { key }).map(({ says }) => says);
    expect(said).toEqual(
      expect.arrayContaining([
        'The key of the record is the one that you were given.',
        'The sealed sums are the ones that were recorded, once for all 5 members.',
        'Northgrid, Day units: 5 sealed shares and those of the house add up to exactly 495.38 GBP.',
        'Use of electricity: 5 sealed shares and those of the house add up to exactly 3501.50 kWh.',
      ]),
    );
  });

  it('is given to its member and the treasurer, and to nobody else', async () => {
    expect((await market.ask('GET', `invoices/${rosas}/bundle`, undefined, market.rosa)).status).toBe(200);
    expect((await market.ask('GET', 'invoices/MH-2026-00004/bundle', undefined, market.rosa)).status).toBe(404);
    expect((await market.ask('GET', `invoices/${rosas}/bundle`, undefined, market.approver)).status).toBe(403);
  });

  it('tells nothing of another member, and opens no envelope but its own', async () => {
    const rosa = JSON.stringify(await bundleOf(rosas));
    const lund = await bundleOf('MH-2026-00004');
    expect(rosa).not.toContain('LUND');
    for (const { blinding, salt } of lund.sums?.own ?? []) {
      expect(rosa).not.toContain(blinding);
      expect(rosa).not.toContain(salt);
    }
  });

  it('comes in the PDF as it is by the link, and the PDF is drawn again from it to the byte', async () => {
    const [row] = await inMarket((tx) =>
      tx.query<{ id: string }>(
        `SELECT d.id FROM document d JOIN invoice i ON i.community_id = d.community_id AND i.id = d.invoice_id
         WHERE d.community_id = current_community() AND i.number = $1`,
        [rosas],
      ),
    );
    const id = row?.id ?? '';
    const attached = await service.app.get(Attachments).of(market.communityId, [id]);
    const written = attached.get(id) ?? '';
    const bundle = readBundle(written);
    const pdf = drawStatement(bundle.statement, written);
    const { bytes, isPacked } = attachedFile(pdf, bundleName);
    expect(isPacked).toBe(true);
    expect(inflateSync(bytes).toString('utf8')).toBe(written);
    expect(wrong(bundle)).toEqual([]);
    await market.ask('POST', 'members', { code: 'LATER', name: 'N', trade: 'tailor' });
    await upToDate();
    expect((await service.app.get(Attachments).of(market.communityId, [id])).get(id)).toBe(written);
    expect((await bundleOf(rosas)).record?.head).not.toBe(bundle.record?.head);
    expect(drawStatement(bundle.statement, written).equals(pdf)).toBe(true);
  });

  it('of a credit note leads back to the invoice before it, and says why it has no sums', async () => {
    const made = await market.ask('POST', `invoices/${rosas}/credit-notes`, { reason: 'a trial' });
    expect(made.status).toBe(201);
    await upToDate();
    const bundle = await bundleOf((made.body as { number: string }).number);
    expect(wrong(bundle)).toEqual([]);
    const checks = verifyBundle(bundle, { key });
    expect(checks.find(({ name }) => name === 'earlier')).toMatchObject({
      outcome: 'holds',
      says: expect.stringContaining(rosas),
    });
    expect(checks.find(({ name }) => name === 'sums')).toMatchObject({
      outcome: 'not-told',
      says: expect.stringContaining('credit note'),
    });
  });
});

describe('PostgreSQL', () => {
  it.each(['run_sum', 'run_sum_opening'])('keeps %s as it was written', async (table) => {
    for (const sql of [`UPDATE ${table} SET run_id = run_id`, `DELETE FROM ${table}`]) {
      await expect(inMarket((tx) => tx.query(sql))).rejects.toThrow(/append-only|permission denied/);
    }
  });

  it('keeps one list for each run', async () => {
    const again = `INSERT INTO run_sum SELECT community_id, gen_random_uuid(), run_id, members, '[]', made_at FROM run_sum`;
    await expect(inMarket((tx) => tx.query(again))).rejects.toThrow('There is one of these already');
  });
});
