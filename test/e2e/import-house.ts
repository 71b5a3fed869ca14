import { addDays } from '../../src/domain/calendar/period.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import type { Answer, InProcess } from '../support/in-process.js';
import type { Service } from '../support/service.js';

/** A community in Brisbane with one hall, whose files are those of the market there: its time is UTC+10, as that of the files. */
export interface House {
  readonly communityId: string;
  readonly treasurer: string;
  /** The treasurer's token where no other is named. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  send(file: string | Uint8Array, query?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export const zone = 'Australia/Brisbane';

const found = async (access: AccessService, code: string) =>
  access.createCommunity({ code, name: code, currency: 'AUD', zone, treasurer: { name: 'Tess' } });

/** Founds it on a service that is asked without a socket. */
export async function houseIn(service: InProcess, code = 'market'): Promise<House> {
  const { communityId, token } = await found(service.app.get(AccessService), code);
  return withSite(communityId, token, (method, path, body, headers = {}) =>
    service.ask(method, path, { token, body, headers }),
  );
}

/** Founds it on a service that listens and works. */
export async function houseOf(service: Service, code = 'market'): Promise<House> {
  const { communityId, token } = await found(service.app.get(AccessService), code);
  return withSite(communityId, token, (method, path, body, headers) =>
    overHttp(service.url, token, method, path, body, headers),
  );
}

async function withSite(communityId: string, treasurer: string, ask: House['ask']): Promise<House> {
  const made = await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone });
  if (made.status !== 201) throw new Error(made.text);
  const send: House['send'] = (file, query = '', headers = {}) =>
    ask('POST', `imports${query}`, Buffer.from(file), { 'content-type': 'text/csv', ...headers });
  return { communityId, treasurer, ask, send };
}

export async function overHttp(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const isBytes = body instanceof Uint8Array;
  const reply = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined || isBytes ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json') === true;
  return {
    status: reply.status,
    text,
    body: isJson ? JSON.parse(text) : undefined,
    headers: Object.fromEntries(reply.headers),
  };
}

interface MeterOptions {
  readonly unit?: string;
  readonly kind?: 'interval' | 'cumulative';
  readonly register?: string;
  readonly minutes?: number;
}

/** Installs a meter with one register since the beginning of 2020. */
export async function installed(house: House, code: string, options: MeterOptions = {}): Promise<void> {
  const { unit = 'kWh', kind = 'interval', register = 'E1', minutes = 30 } = options;
  const answer = await house.ask('POST', 'meters', {
    site: 'OMH',
    code,
    name: code,
    role: 'sub',
    installedFrom: '2020-01-01T00:00:00+10:00',
    registers: [{ code: register, kind, unit, ...(kind === 'interval' ? { intervalMinutes: minutes } : {}) }],
  });
  if (answer.status !== 201) throw new Error(answer.text);
}

export const channel = (nmi: string): string => `200,${nmi},E1,E1,E1,N1,METER1,kWh,30,`;

/** Days of half-hours, each of the same value; 48 × 0.5 = 24. */
export const days = (from: string, count: number, value = '0.5'): string[] =>
  Array.from({ length: count }, (_, i) => {
    const date = addDays(from, i).replaceAll('-', '');
    return `300,${date},${Array.from({ length: 48 }, () => value).join(',')},A,,,20261105120000,`;
  });

export const nem12 = (...lines: string[]): string =>
  ['100,NEM12,202611050000,MDP1,COOP', ...lines, '900', ''].join('\r\n');

/** Use of a meter by day, as consumption tells it. */
export async function usedBy(house: House, meter: string, from: string, to: string): Promise<string[]> {
  const { body } = await house.ask('GET', `consumption?meter=${meter}&from=${from}&to=${to}&grain=day`);
  return body.series.flatMap(({ figures }: { figures: { quantity: string | null }[] }) =>
    figures.map(({ quantity }) => quantity ?? 'unknown'),
  );
}

/** How many readings a register has. */
export async function countOf(house: House, meter: string, register = 'E1'): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await house.ask(
      'GET',
      `readings?meter=${meter}&register=${register}&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    count += body.items.length as number;
    cursor = body.next as string | null;
  }
  return count;
}
