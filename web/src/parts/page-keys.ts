import { useEffect, useSyncExternalStore } from 'react';

/** What a key does, for the sheet of all keys; several are pressed one after another. */
export interface KeyWords {
  readonly keys: readonly string[];
  readonly does: string;
}

/** The keys of one part of a page. Whoever listens to them names them here, from the list that it goes by. */
export interface PageKeys {
  readonly where: string;
  readonly keys: readonly KeyWords[];
}

let shown: readonly PageKeys[] = [];
const listeners = new Set<() => void>();

function show(next: readonly PageKeys[]): void {
  shown = next;
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Has the sheet list these keys for as long as what they do is on the page. @param own the same object from one drawing to the next */
export function usePageKeys(own: PageKeys): void {
  useEffect(() => {
    show([...shown, own]);
    return () => show(shown.filter((one) => one !== own));
  }, [own]);
}

/** The keys of what is on the page now. */
export const useShownKeys = (): readonly PageKeys[] => useSyncExternalStore(listen, () => shown);
