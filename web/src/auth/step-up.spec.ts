import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchProved, setAsker } from './step-up';

const refused = () => Response.json({ code: 'step-up-needed' }, { status: 403 });
const address = 'http://hall.example/api/v1/billing-runs/x/issue';
const sent: string[] = [];
let answers: (() => Response)[] = [];
let takeBack: () => void;

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.text());
    return (answers.shift() ?? (() => Response.json({ ok: true })))();
  });
});
afterEach(() => {
  takeBack?.();
  vi.unstubAllGlobals();
});

const post = (body: string) => fetchProved(address, { method: 'POST', body });

it('sends the same again after somebody has proved a second factor', async () => {
  answers = [refused];
  takeBack = setAsker(() => Promise.resolve(true));
  expect((await post('{"note":"all"}')).status).toBe(200);
  expect(sent).toEqual(['{"note":"all"}', '{"note":"all"}']);
});

it('leaves the answer as it was where it is turned down, and can be asked again', async () => {
  answers = [refused, refused];
  const ask = vi.fn(() => Promise.resolve(false));
  takeBack = setAsker(ask);
  expect(await (await post('1')).json()).toEqual({ code: 'step-up-needed' });
  expect((await post('2')).status).toBe(403);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(sent).toEqual(['1', '2']);
});

it('asks once for several that wait at the same time', async () => {
  answers = [refused, refused];
  let prove: (isProved: boolean) => void = () => undefined;
  const ask = vi.fn(() => new Promise<boolean>((resolve) => (prove = resolve)));
  takeBack = setAsker(ask);
  const both = Promise.all([post('1'), post('2')]);
  await vi.waitFor(() => expect(ask).toHaveBeenCalled());
  prove(true);
  expect((await both).map(({ status }) => status)).toEqual([200, 200]);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('asks nobody for other refusals', async () => {
  answers = [() => Response.json({ code: 'not-allowed' }, { status: 403 }), () => new Response('', { status: 403 })];
  const ask = vi.fn(() => Promise.resolve(true));
  takeBack = setAsker(ask);
  expect([(await post('1')).status, (await post('2')).status]).toEqual([403, 403]);
  expect(ask).not.toHaveBeenCalled();
});
