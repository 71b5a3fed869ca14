import type { Principal } from '../../platform/http/principal.js';
import { freshMs, KnownKeys } from './known-keys.js';

const principal: Principal = { kind: 'device', communityId: 'c', tokenId: 't', roles: ['device'], memberIds: [] };
const noon = '2026-03-01T12:00:00Z';

function keysAt(time: { ms: number }): KnownKeys {
  const keys = new KnownKeys(() => time.ms);
  keys.remember('hash', { principal, expiresAt: null, generation: keys.generation });
  return keys;
}

describe('known keys', () => {
  it('are believed for five seconds and not a moment longer', () => {
    const time = { ms: 0 };
    const keys = keysAt(time);
    time.ms = freshMs - 1;
    expect(keys.fresh('hash', noon)).toBe(principal);
    time.ms = freshMs;
    expect(keys.fresh('hash', noon)).toBeUndefined();
  });

  it('are not believed once anything was revoked in this process', () => {
    const keys = keysAt({ ms: 0 });
    keys.doubtAll();
    expect(keys.fresh('hash', noon)).toBeUndefined();
  });

  it('are not believed where the answer was asked for before a revocation and came after it', () => {
    const keys = new KnownKeys(() => 0);
    const { generation } = keys;
    keys.doubtAll();
    keys.remember('hash', { principal, expiresAt: null, generation });
    expect(keys.fresh('hash', noon)).toBeUndefined();
  });

  it('end at the instant at which they expire, remembered or not', () => {
    const keys = new KnownKeys(() => 0);
    keys.remember('hash', { principal, expiresAt: noon, generation: keys.generation });
    expect(keys.fresh('hash', '2026-03-01T11:59:59.999Z')).toBe(principal);
    expect(keys.fresh('hash', noon)).toBeUndefined();
  });

  it('remember that a key was good while it is asked for anew, and forget one that is not', () => {
    const keys = keysAt({ ms: 0 });
    keys.doubtAll();
    expect(keys.wasGood('hash')).toBe(true);
    keys.forget('hash');
    expect(keys.wasGood('hash')).toBe(false);
  });

  it('forget the one checked longest ago when there are too many', () => {
    const keys = keysAt({ ms: 0 });
    for (let i = 0; i < 10_000; i += 1)
      keys.remember(`hash ${i}`, { principal, expiresAt: null, generation: keys.generation });
    expect([keys.wasGood('hash'), keys.wasGood('hash 0'), keys.wasGood('hash 9999')]).toEqual([false, true, true]);
  });
});
