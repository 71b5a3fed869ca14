import { decimal } from '../../src/domain/quantity/decimal.js';
import type { Subject } from '../../src/domain/errors.js';
import type { Cost } from '../../src/domain/apportionment/apportion.js';
import type { Booking } from '../../src/domain/apportionment/bookings.js';
import type { Key, KeyVersion } from '../../src/domain/apportionment/key.js';
import { occupancyPieces, type Space } from '../../src/domain/apportionment/pieces.js';
import { suggestedThresholds } from '../../src/domain/apportionment/residual.js';
import type { Basis } from '../../src/domain/apportionment/share-out.js';
import type { Use } from '../../src/domain/apportionment/weights.js';

/* A hall of two stalls and a common part in October, and ways to write down what happens in it; figures are made up. */

export const d = decimal;
export const october = { from: '2026-10-01', to: '2026-11-01' };
export const zone = 'Europe/London';
export const subject: Subject = { kind: 'cost', id: 'units', label: 'Day units' };
export const space = (id: string, more: Partial<Space> = {}): Space => ({
  ...{ id, label: `Stall ${id}`, area: d('20'), weight: d('1'), vacantPayerMemberId: null, kind: 'let' as const },
  ...more,
});
export const hall = space('H', { label: 'The hall', kind: 'common' });
export const from = (spaceId: string, memberId: string, first: string, to: string | null = null) => ({
  ...{ spaceId, memberId, from: first, to },
});
export const spaces = [space('1'), space('2', { vacantPayerMemberId: 'owner' }), hall];
export const stays = [from('1', 'rosa', '2026-01-01', '2026-10-12'), from('1', 'lund', '2026-10-20')];
export const pieces = occupancyPieces(spaces, stays, october);
export const use = (spaceId: string, memberId: string | null, quantity: string, more: Partial<Use> = {}): Use => ({
  ...{ spaceId, memberId, band: 'day', quantity: d(quantity), unit: 'kWh' },
  ...more,
});
export const booking = (id: string, more: Partial<Booking> = {}): Booking => ({
  ...{ id, resourceId: 'kiln', resourceLabel: 'Kiln', spaceId: null, memberId: 'rosa' },
  ...{ from: '2026-10-30T09:00:00Z', to: '2026-10-30T10:00:00Z', price: { perHour: d('6'), minimum: d('9') } },
  ...more,
});
export const cost: Cost = {
  no: 1,
  component: 'units',
  label: 'Day units',
  amount: d('100.00'),
  currency: 'GBP',
};
export const basis: Basis = {
  ...{ period: october, pieces, uses: [use('1', 'rosa', '10'), use('1', 'lund', '20'), use('H', null, '2')] },
  ...{ sources: [{ band: 'day', quantity: d('33'), unit: 'kWh' }], thresholds: suggestedThresholds, zone },
};
export const metered = (more: object = {}): Key => ({
  kind: 'metered',
  band: 'day',
  residual: { policy: 'pro-rata' },
  ...more,
});
export const fixed = (...parts: [holder: object, part: string][]): Key =>
  ({ kind: 'fixed', parts: parts.map(([holder, part]) => ({ holder, part: d(part) })) }) as Key;
export const composite = (...parts: [part: string, key: Key][]): Key => ({
  kind: 'composite',
  parts: parts.map(([part, key]) => ({ part: d(part), key })),
});
export const limited = (cap: object | null, floor: object | null, key: Key = { kind: 'equal' }): Key =>
  ({ kind: 'limited', key, limits: { cap, floor, rest: 'common' } }) as Key;
export const per = (unit: string, amount: string) => ({ per: unit, amount: d(amount) });
export const version = (first: string, to: string | null, key: Key = { kind: 'area' }): KeyVersion => ({
  ...{ from: first, to, key, adoptedBy: 'Meeting', adoptedOn: '2026-01-01', decision: 'minute 4' },
});
export const [rosa, stall] = [
  { kind: 'member', memberId: 'rosa' },
  { kind: 'space', spaceId: '1' },
];
export const peak = (of: 'site' | 'own', spaceId: string, memberId: string | null, quantity: string, unit = 'kWh') => ({
  ...{ of, spaceId, memberId, at: '2026-10-14T10:00:00Z', quantity: d(quantity), unit },
});
export const peaks = [
  ...[peak('site', '1', 'rosa', '3'), peak('site', '2', null, '1'), peak('site', 'H', null, '9')],
  peak('own', '1', 'lund', '4'),
];
export const deduction = (spaceId: string | null, memberId: string | null, quantity: string, more: object = {}) => ({
  ...{ label: 'Steam', spaceId, memberId, band: 'day', quantity: d(quantity), unit: 'kWh' },
  ...more,
});
export const headed = space('3', {
  heads: [{ memberId: 'rosa', heads: d('4'), from: '2026-10-05', to: '2026-10-10' }],
});
export const headedPieces = occupancyPieces(
  [headed, space('4')],
  [from('3', 'rosa', '2026-10-02', '2026-10-12')],
  october,
);
export const bounded = (id: string, weight: string, cap: string | null, floor: string | null) => ({
  ...{ id, weight: d(weight), cap: cap === null ? null : d(cap), floor: floor === null ? null : d(floor) },
});
