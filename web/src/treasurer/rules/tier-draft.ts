import type { TariffComponent } from '../../api/generated/types.gen';
import { numbersOf } from './numbers';
import type { Read } from './typed-terms';

export type Of<Kind extends TariffComponent['kind']> = Extract<TariffComponent, { kind: Kind }>;
type Tiers = Of<'demand'>['windows'][number]['tiers'];

export const schemes = ['graduated', 'whole-quantity'] as const;
export const counts = ['month', 'day', 'period'] as const;
export const limitKinds = ['whole', 'by-days', 'per-day', 'per-kW'] as const;
export const minuteSteps = [5, 10, 15, 20, 30, 60] as const;

/** A price up to a limit; without a limit for all that is above the one before. */
export interface TierDraft {
  readonly upTo: string;
  readonly price: string;
}
export const emptyTier: TierDraft = { upTo: '', price: '' };

export interface TieredDraft {
  readonly isByBand: boolean;
  readonly tiers: readonly TierDraft[];
  readonly bandTiers: Readonly<Record<string, readonly TierDraft[]>>;
  readonly scheme: (typeof schemes)[number];
  readonly count: (typeof counts)[number];
  readonly limits: (typeof limitKinds)[number];
  readonly demandMinutes: (typeof minuteSteps)[number];
  readonly climbs: 'band' | 'total';
}
export const emptyTiered: TieredDraft = {
  ...{ isByBand: false, tiers: [emptyTier], bandTiers: {}, scheme: 'graduated', count: 'month', limits: 'whole' },
  ...{ demandMinutes: 30, climbs: 'band' },
};

export interface WindowDraft {
  readonly name: string;
  /** Empty for all hours. */
  readonly bands: readonly string[];
  /** Like `11-12, 1-2`; empty for every month. */
  readonly months: string;
  readonly tiers: readonly TierDraft[];
}
export const emptyWindow: WindowDraft = { name: '', bands: [], months: '', tiers: [emptyTier] };

export interface DemandDraft {
  readonly unit: 'kW' | 'kVA';
  readonly minutes: (typeof minuteSteps)[number];
  readonly powerFactor: string;
  readonly per: 'month' | 'day';
  readonly scheme: (typeof schemes)[number];
  readonly windows: readonly WindowDraft[];
  /** Percent of the highest earlier demand; empty for none. */
  readonly ratchet: string;
  /** So many months before, or the months named, like `11-12, 1-2`. */
  readonly ratchetMonths: string;
  readonly isRatchetNamed: boolean;
  readonly earlier: 'must-be-known' | 'as-known';
  readonly least: string;
}
export const emptyDemand: DemandDraft = {
  ...{ unit: 'kW', minutes: 30, powerFactor: '', per: 'month', scheme: 'graduated', windows: [emptyWindow] },
  ...{ ratchet: '', ratchetMonths: '12', isRatchetNamed: false, earlier: 'must-be-known', least: '' },
};

const tiersDraft = (tiers: Tiers): TierDraft[] => tiers.map(({ upTo, price }) => ({ upTo: upTo ?? '', price }));

/** @returns undefined while one cannot be read; none where nothing is written */
function tiersTerms(tiers: readonly TierDraft[], read: Read): Tiers | undefined {
  const written = tiers.filter(({ upTo, price }) => `${upTo}${price}`.trim() !== '');
  const whole = written.flatMap(({ upTo, price: typed }): Tiers => {
    const [limit, price] = [orNone(upTo, read), read(typed)];
    return limit === undefined || price === undefined ? [] : [{ upTo: limit, price }];
  });
  return whole.length < written.length ? undefined : whole;
}

/** @returns null where nothing is typed, undefined where it cannot be read */
const orNone = (typed: string, read: Read): string | null | undefined => (typed.trim() === '' ? null : read(typed));

export function tieredDraft(terms: Of<'tiered'>): TieredDraft {
  const { tiers, scheme = 'graduated', count = 'month', limits = 'whole', demandMinutes, climbs = 'band' } = terms;
  const told = Array.isArray(tiers)
    ? { isByBand: false, tiers: tiersDraft(tiers), bandTiers: {} }
    : {
        ...{ isByBand: true, tiers: [emptyTier] },
        bandTiers: Object.fromEntries(Object.entries(tiers).map(([band, of]) => [band, tiersDraft(of)])),
      };
  return { ...told, scheme, count, limits, demandMinutes: demandMinutes ?? 30, climbs };
}

/** A band without a tier is left out, so that the service says which hours have no price. */
export function tieredTerms(
  draft: TieredDraft,
  bands: readonly string[],
  read: Read,
): Omit<Of<'tiered'>, 'name' | 'unit'> | undefined {
  const { scheme, count, limits, climbs } = draft;
  const rest = {
    ...{ kind: 'tiered' as const, scheme, count, limits, climbs },
    demandMinutes: limits === 'per-kW' ? draft.demandMinutes : null,
  };
  if (!draft.isByBand) {
    const tiers = tiersTerms(draft.tiers, read);
    return tiers && tiers.length > 0 ? { ...rest, tiers } : undefined;
  }
  const byBand = bands.map((band) => [band, tiersTerms(draft.bandTiers[band] ?? [], read)] as const);
  if (byBand.some(([, tiers]) => tiers === undefined)) return undefined;
  const written = byBand.flatMap(([band, tiers]) => (tiers && tiers.length > 0 ? [[band, tiers] as const] : []));
  return { ...rest, tiers: Object.fromEntries(written) };
}

export function demandDraft(terms: Of<'demand'>): DemandDraft {
  const { unit = 'kW', minutes, powerFactor, per = 'month', scheme = 'graduated', windows, ratchet, least } = terms;
  return {
    ...emptyDemand,
    ...{ unit, minutes, per, scheme, powerFactor: powerFactor ?? '', least: least ?? '' },
    windows: windows.map(({ name = '', bands, months, tiers }) => ({
      ...{ name, bands: bands ?? [], months: (months ?? []).join(', '), tiers: tiersDraft(tiers) },
    })),
    ...(ratchet
      ? {
          ratchet: ratchet.percent,
          isRatchetNamed: typeof ratchet.months !== 'number',
          ratchetMonths: typeof ratchet.months === 'number' ? String(ratchet.months) : ratchet.months.join(', '),
          earlier: ratchet.earlier ?? 'must-be-known',
        }
      : {}),
  };
}

export function demandTerms(draft: DemandDraft, read: Read): Omit<Of<'demand'>, 'name' | 'proration'> | undefined {
  const { unit, minutes, per, scheme } = draft;
  const [powerFactor, least, ratchet] = [
    orNone(draft.powerFactor, read),
    orNone(draft.least, read),
    ratchetTerms(draft, read),
  ];
  const windows = draft.windows.map((window) => windowTerms(window, read));
  const whole = windows.flatMap((window) => window ?? []);
  if (powerFactor === undefined || least === undefined || ratchet === undefined || whole.length < windows.length)
    return undefined;
  return { kind: 'demand', unit, minutes, powerFactor, per, scheme, windows: whole, ratchet, least };
}

function windowTerms(
  { name, bands, months, tiers }: WindowDraft,
  read: Read,
): Of<'demand'>['windows'][number] | undefined {
  const [named, prices] = [numbersOf(months, 1, 12), tiersTerms(tiers, read)];
  if (!named || !prices || prices.length === 0) return undefined;
  return {
    ...{ name: name.trim(), bands: bands.length === 0 ? null : [...bands] },
    ...{ months: named.length === 0 ? null : named, tiers: prices },
  };
}

function ratchetTerms({ ratchet, ratchetMonths, isRatchetNamed, earlier }: DemandDraft, read: Read) {
  const percent = orNone(ratchet, read);
  if (percent === null || percent === undefined) return percent;
  const listed = numbersOf(ratchetMonths, 1, isRatchetNamed ? 12 : 60);
  const [count] = listed ?? [];
  if (!listed || count === undefined) return undefined;
  return { percent, months: isRatchetNamed ? listed : count, earlier };
}
