import { AccessService } from '../../src/modules/access/access.service.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { factsOf } from '../../src/modules/proofs/record-sources.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { rowsOf } from '../support/rows-of.js';
import { calculated, foundMarket, type Market } from './billing-market.js';

/** A market wants two people behind each version of a key: what one of them enters is in force nowhere until the other confirms it. */

let service: InProcess;
let market: Market;
/** Another treasurer. */
let tilda: string;

const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-11-14', decision: 'minute 9' };
const version = (from: string, terms: object = { kind: 'area' }) => ({ days: { from, to: null }, terms, ...decided });
const propose = (from: string, key = 'equal', terms?: object) =>
  market.ask('POST', `keys/${key}/versions`, version(from, terms));
const decide = (id: string, what: string, token?: string, body?: object) =>
  market.ask('POST', `key-proposals/${id}/${what}`, body, token);
const key = async (code: string) => (await market.ask('GET', `keys/${code}`, undefined, market.rosa)).body;
const policy = async (from: string, keys: string): Promise<void> => {
  expect(await market.ask('POST', 'policies', { name: 'adoption', from, terms: { keys } })).toMatchObject({
    status: 201,
  });
};
/** What undoes that a second person is asked for asks for one. */
const policyByTwo = async (from: string, keys: string): Promise<void> => {
  const given = { name: 'adoption', from, terms: { keys } };
  const proposed = await market.ask('POST', 'policies', given);
  expect(proposed).toMatchObject({ status: 202, body: { name: 'adoption', from, terms: { keys }, policy: null } });
  const confirm = (token?: string) =>
    market.ask('POST', `policy-proposals/${proposed.body.id}/confirm`, undefined, token);
  expect(await confirm()).toMatchObject({ status: 403, body: { code: 'four-eyes' } });
  const before = (await market.ask('GET', `policies?name=adoption&on=${from}`)).body.items;
  expect(before).toMatchObject([{ terms: { keys: 'second-person' } }]);
  expect(await confirm(market.approver)).toMatchObject({ status: 200, body: { id: proposed.body.id } });
  expect(await confirm(market.approver)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
  const { items } = (await market.ask('GET', 'policy-proposals')).body;
  expect(items[0]).toMatchObject({ id: proposed.body.id, from, confirmedBy: expect.any(String) as string });
};
const versionRows = async () => (await rowsOf(service.database, market.communityId))['key_version'];
const inMarket: Transactions['inCommunity'] = (community, work) =>
  service.app.get(Transactions).inCommunity(community, work);

let run: { id: string; inputHash: string };
const hashNow = async (): Promise<string> =>
  (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body.inputHash as string;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  market = await foundMarket(service);
  const access = service.app.get(AccessService);
  const { personId } = await access.addPerson(
    market.communityId,
    { name: 'Tilda', email: '', roles: [{ role: 'treasurer' }] },
    { kind: 'system', id: null },
  );
  tilda = (await access.issuePersonToken(market.communityId, personId, 'test')).token;
  run = await calculated(market);
  await policy('2026-11-01', 'second-person');
}, 120_000);
afterAll(() => service.close());

describe('a version that one person enters', () => {
  let id: string;

  it('is a proposal that every member can read, and no version', async () => {
    const before = await versionRows();
    const answer = await propose('2026-10-01');
    expect(answer).toMatchObject({
      status: 202,
      body: {
        ...{ key: { code: 'equal' }, state: 'open', days: { from: '2026-10-01', to: null }, terms: { kind: 'area' } },
        ...{
          proposedBy: { name: 'Tess Treasurer' },
          proposedAt: '2026-11-20T09:00:00Z',
          decidedBy: null,
          version: null,
        },
        ...decided,
      },
    });
    id = answer.body.id as string;
    expect(answer.headers['location']).toBe(`/api/v1/key-proposals/${id}`);
    expect(answer.body.sentence).toMatch(/area/);
    expect((await market.ask('GET', 'key-proposals?state=open&key=equal', undefined, market.rosa)).body).toMatchObject({
      items: [{ id }],
      next: null,
    });
    expect(await key('equal')).toMatchObject({ versions: [{ days: { to: null }, proposal: null }], proposed: [id] });
    expect(await versionRows()).toBe(before);
  });

  it('changes nothing of a run: it comes to the same inputs, to the last byte', async () => {
    expect(await hashNow()).toBe(run.inputHash);
    // Were the proposal in force, sharing by it instead would be no other rule.
    const whatIf = await market.ask('POST', 'simulations/billing-run', {
      site: 'OMH',
      periods: [{ from: '2026-10-01', to: '2026-11-01' }],
      question: 'By floor area?',
      changes: [{ kind: 'key', key: 'equal', by: { terms: { kind: 'area' } } }],
    });
    const standing = whatIf.body.periods[0].costs.find(
      (cost: { description: string }) => cost.description === 'Standing charge',
    );
    expect(standing.rules.then).toEqual([expect.stringContaining('floor area')]);
    expect(standing.rules.now).not.toEqual(standing.rules.then);
  });

  it('is not confirmed or refused by whoever proposed it, nor by whoever has neither role, nor withdrawn by another', async () => {
    expect(await decide(id, 'confirm')).toMatchObject({ status: 403, body: { code: 'four-eyes' } });
    expect(await decide(id, 'refuse', market.treasurer, { reason: 'no' })).toMatchObject({
      status: 403,
      body: { code: 'four-eyes' },
    });
    expect(await decide(id, 'confirm', market.rosa)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await decide(id, 'withdraw', tilda)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await decide(id, 'refuse', market.approver, {})).toMatchObject({ status: 400 });
  });

  it('is refused with a reason, once', async () => {
    expect(await decide(id, 'refuse', market.approver, { reason: 'Minute 9 says from November.' })).toMatchObject({
      status: 201,
      body: {
        state: 'refused',
        decidedBy: { name: 'Amir Approver' },
        reason: 'Minute 9 says from November.',
        version: null,
      },
    });
    expect(await decide(id, 'confirm', tilda)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await decide(id, 'withdraw')).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await key('equal')).toMatchObject({ versions: [{ days: { to: null } }], proposed: [] });
  });

  it('is withdrawn by whoever proposed it', async () => {
    const { body } = await propose('2026-10-01');
    expect(await decide(body.id, 'withdraw')).toMatchObject({
      status: 201,
      body: { state: 'withdrawn', decidedBy: { name: 'Tess Treasurer' }, reason: null },
    });
    expect(await decide(body.id, 'confirm', tilda)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await hashNow()).toBe(run.inputHash);
  });

  it('is refused at once where it could never be adopted', async () => {
    expect(await propose('2026-01-01')).toMatchObject({ status: 409, body: { code: 'overlapping-version' } });
    expect(await propose('2026-11-01', 'equal', { kind: 'fixed', parts: [{ space: 'S1', part: '60' }] })).toMatchObject(
      {
        status: 422,
        body: { code: 'key-incomplete' },
      },
    );
  });
});

describe('a policy that would undo that a second person is asked for', () => {
  it('is withdrawn by whoever proposed it, on the record, and confirmed by nobody then', async () => {
    const given = { name: 'adoption', from: '2026-12-01', terms: { keys: 'treasurer' } };
    const { body } = await market.ask('POST', 'policies', given);
    const end = (how: string, token?: string) =>
      market.ask('POST', `policy-proposals/${body.id}/${how}`, undefined, token);
    expect(await end('withdraw', tilda)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await end('withdraw', market.approver)).toMatchObject({ status: 403 });
    expect(await end('withdraw')).toMatchObject({
      status: 200,
      body: { id: body.id, policy: null, confirmedBy: null, withdrawnAt: expect.any(String) as string },
    });
    for (const [how, token] of [
      ['confirm', market.approver],
      ['confirm', tilda],
      ['withdraw', market.treasurer],
    ] as const)
      expect(await end(how, token)).toMatchObject({
        status: 409,
        body: { code: 'already-decided', detail: 'This proposal was withdrawn before.' },
      });
    const [policyNow] = (await market.ask('GET', 'policies?name=adoption&on=2026-12-01')).body.items;
    expect(policyNow.terms).toEqual({ keys: 'second-person' });
    const entries = await inMarket(market.communityId, (tx) =>
      tx.query<{ type: string }>(
        `SELECT type FROM audit_entry WHERE community_id = current_community() AND subject_id = $1 ORDER BY id`,
        [body.id],
      ),
    );
    expect(entries.map(({ type }) => type)).toEqual(['policy.proposed', 'policy.proposal-withdrawn']);
  });
});

describe('a version that a second person confirms', () => {
  it('holds from its day, and the run that it touches comes to something else', async () => {
    const { body } = await propose('2026-10-16');
    const other = await propose('2026-10-16', 'equal', { kind: 'headcount' });
    const confirmed = await decide(body.id, 'confirm', market.approver);
    expect(confirmed).toMatchObject({
      status: 201,
      body: { state: 'confirmed', proposedBy: { name: 'Tess Treasurer' }, decidedBy: { name: 'Amir Approver' } },
    });
    expect(await key('equal')).toMatchObject({
      versions: [
        { days: { from: '2026-01-01', to: '2026-10-16' }, proposal: null },
        { id: confirmed.body.version, days: { from: '2026-10-16', to: null }, proposal: body.id, ...decided },
      ],
      proposed: [other.body.id],
    });
    expect(await hashNow()).not.toBe(run.inputHash);
    // What was entered at the same time for the same day has to give way, and still waits for a word.
    expect(await decide(other.body.id, 'confirm', tilda)).toMatchObject({
      status: 409,
      body: { code: 'overlapping-version' },
    });
    expect((await market.ask('GET', `key-proposals/${other.body.id}`)).body).toMatchObject({
      state: 'open',
      decidedAt: null,
    });
  });

  it('may be the first of its key, and the second person another treasurer', async () => {
    const made = await market.ask('POST', 'keys', { code: 'new', name: 'New', version: version('2026-12-01') });
    expect(made).toMatchObject({ status: 201, body: { versions: [] } });
    const [id] = made.body.proposed;
    expect(await decide(id, 'confirm', tilda)).toMatchObject({ status: 201, body: { decidedBy: { name: 'Tilda' } } });
    expect(await key('new')).toMatchObject({ versions: [{ proposal: id }], proposed: [] });
  });

  it('is one version where two confirm it at once', async () => {
    const { body } = await propose('2027-01-01', 'new', { kind: 'equal' });
    const answers = await Promise.all([market.approver, tilda].map((token) => decide(body.id, 'confirm', token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await key('new')).versions).toHaveLength(2);
  });

  it('is sealed with both people, and each step is a fact of its own', async () => {
    const { versions } = await key('new');
    const record = service.app.get(RecordService);
    await record.bringUpToDate(market.communityId);
    const [proposal, facts, { differences }] = await inMarket(market.communityId, async (tx) => [
      (await market.ask('GET', `key-proposals/${versions[0].proposal}`)).body,
      await factsOf(tx, [versions[0].id]),
      await checkRecord(tx, 1),
    ]);
    expect(differences).toEqual([]);
    expect(facts).toMatchObject([
      {
        type: 'key.version',
        fact: { proposal: proposal.id, proposedBy: proposal.proposedBy.id, confirmedBy: proposal.decidedBy.id },
      },
    ]);
    const types = await inMarket(market.communityId, (tx) =>
      tx.query<{ type: string }>(
        `SELECT DISTINCT e.type FROM record_entry e WHERE e.community_id = current_community() AND e.type LIKE 'key.%' ORDER BY 1`,
      ),
    );
    expect(types.map(({ type }) => type)).toEqual(
      expect.arrayContaining(
        ['version-proposed', 'proposal-confirmed', 'proposal-refused', 'proposal-withdrawn'].map((one) => `key.${one}`),
      ),
    );
  });

  it('needs what the policy of the day asks for, when it is confirmed', async () => {
    const { body } = await propose('2027-06-01');
    await policyByTwo('2026-11-15', 'recorded-vote');
    expect(await decide(body.id, 'confirm', tilda)).toMatchObject({ status: 422, body: { code: 'key-not-adopted' } });
    await policy('2026-11-16', 'treasurer');
    expect(await decide(body.id, 'confirm', tilda)).toMatchObject({ status: 201 });
    expect(await propose('2027-09-01')).toMatchObject({ status: 201, body: { proposal: null } });
  });
});
