import { DomainError } from '../errors.js';
import { type Decimal, decimal, one, plain, sum, zero } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';
import { exactly } from './explain.js';
import type { StatementFacts, UseFacts } from './facts.js';
import type { Division, ReadingRow, Reason, Written } from './model.js';

/**
 * The sums a member can redo on paper, done before the paper is printed.
 *
 * Each check compares a total that was stored with the lines printed above it. A difference is not shown, not spread and
 * not swallowed: the statement is not made.
 */

const written = (values: readonly Written[]): Decimal => sum(values.map(decimal));

function mustEqual(place: string, stated: Decimal, computed: Decimal): void {
  if (!stated.equals(computed)) {
    const facts = { place, stated: plain(stated), computed: plain(computed) };
    throw new DomainError(
      'lines-do-not-add-up',
      `${place}: ${facts.stated} is stated but the lines come to ${facts.computed}. Calculate the run again before issuing.`,
      facts,
    );
  }
}

/** closing = opening + Σ entries, and the charges or the credit of this document stand among them. */
export function checkBalance({ balance, charges, kind, number }: StatementFacts): void {
  const amounts = balance.entries.map((entry) => entry.amount);
  mustEqual(`Balance of ${number}`, decimal(balance.closing), decimal(balance.opening.amount).plus(written(amounts)));
  const own = balance.entries.filter((entry) =>
    kind === 'credit-note' ? entry.kind === 'credit' && entry.document === number : entry.kind === 'charges',
  );
  mustEqual(`Charges in the balance of ${number}`, written(own.map((entry) => entry.amount)), decimal(charges.gross));
}

/** What each advance payment gives makes what is set off, in the balance too; with the charges it makes what is left. */
export function checkAdvances({ advances, balance, charges, number }: StatementFacts): void {
  const off = balance.entries.filter(({ kind, document }) => kind === 'set-off' && document === number);
  const inBalance = written(off.map(({ amount }) => amount));
  mustEqual(`Advance payments in the balance of ${number}`, decimal(advances?.setOff ?? '0'), zero.minus(inBalance));
  if (advances === undefined) return;
  const { rows, asked, paid, setOff, net, tax, toPay, toReturn } = advances;
  mustEqual(`Advance payments asked, ${number}`, decimal(asked), written(rows.map((row) => row.asked)));
  mustEqual(`Advance payments paid, ${number}`, decimal(paid), written(rows.map((row) => row.paid)));
  mustEqual(`Advance payments of ${number}`, decimal(setOff), written(rows.map((row) => row.setOff)));
  if (net !== undefined) mustEqual(`Tax in advance, ${number}`, decimal(setOff), written([net, tax ?? '0']));
  mustEqual(
    `What is left of ${number}`,
    decimal(toPay).minus(decimal(toReturn)),
    decimal(charges.gross).minus(decimal(setOff)),
  );
}

/** Lines make the net, the net of each rate and, with the tax, the total; each line is within a coin of its own reason. */
export function checkCharges({ charges, currency, number }: StatementFacts): void {
  const { lines, net, tax, gross, taxes } = charges;
  mustEqual(`Net total of ${number}`, decimal(net), written(lines.map((line) => line.net)));
  mustEqual(`Total of ${number}`, decimal(gross), decimal(net).plus(tax === undefined ? zero : decimal(tax)));
  if (taxes !== undefined) {
    mustEqual(`Net by tax rate of ${number}`, decimal(net), written(taxes.map((row) => row.net)));
    mustEqual(`Tax of ${number}`, decimal(tax ?? '0'), written(taxes.map((row) => row.tax)));
    for (const rate of new Set(taxes.map((row) => row.rate))) {
      const charged = lines.filter((line) => line.taxRate !== undefined && decimal(line.taxRate).equals(decimal(rate)));
      const summed = taxes.filter((row) => row.rate === rate);
      mustEqual(
        `Net at ${rate}% of ${number}`,
        written(summed.map((row) => row.net)),
        written(charged.map((line) => line.net)),
      );
    }
  }
  for (const line of lines) {
    checkWeight(line.reason, `Line "${line.description}" of ${number}`);
    const { numerator, denominator } = exactly(line.reason);
    const off = decimal(line.net).times(denominator).minus(numerator).abs();
    if (denominator.lessThanOrEqualTo(0) || off.greaterThanOrEqualTo(coin(currency).times(denominator))) {
      throw new DomainError(
        'lines-do-not-add-up',
        `Line "${line.description}" of ${number}: ${line.net} is a coin or more away from its own sum. Calculate the run again.`,
        { place: line.description, stated: line.net },
      );
    }
  }
}

/** A weight that shows what it is made of is made of it. */
function checkWeight(reason: Reason, place: string): void {
  if (reason.rule !== 'share' || reason.made === undefined) return;
  const products = reason.made.map((factors) =>
    factors.reduce((product, { quantity }) => product.times(decimal(quantity)), one),
  );
  mustEqual(place, decimal(reason.weight), sum(products));
}

/** The smallest coin. @example coin('GBP') → 0.01, coin('JPY') → 1 */
const coin = (currency: Currency): Decimal =>
  decimal(
    (1)
      .toString()
      .padStart(1 + coinScale[currency], '0')
      .replace(/^0(?=\d)/, '0.'),
  );

/** The parts of a division make its amount: the central promise, line by line and in total. */
export function checkDivision(place: string, division: Division): void {
  const { members, common, vacant, held } = division;
  mustEqual(place, decimal(division.amount), written([members, common, vacant, held]));
}

/** Parts of the site make its total; registers make the use; bands of a register do not exceed it. */
export function checkUse(use: UseFacts): void {
  const { site, readings, total, unit } = use;
  if (site !== undefined) {
    const parts = [total, site.others, site.shared ?? '0', site.vacant ?? '0', site.unmeasured ?? '0'];
    mustEqual(`Use of ${site.place}, ${unit}`, decimal(site.total), written(parts));
  }
  const registers = readings.filter((row) => row.partOf === undefined);
  if (registers.length > 0) {
    mustEqual(`Readings of ${use.utility}, ${unit}`, decimal(total), written(registers.map((row) => row.used)));
  }
  registers.forEach(checkAdvance);
}

/** used = (latest − previous) × multiplier, with the capacity added where the register began again. */
function checkAdvance(row: ReadingRow): void {
  if (row.previous === undefined || row.latest === undefined) return;
  const turned = row.rolledOverAt === undefined ? zero : decimal(row.rolledOverAt);
  const advance = decimal(row.latest.value).plus(turned).minus(decimal(row.previous.value));
  mustEqual(
    `Readings of ${row.meter} ${row.register}`,
    decimal(row.used),
    advance.times(decimal(row.multiplier ?? '1')),
  );
}
