import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { foundMarket, hourly, type Market } from './billing-market.js';

/** Gateways and meters that sign: what they sign is verified, kept with its signature, and shown; what does not hold is not believed. */

let service: InProcess;
let market: Market;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service, { withReadings: false, withBill: false });
}, 120_000);
afterAll(() => service.close());

const made = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
  const answer = await market.ask(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const audit = async (type: string) => (await market.ask('GET', `log/entries?type=${type}`)).body.items;

interface Pair {
  readonly publicKey: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}
function pairOf(keys: { publicKey: KeyObject; privateKey: KeyObject }): Pair {
  const der = keys.publicKey.export({ format: 'der', type: 'spki' });
  const keyId = createHash('sha256').update(der).digest('hex').slice(0, 16);
  return { publicKey: der.toString('base64'), keyId, privateKey: keys.privateKey };
}
const gatewayPair = () => pairOf(generateKeyPairSync('ed25519'));
const meterPair = (namedCurve: string) => pairOf(generateKeyPairSync('ec', { namedCurve }));

/** Signs a body as docs/signed-readings.md says. */
function headersFor(
  body: string,
  { keyId, privateKey }: Pair,
  parameters = `;created=1;keyid="${keyId}";alg="ed25519"`,
) {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const signed = `("content-digest")${parameters}`;
  const base = `"content-digest": ${digest}\n"@signature-params": ${signed}`;
  return {
    'content-type': 'application/x-ndjson',
    'content-digest': digest,
    'signature-input': `readings=${signed}`,
    signature: `readings=:${sign(null, Buffer.from(base), privateKey).toString('base64')}:`,
  };
}
const lines = (readings: object[]): string => readings.map((one) => JSON.stringify(one)).join('\n');
const hoursOf = (day: string, meter = 'M1') => lines(hourly(meter, 1000, `${day}T00:00:00Z`, `${day}T02:00:00Z`));
const push = (token: string, body: string, headers: Record<string, string>) =>
  service.ask('POST', 'readings', { token, body, headers });
const plain = { 'content-type': 'application/x-ndjson' };

describe('a gateway that signs its batches', () => {
  let device: { id: string; token: string };
  let pair: Pair;
  let key: { id: string; keyId: string };
  const register = (publicKey: string, id = device.id) =>
    market.ask('POST', `device-keys/${id}/signing-keys`, { publicKey });

  beforeAll(async () => {
    device = await made('POST', 'device-keys', { name: 'gateway', site: 'OMH' });
    pair = gatewayPair();
  });

  it('has its key registered, on the record', async () => {
    const answer = await register(pair.publicKey);
    expect(answer).toMatchObject({
      status: 201,
      body: { keyId: pair.keyId, algorithm: 'ed25519', deviceKey: device.id, meter: null, revokedAt: null },
    });
    key = answer.body;
    expect(await audit('signing-key.registered')).toMatchObject([
      { data: { keyId: pair.keyId, publicKey: pair.publicKey } },
    ]);
    expect((await register(pair.publicKey)).body.code).toBe('already-exists');
    expect((await register(meterPair('prime256v1').publicKey)).body.code).toBe('invalid-input');
    expect((await register('nothing of the kind, but long enough to be one')).body.code).toBe('invalid-input');
    const pem = createPrivateKey({ key: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }) });
    expect((await register(pem.export({ format: 'pem', type: 'pkcs8' }) as string)).body.detail).toContain(
      'secret key',
    );
  });

  it('is taken with its signature, which anybody can check again', async () => {
    const body = hoursOf('2026-10-01');
    const answer = await push(device.token, body, headersFor(body, pair));
    expect(answer).toMatchObject({ status: 200, body: { summary: { created: 2 } } });
    const id = (await signatures())[0]?.id ?? '';
    const batch = (await market.ask('GET', `signed-batches/${id}`)).body;
    expect(batch).toMatchObject({
      ...{ kind: 'ed25519', verdict: 'verified', source: 'http', readings: 2 },
      detail: `Signed by the gateway, key ${pair.keyId}.`,
      key: { keyId: pair.keyId },
    });
    const payload = await market.ask('GET', `signed-batches/${id}/payload`);
    expect(payload.text).toBe(body);
    // With what the service tells and nothing else: the hash, the parameters, the signature, the key.
    const [parameters, signature] = batch.signature.split(/ (?=[^ ]+$)/);
    const digest = Buffer.from(batch.sha256, 'hex').toString('base64');
    const base = `"content-digest": sha-256=:${digest}:\n"@signature-params": ${parameters}`;
    const spki = { key: Buffer.from(batch.key.publicKey, 'base64'), format: 'der', type: 'spki' } as const;
    expect(verify(null, Buffer.from(base), spki, Buffer.from(signature, 'base64'))).toBe(true);
    expect(createHash('sha256').update(payload.text).digest('hex')).toBe(batch.sha256);
  });

  it('goes both ways through the house, and is a batch of its own beside unsigned ones', async () => {
    const body = hoursOf('2026-10-02');
    const before = (await signatures()).length;
    const [signed, unsigned, again] = await Promise.all([
      push(device.token, body, headersFor(body, pair)),
      push(device.token, hoursOf('2026-10-03'), plain),
      push(device.token, hoursOf('2026-10-04'), {
        ...headersFor(hoursOf('2026-10-04'), pair),
        'idempotency-key': 'signed-1',
      }),
    ]);
    expect([signed, unsigned, again].map(({ status, body: { summary } }) => [status, summary.created])).toEqual([
      [200, 2],
      [200, 2],
      [200, 2],
    ]);
    expect((await signatures()).length).toBe(before + 2);
    const { items } = (await market.ask('GET', 'readings?meter=M1&register=import&limit=100')).body;
    const batchOf = (day: string) => items.find(({ at }: { at: string }) => at.startsWith(day)).batch;
    expect(new Set(['2026-10-02', '2026-10-03', '2026-10-04'].map(batchOf)).size).toBe(3);
    // The same again is a duplicate of what is there, whatever signs it.
    expect((await push(device.token, body, headersFor(body, pair))).body.summary).toMatchObject({ duplicate: 2 });
  });

  it.each([
    ['another body', (body: string) => ({ body: body.replace('"1.000"', '"9.000"'), headers: headersFor(body, pair) })],
    [
      'another key than it says',
      (body: string) => ({ body, headers: headersFor(body, { ...gatewayPair(), keyId: pair.keyId }) }),
    ],
    ['a key that nobody registered', (body: string) => ({ body, headers: headersFor(body, gatewayPair()) })],
    [
      'another digest',
      (body: string) => ({
        body,
        headers: { ...headersFor(body, pair), 'content-digest': headersFor('x', pair)['content-digest'] },
      }),
    ],
    ['no digest', (body: string) => ({ body, headers: { ...headersFor(body, pair), 'content-digest': '' } })],
    ['no signature', (body: string) => ({ body, headers: { ...headersFor(body, pair), signature: '' } })],
    [
      'a signature under another name',
      (body: string) => ({
        body,
        headers: {
          ...headersFor(body, pair),
          signature: headersFor(body, pair).signature.replace('readings', 'other'),
        },
      }),
    ],
    [
      'more signed than the digest',
      (body: string) => ({
        body,
        headers: {
          ...headersFor(body, pair),
          'signature-input': `readings=("@method" "content-digest");keyid="${pair.keyId}"`,
        },
      }),
    ],
    [
      'another algorithm',
      (body: string) => ({ body, headers: headersFor(body, pair, `;keyid="${pair.keyId}";alg="hmac-sha256"`) }),
    ],
    ['no key', (body: string) => ({ body, headers: headersFor(body, pair, ';created=1') })],
  ])('is refused whole with %s, so that nothing is lost', async (_, change) => {
    const { body, headers } = change(hoursOf('2026-10-20'));
    const answer = await push(device.token, body, headers);
    expect(answer).toMatchObject({ status: 422, body: { code: 'signature-wrong' } });
    expect(answer.body.detail).toContain('Nothing of this push was taken');
    const { items } = (await market.ask('GET', 'readings?meter=M1&register=import&from=2026-10-20T00:00:00Z')).body;
    expect(items).toEqual([]);
  });

  it('is not signed by people', async () => {
    const body = hoursOf('2026-10-20');
    expect((await push(market.treasurer, body, headersFor(body, pair))).body.code).toBe('signature-wrong');
  });

  it('takes over to another key while both work, keeps its keys when its device key is rotated, and has two at most', async () => {
    const next = gatewayPair();
    expect((await register(next.publicKey)).status).toBe(201);
    expect((await register(gatewayPair().publicKey)).body).toMatchObject({ code: 'conflict' });
    const successor = await made('POST', `device-keys/${device.id}/rotate`, {});
    for (const [token, by, day] of [
      [device.token, pair, '05'],
      [device.token, next, '06'],
      [successor.token, next, '07'],
    ] as const) {
      const body = hoursOf(`2026-10-${day}`);
      expect((await push(token, body, headersFor(body, by))).status).toBe(200);
    }
    const revoked = await market.ask('POST', `signing-keys/${key.id}/revoke`, { reason: 'The next one is in' });
    expect(revoked).toMatchObject({ status: 200, body: { revokedBecause: 'The next one is in' } });
    expect((await market.ask('POST', `signing-keys/${key.id}/revoke`, { reason: 'x' })).body.code).toBe(
      'already-decided',
    );
    expect((await register(pair.publicKey)).body.code).toBe('already-exists');
    const body = hoursOf('2026-10-20');
    expect((await push(device.token, body, headersFor(body, pair))).body.detail).toContain('revoked');
    const { items } = (await market.ask('GET', `device-keys/${successor.id}/signing-keys`)).body;
    expect(
      items.map(({ keyId, revokedAt }: { keyId: string; revokedAt: string | null }) => [keyId, revokedAt !== null]),
    ).toEqual([
      [pair.keyId, true],
      [next.keyId, false],
    ]);
    // Where signatures are demanded, of the gateway and all its device keys, unsigned pushes are turned away whole.
    expect((await market.ask('PATCH', `device-keys/${device.id}`, { signatures: 'required' })).status).toBe(204);
    for (const token of [device.token, successor.token]) {
      expect(await push(token, body, plain)).toMatchObject({ status: 403, body: { code: 'signature-missing' } });
      const hook = await service.ask('POST', 'hooks/shelly?device=M1', {
        token,
        body: '{"switch:0":{"aenergy":{"total":1}}}',
        headers: { 'content-type': 'application/json' },
      });
      expect([hook.status, hook.body.code]).toEqual([403, 'signature-missing']);
    }
    expect((await push(successor.token, body, headersFor(body, next))).status).toBe(200);
    const third = await made('POST', `device-keys/${successor.id}/rotate`, { overlapHours: 0 });
    expect((await push(third.token, body, plain)).body.code).toBe('signature-missing');
    expect((await market.ask('PATCH', `device-keys/${third.id}`, { signatures: 'optional' })).status).toBe(204);
    expect((await push(third.token, body, plain)).status).toBe(200);
    const other = await made('POST', 'device-keys', { name: 'another', site: 'OMH' });
    expect((await market.ask('PATCH', `device-keys/${other.id}`, { signatures: 'required' })).body.code).toBe(
      'conflict',
    );
    expect((await audit('device-key.signatures-required')).length).toBe(1);
    // A key is one gateway's own.
    expect((await register(next.publicKey, other.id)).body.code).toBe('already-exists');
    expect((await push(other.token, body, headersFor(body, next))).body.code).toBe('signature-wrong');
  });
});

const signatures = () =>
  service.database.transactions.inCommunity(market.communityId, (tx) =>
    tx.query<{ id: string; verdict: string }>(
      'SELECT id, verdict FROM batch_signature WHERE community_id = current_community() ORDER BY batch_no',
    ),
  );

/** A record as a meter writes it; `key` signs it. */
function record(
  serial: string,
  shown: readonly (readonly [at: string, value: string, more?: string])[],
  key: Pair,
  algorithm = '',
  hash = 'sha256',
): string {
  const readings = shown.map(([at, value, more = ''], i) =>
    i === 0
      ? `{"TM":"${at}","TX":"B","RV":${value},"RI":"1-b:1.8.0","RU":"kWh","RT":"AC","EF":"","ST":"G"${more}}`
      : `{"TM":"${at}","TX":"E","RV":${value}${more}}`,
  );
  const payload = `{"FV":"1.0","GI":"ABL SBC-301","GS":"808829900001","PG":"T1","MS":"${serial}","IS":true,"IT":"ISO14443","ID":"1F2D3A4F5506C7","RD":[${readings.join(',')}]}`;
  const named = algorithm === '' ? '' : `"SA":"${algorithm}",`;
  return `OCMF|${payload}|{${named}"SD":"${sign(hash, Buffer.from(payload), key.privateKey).toString('hex').toUpperCase()}"}`;
}

describe('a meter that signs for itself', () => {
  const serial = 'BQ27400330016';
  let pair: Pair;
  const give = (...ocmf: string[]) => market.ask('POST', 'hooks/ocmf', { ocmf });
  const bind = async (meter: string) => {
    const { items } = await made('GET', 'unclaimed?state=open');
    const found = items.find((one: { meter: string }) => one.meter === meter);
    return made('POST', `unclaimed/${found.id}/bind`, { meter, register: 'import' });
  };

  beforeAll(async () => {
    pair = meterPair('prime256v1');
    await made('POST', 'meters', {
      ...{
        site: 'OMH',
        code: serial,
        name: 'Charge point',
        role: 'sub',
        space: 'S1',
        installedFrom: '2026-01-01T00:00:00Z',
        serial,
      },
      registers: [{ code: 'import', kind: 'cumulative', unit: 'kWh' }],
    });
  });

  it('is taken and shown as unverified until its key is registered', async () => {
    const { status, body } = await give(record(serial, [['2026-10-01T10:00:00,000+0200 S', '100.5']], pair));
    expect([status, body.records[0].signature.verdict, body.records[0].results[0].status]).toEqual([
      ...[200, 'unknown-key', 'unclaimed'],
    ]);
    const misfit = await market.ask('POST', `meters/${serial}/signing-keys`, { publicKey: gatewayPair().publicKey });
    expect(misfit.body.code).toBe('invalid-input');
    const hex = Buffer.from(pair.publicKey, 'base64').toString('hex');
    expect(await market.ask('POST', `meters/${serial}/signing-keys`, { publicKey: hex })).toMatchObject({
      status: 201,
      body: { algorithm: 'prime256v1', keyId: pair.keyId },
    });
    // Its register is named by its OBIS code; once that is bound, what waited comes in with its signature, looked at again.
    expect(await bind(serial)).toMatchObject({ summary: { created: 1 } });
    expect((await signatures()).slice(-2).map(({ verdict }) => verdict)).toEqual(['unknown-key', 'verified']);
  });

  it('is verified, digit for digit, and kept with what was signed', async () => {
    const text = record(
      serial,
      [
        ['2026-10-02T10:00:00,000+0200 S', '110.2500'],
        ['2026-10-02T12:00:00,000+0200 S', '131.7'],
      ],
      pair,
    );
    const { body } = await give(text);
    expect(body.records[0]).toMatchObject({
      signature: { verdict: 'verified' },
      results: [
        { at: '2026-10-02T08:00:00Z', value: '110.25', status: 'created' },
        { at: '2026-10-02T10:00:00Z', value: '131.7', status: 'created' },
      ],
    });
    const last = (await signatures()).at(-1)!;
    const batch = (await market.ask('GET', `signed-batches/${last.id}`)).body;
    expect(batch).toMatchObject({ kind: 'ocmf', verdict: 'verified', readings: 2, key: { keyId: pair.keyId } });
    expect((await market.ask('GET', `signed-batches/${last.id}/payload`)).text).toBe(text.split('|')[1]);
    expect((await give(text)).body.records[0].results.map(({ status }: { status: string }) => status)).toEqual([
      'duplicate',
      'duplicate',
    ]);
  });

  it('that was changed on its way waits for a decision, and is lost to nobody', async () => {
    const text = record(serial, [['2026-10-03T10:00:00,000+0200 S', '140.0']], pair).replace('140.0', '150.0');
    const { body } = await give(text);
    expect(body.records[0]).toMatchObject({ signature: { verdict: 'wrong' }, results: [{ status: 'held' }] });
    const { items } = (await market.ask('GET', `exceptions?state=open&kind=held&meter=${serial}`)).body;
    expect(items).toMatchObject([
      { reason: 'signature-wrong', value: '150', detail: expect.stringContaining('not of the key') },
    ]);
    const accepted = await market.ask('POST', `exceptions/${items[0].id}/resolve`, {
      choice: 'accept',
      reason: 'Read off the display',
    });
    expect(accepted.status).toBe(200);
  });

  it.each(['secp192k1', 'prime192v1', 'secp256k1', 'brainpoolP256r1', 'secp384r1', 'brainpoolP384r1'])(
    'is verified on the curve %s',
    async (curve) => {
      const names: Record<string, string> = {
        prime192v1: 'secp192r1',
        brainpoolP256r1: 'brainpool256r1',
        brainpoolP384r1: 'brainpool384r1',
      };
      const [own, code] = [meterPair(curve), `CP-${curve}`];
      await made('POST', 'meters', {
        ...{
          site: 'OMH',
          code,
          name: code,
          role: 'sub',
          space: 'S1',
          installedFrom: '2026-01-01T00:00:00Z',
          serial: code,
        },
        registers: [{ code: 'import', kind: 'cumulative', unit: 'kWh' }],
      });
      await made('POST', `meters/${code}/signing-keys`, { publicKey: own.publicKey });
      await give(record(code, [['2026-10-01T10:00:00,000+0200 S', '1.4']], own));
      await bind(code);
      const algorithm = `ECDSA-${names[curve] ?? curve}-SHA256`;
      const good = record(code, [['2026-10-02T10:00:00,000+0200 S', '1.5']], own, algorithm);
      const bad = record(code, [['2026-10-02T11:00:00,000+0200 S', '1.6']], own, algorithm).replace(
        '"RV":1.6',
        '"RV":1.7',
      );
      const { records } = (await give(good, bad)).body;
      expect(records.map(({ signature }: { signature: { verdict: string } }) => signature.verdict)).toEqual([
        'verified',
        'wrong',
      ]);
    },
  );

  it('says of each reading and record that cannot be taken why', async () => {
    const at = '2026-10-04T10:00:00,000+0200';
    const of = (text: string) => give(text).then(({ body }) => body.records[0]);
    expect(await of('OCMF|{}|{}')).toMatchObject({ signature: null, problem: { code: 'invalid-input' } });
    expect(await of('nothing at all')).toMatchObject({
      problem: { detail: expect.stringContaining('OCMF|{what was measured}|{signature}') },
    });
    for (const [shown, why] of [
      [[`${at} U`, '1'], 'clock was not set'],
      [[`${at} S`, '1', ',"ST":"F"'], 'not read rightly'],
      [[`${at} S`, '1', ',"EF":"E"'], 'not to be used for billing'],
      [['yesterday', '1'], 'is no time'],
      [[`${at} S`, '1', ',"RI":"01-00:B2.08.00*FF"'], 'counts each session from zero'],
    ] as const) {
      const [time, value, more = ''] = shown;
      const answer = await of(
        record(
          serial,
          [
            ['2026-10-02T12:00:00,000+0200 S', '131.7'],
            [time, value, more],
          ],
          pair,
        ),
      );
      expect(answer.results[1]).toMatchObject({
        status: 'rejected',
        problem: { detail: expect.stringContaining(why) },
      });
    }
    expect(await of(record(serial, [[`${at} S`, '150']], pair, 'ECDSA-secp999-SHA256'))).toMatchObject({
      signature: { verdict: 'unsupported' },
      results: [{ status: 'created' }],
    });
  });

  it('comes as a file, each record a batch of its own with its signature', async () => {
    const file = [
      record(
        serial,
        [
          ['2026-10-06T10:00:00,000+0200 S', '160.5'],
          ['2026-10-06T11:00:00,000+0200 S', '161.5'],
        ],
        pair,
      ),
      record(serial, [['2026-10-07T10:00:00,000+0200 I', '170.5']], pair),
      record(serial, [['2026-10-08T10:00:00,000+0200 S', '180.5']], pair).replace('180.5', '180.6'),
    ].join('\n');
    const before = (await signatures()).length;
    const send = (query: string) =>
      service.ask('POST', `imports?name=session.ocmf${query}`, {
        token: market.treasurer,
        body: Buffer.from(file),
        headers: { 'content-type': 'application/octet-stream' },
      });
    const tried = await send('&dryRun=true');
    expect(tried.body).toMatchObject({ format: 'OCMF', created: 3, held: 1 });
    expect((await signatures()).length).toBe(before);
    const taken = await send('');
    expect(taken.body).toMatchObject({ format: 'OCMF', state: 'done', created: 3, held: 1 });
    const now = (await signatures()).slice(before);
    expect(now.map(({ verdict }) => verdict)).toEqual(['verified', 'verified', 'wrong']);
    expect((await send('')).body.created ?? 0).toBe(0);
  });

  it('stands in the record with its signature', async () => {
    await service.app.get(RecordService).bringUpToDate(market.communityId);
    const { head, alarms } = (await market.ask('GET', 'log/head')).body;
    expect(alarms).toEqual([]);
    const sealed = await service.database.transactions.inCommunity(market.communityId, (tx) =>
      tx.query(
        `SELECT 1 FROM batch_signature s JOIN record_entry e ON e.community_id = s.community_id AND e.id = s.id AND e.idx < $1 AND e.type = 'batch-signature'
         WHERE s.community_id = current_community()`,
        [head.size],
      ),
    );
    expect(sealed.length).toBe((await signatures()).length);
  });
});

describe('PostgreSQL', () => {
  it.each([
    ['a key that is changed', `UPDATE signing_key SET algorithm = 'prime256v1'`, /append-only|signing_key_of_one/],
    [
      'a revocation that is taken back',
      `UPDATE signing_key SET revoked_at = NULL, revoked_by = NULL, revoked_because = NULL WHERE revoked_at IS NOT NULL`,
      /append-only/,
    ],
    ['a key that is deleted', 'DELETE FROM signing_key', /append-only/],
    ['a verdict that is changed', `UPDATE batch_signature SET verdict = 'wrong', signing_key_id = NULL`, /append-only/],
    ['a signature that is deleted', 'DELETE FROM batch_signature', /append-only/],
    ['other bytes than were signed', `UPDATE batch_signature SET payload = 'x'`, /append-only|of_its_payload/],
    [
      'a verified signature of no key',
      `INSERT INTO batch_signature (community_id, id, batch_no, at, kind, verdict, detail, sha256, signature)
       SELECT community_id, gen_random_uuid(), no, now(), 'ocmf', 'verified', 'x', sha256('x'), 'x' FROM reading_batch LIMIT 1`,
      /names_its_key/,
    ],
    [
      'a third key of a gateway',
      `INSERT INTO signing_key (community_id, id, algorithm, public_key, token_id, since, registered_by)
       SELECT k.community_id, gen_random_uuid(), 'ed25519', sha256(n::text::bytea), k.token_id, now(), k.registered_by
       FROM (SELECT * FROM signing_key WHERE token_id IS NOT NULL LIMIT 1) k, generate_series(1, 3) n`,
      /two keys that work/,
    ],
    ['a person who must sign', `UPDATE access_token SET must_sign = true WHERE kind = 'person'`, /people_do_not_sign/],
  ])('refuses %s', async (_, sql, says) => {
    const client = await service.database.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.community_id', $1, true)`, [market.communityId]);
      await expect(client.query(sql)).rejects.toThrow(says);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('lets what was signed be erased, and nothing else of it', async () => {
    const id = (await signatures())[0]?.id ?? '';
    await service.database.transactions.inCommunity(market.communityId, (tx) =>
      tx.query('UPDATE batch_signature SET payload = NULL WHERE id = $1', [id]),
    );
    expect((await market.ask('GET', `signed-batches/${id}`)).body).toMatchObject({
      payload: null,
      verdict: 'verified',
    });
    expect((await market.ask('GET', `signed-batches/${id}/payload`)).status).toBe(404);
  });
});
