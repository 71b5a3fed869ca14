import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { familyOf } from './families.js';
import { type Arrival, onReceipt, type Receipts } from './receipts.js';
import type { Said } from './said.js';

/** What became of a message when it was read. */
export type Outcome = 'read' | 'nothing-counted' | 'undated' | 'not-understood';

/** What a message of a device came to. */
export interface Received {
  readonly family: string;
  readonly outcome: Outcome;
  readonly said: readonly Said[];
  /** Why it could not be read. */
  readonly problem?: string;
}

/** A device says in a few hundred characters what it counts. */
const mostBytes = 65_536;

/** Reads a message and dates what it says. Whatever it is, it comes to something. */
export function receive(
  { topic, payload }: { readonly topic: string; readonly payload: Buffer },
  receivedAt: Instant,
  arrival: Arrival,
  receipts: Receipts,
): Received {
  const levels = topic.split('/');
  const family = familyOf(levels);
  if (!family || payload.length === 0)
    return { family: family?.name ?? 'unknown', outcome: 'nothing-counted', said: [] };
  try {
    const { said, undated } = receipts.date(family.read(levels, textOf(payload), onReceipt), receivedAt, arrival);
    const outcome = said.length > 0 ? 'read' : undated > 0 ? 'undated' : 'nothing-counted';
    return { family: family.name, outcome, said };
  } catch (error) {
    // A device must not be able to end the process, not even by a fault of ours.
    const problem = error instanceof DomainError ? error.message : `It could not be read: ${String(error)}`;
    return { family: family.name, outcome: 'not-understood', said: [], problem };
  }
}

function textOf(payload: Buffer): string {
  if (payload.length > mostBytes)
    throw new DomainError('too-large', `The message has ${payload.length} bytes; a device sends at most ${mostBytes}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    throw new DomainError('invalid-input', 'The message is not UTF-8 text.');
  }
}
