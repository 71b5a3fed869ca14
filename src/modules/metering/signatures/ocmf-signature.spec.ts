import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { checkOcmf } from './ocmf-signature.js';
import { readPublicKey } from './public-key.js';
import type { OcmfText } from './signed-text.js';

const textOf = (record: string): OcmfText => {
  const [, payload = '', section = ''] = record.split('|');
  const bytes = Buffer.from(payload);
  return { kind: 'ocmf', payload: bytes, sha256: createHash('sha256').update(bytes).digest('hex'), section };
};

/** Of a KEBA KCP30, as it stands in the test data of the Transparenzsoftware of SAFE e.V. */
const keba = `OCMF|{"FV":"1.0","GI":"KEBA_KCP30","GS":"17619300","GV":"2.8.5","PG":"T32","IS":false,"IL":"NONE","IF":["RFID_NONE","OCPP_NONE","ISO15118_NONE","PLMN_NONE"],"IT":"NONE","ID":"","RD":[{"TM":"2019-08-13T10:03:15,000+0000 I","TX":"B","EF":"","ST":"G","RV":0.2596,"RI":"1-b:1.8.0","RU":"kWh"},{"TM":"2019-08-13T10:03:36,000+0000 R","TX":"E","EF":"","ST":"G","RV":0.2597,"RI":"1-b:1.8.0","RU":"kWh"}]}|{"SD":"304502200E2F107C987A300AC1695CA89EA149A8CDFA16188AF0A33EE64B67964AA943F9022100889A72B6D65364BEA8562E7F6A0253157ACFF84FE4929A93B5964D23C4265699"}`;
const kebaKey = readPublicKey(
  '3059301306072A8648CE3D020106082A8648CE3D030107034200043AEEB45C392357820A58FDFB0857BD77ADA31585C61C430531DFA53B440AFBFDD95AC887C658EA55260F808F55CA948DF235C2108A0D6DC7D4AB1A5E1A7955BE',
);

it('a record of a real charge point is verified with its key', () => {
  expect(kebaKey.algorithm).toBe('prime256v1');
  expect(checkOcmf(textOf(keba), [{ id: 'k', der: kebaKey.der }])).toMatchObject({
    verdict: 'verified',
    signingKey: 'k',
  });
});

it('with any character of what was measured changed it is not', () => {
  const [head = '', payload = '', section = ''] = keba.split('|');
  fc.assert(
    fc.property(fc.nat(payload.length - 1), fc.constantFrom(...'0123456789 aZ"{'), (at, other) => {
      fc.pre(payload[at] !== other);
      const changed = `${payload.slice(0, at)}${other}${payload.slice(at + 1)}`;
      const text = textOf(`${head}|${changed}|${section}`);
      expect(checkOcmf(text, [{ id: 'k', der: kebaKey.der }]).verdict).toBe('wrong');
    }),
  );
});

it.each([
  ['no key', [], 'unknown-key', '{"SD":"30"}'],
  ['another key', ['other'], 'wrong', null],
  ['a signature that is none', ['own'], 'wrong', '{"SD":"zz"}'],
  ['a signature of another form', ['own'], 'wrong', '{"SD":"00","SM":"application/x-other"}'],
  ['no section that can be read', ['own'], 'wrong', '{'],
  ['an algorithm that nobody knows', ['own'], 'unsupported', '{"SA":"RSA-2048","SD":"00"}'],
  ['a curve that is not that of the key', ['own'], 'wrong', '{"SA":"ECDSA-secp384r1-SHA256","SD":"00"}'],
] as const)('with %s it is not verified', (_, which, verdict, section) => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const payload = '{"RD":[]}';
  const signed = sign('sha256', Buffer.from(payload), own.privateKey).toString('base64');
  const keys = which.map((name) => ({
    id: name,
    der: (name === 'own' ? own : other).publicKey.export({ format: 'der', type: 'spki' }),
  }));
  const text = textOf(`OCMF|${payload}|${section ?? `{"SE":"base64","SD":"${signed}"}`}`);
  expect(checkOcmf(text, keys)).toMatchObject({ verdict, signingKey: null });
});

it('a second key of the meter is tried too, in base64 as in hex', () => {
  const [first, second] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
  const payload = '{"RD":[]}';
  const keys = [first, second].map((pair, i) => ({
    id: String(i),
    der: pair!.publicKey.export({ format: 'der', type: 'spki' }),
  }));
  const signature = sign('sha256', Buffer.from(payload), second!.privateKey).toString('base64');
  const text = textOf(`OCMF|${payload}|{"SA":"ECDSA-secp256k1-SHA256","SE":"base64","SD":"${signature}"}`);
  expect(checkOcmf(text, keys)).toMatchObject({ verdict: 'verified', signingKey: '1' });
});
