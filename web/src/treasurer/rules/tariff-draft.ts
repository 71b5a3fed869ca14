import type { TariffComponent, TariffTerms } from '../../api/generated/types.gen';
import { readTyped } from '../../figures/exact';
import {
  type DemandDraft,
  demandDraft,
  demandTerms,
  emptyDemand,
  emptyTiered,
  type Of,
  type TieredDraft,
  tieredDraft,
  tieredTerms,
} from './tier-draft';
import type { Read } from './typed-terms';

export const componentKinds = [
  ...(['standing', 'periodic', 'per-unit', 'time-of-use', 'tiered', 'demand', 'levy', 'export-credit'] as const),
  ...(['minimum', 'maximum', 'discount', 'series'] as const),
];
export const units = ['kWh', 'm3', 'kVArh', 'l', 'kVAh'] as const;
export const pers = ['month', 'year', 'period'] as const;
export const prorations = ['day-of-month', 'day-of-year', '365', 'touched-months'] as const;

/** One price of a tariff as it is being written: what each kind needs, side by side, so that a change of mind loses nothing. */
export interface ComponentDraft {
  readonly kind: (typeof componentKinds)[number];
  readonly name: string;
  /** Money for a day, a month or a unit; of a discount the percent. */
  readonly amount: string;
  readonly unit: (typeof units)[number];
  /** Empty for every hour. */
  readonly band: string;
  readonly per: (typeof pers)[number];
  readonly proration: (typeof prorations)[number];
  readonly prices: Readonly<Record<string, string>>;
  readonly tiered: TieredDraft;
  readonly demand: DemandDraft;
  /** The rate of a levy by its date. */
  readonly rate: string;
  readonly series: string;
  /** A line for each stretch of time: from, to and price. */
  readonly points: string;
  /** Names of components before this one; empty for all of them. */
  readonly of: readonly string[];
}

export interface TariffDrafted {
  /** `calendar CODE`, `generation CODE`, or nothing. */
  readonly by: string;
  readonly components: readonly ComponentDraft[];
}

export const emptyComponent: ComponentDraft = {
  ...{ kind: 'standing', name: '', amount: '', unit: 'kWh', band: '', per: 'month', proration: 'day-of-month' },
  ...{ prices: {}, tiered: emptyTiered, demand: emptyDemand, rate: '', series: '', points: '', of: [] },
};
export const emptyTariff: TariffDrafted = { by: '', components: [emptyComponent] };

/** What is in force, to be written on from there. */
export const tariffDraftOf = ({ calendar, generation, components }: TariffTerms): TariffDrafted => ({
  by: generation ? `generation ${generation}` : calendar === null ? '' : `calendar ${calendar}`,
  components: components.map(componentDraft),
});

function componentDraft(terms: TariffComponent): ComponentDraft {
  const same = { ...emptyComponent, kind: terms.kind, name: terms.name };
  switch (terms.kind) {
    case 'standing':
      return { ...same, amount: terms.perDay };
    case 'periodic':
    case 'minimum':
    case 'maximum': {
      const { amount, per = 'month', proration = 'day-of-month' } = terms;
      return { ...same, amount, per, proration, of: 'of' in terms ? (terms.of ?? []) : [] };
    }
    case 'per-unit':
    case 'export-credit':
      return { ...same, amount: terms.perUnit, unit: terms.unit, band: terms.band ?? '' };
    case 'levy':
      return { ...same, amount: terms.perUnit, unit: terms.unit, rate: terms.rate };
    case 'time-of-use':
      return { ...same, unit: terms.unit, prices: terms.prices };
    case 'tiered':
      return { ...same, unit: terms.unit, tiered: tieredDraft(terms) };
    case 'demand':
      return { ...same, proration: terms.proration ?? 'day-of-month', demand: demandDraft(terms) };
    case 'series': {
      const points = terms.points.map(({ from, to, price }) => `${from},${to},${price.replace(',', '.')}`).join('\n');
      return { ...same, unit: terms.unit, series: terms.series, points };
    }
    case 'discount':
      return { ...same, amount: terms.percent, of: terms.of ?? [] };
  }
}

/**
 * The terms as the service takes them.
 *
 * @param bands of what uses are told apart by
 * @returns undefined while something is not written yet or cannot be read
 */
export function tariffTermsOf(
  { by, components }: TariffDrafted,
  bands: readonly string[],
  read: Read,
): TariffTerms | undefined {
  const [what, code = ''] = by.split(' ');
  const whole = components.flatMap((component) => componentTerms(component, bands, read) ?? []);
  if (whole.length < components.length) return undefined;
  return {
    calendar: what === 'calendar' ? code : null,
    generation: what === 'generation' ? code : null,
    components: whole,
  };
}

/** @returns undefined while something of it is not written yet or cannot be read */
export function componentTerms(
  draft: ComponentDraft,
  bands: readonly string[],
  read: Read,
): TariffComponent | undefined {
  const { kind, unit, per, proration } = draft;
  const name = draft.name.trim();
  const of = draft.of.length === 0 ? null : [...draft.of];
  const band = draft.band === '' ? null : draft.band;
  if (name === '') return undefined;
  switch (kind) {
    case 'time-of-use':
      return pricesTerms(draft, bands, name, read);
    case 'tiered': {
      const tiered = tieredTerms(draft.tiered, bands, read);
      return tiered && { ...tiered, name, unit };
    }
    case 'demand': {
      const demand = demandTerms(draft.demand, read);
      return demand && { ...demand, name, proration };
    }
    case 'series': {
      const points = pointsOf(draft.points);
      return points && draft.series.trim() !== ''
        ? { kind, name, unit, series: draft.series.trim(), points }
        : undefined;
    }
  }
  const amount = read(draft.amount);
  if (amount === undefined) return undefined;
  switch (kind) {
    case 'standing':
      return { kind, name, perDay: amount };
    case 'periodic':
      return { kind, name, amount, per, proration };
    case 'per-unit':
    case 'export-credit':
      return { kind, name, perUnit: amount, unit, band };
    case 'levy':
      return draft.rate.trim() === '' ? undefined : { kind, name, perUnit: amount, unit, rate: draft.rate.trim() };
    case 'minimum':
    case 'maximum':
      return { kind, name, amount, per, proration, of };
    case 'discount':
      return { kind, name, percent: amount, of };
  }
}

/** A band without a price is left out, so that the service says which hours have none. */
function pricesTerms(
  { prices, unit }: ComponentDraft,
  bands: readonly string[],
  name: string,
  read: Read,
): Of<'time-of-use'> | undefined {
  const written = bands.filter((band) => (prices[band] ?? '').trim() !== '');
  const whole = written.flatMap((band) => {
    const price = read(prices[band] ?? '');
    return price === undefined ? [] : [[band, price] as const];
  });
  if (whole.length < written.length) return undefined;
  return { kind: 'time-of-use', name, unit, prices: Object.fromEntries(whole) };
}

/** Lines of from, to and price, as a spreadsheet has them; undefined where one cannot be read, or none is there. */
export function pointsOf(text: string): Of<'series'>['points'] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.flatMap((line) => {
    const [from = '', to = '', typed = ''] = line.split(/[,;\t]/).map((cell) => cell.trim());
    const price = readTyped(typed, '.');
    return from === '' || to === '' || price === undefined ? [] : [{ from, to, price }];
  });
  return read.length === 0 || read.length < lines.length ? undefined : read;
}
