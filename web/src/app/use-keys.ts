import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { areSingleKeysOn } from '../parts/single-keys';
import { type Everywhere, everywhereKeys, leader } from './everywhere-keys';
import type { Place } from './places';

/** So long after its `g` the letter of a place is still meant as one. */
const followsWithinMs = 1_500;

/** Whether what has the focus takes letters itself. */
function takesLetters(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|submit|reset|file)$/.test(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

const isBehindDialog = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** Listens to the keys that do the same on every page. What a page has taken for itself, a text field or an open dialog, is left alone. */
export function useKeys(places: readonly Place[], open: (what: Everywhere) => void): void {
  const navigate = useNavigate();
  const ledAt = useRef(-followsWithinMs);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || takesLetters(event.target) || isBehindDialog()) return;
      const hasChord = event.ctrlKey || event.metaKey;
      if (event.altKey || (!hasChord && !areSingleKeysOn())) return;
      const follows = !hasChord && event.timeStamp - ledAt.current < followsWithinMs;
      ledAt.current = !hasChord && event.key === leader ? event.timeStamp : -followsWithinMs;
      const place = follows ? places.find(({ key }) => key === event.key) : undefined;
      const meant = everywhereKeys.find(({ key, chord }) => event.key.toLowerCase() === (hasChord ? chord : key));
      if (place) void navigate({ to: place.to });
      else if (meant) open(meant.opens);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [places, open, navigate]);
}
