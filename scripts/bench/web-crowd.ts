/*
 * A thousand members in the demo, through its own API: each with a space that counts as one in equal shares, so that each has a line in every preview. Then a run of the month
 * that is over is calculated, as the treasurer does it.
 */

/** A run whose preview has so many members. */
export interface Crowd {
  readonly run: string;
  readonly members: number;
  /** The month that it bills. */
  readonly month: { readonly from: string; readonly to: string };
}

const atOnce = 20;

/** Comes in as the treasurer and says what to ask with. */
async function treasurerOf(url: string): Promise<(method: string, path: string, body?: object) => Promise<unknown>> {
  const headers = { 'content-type': 'application/json', 'commonmeter-client': 'web', origin: url };
  const entered = await fetch(`${url}/demo/enter`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ role: 'treasurer' }),
  });
  const cookie = entered.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { ...headers, cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
}

interface Exception {
  readonly id: string;
  readonly choices: readonly string[];
}

interface Runs {
  readonly items: readonly { readonly id: string; readonly period: { readonly from: string; readonly to: string } }[];
}

/** The last run that the demo has made. */
export async function lastRun(url: string): Promise<Runs['items'][number]> {
  const runs = (await (await treasurerOf(url))('GET', 'billing-runs?limit=100')) as Runs;
  const last = runs.items.toSorted((a, b) => b.period.to.localeCompare(a.period.to))[0];
  if (last === undefined) throw new Error('The demo has billed nothing yet.');
  return last;
}

/** Makes the members, answers what the readings ask, and calculates. */
export async function crowd(url: string, count: number, site = 'OMH'): Promise<Crowd> {
  const ask = await treasurerOf(url);
  const last = (await lastRun(url)).period.to;
  const month = { from: last, to: nextMonth(last) };
  await each(count, async (n) => {
    await ask('POST', 'members', { code: `C-${n}`, name: `Crowd ${n}` });
    await ask('POST', 'spaces', { site, code: `C-${n}`, name: `Crowd ${n}`, kind: 'let', area: '10' });
    await ask('POST', 'occupancies', { space: `C-${n}`, member: `C-${n}`, days: { from: month.from, to: null } });
  });
  const { id } = (await ask('POST', 'billing-runs', { site, period: month })) as { id: string };
  const calculate = async () =>
    (await ask('POST', `billing-runs/${id}/calculate`)) as { status: string; issues: { blocking: number } };
  if ((await calculate()).status !== 'previewed') {
    const open = (await ask('GET', `exceptions?site=${site}&state=open&limit=1000`)) as { items: Exception[] };
    for (const { id: asked, choices } of open.items)
      await ask('POST', `exceptions/${asked}/resolve`, { choice: choices[0], reason: 'Measured, not billed.' });
    const again = await calculate();
    if (again.status !== 'previewed')
      throw new Error(`The run of a thousand members is held up by ${again.issues.blocking} findings.`);
  }
  return { run: id, members: count, month };
}

const nextMonth = (first: string): string => {
  const [year = 0, month = 0] = first.split('-').map((part) => Number.parseInt(part, 10));
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
};

/** Some at once, so that the machine is busy and nobody waits for long. */
async function each(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}
