import { annaPush, gatewayKeyId, pushed } from '../../../test/support/signed-hall.js';
import { bundles } from '../../../test/support/bundle.js';
import { DomainError } from '../errors.js';
import { type Bundle, readBundle, writeBundle } from './bundle.js';
import type { DeviceText } from './signed-figures.js';
import { readSigned } from './signed-readings.js';
import { verifyBundle } from './verify.js';

const all = bundles();
const said = (bundle: Bundle) => verifyBundle(readBundle(writeBundle(bundle))).filter(({ name }) => name === 'devices');
const outcomes = (bundle: Bundle) => said(bundle).map(({ outcome }) => outcome);
const says = (bundle: Bundle) => said(bundle).map(({ says: sentence }) => sentence);
const anna = all.ANNA;
const annas = (texts: readonly DeviceText[], more: Partial<Bundle> = {}): Bundle => ({
  ...anna,
  devices: { ...anna.devices!, texts },
  ...more,
});

it('says how many readings were signed, and with whose key', () => {
  expect(says(anna)).toEqual([
    `Key ${gatewayKeyId} of a gateway was registered at 2026-11-03 09:30 UTC, entry 3 of the record.`,
    '2 of 2 readings were signed by the device that made them.',
  ]);
  expect(says(all.BEN)).toEqual([
    'Key a67fd53d3b4b3c55 of a meter that signs for itself was registered at 2026-11-03 09:30 UTC, entry 4 of the record.',
    '2 of 2 readings were signed by the device that made them.',
  ]);
});

it('never takes silence for a signature', () => {
  expect(outcomes(all.DORA)).toEqual(['holds', 'holds', 'not-told']);
  expect(says(all.DORA)[1]).toContain('1 of 2 readings were signed');
  expect(said(all.CLEO)).toMatchObject([
    { outcome: 'not-told', says: expect.stringContaining('None of the 2 readings') },
  ]);
  expect(outcomes({ ...anna, devices: undefined } as never)).toEqual(['differs']);
});

it.each([
  ['a digit of a reading', (text: DeviceText) => ({ ...text, payload: text.payload.replace('1040', '1041') })],
  [
    'a digit of a reading that is not printed',
    (text: DeviceText) => ({ ...text, payload: text.payload.replace('1021.250', '1021.350') }),
  ],
  [
    'a digit of the signature',
    (text: DeviceText) => ({ ...text, signature: text.signature.replace(/.$/, (one) => (one === '1' ? '2' : '1')) }),
  ],
  [
    'a digit of the parameters',
    (text: DeviceText) => ({ ...text, parameters: text.parameters.replace('1793491200', '1793491201') }),
  ],
  [
    'a digit of the key',
    (text: DeviceText) => ({ ...text, key: text.key.replace(/.$/, (one) => (one === '1' ? '2' : '1')) }),
  ],
  ['the key of somebody else', (text: DeviceText) => pushed(text.payload, '22'.repeat(32))],
])('goes red with %s changed', (_, change) => {
  expect(outcomes(annas(anna.devices!.texts.map(change)))).toContain('differs');
});

it('goes red where a key of the record is another, and where it is of something else', () => {
  const [fact] = anna.record!.deviceKeys!;
  const withFact = (more: object): Bundle => ({
    ...anna,
    record: { ...anna.record!, deviceKeys: [{ ...fact!, ...more }] },
  });
  const data = fact!.fact.data!;
  expect(outcomes(withFact({ fact: { ...fact!.fact, data: data.replace('gateway-1', 'gateway-2') } }))).toContain(
    'differs',
  );
  expect(outcomes(withFact({ fact: { ...fact!.fact, data: '{' } }))).toContain('differs');
  expect(outcomes(withFact(anna.record!.document))).toContain('differs');
});

it('names the figure where the device signed another than is printed', () => {
  const other = pushed(annaPush.replace('"1040"', '"1039.5"'));
  expect(says(annas([other]))).toContain(
    'Meter M-ANNA, import: 1040 at 2026-11-01 00:00 is stated, the device signed 1039.5 kWh.',
  );
});

it('takes nothing that no reading needs, twice or in another order', () => {
  const [text] = anna.devices!.texts as [DeviceText];
  const idle = pushed(annaPush.replaceAll('2026-1', '2025-1'));
  for (const texts of [
    [text, text],
    [text, idle],
    [idle, text],
  ])
    expect(outcomes(annas(texts))).toContain('differs');
  const names = [...anna.devices!.names, { ...anna.devices!.names[0]!, meter: 'M-ZOE' }];
  expect(outcomes({ ...anna, devices: { ...anna.devices!, names } })).toContain('differs');
  expect(outcomes({ ...anna, devices: { ...anna.devices!, zone: 'europe/London' } })).toContain('differs');
  expect(outcomes({ ...anna, devices: { ...anna.devices!, zone: 'Europe/Berlin' } })).toContain('differs');
  expect(outcomes({ ...anna, devices: { ...anna.devices!, zone: 'Nowhere/None' } })).toContain('differs');
});

it('reads what devices write, and refuses what is no reading', () => {
  const [reading] = readSigned('ed25519', annaPush).readings;
  expect(reading).toEqual({
    meter: 'M-ANNA',
    register: 'import',
    at: '2026-10-01T00:00:00+01:00',
    until: null,
    value: '1000.000',
    unit: 'kWh',
  });
  const { readings, namesSomebody } = readSigned('ocmf', all.BEN.devices!.texts[0]!.payload);
  expect(readings.map(({ value, at }) => [value, at])).toEqual([
    ['1000', '2026-10-01T00:00:00.000+01:00'],
    ['1030.00', '2026-11-01T00:00:00.000+00:00'],
  ]);
  expect(namesSomebody).toBe(false);
  expect(readSigned('ocmf', all.BEN.devices!.texts[0]!.payload.replace('"ID":""', '"ID":"1F2D"')).namesSomebody).toBe(
    true,
  );
  for (const wrong of [
    '',
    '[',
    '[]',
    '{"readings":[1]}',
    annaPush.replace('"1040"', '1040'),
    annaPush.replace('Z"', '"'),
  ])
    expect(() => readSigned('ed25519', wrong)).toThrow(DomainError);
});
