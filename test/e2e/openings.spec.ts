import { auditRun, readOpenings } from '../../src/domain/proof/audit-run.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** The auditor of a market opens all envelopes of a run; nobody else can. */

let service: InProcess;
let market: Market;
let auditor: string;
let run: string;
const ask = (id: string, token?: string) => market.ask('GET', `billing-runs/${id}/openings`, undefined, token);

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  const access = service.app.get(AccessService);
  const person = { name: 'Amy Auditor', email: '', roles: [{ role: 'auditor' as const }] };
  const { personId } = await access.addPerson(market.communityId, person, { kind: 'system', id: null });
  auditor = (await access.issuePersonToken(market.communityId, personId, 'test')).token;
  run = ((await issued(market, await calculated(market))) as { id: string }).id;
}, 120_000);
afterAll(() => service.close());

it('are there when the run is recorded, open every envelope, and come to the certificate', async () => {
  expect((await ask(run, auditor)).status).toBe(404);
  await service.app.get(RecordService).bringUpToDate(market.communityId);
  const { status, text } = await ask(run, auditor);
  expect(status).toBe(200);
  const file = readOpenings(text);
  const checks = auditRun(file);
  expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
  expect(file.register).toEqual(['ADAM', 'BELA', 'LUND', 'OWNR', 'ROSA']);
  expect(checks.map(({ says }) => says)).toContain(
    'cost 1.1: every envelope was opened; each holds from 0 to 49538, and all come to 49538.',
  );
});

it('are refused to everybody else, and are not those of another run', async () => {
  for (const token of [market.treasurer, market.approver, market.rosa])
    expect((await ask(run, token)).status).toBe(403);
  expect((await ask(market.communityId, auditor)).status).toBe(404);
});
