/**
 * Decimals as they come, as texts, added and compared as whole numbers of their last digit. Nothing here is ever a float: what the service worked out to
 * the coin is shown to the coin.
 */
const shape = /^(-?)(\d+)(?:\.(\d+))?$/;

interface Parts {
  readonly units: bigint;
  readonly scale: number;
}

function partsOf(text: string): Parts {
  const found = shape.exec(text);
  if (!found) throw new RangeError(`"${text}" is no decimal.`);
  const [, sign = '', whole = '0', fraction = ''] = found;
  const units = BigInt(`${whole}${fraction}`);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
}

const unitsAt = ({ units, scale }: Parts, wanted: number): bigint => units * 10n ** BigInt(wanted - scale);

function written(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`;
}

/** The sum, with as many digits as the longest of them has; of nothing it is `0`. */
export function sum(values: readonly string[]): string {
  const parts = values.map(partsOf);
  const scale = Math.max(0, ...parts.map((one) => one.scale));
  return written(
    parts.reduce((total, one) => total + unitsAt(one, scale), 0n),
    scale,
  );
}

export const negated = (value: string): string => {
  const { units, scale } = partsOf(value);
  return written(-units, scale);
};

export const minus = (a: string, b: string): string => sum([a, negated(b)]);

/** Below zero, zero or above, as a sort wants it. */
export function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const scale = Math.max(left.scale, right.scale);
  const difference = unitsAt(left, scale) - unitsAt(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const isZero = (value: string): boolean => partsOf(value).units === 0n;
export const isNegative = (value: string): boolean => partsOf(value).units < 0n;
export const magnitude = (value: string): string => (isNegative(value) ? negated(value) : value);

/**
 * A change as whole percents, towards zero; for reading only.
 *
 * @returns undefined where there is nothing to compare with
 */
export function percentOf(change: string, before: string): number | undefined {
  const [part, whole] = [partsOf(change), partsOf(before)];
  const scale = Math.max(part.scale, whole.scale);
  const base = unitsAt(whole, scale);
  if (base === 0n) return undefined;
  return Number((unitsAt(part, scale) * 100n) / (base < 0n ? -base : base));
}

/** Exact, with all its digits. @example product('1000', '0.2345') is '234.5000' */
export function product(a: string, b: string): string {
  const [left, right] = [partsOf(a), partsOf(b)];
  return written(left.units * right.units, left.scale + right.scale);
}

/** What stands before the digits that are less than one; the other of the two parts thousands. */
export type Point = '.' | ',';

/**
 * What somebody typed or pasted, as a decimal: `1,919.19`, `1 919.19`, `−5` are taken; what could be read in two ways is not.
 *
 * @param point as the place writes it: where it is a comma, `1.919,19` is what is taken, and `1.919` is more than a thousand
 * @returns undefined where it is no decimal
 */
export function readTyped(text: string, point: Point): string | undefined {
  const plain = text
    .trim()
    .replace('−', '-')
    .replaceAll(/(?<=\d)[\s’'](?=\d{3}(?!\d))/g, '');
  const group = point === '.' ? ',' : '.';
  const isGrouped = new RegExp(`^-?[1-9]\\d{0,2}(\\${group}\\d{3})+(\\${point}\\d+)?$`).test(plain);
  const whole = isGrouped ? plain.replaceAll(group, '') : plain;
  const figure = point === ',' ? whole.replace(',', '.') : whole;
  return shape.test(figure) ? figure : undefined;
}
