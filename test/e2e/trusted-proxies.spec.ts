import { SystemClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Who stands behind a proxy is counted by their own address, as that proxy says it, and nobody else is believed. */

const proxy = '10.1.2.3';
let service: InProcess;

beforeAll(async () => {
  service = await inProcess(new SystemClock(), { TRUSTED_PROXIES: '192.0.2.7, 10.0.0.0/8' });
});
afterAll(() => service.close());

/** Asks for a link; what is sent back is 202, or 429 where this client asked too often. */
const status = async (from: string, forwarded: string): Promise<number> => {
  const headers = {
    'x-forwarded-for': forwarded,
    'commonmeter-client': 'web',
    host: '127.0.0.1:3000',
    origin: 'http://127.0.0.1:3000',
  };
  const answer = await service.ask('POST', 'log-in/link', { body: { email: 'a@example.org' }, headers, from });
  return answer.status;
};
/** What the eleventh hears who asks at once: ten are let through. */
const eleventh = async (from: string, forwarded: (i: number) => string): Promise<number> => {
  for (let i = 0; i < 10; i += 1) expect(await status(from, forwarded(i))).toBe(202);
  return status(from, forwarded(10));
};

it('one who asks too often behind a trusted proxy holds up nobody else behind it', async () => {
  expect(await eleventh(proxy, () => '198.51.100.1')).toBe(429);
  expect(await status(proxy, '198.51.100.2')).toBe(202);
  expect(await status('192.0.2.7', '198.51.100.1')).toBe(429);
});

it('does not hide behind addresses that they write there themselves', async () => {
  expect(await eleventh(proxy, (i) => `203.0.113.${i}, 198.51.100.3`)).toBe(429);
});

it('is not believed who is no trusted proxy', async () => {
  expect(await eleventh('203.0.113.200', (i) => `198.51.100.${100 + i}`)).toBe(429);
});

it.each(['everybody', '10.0.0.0/33', '10.0.0.0/0', '::/0', '10.0.0.0/8/8', ''].map((text) => `192.0.2.7,${text}`))(
  'refuses %j as a list of proxies',
  (text) => {
    expect(() => loadConfig({ TRUSTED_PROXIES: text })).toThrow(/TRUSTED_PROXIES.*must be addresses or nets/);
  },
);
