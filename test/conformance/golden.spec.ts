import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { addDays, daysIn, instant, type Period, period, within } from '../../src/domain/calendar/period.js';
import { prorate } from '../../src/domain/calendar/proration.js';
import { compose } from '../../src/domain/invoice/compose.js';
import type { Draft } from '../../src/domain/invoice/invoice.js';
import type { DraftLine } from '../../src/domain/invoice/lines.js';
import type { TaxRate } from '../../src/domain/invoice/tax.js';
import { type ConsumptionOptions, consumptionOver } from '../../src/domain/metering/consumption.js';
import {
  energyGrid,
  type CumulativeReading,
  type Installation,
  type Register,
} from '../../src/domain/metering/reading.js';
import { Decimal, decimal, plain, roundToScale, sum } from '../../src/domain/quantity/decimal.js';
import { type Currency, roundToCoin, toCoins, writeMoney } from '../../src/domain/quantity/money.js';
import { rate } from '../../src/domain/rating/rate.js';
import type { Usage } from '../../src/domain/rating/usage.js';
import { decimalOf } from '../../src/domain/quantity/rational.js';
import { allHours, type Component } from '../../src/domain/tariff/component.js';
import { split, splitCoins } from '../../src/domain/quantity/split.js';

/*
 * Worked examples that others published. Each says its own rule; where that rule is a policy of theirs (truncated readings,
 * whole months touched, tax rounded down, a total that is not the sum of its lines) the case shows that the policy can be
 * expressed, and what our own documents print beside it.
 */
interface Case {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  // The shape of a case follows from its kind; each check below reads its own.
  readonly input: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly expected: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

const file = resolve(__dirname, '../../../shared/data/golden.json');
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : [];

const day: Period = { from: '2026-01-01', to: '2026-01-02' };
const percent = (fraction: string): Decimal => decimal(fraction).times(100);
const taxRate = (rate: Decimal, from = '2000-01-01', to: string | null = null): TaxRate => ({
  code: 'tax',
  label: 'Tax',
  category: rate.isZero() ? 'Z' : 'S',
  reason: '',
  rate,
  from,
  to,
});
const line = (net: Decimal): DraftLine => ({
  costNo: null,
  section: 'energy',
  description: 'Line',
  quantity: null,
  unit: null,
  price: null,
  net,
  taxCode: 'tax',
  why: { kind: 'agreed', amount: net, by: 'the example' },
});
const document = (
  nets: readonly Decimal[],
  rates: readonly TaxRate[],
  currency: Currency,
  taxPoint = '2026-01-31',
): Draft =>
  compose({ memberId: 'm', period: day, currency, taxPoint }, nets.map(line), {
    kind: 'registered',
    rates,
    rounding: 'half-up',
  });
const texts = ({ net, tax, gross, currency }: Draft): string[] =>
  [net, tax, gross].map((amount) => writeMoney(amount, currency));

const daily = (name: string, perDay: Decimal): Component => ({ kind: 'standing', name, perDay });
const perUnit = (name: string, price: Decimal, band: string | null = null): Component => ({
  kind: 'per-unit',
  name,
  perUnit: price,
  unit: 'kWh',
  band,
});
const kWh = (byBand: Usage['byBand']): Usage => ({ unit: 'kWh', byBand });
/** What the tariff of these components comes to, line by line, exact. */
const rated = (components: readonly Component[], days: Period, usage: Usage | null): Decimal[] =>
  rate([{ tariff: { components }, period: days, usage }]).map(({ amount }) => decimalOf(amount) as Decimal);
const cent = decimal('0.01');

const register: Register = { id: 'r', label: 'METER import', kind: 'cumulative', unit: 'kWh' };
const device = (digits: number, factor: string): Installation => ({
  from: '2000-01-01T00:00:00Z',
  to: null,
  multiplier: decimal(factor),
  capacity: new Decimal(10).pow(digits),
  plausibleMaxPerHour: decimal('1000'),
  opening: null,
  closing: null,
});
const reading = (at: string, value: string): CumulativeReading => ({
  at: instant(at),
  value: decimal(value),
  quality: 'actual',
});
const options: ConsumptionOptions = { maxGapHours: 24 * 366, grid: energyGrid };
const used = (readings: readonly CumulativeReading[], installation: Installation): (string | undefined)[] =>
  consumptionOver(
    register,
    [installation],
    readings,
    readings.slice(1).map((next, index) => ({ from: readings[index]?.at ?? next.at, to: next.at })),
    options,
  ).pieces.map((piece) => piece.quantity?.toFixed());

const checks: Readonly<Record<string, (one: Case) => void>> = {
  alloc({ input, expected }) {
    const ratios = (input.ratios as number[]).map(BigInt);
    const total = BigInt(input.minor_units as number);
    const whole = ratios.reduce((a, b) => a + b, 0n);
    const parts = splitCoins(total, ratios, (index) => String(index));
    expect(parts.reduce((a, b) => a + b, 0n)).toBe(BigInt(expected.sum as number));
    parts.forEach((part, index) => {
      const gap = part * whole - total * (ratios[index] ?? 0n);
      expect(gap < whole && -gap < whole).toBe(true);
    });
  },
  lrm({ input, expected }) {
    const seats = splitCoins(BigInt(input.seats as number), (input.weights as number[]).map(BigInt), (index) =>
      String(index),
    );
    expect(seats).toEqual((expected.seats as number[]).map(BigInt));
  },
  weights({ input, expected }) {
    const shares = (input.weights as string[]).map((weight, index) => ({ id: String(index), weight: decimal(weight) }));
    const parts = split(decimal(input.total), 'USD', shares, 'example');
    expect(parts.map((part) => writeMoney(part.amount, 'USD'))).toEqual(expected.shares);
  },
  register({ input, expected }) {
    const readings = [reading('2026-01-01T00:00:00Z', input.from), reading('2026-02-01T00:00:00Z', input.to)];
    expect(used(readings, device(input.digits, input.factor))).toEqual([expected.consumption]);
  },
  register_reads({ input, expected }) {
    const readings = (input.reads as [string, string][]).map(([at, value]) => reading(`${at}+10:00`, value));
    expect(used(readings, device(5, '1'))).toEqual(expected.advances);
  },
  interpolate({ input, expected }) {
    const at = (days: number): string => instant(`${addDays('2017-01-01', days)}T00:00:00Z`);
    const [from, to] = (input.offsets as number[]).map(at) as [string, string];
    const readings = [reading(at(0), input.from), reading(at(input.days), input.to)];
    const truncated = { ...options, grid: { scale: 0, rounding: 'down' as const } };
    const [piece] = consumptionOver(register, [device(6, '1')], readings, [{ from, to }], truncated).pieces;
    const [advance] = piece?.advances ?? [];
    expect([advance?.opening.value, advance?.closing.value].map(String)).toEqual(expected.reads);
  },
  interval_day_cost({ input, expected }) {
    const price = decimal(input.unit_rate_p_inc_vat).times(cent);
    const intervals = (input.intervals as { start: string; end: string; kwh: string }[]).map(({ start, end, kwh }) => ({
      from: instant(start),
      to: instant(end),
      quantity: decimal(kwh),
      quality: 'actual' as const,
    }));
    const span = { from: intervals[0]?.from ?? '', to: intervals.at(-1)?.to ?? '' };
    const [piece] = consumptionOver(
      { ...register, kind: 'interval' },
      [device(6, '1')],
      intervals,
      [span],
      options,
    ).pieces;
    const quantity = piece?.quantity ?? decimal('0');
    expect(plain(quantity)).toBe(expected.total_kwh);
    const components = [
      perUnit('energy', price),
      daily('standing', decimal(input.standing_charge_p_per_day).times(cent)),
    ];
    const lines = rated(components, day, kWh({ [allHours]: quantity }));
    const pounds = (amount: Decimal): string => writeMoney(roundToCoin(amount, 'GBP'), 'GBP');
    expect([pounds(lines[0] ?? decimal('0')), pounds(sum(lines))]).toEqual([expected.energy_gbp, expected.total_gbp]);
    const each = intervals.map((one) => roundToScale(one.quantity.times(price), 4, 'half-up'));
    expect(each.map(plain)).toEqual(expected.interval_cost_gbp_4dp);
    const roundedEarly = sum(intervals.map((one) => roundToCoin(one.quantity.times(price), 'GBP')));
    expect(pounds(roundedEarly)).not.toBe(expected.energy_gbp);
  },
  charges_gst({ input, expected }) {
    const charges = input.charges as { name: string; units: string; rate_c: string }[];
    const components = charges.map(({ name, rate_c }) =>
      name === 'supply' ? daily(name, decimal(rate_c).times(cent)) : perUnit(name, decimal(rate_c).times(cent), name),
    );
    const usage = kWh(Object.fromEntries(charges.map(({ name, units }) => [name, decimal(units)])));
    const exact = rated(components, { from: '2017-05-01', to: addDays('2017-05-01', input.days) }, usage);
    const withTax = exact.map((amount) => amount.times(decimal(input.gst).plus(1)));
    const cents = (amount: Decimal): bigint => toCoins(roundToCoin(amount, 'AUD'), 'AUD');
    charges.forEach(({ name }, index) =>
      expect(cents(withTax[index] ?? decimal('0'))).toBe(BigInt(expected[name] as number)),
    );
    expect(cents(sum(withTax))).toBe(BigInt(expected.total as number));
    const ours = document(
      exact.map((amount) => roundToCoin(amount, 'AUD')),
      [taxRate(percent(input.gst))],
      'AUD',
    );
    expect(
      sum(ours.lines.map((one) => one.net))
        .plus(ours.tax)
        .equals(ours.gross),
    ).toBe(true);
  },
  lines_vat({ input, expected }) {
    const [energy, standing, levy] = (input.lines as [string, string][]).map(([, price]) => decimal(price)) as [
      Decimal,
      Decimal,
      Decimal,
    ];
    const components = [perUnit('energy', energy), daily('standing', standing), perUnit('levy', levy)];
    const usage = kWh({ [allHours]: decimal(input.lines[0][0]) });
    const nets = rated(components, { from: '2026-01-01', to: '2026-02-01' }, usage).map((net) =>
      roundToCoin(net, 'EUR'),
    );
    expect(nets.map((net) => writeMoney(net, 'EUR'))).toEqual(expected.lines);
    expect(texts(document(nets, [taxRate(percent(input.vat))], 'EUR'))).toEqual([
      expected.net,
      expected.vat,
      expected.gross,
    ]);
    expect(texts(document(nets, [taxRate(decimal('0'))], 'EUR')).at(-1)).toBe(expected.net);
  },
  vat({ input, expected }) {
    const rates = (input.rates as [string, string | null, string][]).map(([from, last, rate]) =>
      taxRate(percent(rate), from, last === null ? null : addDays(last, 1)),
    );
    for (const [month, end] of [
      ['2026-01', '2026-01-31'],
      ['2026-02', '2026-02-28'],
    ] as const) {
      const [, tax, gross] = texts(document([decimal(input.net)], rates, 'CHF', end));
      expect({ vat: tax, gross }).toEqual(expected[month]);
    }
  },
  vat_mode({ input, expected }) {
    const rates = [taxRate(percent(input.vat))];
    const price = decimal(input.price);
    const [net, vat, gross] = texts(document([price.times(input.qty as number)], rates, 'GBP'));
    expect({ net, vat, gross }).toEqual(expected.per_total);
    // Tax by line is what as many documents of one line each charge.
    const single = document([price], rates, 'GBP');
    expect(writeMoney(single.tax, 'GBP')).toBe(expected.per_line.vat_line);
    expect(writeMoney(single.gross.times(input.qty as number), 'GBP')).toBe(expected.per_line.gross);
  },
  vat_down({ input, expected }) {
    expect(writeMoney(roundToCoin(decimal(input.net), 'GBP'), 'GBP')).toBe(expected.net);
    expect(writeMoney(roundToCoin(decimal(input.vat), 'GBP', 'down'), 'GBP')).toBe(expected.vat);
  },
  prorata({ input, expected }) {
    const whole = period(input.from, addDays(input.to, 1));
    const active = within(whole, { from: input.start, to: null }) as Period;
    expect([daysIn(active), daysIn(whole)]).toEqual([expected.active, expected.total]);
    expect(prorate(active, 'month', 'day-of-month')).toEqual({
      numerator: expected.active,
      denominator: expected.total,
    });
    const [charge] = rated([daily('standing', decimal(input.rate))], active, null);
    expect(charge && writeMoney(roundToCoin(charge, 'EUR'), 'EUR')).toBe(expected.charge);
  },
  submeter({ input, expected }) {
    const readings = [reading('2005-01-01T00:00:00Z', input.from), reading('2005-04-01T00:00:00Z', input.to)];
    const [units] = used(readings, device(6, '1'));
    expect(units).toBe(expected.units);
    const [exact] = rated([perUnit('energy', decimal(input.rate))], day, kWh({ [allHours]: decimal(units ?? '0') }));
    const energy = roundToCoin(exact ?? decimal('0'), 'GBP');
    expect(writeMoney(energy, 'GBP')).toBe(expected.energy);
    const [, tax, gross] = texts(document([energy, decimal(input.meter)], [taxRate(percent(input.vat))], 'GBP'));
    expect([tax, gross]).toEqual([expected.vat, expected.total]);
  },
  water_sewer({ input, expected }) {
    const parts = [
      ...(input.base as string[]),
      ...(expected.tier_amounts as string[]),
      input.sewer_base,
      expected.sewer_usage,
      input.surface,
    ];
    const ours = document(
      parts.map((part: string) => decimal(part)),
      [taxRate(decimal('0'))],
      'USD',
    );
    expect(writeMoney(ours.gross, 'USD')).toBe(expected.sum_of_parts);
    expect(writeMoney(ours.gross, 'USD')).not.toBe(expected.published_total);
  },
};

/** Kinds of cases that another file of this folder checks. */
const elsewhere: Readonly<Record<string, string>> = {
  nem12_usage: 'nem.spec.ts',
  zev: 'golden-sharing.spec.ts',
  min: 'golden-sharing.spec.ts',
  water_deduct: 'golden-sharing.spec.ts',
  gas: 'golden-gas-webhook.spec.ts',
  webhook: 'golden-gas-webhook.spec.ts',
  tiers: 'golden-tariffs.spec.ts',
  ssc: 'golden-tariffs.spec.ts',
  sum_products: 'golden-tariffs.spec.ts',
  tiered_demand: 'golden-tariffs.spec.ts',
  fees: 'golden-tariffs.spec.ts',
};
const here = 'golden.spec.ts';

/** The file that checks a case: this one, or another that names the case or its kind. Null where none does. */
function placeOf({ id, kind }: Case): string | null {
  if (Object.hasOwn(checks, kind)) return here;
  const name = elsewhere[kind];
  if (name === undefined) return null;
  const text = readFileSync(resolve(__dirname, name), 'utf8');
  return new RegExp(`'${id}'|'${kind}'|^  ${kind}\\(`, 'm').test(text) ? name : null;
}

describe('worked examples that others published', () => {
  if (cases.length === 0) {
    it.skip('are skipped: ../shared/data/golden.json is not beside this checkout', () => undefined);
    return;
  }
  it.each(
    cases.filter(({ kind }) => Object.hasOwn(checks, kind)).map((one) => [one.id, one.kind, one.title, one] as const),
  )('%s (%s): %s', (_id, kind, _title, one) => {
    expect.hasAssertions();
    checks[kind]?.(one);
  });

  it('are all checked: each case of the file has its place, and the places count as many as the file', () => {
    const places = new Map<string, string[]>();
    for (const one of cases) {
      const place = placeOf(one);
      if (place !== null) places.set(place, [...(places.get(place) ?? []), one.id]);
    }
    const checked = [...places.values()].flat();
    const said = [...places].map(
      ([name, ids]) => `${ids.length} in ${name}${name === here ? '' : ` (${ids.join(', ')})`}`,
    );
    process.stdout.write(
      `golden.json: ${checked.length} of ${cases.length} cases are checked, ${cases.length - checked.length} left out: ${said.join('; ')}\n`,
    );
    expect(cases.map(({ id }) => id).filter((id) => !checked.includes(id))).toEqual([]);
    expect(new Set(checked).size).toBe(cases.length);
  });
});
