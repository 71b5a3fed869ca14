import { setTimeout as pause } from 'node:timers/promises';
import type { FixedClock } from '../../src/platform/clock.js';
import type { Answer, InProcess } from '../support/in-process.js';
import { command } from '../support/cli.js';
import { bill, calculated, foundMarket, issued, type Market } from './billing-market.js';

/**
 * The market of billing-market.ts after some time: October was billed with relief of a fund, paid in part and taken back, questioned by
 * Rosa, corrected because a logger had counted wrongly; the supplier's bill is there as a file; readings came as a file, from a meter that
 * nobody knew, and twice; keys are proposed by one and confirmed by another, an advance payment is agreed.
 */
export interface LivedMarket extends Market {
  readonly run: string;
  readonly correction: string;
}

const dayMs = 86_400_000;

/** @param env settings that the house has beside the usual */
export async function livedMarket(
  service: InProcess,
  clock: FixedClock,
  env: Readonly<Record<string, string>> = {},
): Promise<LivedMarket> {
  const market = await foundMarket(service, { withBill: false });
  const say = sayTo(market);
  await say('POST', 'supplier-bills', bill({ document: document('the bill of October') }), 201);
  await say('POST', 'funds', relief, 201);
  await say(
    'POST',
    'keys',
    { code: 'heads', name: 'Heads', version: { days: always, terms: { kind: 'area' }, ...decided } },
    201,
  );
  const run = (await issued(market, await calculated(market))).id as string;
  clock.advance(dayMs);

  const { items } = await say('GET', 'invoices');
  const rosas = items.find((one: { memberCode: string }) => one.memberCode === 'ROSA') as {
    id: string;
    number: string;
  };
  const lines = (await say('GET', `invoices/${rosas.id}`)).lines as { no: number; section: string }[];
  await say('POST', 'payments', { ...paid, member: 'LUND', amount: '100.00', reference: 'LUND 1' }, 201);
  const wrong = await say('POST', 'payments', { ...paid, member: 'BELA', amount: '12.30', reference: '=BELA()' }, 201);
  await say('POST', `payments/${wrong.id}/reverse`, { reason: 'The bank returned it' }, 201);
  const question = {
    invoice: rosas.number,
    line: lines[0]?.no,
    question: 'Why so much?',
  };
  const dispute = await say('POST', 'disputes', question, 201, market.rosa);
  await say('POST', `disputes/${dispute.id}/answer`, { text: 'As the lease says.' }, 201);

  const shown = {
    method: 'POST',
    path: 'photos',
    question: { token: market.rosa, body: photo, headers: { 'content-type': 'image/jpeg' } },
  };
  const taken = await service.ask(shown.method, shown.path, shown.question);
  if (taken.status !== 201) throw new Error(taken.text);

  const correction = await corrected(market, run);
  await say('POST', `disputes/${dispute.id}/withdraw`, { text: 'I see.' }, 201, market.rosa);
  await say(
    'POST',
    'readings',
    { readings: [{ meter: 'NOBODYS', register: 'import', at: '2026-11-01T00:00:00Z', value: '12.345', unit: 'kWh' }] },
    200,
  );
  clock.advance(dayMs);
  await documentsOf(service, env);
  return { ...market, run, correction };
}

const always = { from: '2026-01-01', to: null };
const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
const paid = { receivedOn: '2026-11-04', currency: 'GBP', method: 'bank' };
const document = (text: string) => ({
  name: 'Rechnung für Oktober.pdf',
  mediaType: 'application/pdf',
  content: Buffer.from(`%PDF-1.4 ${text}`).toString('base64'),
});
/** A photo as small as can be: a start, an empty Exif, what is drawn, an end. */
const photo = Buffer.from('ffd8ffe10008457869660000ffda0002706f696e7473ffd9', 'hex');
const relief = {
  ...{ code: 'council', name: 'Market relief', funder: 'Todmorden Council', site: 'OMH', taxCode: 'S', days: always },
  ...{ rate: { kind: 'percent', percent: '10' }, of: ['energy'], cap: '1000.00', memberCap: '200.00' },
  ...{ beneficiaries: { kind: 'all' }, notice: 'Passed on in full.', evidence: 'Resolution 7' },
};

/** Asks, and fails with the answer where it is not the one expected. */
export const sayTo =
  (market: Pick<Market, 'ask'>) =>
  async (method: string, path: string, body?: unknown, expected = 200, token?: string): Promise<Answer['body']> => {
    const answer = await market.ask(method, path, body, token);
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };

/** A logger had counted an hour wrongly: the other value is a conflict, a person decides, and the run is corrected. */
async function corrected(market: Market, run: string): Promise<string> {
  const say = sayTo(market);
  const hour = {
    meter: 'M2',
    register: 'import',
    from: '2026-10-07T10:00:00Z',
    to: '2026-10-07T11:00:00Z',
    unit: 'kWh',
  };
  await say('POST', 'readings', { ...hour, quantity: '1.000' });
  const { items } = await say('GET', 'exceptions?state=open&kind=conflict&meter=M2');
  await say('POST', `exceptions/${items[0].id}/resolve`, {
    choice: 'supersede',
    reason: 'the logger was set to double',
  });
  const cause = 'the logger of stall 2';
  const { id } = await say('POST', `billing-runs/${run}/corrections`, { way: 'credit-and-reissue', cause }, 201);
  return (await issued(market, await say('POST', `billing-runs/${id}/calculate`))).id as string;
}

/**
 * Has what is to be drawn drawn by a worker process of its own, as it is built: the fonts that the test runner has compiled in memory draw
 * some glyphs otherwise, and a member verifies a document to the byte.
 */
export async function documentsOf({ database }: InProcess, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const worker = command(['start', '--role', 'worker'], { DATABASE_URL: database.url, LOG_LEVEL: 'fatal', ...env });
  try {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      const { rows } = await database.owner.query<{ open: number }>(
        `SELECT count(*)::int AS open FROM document WHERE state <> 'done'`,
      );
      if (rows[0]?.open === 0) return;
      await pause(100);
    }
    throw new Error(`The documents were not made. ${worker.stdout()}`);
  } finally {
    await worker.interrupt();
  }
}
