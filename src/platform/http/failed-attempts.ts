/**
 * Attempts of somebody, named by a network address or by whatever else: a bucket that refills with time.
 *
 * Where nothing else is said it holds 30 and refills by one every two seconds. Of failed attempts to sign in: while it is empty,
 * secrets from that address that have not been good before are not even looked up, so that guessing costs the database nothing. A key
 * that was good lately is never held up by a neighbour behind the same address.
 *
 * At most 10,000 names are remembered; the one heard of longest ago is forgotten first.
 */
const usual = { burst: 30, refillMs: 2_000 };
const capacity = 10_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

export class FailedAttempts {
  private readonly byAddress = new Map<string, Bucket>();

  /** @param pace how many attempts at once, and after how long another */
  constructor(
    private readonly pace: { readonly burst: number; readonly refillMs: number } = usual,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Whole seconds to wait before this address may try again; 0 where it may. */
  waitSeconds(address: string): number {
    const { left } = this.refilled(address);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * this.pace.refillMs) / 1000);
  }

  count(address: string): void {
    const { left, atMs } = this.refilled(address);
    this.byAddress.delete(address);
    this.byAddress.set(address, { left: Math.max(0, left - 1), atMs });
    const [oldest] = this.byAddress.keys();
    if (this.byAddress.size > capacity && oldest !== undefined) this.byAddress.delete(oldest);
  }

  private refilled(address: string): Bucket {
    const { burst, refillMs } = this.pace;
    const now = this.monotonicMs();
    const { left, atMs } = this.byAddress.get(address) ?? { left: burst, atMs: now };
    return { left: Math.min(burst, left + (now - atMs) / refillMs), atMs: now };
  }
}
