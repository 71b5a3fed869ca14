import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { commitment, entryLeaf, entryText, type RecordEntry } from './entry.js';

const salt = 'ab'.repeat(32);
const fact = { stall: '12', from: '2026-10-01', by: { kind: 'person', id: 'p-1' } };
const entry: RecordEntry = {
  id: '01976f1e-0000-7000-8000-000000000001',
  type: 'occupancy.created',
  at: '2026-10-01T08:00:00.000Z',
  commitment: commitment(fact, salt),
};

describe('commitment', () => {
  it('is HMAC-SHA-256 of the canonical fact under the salt', () => {
    const text = '{"by":{"id":"p-1","kind":"person"},"from":"2026-10-01","stall":"12"}';
    expect(commitment(fact, salt)).toBe(createHmac('sha256', Buffer.from(salt, 'hex')).update(text).digest('hex'));
  });

  it('is another for another fact and for another salt', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        expect(commitment({ a }, salt)).not.toBe(commitment({ a: b }, salt));
        expect(commitment({ a }, salt)).not.toBe(commitment({ a }, 'cd'.repeat(32)));
      }),
    );
  });

  it.each(['', 'ab', 'AB'.repeat(32), 'ab'.repeat(33)])('is not made with the salt %j', (short) => {
    expect(() => commitment(fact, short)).toThrow('32 bytes');
  });
});

describe('an entry', () => {
  it('says that something was said, and not what', () => {
    expect(entryText(entry)).toBe(
      `{"at":"2026-10-01T08:00:00.000Z","c":"${entry.commitment}","id":"01976f1e-0000-7000-8000-000000000001","type":"occupancy.created","v":1}`,
    );
  });

  it('has another leaf when any of its fields is another', () => {
    const leaf = entryLeaf(entry);
    const others = [{ id: 'x' }, { type: 'x' }, { at: 'x' }, { commitment: '0'.repeat(64) }];
    for (const change of others) expect(entryLeaf({ ...entry, ...change })).not.toBe(leaf);
  });
});
