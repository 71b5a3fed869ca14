import { z } from 'zod';
import { addUp, type Allotment, allot, checkAllotment } from '../domain/apportionment/generation.js';
import { priceAllotted } from '../domain/apportionment/generation-price.js';
import { fromEpochMs, epochMs } from '../domain/calendar/period.js';
import { localMoment } from '../domain/calendar/zone.js';
import { deduct } from '../domain/metering/deduction.js';
import { energyOfGas, gasFactor } from '../domain/metering/gas.js';
import { type Decimal, decimal, plain, roundToScale } from '../domain/quantity/decimal.js';
import { roundToCoin, writeMoney } from '../domain/quantity/money.js';
import { civilDate, decimal as figure, instant, text, zone } from '../platform/http/wire.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { currencyOf } from './stateless.js';

/*
 * What `split FILE.json` reads beside a cost and a key: what was made on a site and used there, a meter with others behind it, and gas.
 *
 *   {"generation": {"allotment": {"kind": "dynamic"}, "intervals": [{"at": "2026-06-01T10:00:00Z", "made": {"roof": "6"}, "used": {"rosa": "7", "lund": "3"}}],
 *    "prices": {"local": "0.15", "grid": "0.25", "feedIn": "0.08"}}, "currency": "CHF"}
 *   {"deduction": {"intake": "30", "unit": "m3", "deducted": {"garden": "8", "boiler": "2"}, "price": "2.80"}, "currency": "EUR"}
 *   {"gas": {"m3": "1", "correction": "1.02264", "calorific": "40"}}
 */

const name = text(100);
const named = z.record(name, figure);
const allHours = Array.from({ length: 24 }, (_, hour) => hour);
const tables = z.array(z.strictObject({ hours: z.array(z.int().min(0).max(23)).default(allHours), parts: named }));

const generation = z.strictObject({
  zone: zone.default('UTC'),
  allotment: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('dynamic') }),
    z.strictObject({ kind: z.literal('static'), tables }),
    z.strictObject({ kind: z.literal('hybrid'), tables }),
    z.strictObject({ kind: z.literal('priority'), order: z.array(z.array(name)) }),
  ]),
  intervals: z
    .array(z.strictObject({ at: instant, made: named, used: named }))
    .min(1)
    .max(40_000),
  prices: z.strictObject({ local: figure, grid: figure, feedIn: figure }).optional(),
});
const deduction = z.strictObject({ intake: figure, unit: text(20), deducted: named, price: figure.optional() });
const gas = z.strictObject({
  m3: figure,
  correction: figure.default('1'),
  calorific: figure,
  day: civilDate.default('2026-01-01'),
});

const currency = z.string().max(3).default('GBP');
export const workedFile = z.union([
  z.strictObject({ generation, currency }),
  z.strictObject({ deduction, currency }),
  z.strictObject({ gas }),
]);
type Worked<Of extends string> = Extract<z.infer<typeof workedFile>, Record<Of, unknown>>;

/** True for a file that holds one of these instead of a cost. */
export const isWorkedFile = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && ['generation', 'deduction', 'gas'].some((one) => one in content);

/** Works such a file out and prints each figure. @throws CommandFailed with what is wrong and where */
export function workedFileCommand(out: Output, path: string, content: unknown): void {
  const { data, error } = workedFile.safeParse(content);
  if (!data) {
    const problems = error.issues.map((issue) => `${issue.path.join('/') || 'the file'} ${issue.message}`);
    throw new CommandFailed(`${path}:\n${problems.join('\n')}`, exitCodes.usage);
  }
  if ('generation' in data) return allotFile(out, data);
  return 'deduction' in data ? deductFile(out, data) : gasFile(out, data);
}

const metered = (quantities: Readonly<Record<string, string>>) =>
  Object.entries(quantities).map(([id, quantity]) => ({ id, quantity: decimal(quantity) }));

function allotmentFrom(given: Worked<'generation'>['generation']['allotment']): Allotment {
  if (given.kind === 'dynamic' || given.kind === 'priority') return given;
  const withParts = given.tables.map(({ hours, parts }) => ({
    hours,
    parts: Object.entries(parts).map(([id, part]) => ({ id, part: decimal(part) })),
  }));
  return { kind: given.kind, tables: withParts };
}

function allotFile(out: Output, { generation: given, currency: code }: Worked<'generation'>): void {
  const coin = currencyOf(code);
  const allotment = allotmentFrom(given.allotment);
  checkAllotment(allotment);
  const sums = addUp(
    given.intervals.map(({ at, made, used }) => {
      const when = fromEpochMs(epochMs(at));
      const hour = Number.parseInt(localMoment(when, given.zone).slice(11, 13), 10);
      return allot({ at: when, hour, made: metered(made), used: metered(used) }, allotment);
    }),
  );
  const prices = given.prices && {
    local: decimal(given.prices.local),
    grid: decimal(given.prices.grid),
    feedIn: decimal(given.prices.feedIn),
  };
  const accounts = prices === undefined ? [] : priceAllotted(sums, prices, coin, 'file');
  const money = (amount: Decimal): string => writeMoney(amount, coin);
  const users = sums.users.map(({ id, local, grid }) => ({ id, local: plain(local), grid: plain(grid) }));
  const producers = sums.producers.map(({ id, local, exported }) => ({
    id,
    local: plain(local),
    exported: plain(exported),
  }));
  const charged = accounts.map(({ id, ...amounts }) => ({
    id,
    ...Object.fromEntries(Object.entries(amounts).map(([what, amount]) => [what, money(amount)])),
  }));
  const text = [
    table(
      ['uses', 'local', 'grid'],
      users.map(({ id, local, grid }) => [id, local, grid]),
      [1, 2],
    ),
    table(
      ['makes', 'local', 'exported'],
      producers.map(({ id, local, exported }) => [id, local, exported]),
      [1, 2],
    ),
    ...(accounts.length === 0
      ? []
      : [
          table(
            ['who', 'local', 'grid', 'sold', 'fed in', coin],
            accounts.map((one) => [one.id, ...[one.local, one.grid, one.soldLocally, one.fedIn, one.total].map(money)]),
            [1, 2, 3, 4, 5],
          ),
        ]),
  ];
  out.answer(text.join('\n\n'), { users, producers, accounts: charged });
}

const anyDay = { from: '2026-01-01', to: '2026-01-02' };

function deductFile(out: Output, { deduction: given, currency: code }: Worked<'deduction'>): void {
  const coin = currencyOf(code);
  const { intake, unit, deducted: behind, price } = given;
  const counted = Object.entries(behind).map(([label, quantity]) => ({ label, quantity: decimal(quantity) }));
  const subject = { kind: 'meter', id: 'intake', label: 'The intake' } as const;
  const { deducted, net, issues } = deduct(decimal(intake), counted, unit, subject, anyDay);
  if (net === null) throw new CommandFailed(issues.map(({ code: of, detail }) => `${of}: ${detail}`).join('\n'));
  const amountOf = (quantity: Decimal): string | null =>
    price === undefined ? null : writeMoney(roundToCoin(quantity.times(decimal(price)), coin), coin);
  const rows = [
    { what: 'intake', quantity: intake, amount: amountOf(decimal(intake)) },
    { what: 'deducted', quantity: plain(deducted), amount: amountOf(deducted) },
    { what: 'net', quantity: plain(net), amount: amountOf(net) },
  ];
  out.answer(
    table(
      ['', unit, coin],
      rows.map(({ what, quantity, amount }) => [what, quantity, amount ?? '']),
      [1, 2],
    ),
    { unit, rows },
  );
}

function gasFile(out: Output, { gas: { m3, correction, calorific, day } }: Worked<'gas'>): void {
  const to = fromEpochMs(epochMs(`${day}T00:00:00Z`) + 86_400_000).slice(0, 10);
  const factor = gasFactor(decimal(correction), [{ day, value: decimal(calorific) }], { from: day, to });
  const energy = plain(roundToScale(energyOfGas(decimal(m3), factor), 3, 'half-up'));
  out.answer(`${m3} m³ × ${correction} × ${calorific} MJ/m³ / 3.6 = ${energy} kWh`, {
    m3,
    correction,
    calorific,
    kWh: energy,
  });
}
