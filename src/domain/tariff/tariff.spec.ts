import fc from 'fast-check';
import type { BandCalendar } from '../calendar/bands.js';
import { addDays, type Days } from '../calendar/period.js';
import type { Subject } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import type { Component } from './component.js';
import { checkCoverage } from './coverage.js';
import { priceOfBand } from './price.js';
import { checkVersions, hasBands, versionsInForce } from './tariff.js';

const calendar: BandCalendar = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};
const subject: Subject = { kind: 'tariff', id: 't1', label: 'House tariff' };
const standing: Component = { kind: 'standing', name: 'Standing charge', perDay: decimal('0.40') };
const energy: Component = {
  kind: 'time-of-use',
  name: 'Energy',
  unit: 'kWh',
  prices: { day: decimal('0.30'), night: decimal('0.15') },
};
const october = { from: '2026-10-01', to: '2026-11-01' };

describe('checkCoverage', () => {
  it('accepts a tariff that prices every band', () => {
    expect(() => checkCoverage({ components: [standing, energy] }, calendar)).not.toThrow();
    expect([hasBands({ components: [standing] }), hasBands({ components: [energy] })]).toEqual([false, true]);
    expect(hasBands({ components: [standing, energy] })).toBe(true);
  });

  it.each<[string, Component[], BandCalendar | null, string, string]>([
    [
      'a band without a price',
      [{ ...energy, prices: { day: decimal('0.3') } }],
      calendar,
      'tariff-gap',
      'no price for the band night, Monday 00:00–07:00 in January',
    ],
    [
      'an hour without a band',
      [energy],
      {
        ...calendar,
        rules: [
          { band: 'day', from: '06:00', to: '24:00' },
          { band: 'night', from: '00:00', to: '05:00' },
        ],
      },
      'tariff-gap',
      'Monday 05:00–06:00 in January',
    ],
    ['prices by band without a calendar', [energy], null, 'tariff-gap', 'no calendar'],
    [
      'a price for an unknown band',
      [{ ...energy, prices: { day: decimal('1'), night: decimal('1'), dusk: decimal('1') } }],
      calendar,
      'invalid-input',
      'dusk',
    ],
    [
      'a unit price for an unknown band',
      [{ kind: 'per-unit', name: 'Peak', unit: 'kWh', perUnit: decimal('1'), band: 'peak' }],
      calendar,
      'invalid-input',
      'peak',
    ],
    ['two components of one name', [standing, standing], null, 'already-exists', 'Standing charge'],
    ['no component at all', [], null, 'tariff-gap', 'no component'],
    [
      'a price finer than nine digits',
      [{ ...standing, perDay: decimal('0.5').times('0.000000001') }],
      null,
      'invalid-decimal',
      '9 fraction digits',
    ],
  ])('refuses %s', (_, components, of, code, words) => {
    const check = (): void => checkCoverage({ components }, of);
    expect(check).toThrow(expect.objectContaining({ code }));
    expect(check).toThrow(words);
  });
});

describe('priceOfBand', () => {
  it('D2: an unknown band has no price, and never gets the first one', () => {
    expect(() => priceOfBand({ day: decimal('0.30') }, 'night', 'Energy')).toThrow(
      expect.objectContaining({ code: 'tariff-gap' }),
    );
    expect(() => priceOfBand({ day: decimal('0.30') }, 'constructor', 'Energy')).toThrow(
      expect.objectContaining({
        message: 'Energy has no price for the band constructor. Add one.',
        facts: { component: 'Energy', band: 'constructor' },
      }),
    );
  });
});

describe('versionsInForce', () => {
  it('gives each version its days, and names the days without one', () => {
    const [a, b] = [
      { from: '2026-01-01', to: '2026-10-16' },
      { from: '2026-10-20', to: null },
    ];
    const { pieces, issues } = versionsInForce([b, a], october, subject);
    expect(pieces).toEqual([
      { period: { from: '2026-10-01', to: '2026-10-16' }, version: a },
      { period: { from: '2026-10-20', to: '2026-11-01' }, version: b },
    ]);
    expect(issues).toEqual([
      {
        ...{ code: 'tariff-gap', severity: 'blocking', subject, from: '2026-10-16', to: '2026-10-20' },
        detail: 'The tariff "House tariff" has no version from 2026-10-16 to 2026-10-20.',
        remedy: 'Add a version of "House tariff" that holds on these days.',
      },
    ]);
  });

  it('refuses two versions on one day', () => {
    const versions = [
      { from: '2026-01-01', to: null },
      { from: '2026-10-16', to: null },
    ];
    expect(() => versionsInForce(versions, october, subject)).toThrow('Two versions hold on 2026-10-16');
  });

  it('tiles the period with pieces and gaps, whatever the order', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: -40, max: 70 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(
        cuts,
        fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
        fc.boolean(),
        (offsets, present, open) => {
          const dates = offsets.sort((x, y) => x - y).map((offset) => addDays('2026-10-01', offset));
          const versions: Days[] = dates
            .slice(1)
            .flatMap((to, i) =>
              present[i] ? [{ from: dates[i] ?? to, to: open && i === dates.length - 2 ? null : to }] : [],
            );
          const { pieces, issues } = versionsInForce(versions.toReversed(), october, subject);
          const parts = [
            ...pieces.map(({ period }) => period),
            ...issues.map(({ from = '', to = '' }) => ({ from, to })),
          ];
          parts.sort((x, y) => (x.from < y.from ? -1 : 1));
          expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([october.from, october.to]);
          parts.slice(1).forEach((part, i) => expect(part.from).toBe(parts[i]?.to));
        },
      ),
    );
  });
});

describe('checkVersions', () => {
  it('accepts versions that tile, and names the first day of a gap or an overlap', () => {
    const first = { from: '2026-01-01', to: '2026-04-01' };
    expect(() => checkVersions([{ from: '2026-04-01', to: null }, first])).not.toThrow();
    expect(() => checkVersions([{ from: '2026-04-02', to: null }, first])).toThrow('No version holds on 2026-04-01');
    expect(() => checkVersions([{ from: '2026-03-31', to: null }, first])).toThrow('Two versions hold on 2026-03-31');
  });

  it('says with the refusal which days they are', () => {
    const first = { from: '2026-01-01', to: '2026-04-01' };
    expect(() => checkVersions([first, { from: '2026-04-03', to: null }])).toThrow(
      expect.objectContaining({ code: 'tariff-gap', facts: { from: '2026-04-01', to: '2026-04-03' } }),
    );
    expect(() => checkVersions([first, { from: '2026-03-01', to: null }])).toThrow(
      expect.objectContaining({ code: 'tariff-overlap', facts: { from: '2026-03-01' } }),
    );
    expect(() =>
      checkVersions([
        { from: '2026-01-01', to: null },
        { from: '2026-04-01', to: null },
      ]),
    ).toThrow('Two versions hold on 2026-04-01: end the one from 2026-01-01 before the next begins.');
    expect(() => checkVersions([])).not.toThrow();
  });

  it('puts any number of them in order first', () => {
    const days = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'];
    const versions = days.slice(1).map((to, i) => ({ from: days[i] ?? to, to }));
    for (const order of [
      [3, 1, 0, 2],
      [1, 3, 2, 0],
      [2, 0, 3, 1],
    ]) {
      expect(() => checkVersions(order.flatMap((i) => versions[i] ?? []))).not.toThrow();
    }
  });
});
