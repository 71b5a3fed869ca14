import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { Instant } from '../../../domain/calendar/period.js';
import { localMoment } from '../../../domain/calendar/zone.js';
import { assert } from '../../../domain/errors.js';
import type { LineWhy } from '../../../domain/invoice/invoice.js';
import type { DraftLine } from '../../../domain/invoice/lines.js';
import { type Decimal, one, sum, zero } from '../../../domain/quantity/decimal.js';
import { coinScale } from '../../../domain/quantity/money.js';
import { addUp, decimalOf, rational, roundRational } from '../../../domain/quantity/rational.js';
import type { RatedLine } from '../../../domain/rating/rated-line.js';
import { whyInWords } from '../../../domain/rating/why-words.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Charge, InForce, RunInputs } from '../run/inputs.js';
import { chargeSections, type RunCost } from '../run/run-costs.js';

/** A cost that came out of pricing; `key` is not asked for, it is shared already. */
export interface OwnCost extends Omit<RunCost, 'key' | 'calendar' | 'days'> {
  readonly tariffVersionId: string;
}

/** A line of one stay. */
export interface Priced {
  readonly memberId: string;
  readonly line: RatedLine;
}

/** What one member is charged for one component: rounded once, over all the member's spaces. */
export interface Part {
  readonly memberId: string;
  /** Of one space; what all of them come to is in the figures beside it. */
  readonly line: Pick<RatedLine, 'component' | 'description' | 'unit' | 'price'>;
  /** Null where no decimal can write it, and where the line makes up a difference. */
  readonly quantity: Decimal | null;
  /** On the coin. */
  readonly amount: Decimal;
  readonly why: LineWhy;
}

/** Digits that a written figure may have. */
const finest = 9;

/** The lines of one member for one component, as one. */
export function partOf(
  { currency, site, locale }: RunInputs,
  { versionId }: InForce,
  memberId: string,
  priced: readonly Priced[],
): Part {
  const [first] = priced;
  assert(first !== undefined, 'A group has a member.');
  const { line } = first;
  const { price } = line;
  const exact = addUp(priced.map((one) => one.line.amount));
  const whole = decimalOf(addUp(priced.map((one) => one.line.quantity)));
  const quantity = whole !== null && whole.decimalPlaces() <= finest ? whole : null;
  const amount = roundRational(exact, coinScale[currency], 'half-up');
  const isProduct =
    quantity !== null &&
    price !== null &&
    line.why.rule !== 'demand' &&
    isEqual(exact, rational(quantity.times(price)));
  const { moment, why: said } = wordsOf(locale).run;
  const when = (at: Instant): string => moment(localMoment(at, site.zone));
  const why: LineWhy =
    isProduct && quantity !== null && price !== null
      ? { kind: 'per-unit', quantity, unit: written(line.unit), price, tariff: versionId }
      : { kind: 'agreed', amount, by: priced.map((one) => whyInWords(one.line, when, said)).join('; ') };
  return { memberId, line, quantity, amount, why };
}

const isEqual = (a: RatedLine['amount'], b: RatedLine['amount']): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

/** The cost that the members' parts come to. */
export function costOf(charge: Charge, { versionId }: InForce, no: number, parts: readonly Part[]): OwnCost {
  const amount = sum(parts.map((part) => part.amount));
  const [first] = parts;
  assert(first !== undefined, "A cost of a tariff is somebody's.");
  const quantities = parts.flatMap(({ quantity }) => quantity ?? []);
  const isCounted = quantities.length === parts.length && first.line.unit !== '';
  return {
    no,
    bill: null,
    chargeId: charge.id,
    keyVersionId: null,
    tariffVersionId: versionId,
    section: chargeSections[charge.section],
    component: `charge:${charge.code}:${first.line.description}`,
    description: nameOf(charge, first),
    quantity: isCounted ? sum(quantities) : null,
    unit: isCounted ? written(first.line.unit) : null,
    price: first.line.price,
    taxCode: charge.taxCode,
    ofAmount: amount,
    supplierTax: zero,
    heldBecause: null,
    amount,
  };
}

/** The charge and its component; once where both are called the same. */
const nameOf = ({ description }: Charge, { line }: Part): string =>
  line.description === description ? description : `${description}: ${line.description}`;

const written = (unit: string): string => (unit === 'day' ? 'days' : unit);

/** Each member's own part, by what was counted; one each where nothing is. */
export function sharesOf(costNo: number, parts: readonly Part[]): CostShare[] {
  const pool = sum(parts.map((part) => part.amount));
  const isCounted = parts.every(({ quantity }) => quantity !== null);
  const weights = parts.map(({ quantity }) => (isCounted && quantity !== null ? quantity : one));
  const whole = sum(weights);
  return parts.map(({ memberId, amount }, i) => ({
    costNo,
    beneficiary: { kind: 'member', memberId },
    part: 'own',
    pool,
    weight: weights[i] ?? one,
    whole,
    amount,
    reasons: [],
  }));
}

export function lineOf({ tax }: RunInputs, charge: Charge, costNo: number, part: Part): DraftLine {
  const { price, unit } = part.line;
  const isCounted = part.quantity !== null && unit !== '';
  return {
    costNo,
    section: chargeSections[charge.section],
    description: nameOf(charge, part),
    quantity: isCounted ? part.quantity : null,
    unit: isCounted ? written(unit) : null,
    price: isCounted ? price : null,
    net: part.amount,
    taxCode: tax.kind === 'registered' ? charge.taxCode : null,
    why: part.why,
  };
}
