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
  if (!answer.ok) {
    await answer.text(); // what is not read stays open in the browser
    return [];
  }
  return ((await answer.json()) as { people: Card[] }).people;
}

/** Comes in as somebody of the demo, in place of whoever was in before. */
export async function enter(role: string): Promise<void> {
  const answer = await fetch('/demo/enter', { method: 'POST', headers: fromOurPage, body: JSON.stringify({ role }) });
  if (!answer.ok) throw new Error('The card was not taken.');
}

/** What can be done with the demo as a whole. */
export interface DemoPowers {
  readonly canReset: boolean;
  readonly canJump: boolean;
}

/** What this browser may do with the demo; nothing where it is not on this machine. */
export async function demoPowers(): Promise<DemoPowers> {
  const answer = isThisMachine() ? await fetch('/demo') : undefined;
  if (answer?.ok) return (await answer.json()) as DemoPowers;
  await answer?.text();
  return { canReset: false, canJump: false };
}

const tell = async (path: string): Promise<void> => {
  const answer = await fetch(path, { method: 'POST', headers: fromOurPage, body: '{}' });
  await answer.text();
  if (!answer.ok) throw new Error('The demo did not take that.');
};

let isBetween = false;
/** Whether the demo has ended this session and we are about to begin another: who is refused meanwhile waits. */
export const isBetweenSessions = (): boolean => isBetween;

async function acrossSessions(work: () => Promise<void>): Promise<void> {
  isBetween = true;
  try {
    await work();
  } catch (error) {
    isBetween = false;
    throw error;
  }
}

/** Goes on at the beginning of the next month. By then this session is over: one comes in again as who one was. */
export const toNextMonth = (role: string): Promise<void> =>
  acrossSessions(async () => {
    await tell('/demo/next-month');
    await enter(role);
  });

const lookEveryMs = 1_000;

/** Has the demo made anew, waits until it is there again, and comes in as who one was. */
export const resetDemo = (role: string): Promise<void> =>
  acrossSessions(async () => {
    await tell('/demo/reset');
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      // Nobody answers while the service is down.
      const there = await cards().catch(() => []);
      if (there.length > 0) return enter(role);
    }
  });

/** What every request of the app says of itself, so that no foreign page can be taken for it. */
export const ownHeaders = { 'commonmeter-client': 'web' } as const;
