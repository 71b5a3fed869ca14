import fc from 'fast-check';
import { addDays } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { decimal, plain } from '../quantity/decimal.js';
import {
  checkFormula,
  deepest,
  expand,
  findLoop,
  type Formula,
  formulaOn,
  type FormulaRegister,
  formulasByRegister,
  writeFormula,
} from './virtual-meter.js';

const register = (id: string, kind: FormulaRegister['kind'], more: Partial<FormulaRegister> = {}): FormulaRegister => ({
  ...{ id, label: id, kind, siteId: 'hall', utility: 'electricity', unit: 'kWh' },
  ...more,
});
const known = new Map(
  [
    ...['M', 'S1', 'S2', 'S3'].map((id) => register(id, 'interval')),
    ...['A', 'B', 'C'].map((id) => register(id, 'virtual')),
    register('FAR', 'interval', { siteId: 'arches' }),
    register('GAS', 'interval', { utility: 'gas' }),
    register('VAR', 'interval', { unit: 'kVArh' }),
  ].map((one) => [one.id, one]),
);
const formula = (id: string, sum: Record<string, string>, from = '2026-01-01', version = 1): Formula => ({
  register: id,
  version,
  from,
  terms: Object.entries(sum).map(([part, coefficient]) => ({ part, coefficient: decimal(coefficient) })),
});
const october = { from: '2026-10-01', to: '2026-11-01' };
const sums = (id: string, ...formulas: Formula[]) =>
  expand(id, formulasByRegister(formulas), october).map(({ period, terms, without }) => [
    period.from,
    period.to,
    terms === null ? without : Object.fromEntries(terms.map(({ part, coefficient }) => [part, plain(coefficient)])),
  ]);
const refused = (code: string, sentence: RegExp, work: () => unknown): void => {
  let said: unknown;
  try {
    work();
  } catch (error) {
    said = error;
  }
  expect(said).toBeInstanceOf(DomainError);
  expect([(said as DomainError).code, (said as DomainError).message]).toEqual([code, expect.stringMatching(sentence)]);
};

describe('checkFormula', () => {
  it('takes the formula of a stall without a meter', () => {
    expect(() => checkFormula(formula('A', { M: '1', S1: '-1', S2: '-0.5' }), known, [])).not.toThrow();
  });

  it('names the whole way round of a loop', () => {
    const others = [formula('B', { C: '1', S1: '1' }), formula('C', { S2: '1', A: '-1' })];
    refused('formula-loop', /A → B → C → A/, () => checkFormula(formula('A', { M: '1', B: '-1' }), known, others));
    refused('formula-loop', /A → A/, () => checkFormula(formula('A', { A: '1' }), known, []));
  });

  it('finds a loop that begins on a later day, and none where the days do not meet', () => {
    const later = [formula('B', { S1: '1' }), formula('B', { A: '1' }, '2026-06-01', 2)];
    refused('formula-loop', /from 2026-06-01 on: A → B → A/, () =>
      checkFormula(formula('A', { B: '1' }), known, later),
    );
    const before = [formula('B', { A: '1' }), formula('B', { S1: '1' }, '2026-06-01', 2), formula('A', { M: '1' })];
    expect(() => checkFormula(formula('A', { B: '1' }, '2026-06-01', 2), known, before)).not.toThrow();
  });

  it.each([
    ['an unknown register', { NONE: '1' }, 'not-found', /NONE/],
    ['another site', { FAR: '1' }, 'unit-mismatch', /its own site/],
    ['another utility', { GAS: '1' }, 'unit-mismatch', /gas/],
    ['another unit', { VAR: '1' }, 'unit-mismatch', /kVArh/],
    ['a factor of nothing', { M: '0' }, 'invalid-input', /must not be 0/],
    ['a factor that is too fine', { M: '0.3333' }, 'invalid-input', /3 and 3 digits/],
    ['a factor that is too large', { M: '1000' }, 'invalid-input', /3 and 3 digits/],
    ['no term', {}, 'invalid-input', /0 terms/],
  ])('refuses %s', (_, sum, code, sentence) => {
    refused(code, sentence, () => checkFormula(formula('A', sum), known, []));
  });

  it('refuses a register that is named twice, one that is read, and more terms than anybody follows', () => {
    const twice = { ...formula('A', {}), terms: ['1', '2'].map((one) => ({ part: 'M', coefficient: decimal(one) })) };
    refused('invalid-input', /names M twice/, () => checkFormula(twice, known, []));
    refused('invalid-input', /S1 is read/, () => checkFormula(formula('S1', { M: '1' }), known, []));
    const many = Array.from({ length: 201 }, (_, i) => `R${i}`);
    const large = new Map([...known, ...many.map((id) => [id, register(id, 'interval')] as const)]);
    const sum = (ids: string[]) => formula('A', Object.fromEntries(ids.map((id) => [id, '1'])));
    refused('invalid-input', /201 terms/, () => checkFormula(sum(many), large, []));
    expect(() => checkFormula(sum(many.slice(1)), large, [])).not.toThrow();
  });

  it('refuses what becomes too fine, or too deep, in a formula that rests on it', () => {
    const others = [formula('B', { A: '0.05' })];
    refused('invalid-input', /B would count 0.0025 × M/, () =>
      checkFormula(formula('A', { M: '0.05' }), known, others),
    );
    const ids = Array.from({ length: deepest + 1 }, (_, i) => `V${i}`);
    const chain = ids.slice(0, -1).map((id, i) => formula(id, { [ids[i + 1] ?? '']: '1' }));
    const deep = new Map([...known, ...ids.map((id) => [id, register(id, 'virtual')] as const)]);
    const last = formula(ids.at(-1) ?? '', { M: '1' });
    refused('invalid-input', /V0 would rest on 11 formulas/, () => checkFormula(last, deep, chain));
    expect(() => checkFormula(last, deep, chain.slice(1))).not.toThrow();
  });
});

describe('formulaOn', () => {
  it('takes the last version of those that have begun', () => {
    const versions = [
      formula('A', { M: '1' }),
      formula('A', { M: '2' }, '2026-08-01', 2),
      formula('A', { M: '3' }, '2026-05-01', 3),
    ];
    const version = (day: string) => formulaOn(versions, day)?.version;
    expect(['2025-12-31', '2026-01-01', '2026-05-01', '2026-09-01'].map(version)).toEqual([undefined, 1, 3, 3]);
  });
});

describe('expand', () => {
  it('leaves only registers that are read, and adds up what meets', () => {
    expect(sums('A', formula('A', { M: '1', B: '-1', S1: '0.5' }), formula('B', { S1: '1', S2: '2' }))).toEqual([
      ['2026-10-01', '2026-11-01', { M: '1', S1: '-0.5', S2: '-2' }],
    ]);
  });

  it('leaves out what cancels', () => {
    expect(sums('A', formula('A', { B: '1', S1: '-1' }), formula('B', { S1: '1', S2: '1' }))).toEqual([
      ['2026-10-01', '2026-11-01', { S2: '1' }],
    ]);
  });

  it('cuts the period where a formula changes, its own or one within', () => {
    const changes = [formula('A', { B: '1' }), formula('B', { S1: '1' }), formula('B', { S2: '1' }, '2026-10-16', 2)];
    expect(sums('A', ...changes)).toEqual([
      ['2026-10-01', '2026-10-16', { S1: '1' }],
      ['2026-10-16', '2026-11-01', { S2: '1' }],
    ]);
  });

  it('says which formula has not begun', () => {
    expect(sums('A', formula('A', { M: '1', B: '-1' }), formula('B', { S1: '1' }, '2026-10-05'))).toEqual([
      ['2026-10-01', '2026-10-05', ['B']],
      ['2026-10-05', '2026-11-01', { M: '1', S1: '-1' }],
    ]);
  });

  /** Formulas that look only at registers after them, so that none comes back. */
  const sound = fc
    .array(
      fc.record({
        of: fc.nat(4),
        from: fc.nat(40).map((days) => addDays('2026-09-20', days)),
        terms: fc.uniqueArray(
          fc.record({ to: fc.integer({ min: 1, max: 5 }), times: fc.integer({ min: -3, max: 3 }) }),
          {
            selector: ({ to }) => to,
            minLength: 1,
            maxLength: 4,
          },
        ),
      }),
      { maxLength: 12 },
    )
    .map((all) =>
      all.map(({ of, from, terms }, index): Formula => ({
        register: `V${of}`,
        version: index + 1,
        from,
        terms: terms.map(({ to, times }) => ({
          part: of + to > 4 ? `R${of + to}` : `V${of + to}`,
          coefficient: decimal(String(times === 0 ? 1 : times)),
        })),
      })),
    );

  it('tiles the period', () => {
    fc.assert(
      fc.property(sound, fc.nat(4), (formulas, of) => {
        const pieces = expand(`V${of}`, formulasByRegister(formulas), october);
        expect(pieces[0]?.period.from).toBe(october.from);
        expect(pieces.at(-1)?.period.to).toBe(october.to);
        pieces.slice(1).forEach(({ period }, i) => expect(period.from).toBe(pieces[i]?.period.to));
      }),
    );
  });

  it('counts what the formula counts when each of its registers is worked out by itself', () => {
    const used = (id: string, formulas: readonly Formula[], day: string): number => {
      const own = formulas.filter((one) => one.register === id);
      if (own.length === 0) return id.length * 7 + (id.codePointAt(1) ?? 0);
      return (formulaOn(own, day)?.terms ?? []).reduce(
        (sum, { part, coefficient }) => sum + coefficient.toNumber() * used(part, formulas, day),
        0,
      );
    };
    fc.assert(
      fc.property(sound, fc.nat(4), (formulas, of) => {
        for (const { period, terms } of expand(`V${of}`, formulasByRegister(formulas), october)) {
          if (terms === null) continue;
          const sum = terms.reduce(
            (all, { part, coefficient }) => all + coefficient.toNumber() * used(part, [], ''),
            0,
          );
          expect(sum).toBe(used(`V${of}`, formulas, period.from));
        }
      }),
    );
  });

  it('finds a loop exactly where one is', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 });
    const reaches = (all: [number, number][], from: number, seen = new Set<number>()): Set<number> => {
      for (const [a, b] of all) if (a === from && !seen.has(b)) reaches(all, b, seen.add(b));
      return seen;
    };
    fc.assert(
      fc.property(edges, fc.nat(5), (all, start) => {
        const formulas = [0, 1, 2, 3, 4, 5].flatMap((of) => {
          const parts = new Set(all.filter(([a]) => a === of).map(([, b]) => `V${b}`));
          return parts.size === 0 ? [] : [formula(`V${of}`, Object.fromEntries([...parts].map((id) => [id, '1'])))];
        });
        const loop = findLoop(`V${start}`, formulasByRegister(formulas), '2026-10-01');
        expect(loop !== null).toBe(reaches(all, start).has(start));
        if (loop === null) return;
        expect([loop[0], loop.at(-1)]).toEqual([`V${start}`, `V${start}`]);
        loop.slice(1).forEach((id, i) => expect(all).toContainEqual([Number(loop[i]?.slice(1)), Number(id.slice(1))]));
      }),
    );
  });
});

describe('writeFormula', () => {
  it('writes signs between, and factors other than one', () => {
    const terms = [
      ['MAIN import', '1'],
      ['A import', '-1'],
      ['B import', '-0.5'],
      ['C import', '2'],
    ].map(([label = '', factor = '']) => ({ label, coefficient: decimal(factor) }));
    expect(writeFormula(terms)).toBe('MAIN import − A import − 0.5 × B import + 2 × C import');
    expect(writeFormula(terms.slice(1, 2))).toBe('−A import');
  });
});
