import { bandWindows } from '../../src/domain/calendar/bands.js';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { firstValidation } from '../../src/modules/community/validation-terms.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import type { Answer, InProcess } from '../support/in-process.js';

/**
 * A market of four stalls and a hall in October 2026, small enough to be billed by hand.
 *
 * Every meter runs evenly, so its kWh are its kW times the hours: day 07–24, night 00–07, London, 31 days, one of 25 hours:
 * 527 hours of day and 218 of night.
 *
 *   stall 1, 20 m², ROSA all month             1.0 kW   527   kWh day  218   night
 *   stall 2, 30 m², LUND all month             2.0 kW  1054            436
 *   stall 3, 25 m², ADAM to the 15th           1.0 kW   255            105
 *                   BELA from the 16th                  272            113
 *   stall 4, 15 m², empty, OWNR pays           0.2 kW   105.4           43.6
 *   hall                                       0.4 kW   210.8           87.2
 *   source                                     4.7 kW  2476.9         1024.6    0.1 kW are losses: 2.1 %
 *
 * So even a use, and one in an empty stall, would be asked about: this market has agreed that it is not.
 */
export const october = { from: '2026-10-01', to: '2026-11-01' };

export const stalls = [
  { meter: 'M1', space: 'S1', watts: 1000 },
  { meter: 'M2', space: 'S2', watts: 2000 },
  { meter: 'M3', space: 'S3', watts: 1000 },
  { meter: 'M4', space: 'S4', watts: 200 },
  { meter: 'MH', space: 'HALL', watts: 400 },
  { meter: 'SRC', space: null, watts: 4700 },
] as const;

export interface Market {
  readonly communityId: string;
  readonly treasurer: string;
  readonly approver: string;
  readonly rosa: string;
  readonly memberIds: Readonly<Record<string, string>>;
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
}

const energy = (watts: number): string => `${Math.trunc(watts / 1000)}.${String(watts % 1000).padStart(3, '0')}`;

/** Hourly readings of a meter over a span, as a device sends them. */
export function hourly(meter: string, watts: number, from: string, to: string): object[] {
  const readings = [];
  for (let at = epochMs(from); at < epochMs(to); at += 3_600_000) {
    readings.push({
      meter,
      register: 'import',
      from: fromEpochMs(at),
      to: fromEpochMs(at + 3_600_000),
      quantity: energy(watts),
      unit: 'kWh',
    });
  }
  return readings;
}

const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
const always = { from: '2026-01-01', to: null };
const version = (terms: object) => ({ days: always, terms, ...decided });
const metered = (calendar: string | null, band: string | null) =>
  version({ kind: 'metered', calendar, band, residual: { policy: 'to-common', key: 'area' } });

export const dayNight = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};
export const windowsOfOctober = () =>
  bandWindows(dayNight, { from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' }, 'Europe/London');

export const bill = (more: object = {}) => ({
  site: 'OMH',
  supplier: 'Northgrid',
  number: 'NE-1',
  utility: 'electricity',
  period: october,
  currency: 'GBP',
  net: '681.65',
  tax: '136.33',
  gross: '817.98',
  components: [
    {
      description: 'Day units',
      kind: 'energy',
      band: 'day',
      quantity: '2476.9',
      unit: 'kWh',
      price: '0.20',
      amount: '495.38',
      tax: '99.08',
      taxCode: 'S',
      key: 'day',
    },
    {
      description: 'Night units',
      kind: 'energy',
      band: 'night',
      quantity: '1024.6',
      unit: 'kWh',
      price: '0.10',
      amount: '102.46',
      tax: '20.49',
      taxCode: 'S',
      key: 'night',
    },
    {
      description: 'Standing charge',
      kind: 'standing',
      quantity: '31',
      unit: 'days',
      price: '1.80',
      amount: '55.80',
      tax: '11.16',
      taxCode: 'S',
      key: 'equal',
    },
    {
      description: 'Climate Change Levy',
      kind: 'levy',
      quantity: '3501.5',
      unit: 'kWh',
      price: '0.008',
      amount: '28.01',
      tax: '5.60',
      taxCode: 'S',
      key: 'all',
    },
  ],
  ...more,
});

/** The same supplier's bill of a day of 17 and 7 hours at 4.7 kW: 79.9 and 32.9 kWh. */
export function billOfDay(period: { readonly from: string; readonly to: string }, more: object = {}) {
  const [first, second, third, fourth] = bill().components;
  const components = [
    { ...first, quantity: '79.9', amount: '15.98', tax: '3.20' },
    { ...second, quantity: '32.9', amount: '3.29', tax: '0.66' },
    { ...third, quantity: '1', amount: '1.80', tax: '0.36' },
    { ...fourth, quantity: '112.8', amount: '0.90', tax: '0.18' },
  ];
  return bill({ period, net: '21.97', tax: '4.40', gross: '26.37', components, ...more });
}

export interface MarketOptions {
  readonly registered?: boolean;
  readonly withReadings?: boolean;
  readonly withBill?: boolean;
  readonly code?: string;
  /** For how long statements wait before they leave by e-mail; ten minutes where nothing is said. */
  readonly undoMinutes?: number;
  /** What members are called, by code, where it is not the usual. */
  readonly names?: Readonly<Record<string, string>>;
  /** Of the source meter; null where there is none. */
  readonly sourceWatts?: number | null;
}

type Ask = Market['ask'];

/** A community and those who run it, made past HTTP because no route makes communities. */
export interface Founded extends Omit<Market, 'rosa' | 'memberIds'> {
  /** A token for one more person. */
  readonly person: (name: string, roles: Parameters<AccessService['addPerson']>[1]['roles']) => Promise<string>;
}

/** Founds the community of a market, with a treasurer and an approver. */
export async function foundCommunity(
  service: Pick<InProcess, 'app' | 'ask'>,
  { registered = true, code = 'market', undoMinutes = 10 }: MarketOptions = {},
): Promise<Founded> {
  const access = service.app.get(AccessService);
  const { communityId, token: treasurer } = await access.createCommunity({
    code,
    name: 'Old Market Hall Co-operative',
    address: '1 Market Street, Todmorden OL14 5AJ',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess Treasurer' },
    policies: {
      tax: { registered, vatNumber: registered ? 'GB 123 4567 89' : null, rounding: 'half-up' },
      numbering: { seriesPrefix: 'MH' },
      mailing: { undoMinutes },
      validation: {
        ...firstValidation,
        'stuck-intervals': { mode: 'off', days: 2 },
        'inactive-use': { mode: 'off', perDay: '1' },
      },
    },
  });
  const person: Founded['person'] = async (name, roles) => {
    const { personId } = await access.addPerson(communityId, { name, email: '', roles }, { kind: 'system', id: null });
    return (await access.issuePersonToken(communityId, personId, 'test')).token;
  };
  const approver = await person('Amir Approver', [{ role: 'approver' }]);
  const ask: Ask = (method, path, body, token = treasurer) => service.ask(method, path, { token, body });
  return { communityId, treasurer, approver, ask, person };
}

/** Founds the market: its people, and all else through the API. */
export async function foundMarket(service: InProcess, options: MarketOptions = {}): Promise<Market> {
  const { person, ...founded } = await foundCommunity(service, options);
  const memberIds = await fillMarket(founded.ask, options);
  const rosa = await person('Rosa', [{ role: 'member', memberId: memberIds['ROSA'] ?? '' }]);
  return { ...founded, rosa, memberIds };
}

/** Everything of the market that is made through the API. @returns the ids of the members by code */
export async function fillMarket(ask: Ask, options: MarketOptions = {}): Promise<Record<string, string>> {
  const { withReadings = true, withBill = true, sourceWatts = 4700, names = {} } = options;
  const installed = stalls
    .map((stall) => ({ ...stall, watts: stall.meter === 'SRC' ? sourceWatts : stall.watts }))
    .flatMap(({ watts, ...stall }) => (watts === null ? [] : [{ ...stall, watts }]));
  const make = async (path: string, body: unknown, expected = 201): Promise<Answer['body']> => {
    const answer = await ask('POST', path, body);
    if (answer.status !== expected) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  await make('sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  const memberIds: Record<string, string> = {};
  for (const member of ['ROSA', 'LUND', 'ADAM', 'BELA', 'OWNR']) {
    const name = names[member] ?? `${member} & Co`;
    memberIds[member] = (await make('members', { code: member, name, trade: 'bakery' })).id as string;
  }
  const spaces = [
    ['S1', 'let', '20'],
    ['S2', 'let', '30'],
    ['S3', 'let', '25'],
    ['S4', 'let', '15'],
    ['HALL', 'common', '10'],
  ] as const;
  for (const [space, kind, area] of spaces) {
    await make('spaces', {
      site: 'OMH',
      code: space,
      name: `Stall ${space}`,
      kind,
      area,
      ...(space === 'S4' ? { vacantPayer: 'OWNR' } : {}),
    });
  }
  const held = [
    ['S1', 'ROSA', '2026-01-01', null],
    ['S2', 'LUND', '2026-01-01', null],
    ['S3', 'ADAM', '2026-01-01', '2026-10-16'],
    ['S3', 'BELA', '2026-10-16', null],
  ] as const;
  for (const [space, member, from, to] of held) await make('occupancies', { space, member, days: { from, to } });
  await make('tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: always });
  await make('band-calendars', { code: 'DN', name: 'Day and night', ...dayNight });
  await make('keys', { code: 'area', name: 'Floor area', version: version({ kind: 'area' }) });
  await make('keys', { code: 'equal', name: 'Equal shares', version: version({ kind: 'equal' }) });
  await make('keys', { code: 'day', name: 'Metered use by day', version: metered('DN', 'day') });
  await make('keys', { code: 'night', name: 'Metered use by night', version: metered('DN', 'night') });
  await make('keys', { code: 'all', name: 'Metered use', version: metered(null, null) });
  await make('tariffs', {
    code: 'fee',
    name: 'Metering fee',
    version: version({ calendar: null, components: [{ kind: 'standing', name: 'Metering', perDay: '0.10' }] }),
  });
  const charge = (given: object) => make('charges', { site: 'OMH', taxCode: 'S', days: always, ...given });
  const monthly = { kind: 'recurring', per: 'month' };
  await charge({
    code: 'rent-1',
    description: 'Rent of stall 1',
    section: 'rent',
    ...monthly,
    amount: '310.00',
    space: 'S1',
  });
  await charge({
    code: 'rent-3',
    description: 'Rent of stall 3',
    section: 'rent',
    ...monthly,
    amount: '155.00',
    space: 'S3',
  });
  await charge({
    code: 'service',
    description: 'Service charge',
    section: 'service',
    ...monthly,
    amount: '279.00',
    key: 'area',
  });
  await charge({
    code: 'internet',
    description: 'Internet',
    section: 'internet',
    ...monthly,
    amount: '62.00',
    key: 'equal',
  });
  await charge({
    code: 'metering',
    description: 'Metering and billing',
    section: 'fee',
    kind: 'tariff',
    tariff: 'fee',
  });
  for (const { meter, space } of installed) {
    await make('meters', {
      site: 'OMH',
      code: meter,
      name: meter,
      role: space === null ? 'source' : 'sub',
      space,
      installedFrom: '2026-01-01T00:00:00Z',
      serial: meter,
      registers: [{ code: 'import', kind: 'interval', unit: 'kWh', intervalMinutes: 60 }],
    });
  }
  if (withReadings) {
    const readings = installed.flatMap(({ meter, watts }) =>
      hourly(meter, watts, '2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'),
    );
    await make('readings', { readings }, 200);
  }
  if (withBill) await make('supplier-bills', bill());
  return memberIds;
}

/** Lets the service do its jobs. */
export const work = (service: InProcess): void => beginWork(service.app);

/** Opens and calculates a run. */
export async function calculated(market: Pick<Market, 'ask'>, period: object = october): Promise<Answer['body']> {
  const opened = await market.ask('POST', 'billing-runs', { site: 'OMH', period });
  if (opened.status !== 201) throw new Error(opened.text);
  return (await market.ask('POST', `billing-runs/${opened.body.id}/calculate`)).body;
}

/** Takes a calculated run to issued. */
export async function issued(
  market: Pick<Market, 'ask' | 'approver'>,
  run: { id: string; inputHash: string },
): Promise<Answer['body']> {
  const approved = await market.ask(
    'POST',
    `billing-runs/${run.id}/approve`,
    { inputHash: run.inputHash },
    market.approver,
  );
  if (approved.status !== 200) throw new Error(approved.text);
  const answer = await market.ask('POST', `billing-runs/${run.id}/issue`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}
