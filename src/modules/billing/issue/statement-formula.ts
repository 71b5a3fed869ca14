import { type Decimal, decimal, plain, sum } from '../../../domain/quantity/decimal.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Locale } from '../../../domain/statement/model.js';
import { grouped } from '../grouped.js';
import type { PartJson, UseRow } from './issue-sources.js';

/*
 * How the use of a stall without a meter came about, on its own statement: the registers of the formula with their figures.
 *
 *   STALL-4 use                        214.5      no meter reads it: worked out by a formula
 *     + MAIN import                   1000
 *     − 3 meters of other members      785.5
 *
 * What others used is theirs. So whatever is read in the spaces of other members is told as one sum, with how many meters it is of; the
 * sum still comes out, and the member can redo it.
 */

interface FormulaRow {
  readonly sign: (typeof signs)[number];
  readonly register: string;
  readonly used: string;
  readonly note?: string;
}

/** A virtual register's use as rows below it; nothing for registers that are read. @param rows of one member and register, whole */
export function workedOut(
  rows: readonly UseRow[],
  locale: Locale,
): {
  readonly notes: readonly string[];
  readonly parts: readonly FormulaRow[];
} {
  const told = rows.flatMap(({ parts, memberId }) =>
    (parts ?? []).map((part) => ({ ...part, isOthers: isOthers(part, memberId) })),
  );
  if (told.length === 0) return { notes: [], parts: [] };
  const own = grouped(
    told.filter((part) => !part.isOthers),
    ({ label, coefficient }) => JSON.stringify([label, coefficient]),
  );
  const others = signs.flatMap((sign) => {
    const some = told.filter((part) => part.isOthers && signOf(part.coefficient) === sign);
    return some.length === 0 ? [] : [othersRow(sign, some, locale)];
  });
  const named = [...own.values()].map((row) => namedRow(row, locale)).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return {
    notes: [wordsOf(locale).run.use.workedOut],
    parts: [...named, ...others],
  };
}

const signs = ['+', '−'] as const;

/** What is added comes first. */
const nameOf = ({ sign, register }: FormulaRow): string => `${sign === '+' ? 0 : 1} ${register}`;

const isOthers = ({ members }: PartJson, memberId: string | null): boolean =>
  members.some((member) => member !== memberId);

const counted = (parts: readonly PartJson[]): Decimal => sum(parts.map(({ quantity }) => decimal(quantity)));

function namedRow(parts: readonly PartJson[], locale: Locale): FormulaRow {
  const [{ label, coefficient } = { label: '', coefficient: '1' }] = parts;
  const factor = decimal(coefficient).abs();
  const quantity = counted(parts);
  const { figure } = wordsOf(locale).run.why;
  const row = { sign: signOf(coefficient), register: label, used: plain(quantity.times(factor)) };
  return factor.equals(1) ? row : { ...row, note: `${figure(plain(quantity))} × ${figure(plain(factor))}` };
}

const signOf = (coefficient: string): FormulaRow['sign'] => (decimal(coefficient).isNegative() ? '−' : '+');

function othersRow(sign: FormulaRow['sign'], parts: readonly PartJson[], locale: Locale): FormulaRow {
  const words = wordsOf(locale).run.use;
  const meters = new Set(parts.map(({ label }) => label)).size;
  const used = sum(parts.map(({ quantity, coefficient }) => decimal(quantity).times(decimal(coefficient).abs())));
  return {
    sign,
    register: words.othersMeters(meters),
    used: plain(used),
    note: words.theirs,
  };
}
