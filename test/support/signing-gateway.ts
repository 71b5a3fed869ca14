import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Market } from '../e2e/billing-market.js';
import type { InProcess } from './in-process.js';

/** A gateway of a market that signs what it pushes, as docs/signed-readings.md says. */
export interface SigningGateway {
  readonly keyId: string;
  push(readings: readonly object[]): Promise<{ readonly sha256: string }>;
}

export async function signingGateway(service: InProcess, market: Market): Promise<SigningGateway> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const made = async (path: string, body: object) => {
    const answer = await market.ask('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
    return answer.body as { id: string; token: string; keyId: string };
  };
  const device = await made('device-keys', { name: 'signing gateway', site: 'OMH' });
  const { keyId } = await made(`device-keys/${device.id}/signing-keys`, { publicKey: der.toString('base64') });
  return {
    keyId,
    async push(readings) {
      const body = readings.map((one) => JSON.stringify(one)).join('\n');
      const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
      const parameters = `("content-digest");created=1;keyid="${keyId}";alg="ed25519"`;
      const base = `"content-digest": ${digest}\n"@signature-params": ${parameters}`;
      const answer = await service.ask('POST', 'readings', {
        token: device.token,
        body,
        headers: {
          'content-type': 'application/x-ndjson',
          'content-digest': digest,
          'signature-input': `readings=${parameters}`,
          signature: `readings=:${sign(null, Buffer.from(base), privateKey).toString('base64')}:`,
        },
      });
      if (answer.status !== 200) throw new Error(answer.text);
      return { sha256: createHash('sha256').update(body).digest('hex') };
    },
  };
}
