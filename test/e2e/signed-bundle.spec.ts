import { type Bundle, readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { type SigningGateway, signingGateway } from '../support/signing-gateway.js';
import { calculated, foundMarket, hourly, issued, type Market, stalls } from './billing-market.js';

/**
 * What a gateway signed comes with the statement, so that its member can check it offline; and of a push in which readings of others stand not
 * even the hash does.
 */

let service: InProcess;
let market: Market;
let gateway: SigningGateway;
let mixed: string;
const bundles = new Map<string, Bundle>();
const [from, to] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
const second = '2026-10-02T00:00:00Z';

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service, { withReadings: false });
  gateway = await signingGateway(service, market);
  const [m1, m2, m3, ...others] = stalls;
  // All of M1 in pushes of its own; M2 and M3 in one push for a day, and M2 alone for two more, of the second of which an hour is put right.
  await gateway.push(hourly(m1.meter, m1.watts, from, second));
  await gateway.push(hourly(m1.meter, m1.watts, second, to));
  const both = [m2, m3].flatMap(({ meter, watts }) => hourly(meter, watts, from, second));
  mixed = (await gateway.push(both)).sha256;
  await gateway.push(hourly(m2.meter, m2.watts, second, '2026-10-03T00:00:00Z'));
  await gateway.push(hourly(m2.meter, m2.watts, '2026-10-03T00:00:00Z', '2026-10-04T00:00:00Z'));
  const rest = [
    ...hourly(m2.meter, m2.watts, '2026-10-04T00:00:00Z', to),
    ...hourly(m3.meter, m3.watts, second, to),
    ...others.flatMap(({ meter, watts }) => hourly(meter, watts, from, to)),
  ];
  expect((await market.ask('POST', 'readings', { readings: rest })).status).toBe(200);
  const hour = { meter: m2.meter, register: 'import', from: '2026-10-03T10:00:00Z', to: '2026-10-03T11:00:00Z' };
  await market.ask('POST', 'readings', { ...hour, quantity: '2.1', unit: 'kWh' });
  const { items } = (await market.ask('GET', `exceptions?state=open&kind=conflict&meter=${m2.meter}`)).body;
  const decision = { choice: 'supersede', reason: 'The display said so' };
  expect((await market.ask('POST', `exceptions/${items[0].id}/resolve`, decision)).status).toBe(200);
  await issued(market, await calculated(market));
  await service.app.get(RecordService).bringUpToDate(market.communityId);
  for (const no of [1, 2, 3, 4, 5]) {
    const { text } = await market.ask('GET', `invoices/MH-2026-0000${no}/bundle`);
    const bundle = readBundle(text);
    for (const { readings } of bundle.statement.use) for (const { meter } of readings) bundles.set(meter, bundle);
  }
}, 120_000);
afterAll(() => service.close());

const said = (bundle: Bundle) =>
  verifyBundle(readBundle(writeBundle(bundle)))
    .filter(({ name }) => name === 'devices')
    .map(({ outcome, says }) => `${outcome}: ${says}`);
const of = (meter: string): Bundle => {
  const bundle = bundles.get(meter);
  if (bundle === undefined) throw new Error(`No statement shows ${meter}.`);
  return bundle;
};

it('shows every signed hour of a meter whose gateway sends it alone', () => {
  expect(said(of('M1'))).toEqual([
    expect.stringMatching(
      new RegExp(`^holds: Key ${gateway.keyId} of a gateway was registered at .* entry \\d+ of the record.$`),
    ),
    'holds: 745 of 745 readings were signed by the device that made them.',
  ]);
  expect(verifyBundle(of('M1')).filter(({ outcome }) => outcome === 'differs')).toEqual([]);
});

it('shows of a push with readings of others nothing, not even its hash, and says what came without', () => {
  const [, signed, unsigned] = said(of('M2'));
  expect(signed).toBe('holds: 24 of 745 readings were signed by the device that made them.');
  expect(unsigned).toMatch(/^not-told: Of 721 readings this file carries no signature of a device/);
  expect(said(of('M3')).join('\n')).toMatch(
    /^not-told: None of the \d+ readings comes with the signature of a device\.$/,
  );
  for (const meter of ['M2', 'M3']) {
    const text = writeBundle(of(meter));
    expect(text).not.toContain(mixed);
    expect(text).not.toContain(Buffer.from(mixed, 'hex').toString('base64'));
    expect(text).not.toContain(meter === 'M2' ? '\\"M3\\"' : '\\"M2\\"');
  }
});

it('leaves out what somebody decided otherwise than the device said, and keeps the rest', () => {
  const { devices } = of('M2');
  expect(devices?.texts.map(({ payload }) => payload.slice(0, 90))).toEqual([expect.stringContaining('2026-10-02T00')]);
  expect(said(of('M2')).join('\n')).toContain('or somebody decided on them');
  expect(verifyBundle(of('M2')).filter(({ outcome }) => outcome === 'differs')).toEqual([]);
});

it('goes red for one digit of a signed hour, of a signature and of a key', () => {
  const bundle = of('M1');
  const text = writeBundle(bundle);
  const [first] = bundle.devices!.texts;
  const [key] = bundle.record!.deviceKeys!;
  const changes: [string, string][] = [
    ['\\"quantity\\":\\"1.000\\"', '\\"quantity\\":\\"1.001\\"'],
    [first!.signature, first!.signature.replace(/^./, (one) => (one === '1' ? '2' : '1'))],
    [key!.fact.data!.slice(10, 40).replaceAll('"', '\\"'), ''],
  ];
  for (const [old, other] of changes) {
    expect(text).toContain(old);
    expect(said(readBundle(text.replace(old, other))).join('\n')).toMatch(/^differs/m);
  }
});
