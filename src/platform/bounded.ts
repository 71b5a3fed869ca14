import { DomainError } from '../domain/errors.js';

/**
 * Work of which only so much is done at once, and only so much waits: a flood of one kind of request does not take what all the others
 * need. Who comes when the room is full is turned away at once.
 */
export class Bounded {
  private readonly waiting: (() => void)[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private taken = 0;

  /** @param atOnce how many are worked on @param inLine how many more may wait */
  constructor(
    private readonly atOnce: number,
    private readonly inLine: number,
  ) {}

  /** @throws DomainError `too-busy` where the line is full */
  async do<T>(work: () => Promise<T>): Promise<T> {
    await this.place();
    const done = work().finally(() => {
      this.running.delete(done);
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    });
    this.running.add(done);
    return done;
  }

  /** Waits until nothing is under way. */
  async idle(): Promise<void> {
    while (this.taken > 0) await Promise.allSettled(this.running);
  }

  /** A place among those worked on; it is handed over from one to the next. */
  private async place(): Promise<void> {
    if (this.taken < this.atOnce) {
      this.taken += 1;
      return;
    }
    if (this.waiting.length >= this.inLine)
      throw new DomainError('too-busy', 'Too many are doing this at once; try again in a moment.');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
