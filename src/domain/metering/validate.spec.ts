import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../calendar/period.js';
import { decimal } from '../quantity/decimal.js';
import { describeFinding } from './describe-finding.js';
import type { RegisterFigures } from './figures.js';
import { frameOf } from './frame.js';
import type { MeterKnown, RegisterKnown, SiteKnown } from './known.js';
import { measure } from './measure.js';
import type { CumulativeReading, Installation, IntervalReading } from './reading.js';
import { isRestart } from './rules/invalid.js';
import { overdueBefore } from './rules/prolonged-estimation.js';
import { usualRules } from './rules/usual.js';
import { validate } from './validate.js';
import { choicesOf, type Finding, type Mode, type RuleName, ruleNames, type Rules } from './validation.js';

const period = { from: '2026-10-01', to: '2026-11-01' };
const zone = 'Europe/London';
const frame = frameOf({
  ...{ period, zone, now: '2026-11-20T09:00:00Z' },
  ...{ futureMinutes: 5, maxGapHours: 48, rules: usualRules },
});
const { from: start, to: end } = frame.span;
const half = 1_800_000;
const slots = (end - start) / half;
const device = (change: Partial<Installation> = {}): Installation => ({
  from: '2026-01-01T00:00:00Z',
  to: null,
  multiplier: decimal('1'),
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
  ...change,
});
const interval = (i: number, quantity: string, quality: IntervalReading['quality'] = 'actual'): IntervalReading => ({
  from: fromEpochMs(start + i * half),
  to: fromEpochMs(start + (i + 1) * half),
  quantity: decimal(quantity),
  quality,
});
const read = (at: string, value: string, quality: CumulativeReading['quality'] = 'actual'): CumulativeReading => ({
  at,
  value: decimal(value),
  quality,
});
/** Half-hours of October that are never the same twice running, but for what `change` says. */
const uneven = (change: (i: number) => string | null = () => null): IntervalReading[] =>
  Array.from({ length: slots }, (_, i) => interval(i, change(i) ?? `0.${100 + (i % 48)}`));
const timed = (
  readings: readonly IntervalReading[],
  change: Partial<Installation> = {},
  label = 'SHOP-07 hh',
): RegisterFigures =>
  measure(
    {
      register: { id: label, label, kind: 'interval', unit: 'kWh' },
      intervalMinutes: 30,
      installations: [device(change)],
    },
    readings,
    frame,
  );
const display = (
  readings: readonly CumulativeReading[],
  change: Partial<Installation> = {},
  label = 'SHOP-07 import',
): RegisterFigures =>
  measure(
    {
      register: { id: label, label, kind: 'cumulative', unit: 'kWh' },
      intervalMinutes: null,
      installations: [device(change)],
    },
    readings,
    frame,
  );
const register = (figures: RegisterFigures, more: Partial<RegisterKnown> = {}): RegisterKnown => ({
  figures,
  counts: true,
  restarts: false,
  held: [frame.span],
  vacant: [],
  before: [],
  lastRead: end,
  ...more,
});
const meter = (registers: RegisterKnown[], more: Partial<MeterKnown> = {}): MeterKnown => ({
  subject: { kind: 'meter', id: 'm7', label: 'SHOP-07' },
  verifiedUntil: null,
  registers,
  doubles: [],
  ...more,
});
const site = (meters: MeterKnown[], more: Partial<SiteKnown> = {}): SiteKnown => ({
  subject: { kind: 'site', id: 's1', label: 'Old Market Hall' },
  span: frame.span,
  lastDay: '2026-10-31',
  overdueBefore: epochMs('2026-07-31T23:00:00Z'),
  meters,
  balances: [],
  ...more,
});
const asked = (known: RegisterKnown, rules: Rules = usualRules): Finding[] => validate(site([meter([known])]), rules);
const told = (findings: readonly Finding[]): string[] => findings.map(({ rule, severity }) => `${severity} ${rule}`);
const ms = (days: number): number => days * 86_400_000;

describe('rules about what cannot be true', () => {
  it('find a reading from when no device was in', () => {
    const figures = timed(uneven(), { from: fromEpochMs(start + half) });
    expect(asked(register(figures))).toMatchObject([
      { rule: 'reading-time', severity: 'blocking', evidence: { why: 'not-installed', value: '0.1' } },
    ]);
  });

  it('ask of a plausible wrap whether it was one, and block on a fall that is none', () => {
    const readings = [
      read(fromEpochMs(start), '999998'),
      read('2026-10-10T00:00:00Z', '12'),
      read('2026-10-20T00:00:00Z', '9'),
      read(fromEpochMs(end), '40'),
    ];
    const wraps = { capacity: decimal('1000000'), plausibleMaxPerHour: decimal('50'), multiplier: decimal('40') };
    const found = asked(register(display(readings, wraps)));
    expect(told(found)).toEqual(['blocking register-regressed', 'warning rollover-assumed']);
    expect(found[1]).toMatchObject({
      evidence: { start: '999998', end: '12', wrapped: '560' },
      choices: ['rollover-confirmed', 'exchange-found', 'ask', 'estimate'],
    });
  });

  it('take a fall for a restart only where the devices restart and the rest could pass in the time', () => {
    const [fall] = display([
      read(fromEpochMs(start), '5000'),
      read(fromEpochMs(start + half), '0.4'),
      read(fromEpochMs(end), '30'),
    ]).falls;
    const [slip] = display([
      read(fromEpochMs(start), '5000'),
      read(fromEpochMs(start + half), '4990'),
      read(fromEpochMs(end), '5030'),
    ]).falls;
    expect([
      isRestart(fall!, { restarts: true }, usualRules),
      isRestart(fall!, { restarts: false }, usualRules),
      isRestart(slip!, { restarts: true }, usualRules),
      isRestart(
        fall!,
        { restarts: true },
        { ...usualRules, 'counter-restart': { mode: 'off', maxPerHour: decimal('100') } },
      ),
    ]).toEqual([true, false, false, false]);
  });

  it('leave a restart to the pass that records it, or ask where the community wants to be asked', () => {
    const known = register(
      display([read(fromEpochMs(start), '5000'), read(fromEpochMs(start + half), '0.4'), read(fromEpochMs(end), '30')]),
      { restarts: true },
    );
    expect(told(asked(known))).toEqual([]);
    const wary: Rules = { ...usualRules, 'counter-restart': { mode: 'block', maxPerHour: decimal('100') } };
    expect(told(asked(known, wary))).toEqual(['blocking counter-restart']);
  });

  it('put all that is beyond the limit of a register into one finding, whole', () => {
    const figures = timed(
      uneven((i) => (i === 7 || i === 99 ? '48' : null)),
      { plausibleMaxPerHour: decimal('60') },
    );
    expect(asked(register(figures))).toMatchObject([
      {
        rule: 'physical-limit',
        severity: 'blocking',
        evidence: { times: 2, highest: '48', hours: '0.5', maxPerHour: '60' },
      },
    ]);
  });
});

describe('rules about gaps', () => {
  it('find missing intervals with their number', () => {
    const figures = timed(uneven().filter((_, i) => i < 20 || i > 27));
    expect(asked(register(figures))).toMatchObject([
      {
        rule: 'missing-interval',
        severity: 'blocking',
        from: fromEpochMs(start + 20 * half),
        to: fromEpochMs(start + 28 * half),
        evidence: { intervals: 8, hours: '4' },
      },
    ]);
  });

  it('find a display that was not read at an edge, and only warn where the first reading sets the base', () => {
    expect(asked(register(display([read(fromEpochMs(start), '5')])))).toMatchObject([
      { rule: 'missing-reading', severity: 'blocking', evidence: { why: 'after-last' } },
    ]);
    expect(asked(register(display([read('2026-10-03T00:00:00Z', '5'), read(fromEpochMs(end), '9')])))).toMatchObject([
      { rule: 'missing-reading', severity: 'warning', evidence: { why: 'sets-base' } },
    ]);
  });

  it('name a silent register beside one that spoke once, and not as a gap too', () => {
    const [spoke, silent] = [register(timed(uneven())), register(display([]))];
    const known = site([meter([spoke, silent])]);
    expect(told(validate(known, usualRules))).toEqual(['warning silent-sibling']);
    const off: Rules = { ...usualRules, 'silent-sibling': { mode: 'off' } };
    expect(told(validate(known, off))).toEqual(['blocking missing-reading']);
    expect(told(validate(site([meter([silent])]), usualRules))).toEqual(['blocking missing-reading']);
  });

  it('do not ask for a register from which no use is counted', () => {
    expect(asked(register(display([]), { counts: false }))).toEqual([]);
  });
});

describe('zero use', () => {
  const dead = timed(uneven((i) => (i >= 48 && i < 48 * 15 ? '0' : null)));
  const findings = (more: Partial<RegisterKnown>) =>
    told(asked(register(dead, more))).filter((one) => one.endsWith('zero-use'));

  it('is found after so many whole days', () => {
    const [found] = asked(register(dead)).filter(({ rule }) => rule === 'zero-use');
    expect(found).toMatchObject({
      from: fromEpochMs(start + ms(1)),
      to: fromEpochMs(start + ms(15)),
      evidence: { days: 14, limit: 14 },
    });
  });

  it('is not asked about while nobody has the space, nor where it is the season', () => {
    expect(findings({ held: [] })).toEqual([]);
    expect(findings({ held: [{ from: start + ms(2), to: end }] })).toEqual([]);
    expect(findings({ before: [{ which: 'last-year', counted: { quantity: decimal('0'), ms: ms(31) } }] })).toEqual([]);
  });
});

describe('use against earlier use', () => {
  const figures = timed(uneven(() => '0.5'));
  const used = (quantity: string, which: 'last-year' | 'last-period' = 'last-year') => ({
    which,
    counted: { quantity: decimal(quantity), ms: end - start },
  });
  const range = (...before: ReturnType<typeof used>[]) =>
    asked(register(figures, { before })).filter(({ rule }) => rule === 'high-low-use');

  // October has 745 hours: 745 kWh.
  it.each([
    ['1490.1', 'low'],
    ['1490', null],
    ['372.5', null],
    ['372.4', 'high'],
  ])('of %s is %s', (before, is) => {
    expect(range(used(before)).map(({ evidence }) => evidence['is'])).toEqual(is === null ? [] : [is]);
  });

  it('is of last year first, then of the period before, and silent without either', () => {
    expect(range(used('100'), used('745', 'last-period'))).toMatchObject([
      { evidence: { comparedWith: 'last-year', earlierQuantity: '100' } },
    ]);
    expect(range(used('0'), used('100', 'last-period'))).toMatchObject([{ evidence: { comparedWith: 'last-period' } }]);
    expect(range()).toEqual([]);
    expect(range(used('0'))).toEqual([]);
  });

  it('is of a day, not of a period: a shorter one is compared fairly', () => {
    expect(range({ which: 'last-year', counted: { quantity: decimal('336'), ms: ms(14) } })).toEqual([]);
  });
});

describe('shapes that nothing real has', () => {
  it('are one interval far above the third highest, and not a kiln that is lit three times', () => {
    const lit = (...at: number[]) => asked(register(timed(uneven((i) => (at.includes(i) ? '18' : null)))));
    expect(told(lit(700))).toEqual(['warning spike', 'warning unusual-day']);
    expect(lit(700)[0]).toMatchObject({
      from: fromEpochMs(start + 700 * half),
      evidence: { highest: '18', third: '0.147' },
    });
    expect(told(lit(100, 700)).filter((one) => one.endsWith('spike'))).toHaveLength(1);
    expect(told(lit(100, 400, 700))).toEqual([]);
  });

  it('are whole days of equal intervals, unless they are empty', () => {
    const stuck = (value: string) => asked(register(timed(uneven((i) => (i >= 96 && i < 192 ? value : null)))));
    expect(stuck('0.31').filter(({ rule }) => rule === 'stuck-intervals')).toMatchObject([
      {
        from: fromEpochMs(start + ms(2)),
        to: fromEpochMs(start + ms(4)),
        evidence: { each: '0.31', days: 2 },
      },
    ]);
    expect(told(stuck('0')).filter((one) => one.endsWith('stuck-intervals'))).toEqual([]);
  });

  it('are days beyond all others, by deviations and by the median; the day of a clock change is none', () => {
    const days = (value: (day: number) => string): RegisterFigures => ({
      ...timed([]),
      gaps: [],
      count: 1,
      actual: 1,
      days: frame.days.map((day, i) => ({ ...day, quantity: decimal(value(i)), each: null })),
    });
    const findings = (value: (day: number) => string) => asked(register(days(value)));
    expect(findings((i) => (i === 9 ? '96' : String(20 + (i % 3))))).toMatchObject([
      {
        rule: 'unusual-day',
        evidence: {
          quantity: '96',
          others: 30,
          lowest: '20',
          highest: '22',
          median: '21',
          mean: '21',
          variance: '0.666667',
        },
      },
    ]);
    expect(findings((i) => (i === 24 ? '25' : '24'))).toEqual([]);
    expect(findings((i) => (i % 7 === 3 ? '0' : '24'))).toEqual([]);
    expect(findings((i) => (i === 9 ? '0' : '24'))).toMatchObject([
      { rule: 'unusual-day', evidence: { quantity: '0' } },
    ]);
  });

  it('compare squares and take no root: exactly on the limit is not beyond it', () => {
    // Others 10 and 30 in turn: mean 20, deviation 10. Four deviations are 60.
    const rules: Rules = {
      ...usualRules,
      'unusual-day': { ...usualRules['unusual-day'], lowPercent: decimal('0'), highPercent: decimal('100') },
    };
    const figures = (last: string): RegisterFigures => ({
      ...timed([]),
      ...{ gaps: [], count: 1, actual: 1 },
      days: frame.days
        .slice(0, 9)
        .map((day, i) => ({ ...day, quantity: decimal(i === 8 ? last : i % 2 === 0 ? '10' : '30'), each: null })),
    });
    expect(asked(register(figures('60')), rules)).toEqual([]);
    expect(told(asked(register(figures('60.000001')), rules))).toEqual(['warning unusual-day']);
  });
});

describe('rules about spaces, meters and sites', () => {
  it('find use in an empty space beyond what is allowed for, and none that was only estimated', () => {
    const vacant = (quantity: string, quality: 'actual' | 'estimated' = 'actual') =>
      told(
        asked(
          register(timed(uneven()), {
            vacant: [{ from: start, to: start + ms(10), quantity: decimal(quantity), quality }],
          }),
        ),
      );
    expect([vacant('10'), vacant('10.1'), vacant('99', 'estimated')]).toEqual([[], ['warning inactive-use'], []]);
  });

  it('hold the intervals of a meter against its display', () => {
    const total = (quantity: string, quality: 'actual' | 'estimated' = 'actual') => ({
      quantity: decimal(quantity),
      quality,
    });
    const sums = (display: ReturnType<typeof total>, intervals: ReturnType<typeof total>) =>
      validate(
        site([
          meter([register(timed(uneven()))], {
            doubles: [
              { subject: { kind: 'register', id: 'hh', label: 'SHOP-07 hh' }, unit: 'kWh', display, intervals },
            ],
          }),
        ]),
        usualRules,
      );
    expect(sums(total('1000'), total('1010'))).toEqual([]);
    expect(sums(total('10'), total('12'))).toEqual([]);
    expect(sums(total('1000'), total('989'))).toMatchObject([{ rule: 'sum-check', evidence: { difference: '-11' } }]);
    expect(sums(total('1000', 'estimated'), total('500'))).toEqual([]);
  });

  it.each([
    ['1000', '970', []],
    ['1000', '969', ['warning residual']],
    ['1000', '899', ['blocking residual']],
    ['1000', '1000.001', ['blocking residual']],
  ] as const)('hold %s at the source against %s at the sub-meters', (imported, metered, expected) => {
    const none = decimal('0');
    const balance = {
      utility: 'electricity',
      unit: 'kWh',
      imported: decimal(imported),
      metered: decimal(metered),
      exported: none,
      generated: none,
    };
    expect(told(validate(site([], { balances: [balance] }), usualRules))).toEqual(expected);
  });

  it('count what is made on the site and what leaves it', () => {
    const balance = {
      utility: 'electricity',
      unit: 'kWh',
      imported: decimal('1000'),
      generated: decimal('120'),
      exported: decimal('40'),
      metered: decimal('1050'),
    };
    expect(told(validate(site([], { balances: [balance] }), usualRules))).toEqual([]);
    expect(validate(site([], { balances: [{ ...balance, metered: decimal('1040') }] }), usualRules)).toMatchObject([
      { evidence: { is: 'notable', residual: '40' } },
    ]);
  });

  it('block on a register that nobody has read for too long, and not on a young one', () => {
    const estimated = timed(uneven().map((one) => ({ ...one, quality: 'estimated' })));
    const last = (at: string) => told(asked(register(estimated, { lastRead: epochMs(at) })));
    expect(last('2026-07-15T00:00:00Z')).toEqual(['blocking prolonged-estimation']);
    expect(last('2026-08-15T00:00:00Z')).toEqual([]);
    expect(fromEpochMs(overdueBefore(period, { mode: 'block', periods: 2, months: 12 }, zone))).toBe(
      '2026-07-31T23:00:00Z',
    );
    expect(fromEpochMs(overdueBefore(period, { mode: 'block', periods: 60, months: 12 }, zone))).toBe(
      '2025-11-01T00:00:00Z',
    );
  });

  it('find a verification that has ended', () => {
    const verified = (verifiedUntil: string) => told(validate(site([meter([], { verifiedUntil })]), usualRules));
    expect([verified('2026-10-31'), verified('2026-10-30')]).toEqual([[], ['warning verification-passed']]);
  });
});

describe('validate', () => {
  const broken = (): SiteKnown => {
    const readings = uneven((i) => (i === 7 ? '48' : i >= 96 && i < 192 ? '0.31' : i === 900 ? '19' : null)).filter(
      (_, i) => i < 20 || i > 27,
    );
    const falls = display(
      [read(fromEpochMs(start), '5000'), read('2026-10-12T00:00:00Z', '40'), read(fromEpochMs(end), '30')],
      {},
      'SHOP-08 import',
    );
    const none = decimal('0');
    return site(
      [
        meter(
          [
            register(timed(readings, { plausibleMaxPerHour: decimal('60') }), {
              before: [{ which: 'last-year', counted: { quantity: decimal('9000'), ms: end - start } }],
            }),
          ],
          { verifiedUntil: '2026-01-01' },
        ),
        meter([register(falls)]),
      ],
      {
        balances: [
          {
            utility: 'electricity',
            unit: 'kWh',
            imported: decimal('10'),
            metered: decimal('20'),
            exported: none,
            generated: none,
          },
        ],
      },
    );
  };

  it('finds by the fixed order of the rules', () => {
    const found = validate(broken(), usualRules).map(({ rule }) => ruleNames.indexOf(rule));
    expect(new Set(found).size).toBeGreaterThanOrEqual(8);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('asks nothing of a rule that is off, and lets through what a rule only warns of', () => {
    const set = (mode: Mode): Rules =>
      Object.fromEntries(
        Object.entries(usualRules).map(([name, rule]) => [name, { ...rule, mode }]),
      ) as unknown as Rules;
    const known = broken();
    const all = validate(known, usualRules);
    expect(validate(known, set('off'))).toEqual([]);
    expect(new Set(validate(known, set('warn')).map(({ severity }) => severity))).toEqual(new Set(['warning']));
    fc.assert(
      fc.property(fc.subarray([...ruleNames]), (off) => {
        const rules = {
          ...usualRules,
          ...Object.fromEntries(off.map((name) => [name, { ...usualRules[name], mode: 'off' }])),
        };
        const rest = all.filter(({ rule }) => !off.includes(rule));
        expect(validate(known, rules)).toEqual(rest);
      }),
    );
  });

  it('finds the same when it is asked again', () => {
    const known = broken();
    expect(validate(known, usualRules)).toEqual(validate(known, usualRules));
  });

  it('lets twenty findings stand for two thousand', () => {
    const readings = Array.from({ length: 1000 }, (_, i) =>
      read(fromEpochMs(start + i * half), String(i % 2 === 0 ? 500 : 7)),
    );
    const found = asked(register(display(readings))).filter(({ rule }) => rule === 'register-regressed');
    expect(found).toHaveLength(20);
    expect(found.at(-1)?.evidence['more']).toBe(480);
    expect(describeFinding({ ...found.at(-1)!, label: 'SHOP-07 import' }).detail).toContain('480 more like it');
  });

  it('tells every finding with its register, its figures and a remedy', () => {
    for (const finding of validate(broken(), usualRules)) {
      const { detail, remedy } = describeFinding({ ...finding, label: finding.subject.label });
      expect(detail).toContain(finding.subject.label);
      expect(`${detail} ${remedy}`).not.toMatch(/undefined|null|NaN|\[object/);
      expect(remedy.length).toBeGreaterThan(10);
    }
  });

  it('has a word and at least one answer for every rule', () => {
    const evidence = new Proxy({}, { get: (_, key) => (key === 'more' ? null : 'x') }) as Record<string, string>;
    for (const rule of ruleNames satisfies readonly RuleName[]) {
      expect(choicesOf[rule].length).toBeGreaterThan(0);
      expect(describeFinding({ rule, from: 'a', to: 'b', evidence, label: 'SHOP-07' }).detail).toContain('SHOP-07');
    }
  });
});
