import type { Span } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import { balance, type BalanceLimits } from '../../../domain/metering/site-balance.js';
import { type Decimal, fixed, plain, sum, zero } from '../../../domain/quantity/decimal.js';
import type { BalanceGroup } from './balance-plan.js';
import { shared } from '../consume/consumption-plan.js';
import type { Use, Uses } from '../consume/consumption.types.js';
import { derivedBeside } from '../consume/derived-uses.js';
import type { BalanceRow } from './site-balance.schema.js';

/**
 * Balances of a group, one for each step.
 *
 * @param steps bands of the uses by their index
 * @returns a row is incomplete, and its figures null, where a register lacks readings; a register that was not in has none to lack
 */
export function balanceRows(
  group: BalanceGroup,
  steps: readonly Span[],
  read: Uses,
  worked: Uses,
  limitsOf: (step: Span) => BalanceLimits,
): BalanceRow[] {
  const uses = byStep(read.uses);
  const derived = byStep(worked.uses);
  const gaps = gapsByRegister(read.issues);
  return steps.map((step, index) => {
    const own = uses.get(String(index)) ?? [];
    const virtual = derived.get(String(index)) ?? [];
    const limits = limitsOf(step);
    const lacks = new Set(
      own
        .filter(({ registerId, quantity }) => quantity === null || isGap(gaps.get(registerId), step))
        .map(({ registerId }) => registerId),
    );
    const flow = (role: 'source' | 'sub', direction: 'import' | 'export'): Decimal | null => {
      const some = own.filter((use) => use.meterRole === role && use.direction === direction);
      return some.some(({ registerId }) => lacks.has(registerId))
        ? null
        : sum(some.map(({ quantity }) => quantity ?? zero));
    };
    const flows = {
      imported: flow('source', 'import'),
      generated: flow('sub', 'export'),
      exported: flow('source', 'export'),
      metered: flow('sub', 'import'),
      derived: virtual.length === 0 ? zero : derivedBeside(virtual, group.subMeters),
    };
    // A formula may rest on a register that is not counted here, or begin later than its meter.
    const unknown = [
      ...group.registers.filter(({ id }) => lacks.has(id)),
      ...(flows.derived === null ? group.virtual.filter(({ id }) => isUnknown(virtual, id)) : []),
    ];
    return {
      ...{ utility: group.utility, unit: group.unit, from: step.from, to: step.to },
      ...figuresOf(flows, limits, !own.some(isSupply)),
      warnAbovePercent: plain(limits.notable),
      blockAbovePercent: plain(limits.high),
      missing: unknown.map(({ meter, code }) => ({ meter, register: code })),
    };
  });
}

type Figures = Pick<
  BalanceRow,
  ('imported' | 'generated' | 'exported' | 'metered' | 'derived') | ('supplied' | 'residual' | 'percent' | 'state')
>;
type MaybeFlows = Record<'imported' | 'generated' | 'exported' | 'metered' | 'derived', Decimal | null>;

/** @param hasNoSource true where no source meter was in: then nothing says what came in */
function figuresOf(known: MaybeFlows, limits: BalanceLimits, hasNoSource: boolean): Figures {
  const imported = hasNoSource ? null : known.imported;
  const { generated, exported, metered, derived } = known;
  const text = (value: Decimal | null): string | null => value && plain(value);
  const written = {
    ...{ imported: text(imported), generated: text(generated), exported: text(exported) },
    ...{ metered: text(metered), derived: text(derived) },
  };
  if (!imported || !generated || !exported || !metered || !derived) {
    const supplied = imported && generated && exported && imported.plus(generated).minus(exported);
    return { ...written, supplied: text(supplied), residual: null, percent: null, state: 'incomplete' };
  }
  const { supplied, residual, percent, state } = balance({ imported, generated, exported, metered, derived }, limits);
  return {
    ...written,
    ...{ supplied: plain(supplied), residual: plain(residual), percent: percent && fixed(percent, 2), state },
  };
}

const isSupply = ({ meterRole, direction }: Use): boolean => meterRole === 'source' && direction === 'import';

function byStep(uses: readonly Use[]): Map<string, Use[]> {
  const steps = new Map<string, Use[]>();
  for (const use of uses) {
    if (use.band === null) continue;
    const own = steps.get(use.band);
    if (own) own.push(use);
    else steps.set(use.band, [use]);
  }
  return steps;
}

/** Times in which readings are missing, though nothing stands in the way of the register's own bill: before its first reading. */
function gapsByRegister(issues: readonly Issue[]): Map<string, Span[]> {
  const gaps = new Map<string, Span[]>();
  for (const { code, subject, from, to } of issues) {
    if (code !== 'missing-reading' || from === undefined || to === undefined || from >= to) continue;
    gaps.set(subject.id, [...(gaps.get(subject.id) ?? []), { from, to }]);
  }
  return gaps;
}

const isGap = (gaps: readonly Span[] | undefined, step: Span): boolean =>
  gaps?.some((gap) => shared(gap, step) !== null) === true;

/** True where a part of its formula is not known, or no formula has begun. */
const isUnknown = (uses: readonly Use[], id: string): boolean =>
  uses.some(
    ({ registerId, parts = [] }) =>
      registerId === id && (parts.length === 0 || parts.some(({ quantity }) => quantity === null)),
  );
