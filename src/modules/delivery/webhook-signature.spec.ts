import fc from 'fast-check';
import { signWebhook, signWebhookByAll, verifyWebhook } from './webhook-signature.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const message = { id: 'msg_1', timestamp: 1_614_265_330, payload: '{"test": 2432232314}' };
const headers = (signature: string) => ({ id: message.id, timestamp: String(message.timestamp), signature });
const judge = (signature: string, payload = message.payload, now = message.timestamp) =>
  verifyWebhook(secret, headers(signature), payload, now);

describe('a signed webhook', () => {
  it('is genuine for whoever has the secret, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 4_000_000_000 }), (payload, timestamp) => {
        const signature = signWebhook(secret, { id: 'msg_1', timestamp, payload });
        const given = { id: 'msg_1', timestamp: String(timestamp), signature };
        expect(verifyWebhook(secret, given, payload, timestamp)).toBe('genuine');
      }),
    );
  });

  it('is not ours where body, id, time or secret differ', () => {
    const signature = signWebhook(secret, message);
    expect(judge(signature, '{"test": 2432232315}')).toBe('not-ours');
    expect(verifyWebhook(other, headers(signature), message.payload, message.timestamp)).toBe('not-ours');
    expect(verifyWebhook(secret, { ...headers(signature), id: 'msg_2' }, message.payload, message.timestamp)).toBe(
      'not-ours',
    );
    const later = { ...headers(signature), timestamp: String(message.timestamp + 1) };
    expect(verifyWebhook(secret, later, message.payload, message.timestamp)).toBe('not-ours');
  });

  it('needs one signature of several, and passes over versions it does not know', () => {
    const both = signWebhookByAll([other, secret], message);
    expect(both.split(' ')).toHaveLength(2);
    expect(judge(both)).toBe('genuine');
    expect(judge(`v2,abcd v1,AAAA ${signWebhook(secret, message)}`)).toBe('genuine');
    expect(judge(`v1,AAAA v1,%%%`)).toBe('not-ours');
  });

  it('is malformed without a signature of version 1, a whole time or an id', () => {
    expect(judge('')).toBe('malformed');
    expect(judge('v1a,abcd')).toBe('malformed');
    const good = headers(signWebhook(secret, message));
    expect(verifyWebhook(secret, { ...good, timestamp: '1.5e9' }, message.payload, 0)).toBe('malformed');
    expect(verifyWebhook(secret, { ...good, id: 'a.b' }, message.payload, 0)).toBe('malformed');
  });

  it.each([
    [300, 'genuine'],
    [301, 'too-old'],
    [-300, 'genuine'],
    [-301, 'too-new'],
  ] as const)('read %i seconds later is %s', (seconds, verdict) => {
    expect(judge(signWebhook(secret, message), message.payload, message.timestamp + seconds)).toBe(verdict);
  });

  it('is not made with a secret that is none, and the refusal does not repeat it', () => {
    expect(() => signWebhook('whsec_c2hvcnQ=', message)).toThrow(/24 to 64 bytes/);
    expect(() => signWebhook('c2hvcnQ=', message)).toThrow(/^(?!.*c2hvcnQ).*$/s);
  });

  it('is not made of an id with a point, or of a broken second', () => {
    expect(() => signWebhook(secret, { ...message, id: 'a.b' })).toThrow(/without a point/);
    expect(() => signWebhook(secret, { ...message, timestamp: 1.5 })).toThrow(/whole seconds/);
  });
});
