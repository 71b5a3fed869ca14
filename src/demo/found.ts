import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { addDays, type CivilDate, type Period } from '../domain/calendar/period.js';
import { startOfDay } from '../domain/calendar/zone.js';
import { ApiClient } from '../cli/client.js';
import type { Output } from '../cli/output.js';
import { AccessService } from '../modules/access/access.service.js';
import {
  coldRoom,
  commonMeters,
  type DemoStall,
  landlord,
  leaver,
  move,
  restarting,
  rolling,
  sourceMeter,
  stalls,
} from './hall.js';
import { zone } from './readings.js';

/** The hall's people, places and meters, as their treasurer would enter them. */

export const site = 'OMH';

/** Bearer tokens by role; `rosa` is the member of stall 7. */
export type Tokens = Readonly<Record<'treasurer' | 'approver' | 'auditor' | 'installer' | 'member' | 'device', string>>;

const slug = (no: number): string => `STALL-${String(no).padStart(2, '0')}`;
const openFrom = (from: CivilDate) => ({ from, to: null });

/** Founds the co-op and its treasurer. The one step that is no request: before it there is nobody who could ask. */
export async function foundCommunity(app: NestFastifyApplication): Promise<string> {
  const made = await app.get(AccessService, { strict: false }).createCommunity({
    code: site,
    name: 'Old Market Hall Co-operative Ltd',
    address: '1 Market Street, Todmorden OL14 5AJ',
    currency: 'GBP',
    zone,
    registrationNo: '12345R',
    contactEmail: 'energy@oldmarkethall.example',
    contactPhone: '01700 000000',
    demo: true,
    secondFactor: 'relaxed',
    treasurer: { name: 'Ade Okafor', email: 'treasurer@oldmarkethall.example' },
    policies: {
      tax: { registered: true, vatNumber: 'GB 123 4567 89', rounding: 'half-up' },
      'payment-terms': { dueDays: 27 },
      'payment-details': {
        accountName: 'Old Market Hall Co-op',
        sortCode: '00-00-00',
        accountNumber: '00000000',
        referencePrefix: 'MH',
      },
      numbering: { seriesPrefix: 'MH' },
      // Long enough to hold the mails back, short enough to see them go.
      mailing: { undoMinutes: 1 },
      help: {
        complaints: 'The treasurer, then the board, then the Energy Ombudsman where it applies.',
        disputeDays: 30,
      },
    },
  });
  return made.token;
}

/**
 * Members, spaces and who is where. The candle maker leaves stall 19 when the model month begins, and the phone repairer moves there from stall 21 on its
 * 16th.
 */
export async function enterPlaces(api: ApiClient, months: readonly Period[]): Promise<void> {
  const first = months[0]?.from ?? '';
  const model = months.at(-1)?.from ?? '';
  const moved = addDays(model, move.dayOfMonth - 1);
  await api.post('/sites', {
    code: site,
    name: 'Old Market Hall',
    address: '1 Market Street, Todmorden OL14 5AJ',
    zone,
  });
  await api.post('/members', {
    code: landlord.code,
    name: landlord.name,
    contactName: landlord.contact,
    trade: landlord.trade,
  });
  for (const stall of stalls) {
    const code = slug(stall.no);
    await api.post('/spaces', {
      site,
      code,
      name: `Stall ${stall.no}`,
      kind: 'let',
      area: stall.area,
      vacantPayer: landlord.code,
    });
    if (stall.member === null) continue;
    await enterMember(api, stall.no, stall.member);
    const { code: member } = stall.member;
    const days = member === move.member ? { from: first, to: moved } : openFrom(first);
    await api.post('/occupancies', { space: code, member, days });
  }
  await enterMember(api, leaver.stall, leaver.member);
  const days = { from: first, to: model };
  await api.post('/occupancies', { space: slug(leaver.stall), member: leaver.member.code, days });
  await api.post('/occupancies', { space: slug(move.to.stall), member: move.member, days: openFrom(moved) });
  for (const { space, name, area } of commonMeters) {
    await api.post('/spaces', { site, code: space, name, kind: 'common', area });
  }
}

const enterMember = (
  api: ApiClient,
  stall: number,
  { code, name, contact, trade }: NonNullable<DemoStall['member']>,
): Promise<unknown> =>
  api.post('/members', {
    ...{ code, name, contactName: contact, trade },
    email: `m${code}@oldmarkethall.example`,
    address: `Stall ${stall}, Old Market Hall\nTodmorden OL14 5AJ`,
  });

/** Thirty-one meters: displays, of which one has only five digits and one starts again after a power cut, and a logger of half-hours. */
export async function installMeters(api: ApiClient, months: readonly Period[], out: Output): Promise<void> {
  const installedFrom = startOfDay(months[0]?.from ?? '', zone);
  const register = (code: string) => ({
    ...{ code: 'import', unit: 'kWh', maxPerHour: '60' },
    ...(code === coldRoom.meter ? { kind: 'interval', intervalMinutes: 30 } : { kind: 'cumulative' }),
    ...(code === rolling.meter ? { capacity: rolling.capacity } : {}),
    ...(code === restarting ? { restarts: true } : {}),
  });
  const meters = [
    { code: sourceMeter.code, name: sourceMeter.name, role: 'source', space: null },
    ...stalls.flatMap((s) => s.meters.map(({ code, name }) => ({ code, name, role: 'sub', space: slug(s.no) }))),
    ...commonMeters.map(({ code, name, space }) => ({ code, name, role: 'sub', space })),
  ];
  for (const [i, meter] of meters.entries()) {
    await api.post('/meters', {
      site,
      ...meter,
      serial: `OMH-${meter.code.slice(2)}-A`,
      installedFrom,
      registers: [register(meter.code)],
    });
    out.progress('Installing meters', i + 1, meters.length);
  }
}

/** Makes somebody known, and a token that acts for them. */
export async function tokenOf(api: ApiClient, name: string, roles: readonly object[]): Promise<string> {
  const email = `${name.toLowerCase().replace(' ', '.')}@oldmarkethall.example`;
  const person = await api.post<{ id: string }>('/people', { name, email, roles });
  return (await api.post<{ token: string }>('/tokens', { name: 'demo', personId: person.id })).token;
}

/** The second approver, the auditor, the installer, Rosa of stall 7, and a gateway that pushes for the whole hall. */
export async function invite(api: ApiClient, treasurer: string): Promise<Tokens> {
  return {
    treasurer,
    approver: await tokenOf(api, 'Jo Lund', [{ role: 'approver' }]),
    auditor: await tokenOf(api, 'Sam Holroyd', [{ role: 'auditor' }]),
    installer: await tokenOf(api, 'Kim Brook', [{ role: 'installer' }]),
    member: await tokenOf(api, 'Rosa Hartley', [{ role: 'member', member: '0711' }]),
    device: (await api.post<{ token: string }>('/device-keys', { name: 'Gateway in the hall', site })).token,
  };
}
