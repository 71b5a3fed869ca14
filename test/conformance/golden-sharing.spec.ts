import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { addUp, allot, type Interval } from '../../src/domain/apportionment/generation.js';
import { priceAllotted } from '../../src/domain/apportionment/generation-price.js';
import { deduct } from '../../src/domain/metering/deduction.js';
import { Decimal, decimal, fixed, plain, sum } from '../../src/domain/quantity/decimal.js';
import { roundToCoin, writeMoney } from '../../src/domain/quantity/money.js';

/** Published examples of on-site generation and of meters whose use is deducted. */
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

const period = { from: '2026-06-01', to: '2026-07-01' };
const interval = (made: string, used: string): Interval => ({
  at: '2026-06-01T10:00:00Z',
  hour: 12,
  made: [{ id: 'one', quantity: decimal(made) }],
  used: [{ id: 'one', quantity: decimal(used) }],
});

const checks: Readonly<Record<string, (one: Case) => void>> = {
  zev({ input, expected }) {
    const sums = addUp([allot(interval(input.production, input.consumption), { kind: 'dynamic' })]);
    const [user, producer] = [sums.users[0], sums.producers[0]];
    const written = (quantity: Decimal | undefined): string => fixed(quantity ?? new Decimal(-1), 4);
    expect(written(user?.local)).toBe(expected.local_kwh);
    expect(written(user?.grid)).toBe(expected.grid_kwh);
    expect(written(producer?.exported)).toBe(expected.feed_in_kwh);
    const prices = { local: decimal(input.local), grid: decimal(input.grid), feedIn: decimal(input.feed_in) };
    const [account] = priceAllotted(sums, prices, 'CHF', 'example');
    expect(account && writeMoney(account.total, 'CHF')).toBe(expected.invoice_subtotal);
  },
  min({ input, expected }) {
    const shared = (input.cases as [string, string][]).map(([injected, withdrawn]) =>
      plain(sum(allot(interval(injected, withdrawn), { kind: 'dynamic' }).users.map(({ local }) => local))),
    );
    expect(shared).toEqual(expected.shared);
  },
  water_deduct({ input, expected }) {
    const subject = { kind: 'meter' as const, id: 'w', label: 'Water' };
    const deductions = (input.deductions as string[]).map((quantity, index) => ({
      label: `Deducted ${index + 1}`,
      quantity: decimal(quantity),
    }));
    const { intake, net } = deduct(decimal(input.m3), deductions, 'm3', subject, period);
    expect(plain(intake)).toBe(input.m3);
    const waste = (quantity: Decimal): Decimal => roundToCoin(quantity.times(decimal(input.waste)), 'EUR');
    expect(writeMoney(waste(intake).minus(waste(net ?? intake)), 'EUR')).toBe(expected.net_difference);
    const tooMuch = deduct(sum(deductions.map(({ quantity }) => quantity)).minus(1), deductions, 'm3', subject, period);
    expect(tooMuch).toMatchObject({ net: null, issues: [{ code: 'deduction-exceeds-intake', severity: 'blocking' }] });
  },
};

describe('worked examples of sharing that others published', () => {
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

  it('are of every kind that this file speaks for', () => {
    const kinds = new Set(cases.map(({ kind }) => kind));
    expect(Object.keys(checks).filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
