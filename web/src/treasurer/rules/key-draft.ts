import type { KeyTerms, LimitedKeyTerms, NestedKeyTerms, SimpleKeyTerms } from '../../api/generated/types.gen';
import { numbersOf } from './numbers';
import type { Read } from './typed-terms';
import { emptyRow, type HolderRow, rowOf, termsOfRows } from './holder-rows';

export const simpleKinds = [
  ...(['metered', 'peak', 'area', 'occupied-days', 'occupied-hours', 'headcount', 'equal', 'members'] as const),
  ...(['bookings', 'fixed', 'common'] as const),
];
export type SimpleKind = (typeof simpleKinds)[number];
export type Kind = SimpleKind | 'composite' | 'generation';

export const residuals = ['to-common', 'pro-rata', 'by-area', 'landlord-bears'] as const;
export const limitPers = ['share', 'day', 'month', 'year', 'unit'] as const;
export const allotments = ['dynamic', 'static', 'hybrid', 'priority'] as const;

export interface LimitDraft {
  readonly amount: string;
  readonly per: (typeof limitPers)[number];
}
export interface PieceDraft {
  readonly part: string;
  readonly of: RuleDraft;
}
export interface TableDraft {
  /** Hours of the day, like `0-5, 22, 23`; empty for all. */
  readonly hours: string;
  readonly rows: readonly HolderRow[];
}

/** A rule as it is being written: what each kind needs, side by side, so that a change of mind loses nothing. */
export interface RuleDraft {
  readonly kind: Kind | '';
  /** What a metered key tells uses apart by: `calendar CODE`, `generation CODE`, or nothing. */
  readonly by: string;
  readonly band: string;
  readonly isDeducted: boolean;
  readonly residual: (typeof residuals)[number];
  readonly residualKey: string;
  readonly peakOf: 'site' | 'own';
  readonly resource: string;
  readonly bookedBy: 'minutes' | 'price';
  readonly rows: readonly HolderRow[];
  readonly isLimited: boolean;
  readonly cap: LimitDraft;
  readonly floor: LimitDraft;
  readonly rest: 'common' | 'held';
  readonly pieces: readonly PieceDraft[];
  readonly allotment: (typeof allotments)[number];
  readonly tables: readonly TableDraft[];
  /** Who comes first, who next: holders of each rank. */
  readonly order: readonly (readonly string[])[];
}

const noLimit: LimitDraft = { amount: '', per: 'month' };
const emptyTable: TableDraft = { hours: '', rows: [emptyRow] };
const bare: RuleDraft = {
  ...{ kind: '', by: '', band: '', isDeducted: false, residual: 'to-common', residualKey: '', peakOf: 'site' },
  ...{ resource: '', bookedBy: 'minutes', rows: [emptyRow], isLimited: false, cap: noLimit, floor: noLimit },
  ...{ rest: 'common', pieces: [], allotment: 'dynamic', tables: [emptyTable], order: [['']] },
};
export const emptyRule: RuleDraft = { ...bare, pieces: Array<PieceDraft>(2).fill({ part: '', of: bare }) };
export const emptyPiece: PieceDraft = { part: '', of: emptyRule };

/** What is in force, to be written on from there. */
export function draftOf(terms: KeyTerms): RuleDraft {
  switch (terms.kind) {
    case 'composite':
      return {
        ...emptyRule,
        kind: 'composite',
        pieces: terms.parts.map(({ part, key }) => ({ part, of: draftOf(key) })),
      };
    case 'limited': {
      const { key, cap, floor, rest } = terms;
      return { ...draftOf(key), isLimited: true, cap: cap ?? noLimit, floor: floor ?? noLimit, rest };
    }
    case 'generation':
      return { ...emptyRule, kind: 'generation', ...allotmentDraft(terms.allotment) };
    case 'metered': {
      const { calendar, generation, band, deducted, residual } = terms;
      const by = generation ? `generation ${generation}` : calendar === null ? '' : `calendar ${calendar}`;
      const rest = { residual: residual.policy, residualKey: residual.key ?? '' };
      return { ...emptyRule, kind: terms.kind, by, band: band ?? '', isDeducted: deducted === true, ...rest };
    }
    case 'peak':
      return { ...emptyRule, kind: terms.kind, peakOf: terms.of };
    case 'bookings':
      return { ...emptyRule, kind: terms.kind, resource: terms.resource, bookedBy: terms.by ?? 'minutes' };
    case 'fixed':
      return { ...emptyRule, kind: terms.kind, rows: terms.parts.map(rowOf) };
    default:
      return { ...emptyRule, kind: terms.kind };
  }
}

type Allotment = Extract<KeyTerms, { kind: 'generation' }>['allotment'];

function allotmentDraft(allotment: Allotment): Partial<RuleDraft> {
  switch (allotment.kind) {
    case 'dynamic':
      return { allotment: allotment.kind };
    case 'priority':
      return {
        allotment: allotment.kind,
        order: allotment.order.map((rank) => rank.map((one) => rowOf({ ...one, part: '' }).holder)),
      };
    default: {
      const tables = allotment.tables.map(({ hours = [], parts }) => ({
        hours: hours.length === 24 ? '' : hours.join(', '),
        rows: parts.map(rowOf),
      }));
      return { allotment: allotment.kind, tables };
    }
  }
}

/** The terms as the service takes them; undefined while something is not written yet or cannot be read. */
export function termsOf(draft: RuleDraft, read: Read): KeyTerms | undefined {
  if (draft.kind === 'composite') {
    const parts = draft.pieces.map(({ part, of }) => ({ part: read(part), key: termsOf(of, read) }));
    const whole = parts.flatMap(({ part, key }) => (part === undefined || !key ? [] : [{ part, key }]));
    if (whole.length < parts.length) return undefined;
    return { kind: 'composite', parts: whole as { part: string; key: NestedKeyTerms }[] };
  }
  if (draft.kind === 'generation') return generationTerms(draft, read);
  const key = simpleTerms(draft, read);
  if (!key || !draft.isLimited) return key;
  const [cap, floor] = [limitOf(draft.cap, read), limitOf(draft.floor, read)];
  if (cap === undefined || floor === undefined || (cap === null && floor === null)) return undefined;
  return { kind: 'limited', key, cap, floor, rest: draft.rest };
}

/** @returns null where there is none, undefined where its amount cannot be read */
function limitOf({ amount, per }: LimitDraft, read: Read): LimitedKeyTerms['cap'] | undefined {
  if (amount.trim() === '') return null;
  const figure = read(amount);
  return figure === undefined ? undefined : { per, amount: figure };
}

function simpleTerms(draft: RuleDraft, read: Read): SimpleKeyTerms | undefined {
  switch (draft.kind) {
    case '':
    case 'composite':
    case 'generation':
      return undefined;
    case 'metered':
      return meteredTerms(draft);
    case 'peak':
      return { kind: draft.kind, of: draft.peakOf };
    case 'bookings':
      return draft.resource === '' ? undefined : { kind: draft.kind, resource: draft.resource, by: draft.bookedBy };
    case 'fixed': {
      const parts = termsOfRows(draft.rows, read);
      return parts && { kind: draft.kind, parts };
    }
    default:
      return { kind: draft.kind };
  }
}

function meteredTerms({ by, band, isDeducted, residual, residualKey }: RuleDraft): SimpleKeyTerms | undefined {
  const [what = '', code = ''] = by.split(' ');
  const told = { calendar: what === 'calendar' ? code : null, generation: what === 'generation' ? code : null };
  if (residual === 'to-common' && residualKey === '') return undefined;
  if (what === 'generation' && band === '') return undefined;
  return {
    kind: 'metered',
    ...told,
    band: band === '' || what === '' ? null : band,
    ...(isDeducted ? { deducted: true } : {}),
    residual: residual === 'to-common' ? { policy: residual, key: residualKey } : { policy: residual, key: null },
  };
}

function generationTerms({ allotment: kind, tables, order }: RuleDraft, read: Read): KeyTerms | undefined {
  if (kind === 'dynamic') return { kind: 'generation', allotment: { kind } };
  if (kind === 'priority') {
    if (order.flat().includes('')) return undefined;
    return {
      kind: 'generation',
      allotment: { kind, order: order.map((rank) => rank.map((holder) => holderOf(holder))) },
    };
  }
  const whole = tables.flatMap(({ hours, rows }) => {
    const [list, parts] = [hoursOf(hours), termsOfRows(rows, read)];
    return list && parts ? [{ ...(list.length > 0 ? { hours: list } : {}), parts: parts as Coefficient[] }] : [];
  });
  return whole.length < tables.length ? undefined : { kind: 'generation', allotment: { kind, tables: whole } };
}

type Coefficient = Extract<Allotment, { kind: 'static' }>['tables'][number]['parts'][number];

function holderOf(holder: string): { space: string } | { member: string } {
  const [what, code = ''] = holder.split(' ');
  return what === 'space' ? { space: code } : { member: code };
}

export const hoursOf = (text: string): number[] | undefined => numbersOf(text, 0, 23);
