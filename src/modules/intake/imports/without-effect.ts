import type { Tx } from '../../../platform/database/transactions.js';

/** Carries a result past the end of what it undoes. */
class Undone<T> {
  constructor(readonly result: T) {}
}

/** Does work, undoes it, and tells what came out of it. */
export async function withoutEffect<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  try {
    return await tx.undoable<never>(async () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is no error: leaving by a throw is what undoes the work
      throw new Undone(await work());
    });
  } catch (thrown) {
    if (thrown instanceof Undone) return (thrown as Undone<T>).result;
    throw thrown;
  }
}
