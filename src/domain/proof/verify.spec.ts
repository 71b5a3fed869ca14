import fc from 'fast-check';
import { bundles, chanceOf, key, type Name, names, runId, statementOf } from '../../../test/support/bundle.js';
import { type Bundle, readBundle, writeBundle } from './bundle.js';
import type { Check } from './check.js';
import { verdict } from './check.js';
import { writeKey } from './note.js';
import { commitToRun } from './run-sums.js';
import { verifyBundle } from './verify.js';

const all = bundles();
const anna = all.ANNA;
const wrong = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome === 'differs');
const verify = (bundle: Bundle) => verifyBundle(readBundle(writeBundle(bundle)), { key: writeKey(key) });
const says = (bundle: Bundle) =>
  wrong(verify(bundle))
    .map((check) => check.says)
    .join('\n');

/** A copy in which one value stands elsewhere. */
const changed = (bundle: Bundle, change: (copy: never) => void): Bundle => {
  const copy = JSON.parse(JSON.stringify(bundle)) as never;
  change(copy);
  return copy;
};

describe('verifyBundle', () => {
  it.each(names)('finds nothing wrong with what %s was given, and tells nothing it was not told', (name) => {
    const checks = verify(all[name]);
    expect(wrong(checks)).toEqual([]);
    const untold = checks.filter(({ outcome, name: of }) => outcome === 'not-told' && of !== 'devices');
    expect(untold).toEqual([]);
    expect(verdict(checks)).toBe('right');
  });

  it('says every line, the signature, two people, the record before, and each sum with the own share', () => {
    const said = verify(anna).map((check) => check.says);
    expect(said).toEqual(
      expect.arrayContaining([
        'Meter M-ANNA, import: from 1000 to 1040 are 40 kWh.',
        'Line 2, Standing charge: 1 of 4 equal shares of £10.01 is 2.51.',
        '20 % of 25.26 are 5.05.',
        'Northgrid, Units: members 60.00 + common 30.00 + vacant 0.00 + held 9.60 = 99.60.',
        'Northgrid, Units: 4 sealed shares and those of the house add up to exactly 99.60 GBP.',
        'Northgrid, Units: your share of 24.00 is one of them.',
        'Relief, Relief: 4 sealed shares and those of the house add up to exactly -5.00 GBP.',
        'Use of electricity: 4 sealed shares and those of the house add up to exactly 166.00 kWh.',
        'The record begins with the one of H-2026-00000, unchanged: 3 entries.',
        'The certificate of the run says of all 2 costs what the statement says: 104.61 = members 65.01 + common 30.00 + vacant 0.00 + held 9.60.',
      ]),
    );
  });

  it('catches every change of any one value', () => {
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      if (typeof value === 'object' && value !== null) {
        for (const [name, item] of Object.entries(value))
          walk(item, [...path, Array.isArray(value) ? Number(name) : name]);
      } else places.push(path);
    };
    walk(anna, []);
    const spoilt = (value: unknown, place: number): unknown => {
      if (typeof value !== 'string') return typeof value === 'number' ? value + 1 : !value;
      if (value === '') return 'x';
      const at = place % value.length;
      const put = value.charAt(at) === '7' ? '3' : '7';
      return value.slice(0, at) + put + value.slice(at + 1);
    };
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.nat(), (path, place) => {
        const copy = JSON.parse(JSON.stringify(anna)) as Record<string | number, never>;
        const last = path.at(-1) ?? '';
        const holder = path
          .slice(0, -1)
          .reduce((value: Record<string | number, never>, name) => value[name] as never, copy);
        holder[last] = spoilt(holder[last], place) as never;
        let caught = true;
        try {
          caught = wrong(verify(copy as unknown as Bundle)).length > 0;
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-input' });
        }
        // The name of the statement before is told by nobody else: only its head counts.
        expect(caught || path.join('/') === 'record/earlier/document').toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, (copy: never) => void, RegExp]>([
    [
      'a reading',
      (b: Bundle) => set(b.statement.use[0]?.readings[0]?.latest, 'value', '1041'),
      /M-ANNA.*40 is stated, 41 comes out/,
    ],
    [
      'a weight',
      (b: Bundle) => set(b.statement.charges.lines[0]?.why.reason, 'weight', '41'),
      /Line 1, Units: 24.00 is stated/,
    ],
    [
      'a share',
      (b: Bundle) => set(b.statement.charges.lines[1], 'net', '2.52'),
      /Line 2, Standing charge: 2.52 is stated/,
    ],
    ['a total', (b: Bundle) => set(b.statement.charges, 'gross', '30.32'), /Total: 30.32 is stated, 30.31 comes out/],
    ['a tax', (b: Bundle) => set(b.statement.charges.taxes?.[0], 'tax', '5.15'), /Standard rate, 20 %: 5.15/],
    [
      'what the house bears',
      (b: Bundle) => set(b.statement.sharing[0]?.components[0], 'common', '31.00'),
      /Northgrid, Units: 99.6 is stated/,
    ],
    [
      'the head',
      (b: Bundle) => set(b.record, 'head', b.record?.head.replace('\n12\n', '\n13\n')),
      /not signed with its key/,
    ],
    [
      'a log leaf',
      (b: Bundle) => set(b.record?.run?.entry, 'at', '2026-11-04T09:30:00.000000Z'),
      /The billing run: its entry is not in the record/,
    ],
    ['a fact', (b: Bundle) => set(b.record?.run?.fact, 'approvedBy', 'p-9'), /not what was sealed/],
    [
      'the member before',
      (b: Bundle) => set(b.record?.earlier?.proof, 0, '0'.repeat(64)),
      /does not begin with the one of H-2026-00000/,
    ],
  ] as never)('changed %s: names what differs', (_, change, sentence) => {
    expect(says(changed(anna, change))).toMatch(sentence);
  });

  it('refuses a head of another key, and another key than the one that was given', () => {
    expect(says(bundles({ seed: '43'.repeat(32) }).ANNA)).toMatch(/not signed/);
    expect(wrong(verifyBundle(anna, { key: 'hall.example/record+00000000+AAAA' }))[0]?.says).toMatch(/another key/);
  });

  it('refuses a run that one person proposed and approved', () => {
    const run = { proposedBy: 'p-1', approvedBy: 'p-1', approvedAt: '2026-11-02T10:00:00.000000Z' };
    expect(says(bundles({ run }).ANNA)).toMatch(/not approved by a second person/);
  });

  it('sees that a kept head of the same size has another root', () => {
    const other = bundles({
      seed: '42'.repeat(32),
      run: { proposedBy: 'x', approvedBy: 'y', approvedAt: '2026-11-02T10:00:00.000000Z' },
    }).ANNA;
    const kept = changed(anna, () => undefined).record?.earlier?.head ?? '';
    expect(wrong(verifyBundle(anna, { earlierHead: kept }))).toEqual([]);
    expect(verifyBundle(anna, { earlierHead: other.record?.head ?? '' }).map(({ says: said }) => said)).toContain(
      'The head that you kept is another than the one that this file leads back to.',
    );
  });

  it('says that nothing was recorded where nothing was told', () => {
    const { statement, format } = anna;
    const checks = verify({ format, statement });
    expect(wrong(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === 'head')).toMatchObject({ outcome: 'not-told' });
  });
});

/* Issue by issue what a dishonest community might try with the sums of a run; the list is recorded and signed, so the record does not help it. */
describe('an attack on the sealed sums', () => {
  const statements = names.map(statementOf);
  const honest = commitToRun(key.name, runId, statements, chanceOf('a'));
  if (honest === null) throw new Error('Four members are enough.');
  const withLists = (change: (lists: never) => void, own = honest.own) => {
    const lists = JSON.parse(JSON.stringify(honest.lists)) as never;
    change(lists);
    return bundles({ sums: { lists, own } });
  };

  it('by a negative leaf: another pays what is printed as less than nothing, and it does not fit the cost', () => {
    const cheated = statements.map((statement) =>
      statement.member.number === 'DORA'
        ? changedStatement(statement, (copy) => set(copy.sharing[0]?.components[0], 'you', '-6.00'))
        : statement,
    );
    const made = commitToRun(key.name, runId, cheated, chanceOf('b'));
    expect(says(bundles({ sums: made }).ANNA)).toMatch(/Northgrid, Units: .*(do not add up|not open)/);
    expect(says(bundles({ sums: made }).DORA)).toMatch(/Northgrid, Units: your envelope/);
  });

  it('by a wrong total: the envelopes do not add up to it', () => {
    const total = withLists((lists: { total: string }[]) => set(lists[0], 'total', '9961'));
    expect(says(total.ANNA)).toMatch(/Northgrid, Units: the envelopes do not add up to the amount/);
  });

  it('by the same leaf for two: one of them does not find it', () => {
    const shared = new Map(honest.own).set('CLEO', honest.own.get('BEN') ?? []);
    expect(says(bundles({ sums: { lists: honest.lists, own: shared } }).CLEO)).toMatch(
      /your envelope is not in the list/,
    );
    const doubled = withLists(
      (lists: { envelopes: object[] }[]) =>
        void (lists[1]?.envelopes.splice(1, 1, { ...lists[1].envelopes[0] }) as never),
    );
    expect(says(doubled.ANNA)).toMatch(/two envelopes bear one label/);
  });

  it('by another list shown to another member: it is not the one that was recorded', () => {
    const other = commitToRun(key.name, runId, statements, chanceOf('other'));
    const shown = { ...anna, sums: { run: runId, lists: other?.lists ?? [], own: other?.own.get('ANNA') ?? [] } };
    expect(says(shown)).toMatch(/not the lists that were recorded for all members/);
  });

  it('by a replay of another run: its envelopes are not those of this one', () => {
    const before = commitToRun(key.name, 'run-6', statements, chanceOf('a'));
    expect(says(bundles({ sums: before }).ANNA)).toMatch(/your envelope is not in the list/);
    expect(says({ ...anna, sums: { ...(anna.sums as NonNullable<Bundle['sums']>), run: 'run-6' } })).toMatch(
      /of another run/,
    );
  });

  it('by a swapped commitment: whose envelope it is sees that it holds another share', () => {
    const swapped = withLists((lists: { envelopes: { commitment: string }[] }[]) => {
      const [a, b] = [lists[0]?.envelopes[0], lists[0]?.envelopes[1]];
      const kept = a?.commitment ?? '';
      set(a, 'commitment', b?.commitment);
      set(b, 'commitment', kept);
    });
    const seen = (Object.keys(swapped) as Name[]).filter((name) => says(swapped[name]) !== '');
    expect(seen.length).toBeGreaterThan(0);
  });

  it('by a cost without a list, or a list that the house is not opened in as printed', () => {
    expect(says(withLists((lists: unknown[]) => void (lists.shift() as never)).ANNA)).toMatch(
      /(no sealed sum|Not every list)/,
    );
    const house = withLists((lists: { house: { unitId: string; amount: string }[] }[]) =>
      set(lists[0]?.house[0], 'amount', '1'),
    );
    expect(says(house.ANNA)).toMatch(/what the house bears is not open/);
  });

  it('is not possible among two: no sums are offered, and it is said why', () => {
    expect(commitToRun(key.name, runId, statements.slice(0, 2), chanceOf('a'))).toBeNull();
    const two = bundles({ statements: statements.slice(0, 2), sums: null }).ANNA;
    expect(verify(two).find(({ name }) => name === 'sums')).toMatchObject({
      outcome: 'not-told',
      says: expect.stringMatching(/fewer than three members/),
    });
  });

  it('finds no blinding used twice, in a run or in two computings of it', () => {
    const again = commitToRun(key.name, runId, statements, chanceOf('again'));
    const drawn = [honest, again].flatMap((made) =>
      [...(made?.own.values() ?? [])].flat().map(({ blinding }) => blinding),
    );
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('tells no member what another bears', () => {
    const written = writeBundle(all.ANNA);
    for (const other of ['BEN', 'CLEO', 'DORA', '"18.00"', '"12.00"', '"6.00"', '19.25', 'M-BEN'])
      expect(written).not.toContain(other);
  });
});

function set(holder: unknown, name: string | number, value: unknown): void {
  expect(holder).toBeDefined();
  (holder as Record<string | number, unknown>)[name] = value;
}

function changedStatement(
  statement: Bundle['statement'],
  change: (copy: Bundle['statement']) => void,
): Bundle['statement'] {
  const copy = JSON.parse(JSON.stringify(statement)) as Bundle['statement'];
  change(copy);
  return copy;
}
