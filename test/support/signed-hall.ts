import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/domain/proof/canonical.js';
import { deviceKeyId, signatureBase } from '../../src/domain/proof/device-signature.js';
import type { DeviceName, DeviceText, DeviceTexts } from '../../src/domain/proof/signed-figures.js';
import { publicKeyOf, signature } from '../../src/domain/proof/sign.js';

/**
 * What the devices of the small hall sign: Anna's gateway both her displays in one push, beside one in the middle of the month; the meter of Ben's
 * charge point both of his, in OCMF; Dora's gateway, which is Anna's too, only her second, in lines. Nobody signs Cleo's.
 */
const gatewaySeed = '21'.repeat(32);
const gatewayDer = Buffer.from(`302a300506032b6570032100${publicKeyOf(gatewaySeed)}`, 'hex');
export const gatewayKeyId = deviceKeyId(gatewayDer);
/** Made once; ECDSA signs otherwise each time. */
const meterDer = Buffer.from(
  'MFowFAYHKoZIzj0CAQYJKyQDAwIIAQEHA0IABBZq6VrrICztJdu/Fo9ymQEey4PESnRXUvBDsqWLCJuYWXk72DwvcPvLYVXJUD0N63IMXasYkL9GujgY3SJeDBA=',
  'base64',
);
const record =
  '{"FV":"1.0","GI":"ABL SBC-301","MS":"BQ27400330016","IS":false,"IT":"NONE","ID":"","RD":[{"TM":"2026-10-01T00:00:00,000+0100 S","TX":"B","RV":1000,"RI":"1-b:1.8.0","RU":"kWh","RT":"AC","EF":"","ST":"G"},{"TM":"2026-11-01T00:00:00,000+0000 S","TX":"E","RV":1030.00}]}';
const recordSignature =
  '3045022069e93c8a18fe3cb927c8b5cdda41b92b5bb87532139c7d5e0c349c531947d41d02210097d1bb0207830d5e417830ef7d6792023945f7d7d340c189497f5eaabfc488c4';

/** Facts of the record, by the id of the key. */
export const deviceKeyFacts = [
  { der: gatewayDer, algorithm: 'ed25519', deviceKey: 'gateway-1', meter: null },
  { der: meterDer, algorithm: 'brainpoolP256r1', deviceKey: null, meter: 'meter-2' },
].map(({ der, algorithm, deviceKey, meter }) => {
  const keyId = deviceKeyId(der);
  const data = JSON.stringify({ keyId, algorithm, publicKey: der.toString('base64'), deviceKey, meter });
  return { keyId, fact: { actor: 'person', by: 'p-1', subject: 'signing-key', of: keyId, data } };
});

/** A push of a gateway, signed. */
export function pushed(payload: string, seed = gatewaySeed): DeviceText {
  const parameters = `("content-digest");created=1793491200;keyid="${gatewayKeyId}"`;
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const base = signatureBase(sha256, parameters);
  return { kind: 'ed25519', key: gatewayKeyId, parameters, payload, signature: signature(base, seed) };
}

const own = (meter: string, as = { meter, register: 'import' }): DeviceName => ({ as, meter, register: 'import' });
const shown = (meter: string, at: string, value: string) => ({ meter, register: 'import', at, value, unit: 'kWh' });
const inOrder = (devices: DeviceTexts): DeviceTexts => ({
  ...devices,
  names: devices.names.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
});

export const annaPush = JSON.stringify({
  readings: [
    shown('M-ANNA', '2026-10-01T00:00:00+01:00', '1000.000'),
    shown('M-ANNA', '2026-10-16T12:00:00+01:00', '1021.250'),
    shown('M-ANNA', '2026-11-01T00:00:00Z', '1040'),
  ],
});

/** What devices signed of a member's readings, and with which keys; null where they signed nothing. */
export function signedOf(name: string): { readonly devices: DeviceTexts; readonly keys: readonly string[] } | null {
  const zone = 'Europe/London';
  const [gateway, meter] = deviceKeyFacts.map(({ keyId }) => keyId) as [string, string];
  if (name === 'ANNA')
    return { devices: inOrder({ zone, names: [own('M-ANNA')], texts: [pushed(annaPush)] }), keys: [gateway] };
  if (name === 'BEN') {
    const names = [own('M-BEN', { meter: 'BQ27400330016', register: '1-b:1.8.0' })];
    const text = { kind: 'ocmf', key: meter, parameters: 'brainpoolP256r1 sha256', payload: record } as const;
    return { devices: { zone, names, texts: [{ ...text, signature: recordSignature }] }, keys: [meter] };
  }
  if (name !== 'DORA') return null;
  const lines = `${JSON.stringify(shown('M-DORA', '2026-10-20T00:00:00Z', '1004'))}\n${JSON.stringify(shown('M-DORA', '2026-11-01T00:00:00Z', '1010.0'))}\n`;
  return { devices: { zone, names: [own('M-DORA')], texts: [pushed(lines)] }, keys: [gateway] };
}
