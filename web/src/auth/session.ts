/**
 * Who is signed in: a session in a cookie that no script can read, this one included. The only file that knows how people come in and leave; the
 * service tells the rest (docs/log-in.md).
 */
const fromOurPage = { 'content-type': 'application/json', 'commonmeter-client': 'web' };

/** Somebody whom a visitor of the demo may be. */
export interface Card {
  readonly role: string;
  readonly name: string;
}

const isThisMachine = (): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);

/** The people of a demo on this machine; nobody where there is none. */
export async function cards(): Promise<readonly Card[]> {
  if (!isThisMachine()) return [];
  const answer = await fetch('/demo/people');
  if (!answer.ok) return [];
  return ((await answer.json()) as { people: Card[] }).people;
}

/** Comes in as somebody of the demo, in place of whoever was in before. */
export async function enter(role: string): Promise<void> {
  const answer = await fetch('/demo/enter', { method: 'POST', headers: fromOurPage, body: JSON.stringify({ role }) });
  if (!answer.ok) throw new Error('The card was not taken.');
}

/** What every request of the app says of itself, so that no foreign page can be taken for it. */
export const ownHeaders = { 'commonmeter-client': 'web' } as const;
