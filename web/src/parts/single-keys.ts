import { useSyncExternalStore } from 'react';

/**
 * Whether single keys do anything (WCAG 2.1.4): who speaks to the machine, or meets a key by chance, switches them off. It belongs to the keyboard and
 * not to the person, and so it is kept in this browser, as the choice of light or dark is.
 */
const place = 'commonmeter-single-keys';
const listeners = new Set<() => void>();
let chosen = true;

/** Read where a key is pressed, so that what was chosen in another tab holds here. A browser that keeps nothing goes by this tab. */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(place) === null ? chosen : localStorage.getItem(place) === 'on';
  } catch {
    return chosen;
  }
}

export function switchSingleKeys(isOn: boolean): void {
  chosen = isOn;
  try {
    localStorage.setItem(place, isOn ? 'on' : 'off');
  } catch {
    // Until the tab is closed, then.
  }
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  addEventListener('storage', tell);
  return () => {
    listeners.delete(tell);
    removeEventListener('storage', tell);
  };
}

/** The same for what is shown. */
export const useSingleKeys = (): boolean => useSyncExternalStore(listen, areSingleKeysOn);
