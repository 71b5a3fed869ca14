import { type Decimal, decimal, sum } from '../quantity/decimal.js';
import { type Currency, roundToCoin, writeMoney } from '../quantity/money.js';
import { exactly } from './explain.js';
import { wordsOf } from './catalogue/catalogue.js';
import { minus, money, number, withUnit } from './format.js';
import type { ChargeLine, SharedComponent, Statement, Written } from './model.js';

/**
 * What a reader with a pocket calculator would ask about the charges, answered below them.
 *
 * Example: £58.00 over 24 stalls is 2.41666… each. Sixteen of them pay 2.42 and eight pay 2.41, so that all pay 58.00. Whoever pays
 * 2.41 reads that it differs from usual rounding by −£0.01; whoever pays 2.42 has nothing to ask.
 */

/** At most so many lines are named; more are counted. */
const mostNamed = 4;

/** The remarks on the charges, each a sentence or two; none where every figure explains itself. */
export const chargeRemarks = (statement: Statement): string[] =>
  [takenBack(statement), sharedAreas(statement), ofAll(statement), oddCoins(statement)].filter((text) => text !== '');

/** True where a document takes back whole lines of one other document, so that it need be named only once. */
export const takesBackOne = ({ charges: { lines } }: Statement): boolean => documentsTakenBack(lines).size === 1;

/** The documents that the lines take back; empty where a line does something else. */
function documentsTakenBack(lines: readonly ChargeLine[]): Set<string> {
  const documents = lines.map(({ why: { reason } }) => (reason.rule === 'reverses' ? reason.document : null));
  return new Set(documents.every((document) => document !== null) ? documents : []);
}

function takenBack(statement: Statement): string {
  if (!takesBackOne(statement)) return '';
  const [document = ''] = documentsTakenBack(statement.charges.lines);
  return wordsOf(statement.locale).remarks.takenBack(document);
}

/** Where the amount comes from that is shared when all metered use is paid for. */
function sharedAreas(statement: Statement): string {
  const { charges, currency, locale } = statement;
  const words = wordsOf(locale).remarks;
  const parts = charges.lines.flatMap((line): string[] => {
    const { reason } = line.why;
    const cost = componentOf(line, statement);
    if (reason.rule !== 'share' || cost === undefined || !isPartOf(reason.of, cost.amount)) return [];
    return [words.part(money(reason.of, currency, locale), money(cost.amount, currency, locale), cost.label)];
  });
  return parts.length === 0 ? '' : words.sharedAreas([...new Set(parts)].join(', '));
}

const isPartOf = (part: Written, whole: Written): boolean => decimal(part).abs().lessThan(decimal(whole).abs());

/** The figures of which a share is so many days, or so many square metres times days. */
function ofAll({ charges: { lines }, locale }: Statement): string {
  const wholes = lines.flatMap(({ why: { reason } }): string[] => {
    if (reason.rule !== 'share' || (reason.made === undefined && reason.unit !== 'days')) return [];
    return [withUnit(reason.total, reason.unit, locale)];
  });
  return wholes.length === 0 ? '' : wordsOf(locale).remarks.allSpaces([...new Set(wholes)]);
}

/** Which lines differ from what a calculator shows, rounded as usual. */
function oddCoins(statement: Statement): string {
  const { charges, currency, locale } = statement;
  const odd = charges.lines.flatMap((line) => {
    const by = decimal(line.net).minus(roundedAsUsual(line, currency));
    return by.isZero() ? [] : [{ line, by }];
  });
  const [first] = odd;
  if (first === undefined) return '';
  const amount = (by: Decimal): string => money(writeMoney(by.abs(), currency), currency, locale);
  const words = wordsOf(locale).remarks;
  if (odd.length > mostNamed) return words.manyOdd(odd.length, amount(first.by));
  return words.odd(
    odd.map(({ line, by }) =>
      words.oddBy(nameOf(line, charges.lines), `${by.isNegative() ? minus : '+'}${amount(by)}`),
    ),
  );
}

function roundedAsUsual({ why: { reason } }: ChargeLine, currency: Currency): Decimal {
  const { numerator, denominator } = exactly(reason);
  return roundToCoin(numerator.dividedBy(denominator), currency);
}

/** A line by its description; with its section where another line is called the same. */
function nameOf({ description, section }: ChargeLine, lines: readonly ChargeLine[]): string {
  const isAlone = lines.filter((line) => line.description === description).length === 1;
  return isAlone ? description : `${description} (${section})`;
}

/** The cost of which a line is a part, where only one is called so. */
function componentOf({ description }: ChargeLine, { sharing }: Statement): SharedComponent | undefined {
  const called = sharing.flatMap(({ components }) => components).filter(({ label }) => isOf(description, label));
  return called.length === 1 ? called[0] : undefined;
}

/** @example isOf('Shared areas and losses: Day units', 'Day units') → true */
const isOf = (description: string, label: string): boolean =>
  description === label || description.endsWith(`: ${label}`);

/**
 * The lines that a member's part of a cost is made of, as a sum.
 *
 * @returns nothing where it is one line, or where the lines called like it are others
 * @example yoursMadeOf(day units, statement) → '27.55 + 3.46'
 */
export function yoursMadeOf({ label, you }: SharedComponent, { charges, locale }: Statement): string {
  const nets = charges.lines.filter((line) => isOf(line.description, label)).map(({ net }) => net);
  if (nets.length < 2 || nets.length > mostNamed || !sum(nets.map(decimal)).equals(decimal(you))) return '';
  return nets.map((net) => number(net, locale)).join(' + ');
}
