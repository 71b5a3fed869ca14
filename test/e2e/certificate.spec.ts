import { inflateSync } from 'node:zlib';
import { attachedFile, certificateName } from '../../src/domain/proof/attachment.js';
import { readBundle } from '../../src/domain/proof/bundle.js';
import {
  type CertificateFile,
  certificateHash,
  readCertificate,
  writeCertificate,
} from '../../src/domain/proof/certificate.js';
import { verdict } from '../../src/domain/proof/check.js';
import { verifyCertificate } from '../../src/domain/proof/verify-certificate.js';
import { verifyTogether } from '../../src/domain/proof/verify-together.js';
import { drawCertificate } from '../../src/modules/proofs/certificate-page.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { Transactions, type Tx } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, type Market } from './billing-market.js';

/** The certificate of a run of the market, of five members: made once, readable by all of them, right, and with nobody's figures. */

let service: InProcess;
let market: Market;
let run: string;
let key: string;

const upToDate = () => service.app.get(RecordService).bringUpToDate(market.communityId);
const inMarket = <T>(work: (tx: Tx) => Promise<T>) =>
  service.app.get(Transactions).inCommunity(market.communityId, work);
async function certificateOf(id: string, token = market.rosa): Promise<CertificateFile> {
  const { status, text } = await market.ask('GET', `certificates/${id}`, undefined, token);
  expect(status).toBe(200);
  return readCertificate(text);
}
const wrong = (file: CertificateFile) =>
  verifyCertificate(file, { key }).filter(({ outcome }) => outcome === 'differs');

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  const calculating = await calculated(market);
  run = ((await issued(market, calculating)) as { id: string }).id;
}, 120_000);
afterAll(() => service.close());

describe('the certificate of a run', () => {
  it('is there when a signed head speaks of the run, and not before', async () => {
    expect((await market.ask('GET', `certificates/${run}`, undefined, market.rosa)).status).toBe(404);
    expect((await market.ask('GET', 'certificates')).body).toEqual({ items: [], next: null });
    await upToDate();
    key = ((await market.ask('GET', 'log/head')).body as { key: string }).key;
    const file = await certificateOf(run);
    const checks = verifyCertificate(file, { key });
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toMatchObject([
      { says: 'Northgrid, NE-1: the supplier’s document was not handed in.' },
    ]);
    expect(verdict(checks)).toBe('right');
    const { items } = (await market.ask('GET', 'certificates', undefined, market.rosa)).body;
    expect(items).toMatchObject([
      {
        run,
        difference: '0.00',
        total: file.content.total,
        sha256: certificateHash(file.content),
        log: file.content.log,
      },
    ]);
  });

  it('says of every cost, bill and key what was billed by hand', async () => {
    const { content } = await certificateOf(run);
    // 310.00 + 155.00 rent, 279.00 service, 62.00 internet, 681.65 of Northgrid, and the metering fee of 0.10 a day for four stalls of members.
    const [northgrid] = content.costs;
    expect(northgrid).toMatchObject({
      title: 'Northgrid',
      document: 'NE-1',
      difference: '0.00',
      total: { amount: '681.65' },
    });
    expect(northgrid?.components.map(({ label, amount }) => [label, amount])).toEqual([
      ['Day units', '495.38'],
      ['Night units', '102.46'],
      ['Standing charge', '55.80'],
      ['Climate Change Levy', '28.01'],
    ]);
    expect(content.bills).toMatchObject([{ supplier: 'Northgrid', number: 'NE-1', net: '681.65', gross: '817.98' }]);
    const own = content.costs.find(({ document }) => document === undefined);
    expect(own?.components.map(({ label, amount, spaces }) => [label, amount, spaces])).toEqual(
      expect.arrayContaining([
        ['Service charge', '279.00', undefined],
        ['Internet', '62.00', undefined],
        ['Charges on single spaces, together', '465.00', 2],
      ]),
    );
    expect(content.rules.map(({ kind, name }) => [kind, name])).toEqual([
      ['key', 'Equal shares'],
      ['key', 'Floor area'],
      ['key', 'Metered use'],
      ['key', 'Metered use by day'],
      ['key', 'Metered use by night'],
      ['tariff', 'Metering fee'],
    ]);
    expect(content.documents).toEqual({ invoices: 5, creditNotes: 0 });
    expect([content.proposed.name, content.approved.name]).toEqual(['Tess Treasurer', 'Amir Approver']);
  });

  it('agrees with every statement of the run, each by its own proof', async () => {
    const file = await certificateOf(run);
    for (const no of [1, 2, 3, 4, 5]) {
      const { text } = await market.ask('GET', `invoices/MH-2026-0000${no}/bundle`);
      const bundle = readBundle(text);
      const all = verifyTogether(
        [
          { kind: 'statement', name: 'statement', bundle },
          { kind: 'certificate', name: 'certificate', file },
        ],
        { key },
      );
      expect(all.flat().filter(({ outcome }) => outcome === 'differs')).toEqual([]);
      expect(all[0]?.filter(({ name }) => name === 'agreement')).toHaveLength(2);
      expect(bundle.certificate).toEqual({ content: file.content, signature: file.signature });
    }
  });

  it('tells nobody what a member bears, or what was found at whom', async () => {
    const written = writeCertificate(await certificateOf(run));
    for (const word of [
      'ROSA',
      'LUND',
      'ADAM',
      'BELA',
      'OWNR',
      'Stall S1',
      'Rent of stall',
      '"310.00"',
      '"155.00"',
      'M1',
    ])
      expect(written).not.toContain(word);
    const { items } = (await market.ask('GET', `invoices?run=${run}`)).body as {
      items: { memberCode: string; net: string; gross: string }[];
    };
    // Of the empty stall one payer bears all there is: that is the pool of empty spaces, and stands on every statement.
    const others = items.filter(({ memberCode }) => memberCode !== 'OWNR');
    expect(others).toHaveLength(4);
    for (const { net, gross } of others)
      for (const figure of [net, gross]) expect(written).not.toContain(`"${figure}"`);
  });

  it('comes as a PDF with itself attached, which is drawn again from it to the byte', async () => {
    const file = await certificateOf(run);
    const answer = await service.app.inject({
      ...{ method: 'GET', url: `/api/v1/certificates/${run}/document.pdf` },
      headers: { authorization: `Bearer ${market.rosa}` },
    });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
    const pdf = answer.rawPayload;
    const { bytes, isPacked } = attachedFile(pdf, certificateName);
    const attached = (isPacked ? inflateSync(bytes) : Buffer.from(bytes)).toString('utf8');
    expect(attached).toBe(writeCertificate(file));
    expect(drawCertificate(file).equals(pdf)).toBe(true);
  });

  it('stays as it was made, while the head that proves it moves on', async () => {
    const before = await certificateOf(run);
    await market.ask('POST', 'members', { code: 'NOVA', name: 'Nova', trade: 'tailor' });
    await upToDate();
    const after = await certificateOf(run);
    expect(after.content).toEqual(before.content);
    expect(after.signature).toBe(before.signature);
    expect(after.record?.head).not.toBe(before.record?.head);
    expect(wrong(after)).toEqual([]);
    expect((await market.ask('GET', 'certificates')).body.items).toHaveLength(1);
  });

  it('of a correction says what the costs were and are, and names whom it corrects', async () => {
    const late = hourly('M1', 1500, '2026-10-05T10:00:00Z', '2026-10-05T12:00:00Z').map((reading) => ({
      ...reading,
      reason: 'the logger was set to half',
    }));
    const pushed = await market.ask('POST', 'readings', { readings: late });
    expect(pushed.status).toBe(200);
    const bill = { component: 1, choice: 'hold', reason: 'the price is questioned' };
    const bills = (await market.ask('GET', 'supplier-bills')).body as { items: { id: string }[] };
    const held = await market.ask('POST', `supplier-bills/${bills.items[0]?.id}/decisions`, bill);
    expect(held.status).toBe(201);
    const opened = await market.ask('POST', `billing-runs/${run}/corrections`, {
      ...{ way: 'credit-and-reissue', cause: 'The price of day units is questioned' },
    });
    const computed = (await market.ask('POST', `billing-runs/${opened.body.id}/calculate`)).body;
    expect(computed.status).toBe('previewed');
    const correction = (await issued(market, computed)) as { id: string };
    await upToDate();
    const file = await certificateOf(correction.id);
    expect(wrong(file)).toEqual([]);
    const { corrects, total, documents } = file.content;
    expect(corrects).toMatchObject({ run, way: 'credit-and-reissue', cause: 'The price of day units is questioned' });
    expect(corrects?.change).toMatchObject({ amount: '0.00', held: '495.38' });
    expect(total.held).not.toBe('0.00');
    expect(documents.creditNotes).toBe(documents.invoices);
    const { items } = (await market.ask('GET', `invoices?run=${correction.id}`)).body as {
      items: { number: string; kind: string }[];
    };
    for (const { number } of items) {
      const bundle = readBundle((await market.ask('GET', `invoices/${number}/bundle`)).text);
      const [checks = []] = verifyTogether([{ kind: 'statement', name: number, bundle }], { key });
      expect([number, checks.filter(({ outcome }) => outcome === 'differs')]).toEqual([number, []]);
    }
  });

  it('counts what was found, and says by whom and why it was taken on', async () => {
    const other = await foundMarket(service, { code: 'other', sourceWatts: 6000 });
    const first = await calculated(other);
    expect(first.status).toBe('open');
    const { items } = (await other.ask('GET', `billing-runs/${first.id}/issues`)).body as {
      items: { no: number; code: string; severity: string }[];
    };
    const blocking = items.filter(({ severity }) => severity === 'blocking');
    expect(blocking.length).toBeGreaterThan(0);
    for (const { no } of blocking)
      await other.ask('POST', `billing-runs/${first.id}/issues/${no}/override`, { reason: 'the hall had builders in' });
    const second = (await other.ask('POST', `billing-runs/${first.id}/calculate`)).body;
    expect(second.status).toBe('previewed');
    await issued(other, second);
    await service.app.get(RecordService).bringUpToDate(other.communityId);
    const file = readCertificate((await other.ask('GET', `certificates/${first.id}`)).text);
    expect(file.content.findings.filter(({ severity }) => severity === 'blocking')).toMatchObject(
      [...new Set(blocking.map(({ code }) => code))].toSorted().map((code) => ({ code })),
    );
    expect(file.content.overrides).toMatchObject(
      blocking.map(({ code }) => ({ code, reason: 'the hall had builders in', by: { name: 'Tess Treasurer' } })),
    );
    expect(verifyCertificate(file).filter(({ outcome }) => outcome === 'differs')).toEqual([]);
    // What is another community's is not there.
    expect((await market.ask('GET', `certificates/${first.id}`)).status).toBe(404);
  });
});

describe('PostgreSQL', () => {
  const copy = (change: string, signature = 'signature') => `
    INSERT INTO run_certificate (community_id, id, run_id, content, signature, log_size, made_at)
    SELECT community_id, gen_random_uuid(), run_id, ${change}, ${signature}, log_size, made_at FROM run_certificate
    WHERE community_id = current_community() AND run_id = '`;
  const signedAnew = (content: string) =>
    `E'commonmeter.certificate/1\\n' || (content::jsonb->'log'->>'origin') || E'\\n' || run_id || E'\\n' || encode(sha256(convert_to(${content}, 'UTF8')), 'hex') || E'\\n\\n— x y\\n'`;
  const less = `replace(content, content::jsonb->'total'->>'members', '1.00')`;

  it.each([
    [
      'a certificate whose totals are not those of the shares',
      copy(less, signedAnew(less)),
      /the certificate says|shares/i,
    ],
    ['another text than the one that is signed', copy(less), /of another certificate/],
    ['one of another head', copy(`replace(content, '"size":', '"size":1')`), /of another head/],
    ['a second one of a run', copy('content'), /There is one of these already/],
  ])('refuses %s', async (_, sql, why) => {
    await expect(inMarket((tx) => tx.query(`${sql}${run}'`))).rejects.toThrow(why);
  });

  it('refuses one of a run that was not issued', async () => {
    const opened = await market.ask('POST', 'billing-runs', {
      site: 'OMH',
      period: { from: '2026-11-01', to: '2026-12-01' },
    });
    const sql = `INSERT INTO run_certificate SELECT community_id, gen_random_uuid(), $1, content, signature, log_size, made_at FROM run_certificate
                 WHERE community_id = current_community() AND run_id = $2`;
    await expect(inMarket((tx) => tx.query(sql, [opened.body.id, run]))).rejects.toThrow(
      /only what was issued is certified/i,
    );
  });

  it('keeps it as it was written', async () => {
    for (const sql of ['UPDATE run_certificate SET run_id = run_id', 'DELETE FROM run_certificate'])
      await expect(inMarket((tx) => tx.query(sql))).rejects.toThrow(/append-only|permission denied/);
  });
});
