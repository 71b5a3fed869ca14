import { readFileSync } from 'node:fs';
import { decimal, isDecimal, plain } from '../domain/quantity/decimal.js';
import { type Currency, isCurrency, writeMoney } from '../domain/quantity/money.js';
import { split } from '../domain/quantity/split.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';

/** Commands that need neither a server nor a database. */

export const currencyOf = (code: string): Currency => {
  if (!isCurrency(code)) throw new CommandFailed(`${code} is not a currency that is known here.`, exitCodes.usage);
  return code;
};

/** Reads a file that a person named. */
export function readNamedFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandFailed(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`);
  }
}

/** `split TOTAL id=weight …`: the exact split, with what each part was computed from. */
export function splitCommand(
  out: Output,
  total: string,
  claims: readonly string[],
  options: { currency: string; key: string },
): void {
  const currency = currencyOf(options.currency);
  if (!isDecimal(total)) throw new CommandFailed(`The total "${total}" is not an amount like 10.00.`, exitCodes.usage);
  if (claims.length === 0) throw new CommandFailed("error: missing required argument 'id=weight'", exitCodes.usage);
  const shares = claims.map((claim) => {
    const at = claim.lastIndexOf('=');
    const [id, weight] = [claim.slice(0, at), claim.slice(at + 1)];
    if (at < 1 || !isDecimal(weight)) {
      throw new CommandFailed(`"${claim}" is not written as id=weight, like stall-7=18.`, exitCodes.usage);
    }
    return { id, weight: decimal(weight) };
  });
  const parts = split(decimal(total), currency, shares, options.key);
  const rows = parts.map((part) => [part.id, plain(part.weight), writeMoney(part.amount, currency)]);
  out.answer(
    `${table(['share', 'weight', currency], rows, [1, 2])}\n\nThe parts come to ${writeMoney(decimal(total), currency)} exactly.`,
    {
      total: writeMoney(decimal(total), currency),
      currency,
      parts: rows.map(([id, weight, amount]) => ({ id, weight, amount })),
    },
  );
}
