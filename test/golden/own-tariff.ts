import type { Cost, CostShare } from '../../src/domain/apportionment/apportion.js';
import type { Basis } from '../../src/domain/apportionment/share-out.js';
import type { BandCalendar } from '../../src/domain/calendar/bands.js';
import { epochMs, fromEpochMs, type Period, within } from '../../src/domain/calendar/period.js';
import { type Issue } from '../../src/domain/errors.js';
import type { DraftLine } from '../../src/domain/invoice/lines.js';
import type { IntervalReading } from '../../src/domain/metering/reading.js';
import { decimal, sum } from '../../src/domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../src/domain/quantity/money.js';
import { decimalOf } from '../../src/domain/quantity/rational.js';
import { figuresIn } from '../../src/domain/rating/figures.js';
import { measureUsage } from '../../src/domain/rating/measure-usage.js';
import { rateInCoins } from '../../src/domain/rating/rate.js';
import type { RoundedLine } from '../../src/domain/rating/rated-line.js';
import { needsOf } from '../../src/domain/rating/usage.js';
import { whyInWords } from '../../src/domain/rating/why-words.js';
import { checkCoverage } from '../../src/domain/tariff/coverage.js';
import type { Tariff } from '../../src/domain/tariff/tariff.js';
import { grouped } from '../../src/modules/billing/grouped.js';
import { tariffTerms } from '../../src/modules/tariffs/own-tariffs.schema.js';
import { domainTariff } from '../../src/modules/tariffs/tariff-terms.js';

/* A tariff of the community's own in a story: what each member's meter sent is rated, version by version and stay by stay. */

/** Versions tile the period; `loads` are what the meters sent, run by run, each interval the same but those that `but` names. */
export interface GivenTariff {
  readonly zone: string;
  readonly calendar: BandCalendar | null;
  readonly versions: readonly { readonly from: string; readonly to: string; readonly components: readonly unknown[] }[];
  readonly loads: readonly {
    readonly member: string;
    readonly from: string;
    readonly to: string;
    readonly minutes: number;
    readonly each: string;
    readonly but?: Readonly<Record<string, string>>;
  }[];
}

interface Rated {
  readonly member: string;
  readonly line: RoundedLine;
}

/** What members are charged by the tariff: a cost for each line of it, and the member's own part of each. */
export interface Charged {
  readonly costs: readonly Cost[];
  readonly shares: readonly CostShare[];
  readonly lines: readonly (readonly [member: string, DraftLine])[];
  readonly issues: readonly Issue[];
  readonly rated: readonly Rated[];
}

const minuteMs = 60_000;

/** Rates a story's tariff. @param firstNo the number of its first cost */
export function chargedBy(given: GivenTariff, basis: Basis, currency: Currency, firstNo: number): Charged {
  const issues: Issue[] = [];
  const rated = given.versions.flatMap((version): Rated[] => {
    const tariff = domainTariff(tariffTerms.parse({ calendar: null, components: version.components }));
    checkCoverage(tariff, given.calendar);
    return basis.pieces.flatMap(({ memberId, days }) => {
      const stay = within(version, days);
      if (memberId === null || stay === null) return [];
      return rateStay(given, tariff, memberId, stay, basis.period, currency, issues);
    });
  });
  const groups = grouped(rated, ({ line }) => `${line.period.from} ${line.description}`);
  const numbered = [...groups.values()].map((some, index) => ({ no: firstNo + index, some }));
  return {
    issues,
    rated,
    costs: numbered.map(({ no, some }) => costOf(no, some, currency)),
    shares: numbered.flatMap(({ no, some }) => sharesOf(no, some)),
    lines: numbered.flatMap(({ no, some }) => some.map((one) => [one.member, lineOf(no, one)] as const)),
  };
}

function rateStay(
  given: GivenTariff,
  tariff: Tariff,
  member: string,
  stay: Period,
  whole: Period,
  currency: Currency,
  issues: Issue[],
): Rated[] {
  const sent = { label: member, readings: readingsOf(given, member), exported: null };
  const measured = measureUsage(needsOf(tariff), sent, { period: stay, zone: given.zone, calendar: given.calendar });
  issues.push(...measured.issues);
  const coins = { currency, rounding: 'half-up' as const };
  return rateInCoins([{ tariff, period: stay, usage: measured.usage, whole }], coins).map((line) => ({ member, line }));
}

/** Every interval of a member's runs, one after another. */
const readingsOf = ({ loads }: GivenTariff, member: string): IntervalReading[] =>
  loads
    .filter((load) => load.member === member)
    .flatMap(({ from, to, minutes, each, but = {} }) => {
      const [start, length] = [epochMs(from), minutes * minuteMs];
      return Array.from({ length: (epochMs(to) - start) / length }, (_, index): IntervalReading => {
        const at = fromEpochMs(start + index * length);
        const until = fromEpochMs(start + (index + 1) * length);
        return { from: at, to: until, quantity: decimal(but[at] ?? each), quality: 'actual' };
      });
    });

const amountOf = (some: readonly Rated[]) => sum(some.map(({ line }) => line.amount));

function costOf(no: number, some: readonly Rated[], currency: Currency): Cost {
  const label = some[0]?.line.description ?? '';
  return { no, component: `tariff:${label}`, label, currency, amount: amountOf(some) };
}

/** A part is its own reason: the amount of the line, out of what all lines come to. */
const sharesOf = (costNo: number, some: readonly Rated[]): CostShare[] =>
  some.map(({ member, line }) => ({
    costNo,
    beneficiary: { kind: 'member', memberId: member },
    part: 'own',
    pool: amountOf(some),
    weight: line.amount,
    whole: amountOf(some),
    amount: line.amount,
    reasons: [],
  }));

const lineOf = (costNo: number, { line }: Rated): DraftLine => ({
  costNo,
  section: 'own-charge',
  description: line.description,
  quantity: decimalOf(line.quantity),
  unit: line.unit === '' ? null : line.unit,
  price: line.price,
  net: line.amount,
  taxCode: null,
  why: { kind: 'agreed', amount: line.amount, by: whyInWords(line) },
});

/** Each rated line as a reader redoes it. */
export const ratedInWords = (rated: readonly Rated[], currency: Currency): object[] =>
  rated.map(({ member, line }) => ({
    member,
    days: `${line.period.from} to ${line.period.to}`,
    line: line.description,
    quantity: `${figuresIn(line.quantity)} ${line.unit}`.trim(),
    amount: writeMoney(line.amount, currency),
    why: whyInWords(line),
  }));
