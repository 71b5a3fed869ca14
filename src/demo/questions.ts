import type { ApiClient } from '../cli/client.js';
import type { Period } from '../domain/calendar/period.js';
import { site } from './found.js';

/** What the readings of the hall ask, and what its treasurer says having gone to look. */

interface Question {
  readonly id: string;
  readonly kind: string;
  readonly rule?: string;
}

const answers: Readonly<Record<string, { readonly choice: string; readonly reason: string }>> = {
  conflict: { choice: 'keep', reason: 'Checked at the meter: the first reading was right.' },
  'rollover-assumed': { choice: 'rollover-confirmed', reason: 'Its display has five digits, and began again.' },
  spike: { choice: 'accept', reason: 'The door of the cold room stood open for an hour; Ivy Dale found it.' },
  'missing-interval': { choice: 'estimate', reason: 'The logger had no power that night, and keeps nothing.' },
};

/** Looks at the readings of a month, so that what is odd becomes a question. */
export const look = (treasurer: ApiClient, period: Period): Promise<unknown> =>
  treasurer.post('/validations', { site, period });

/** Looks at the readings of a month, and answers what they ask. */
export async function answer(treasurer: ApiClient, period: Period): Promise<void> {
  await look(treasurer, period);
  const { items } = await treasurer.get<{ items: Question[] }>('/exceptions?state=open&limit=500');
  for (const { id, kind, rule } of items) {
    const given = answers[rule ?? kind];
    if (given) await treasurer.post(`/exceptions/${id}/resolve`, given);
  }
}
