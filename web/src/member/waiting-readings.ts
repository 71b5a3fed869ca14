/**
 * Readings that were typed where there may be no network: a cellar, a meter cupboard. Each is written into the browser's own database first and leaves it when
 * the service has answered for it, so that neither a lost network nor a closed tab costs one. Nothing that opens anything is kept: a reading, its photo, and whose it is.
 */
export interface WaitingReading {
  /** Made when it was typed; by it the service recognises the same reading however often it comes (`Idempotency-Key`). */
  readonly key: string;
  /** Who typed it. Nobody else who uses the browser sends or sees it. */
  readonly person: string;
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  /** As the page named the display. */
  readonly name: string;
  readonly at: string;
  readonly value: string;
  readonly photo: Blob | null;
  /** What the service said where it refused it; then it waits for its person, not for the network. */
  readonly refusal: string | null;
}

const shelf = 'readings';
/** The index by person. */
const byPerson = 'person';

const opened = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const asking = indexedDB.open('commonmeter-waiting', 1);
    asking.onupgradeneeded = () =>
      asking.result.createObjectStore(shelf, { keyPath: 'key' }).createIndex(byPerson, byPerson);
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error ?? new Error('The browser keeps nothing.'));
  });

/** Works on the shelf, and is done when what was done is on the disk. */
async function onShelf<T>(mode: IDBTransactionMode, work: (readings: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(shelf, mode);
    const request = work(transaction.objectStore(shelf));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser could not keep it.'));
    });
    return request.result;
  } finally {
    database.close();
  }
}

/** Keeps a reading, or what became of it. @throws where the browser has no room for it or keeps nothing at all */
export const keepWaiting = (reading: WaitingReading): Promise<unknown> =>
  onShelf('readwrite', (readings) => readings.put(reading));

export const forgetWaiting = (key: string): Promise<unknown> =>
  onShelf('readwrite', (readings) => readings.delete(key));

/** What waits of somebody, in the order in which it was read. */
export async function waitingOf(person: string): Promise<readonly WaitingReading[]> {
  const found = await onShelf(
    'readonly',
    (readings) => readings.index(byPerson).getAll(person) as IDBRequest<WaitingReading[]>,
  );
  return found.toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
