/** What a key opens on every page. */
export type Everywhere = 'search' | 'keys';

interface EverywhereKey {
  readonly opens: Everywhere;
  readonly key: string;
  /** With Ctrl, or ⌘ where there is one; a chord works also where single keys are switched off. */
  readonly chord?: string;
}

/** Single keys of every page; those of the places stand with the places, those of a page with the page. */
export const everywhereKeys: readonly EverywhereKey[] = [
  { opens: 'search', key: '/', chord: 'k' },
  { opens: 'keys', key: '?' },
];

/** Pressed before the letter of a place. */
export const leader = 'g';

/** How the key of chords is called on this machine. */
export const chordKey = (): string => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl');
