import fc from 'fast-check';
import {
  bundles,
  certificateFile,
  certified,
  chanceOf,
  key,
  names,
  runId,
  signedAs,
  statementOf,
} from '../../../test/support/bundle.js';
import type { Bundle } from './bundle.js';
import { type Certificate, type CertificateFile, readCertificate, writeCertificate } from './certificate.js';
import { type Check, verdict } from './check.js';
import { agreementChecks } from './check-certificate.js';
import { readCheckpoint } from './checkpoint.js';
import { readNote, writeKey } from './note.js';
import { commitToRun } from './run-sums.js';
import { verifyBundle } from './verify.js';
import { verifyCertificate } from './verify-certificate.js';
import { type Proving, verifyTogether } from './verify-together.js';

const file = certificateFile();
const wrong = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome === 'differs');
const sentences = (checks: readonly Check[]) => wrong(checks).map(({ says }) => says);
const given = { key: writeKey(key) };
const verified = (one: CertificateFile) => verifyCertificate(readCertificate(writeCertificate(one)), given);
type Content = Omit<Certificate, 'log'>;
type Path = readonly (string | number)[];
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A copy with other values at some places; `undefined` takes an element of a list away. */
function withValues<T>(of: T, ...changes: readonly (readonly [Path, unknown])[]): T {
  const copy = copyOf(of);
  for (const [path, value] of changes) {
    const last = path.at(-1) ?? '';
    const holder = path
      .slice(0, -1)
      .reduce<unknown>((at, name) => (at as Record<string | number, unknown>)[name], copy);
    if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
    else (holder as Record<string | number, unknown>)[last] = value;
  }
  return copy;
}
/** What is seen of what the hall would certify, sign and record, were it dishonest. */
const certifiedWith = (...changes: Parameters<typeof withValues<Content>>[1][]) =>
  sentences(verified(certificateFile({ certificate: withValues(certified(), ...changes) })));

describe('a certificate', () => {
  it('is right by itself, and says every cost, bill, finding and person', () => {
    const checks = verified(file);
    expect(wrong(checks)).toEqual([]);
    expect(verdict(checks)).toBe('right');
    expect(checks.filter(({ outcome }) => outcome === 'not-told')).toEqual([]);
    expect(checks.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'Northgrid, Units: members 60.00 + common 30.00 + vacant 0.00 + held 9.60 = 99.60.',
        'All costs: members 65.01 + common 30.00 + vacant 0.00 + held 9.60 = 104.61.',
        'All costs come to 104.61 GBP, and the difference is 0.00.',
        'Northgrid, NE-1: its components come to 109.61.',
        'Northgrid, NE-1: 109.61 of 109.61 before tax was shared: all of it.',
        '3 things were found, 1 of them taken on: A. Okafor took on residual-high (the meter of the hall was out for a week).',
        'A. Okafor proposed it, J. Lund approved it, A. Okafor issued it on 2026-11-03: two people answer for it.',
        'Its billing run is entry 5 of the record, and the same people answer for it there.',
        'It was made when the record stood at 11 entries; the record begins with those, unchanged.',
      ]),
    );
  });

  it('comes with every statement of its run, and agrees with each', () => {
    for (const [name, bundle] of Object.entries(bundles())) {
      expect([name, wrong(verifyBundle(bundle, given))]).toEqual([name, []]);
      expect(bundle.certificate?.content.run).toBe(runId);
    }
  });

  it('is never taken for a head: what is signed of it has no number where a head has its size', () => {
    const { text } = readNote(file.signature);
    expect(() => readCheckpoint(text)).toThrow();
    expect(text.split('\n')[1]).toBe(key.name);
    expect(key.name).not.toMatch(/^\d+$/);
  });

  it('tells nobody what a member bears', () => {
    const written = writeCertificate(file);
    for (const figure of [...names, '"24.00"', '"18.00"', '"12.00"', '"6.00"', '25.26', '30.31'])
      expect(written).not.toContain(figure);
  });

  it('is refused where it is not one: another form, another shape, a key that nobody looks at', () => {
    const written = writeCertificate(file);
    expect(readCertificate(written)).toEqual(file);
    for (const [text, why] of [
      ['{}', /one of commonmeter.certificate/],
      [`${written} `, /not in canonical form/],
      [written.replace('"format"', '"extra":1,"format"'), /canonical|no such key/],
      [written.replace('"invoices":4', '"invoices":-4'), /a whole number/],
      [written.replace('"held":"9.60"', '"held":9.6'), /a written decimal/],
      ['['.repeat(100), /nested deeper/],
      ['x'.repeat(4_000_001), /longer than/],
    ] as const)
      expect(() => readCertificate(text)).toThrow(why);
  });

  it('catches every change of any one value', () => {
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      if (typeof value !== 'object' || value === null) return void places.push(path);
      for (const [name, item] of Object.entries(value))
        walk(item, [...path, Array.isArray(value) ? Number(name) : name]);
    };
    walk(file, []);
    const spoilt = (value: unknown, place: number): unknown => {
      if (typeof value !== 'string') return typeof value === 'number' ? value + 1 : !value;
      if (value === '') return 'x';
      const at = place % value.length;
      return value.slice(0, at) + (value.charAt(at) === '7' ? '3' : '7') + value.slice(at + 1);
    };
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.nat(), (path, place) => {
        const value = path.reduce<unknown>((at, name) => (at as Record<string | number, unknown>)[name], file);
        const copy = withValues(file, [path, spoilt(value, place)]);
        try {
          return wrong(verified(copy)).length > 0;
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-input' });
          return true;
        }
      }),
      { numRuns: 300 },
    );
  });
});

/* What a dishonest community might certify, sign and record: its own key does not help it. */
describe('an attack on the certificate', () => {
  it('by a cost that is not wholly shared: the parts do not make it', () => {
    expect(certifiedWith([['costs', 0, 'components', 0, 'members'], '59.00'])).toEqual(
      expect.arrayContaining(['Northgrid, Units: 99.6 is stated, 98.6 comes out.']),
    );
  });

  it('by leaving a component of a bill out: the bill does not come to its net', () => {
    expect(certifiedWith([['bills', 0, 'components', 1], undefined])).toEqual(
      expect.arrayContaining(['Northgrid, NE-1: 109.61 is stated, 99.6 comes out.']),
    );
  });

  it('by passing on more than the bill: what was shared is not what the bill asks', () => {
    const of: Path = ['bills', 0, 'components', 0];
    expect(certifiedWith([[...of, 'here'], '109.60'], [[...of, 'whole'], '109.60'])).toEqual(
      expect.arrayContaining(['Northgrid, NE-1, Units: 109.60 of 109.60 was shared of 99.60.']),
    );
  });

  it('by a cost that names a bill which nobody has seen', () => {
    expect(certifiedWith([['bills'], []])).toEqual(['Northgrid, NE-1: the bill does not stand there.']);
  });

  it('by one person under two names: the record knows who answered', () => {
    expect(certifiedWith([['approved', 'id'], 'p-3'])).toEqual([
      'The billing run: others answer for it in the record.',
    ]);
    expect(certifiedWith([['approved', 'id'], 'p-1'])[0]).toMatch(/not approved by a second person/);
  });

  it('by an approval that came after the issue', () => {
    expect(certifiedWith([['approved', 'at'], '2026-11-04T10:00:00.000000Z'])[0]).toMatch(
      /not approved by a second person before/,
    );
  });

  it('by a blocking finding that nobody took on, or one that nobody gives a reason for', () => {
    expect(certifiedWith([['findings', 0, 'overridden'], 0])[0]).toMatch(
      /residual-high: 0 of 1 that block were taken on/,
    );
    expect(certifiedWith([['overrides'], []])[0]).toMatch(/not each that was taken on/);
  });

  it('by hiding a difference in the total', () => {
    expect(certifiedWith([['total', 'held'], '9.50'], [['difference'], '0.10'])).toEqual(
      expect.arrayContaining([
        'All costs: 104.61 is stated, 104.51 comes out.',
        'All costs: the column "held" does not add up.',
      ]),
    );
  });

  it('by signing it with another key', () => {
    const forged = signedAs(file.content, '43'.repeat(32));
    expect(sentences(verified({ ...file, ...forged }))).toEqual(
      expect.arrayContaining(['The certificate is not what was signed with the key of the record.']),
    );
  });

  it('by another certificate for another member, signed like the first: it is not the recorded one', () => {
    const second = signedAs({ ...file.content, community: 'The other hall' });
    expect(sentences(verified({ ...file, ...second }))).toEqual(['The certificate: another certificate was recorded.']);
  });

  it('by certifying less than a statement says: the two do not agree', () => {
    const cheaper = withValues(
      file.content,
      ...(['components', 'total'] as const).flatMap((of): [Path, string][] => {
        const at: Path = of === 'total' ? ['costs', 0, 'total'] : ['costs', 0, 'components', 0];
        const [amount, members] = of === 'total' ? ['108.61', '69.01'] : ['98.60', '59.00'];
        return [
          [[...at, 'amount'], amount],
          [[...at, 'members'], members],
        ];
      }),
    );
    expect(sentences(agreementChecks(cheaper, statementOf('ANNA')))).toEqual([
      'Northgrid: the certificate says something else of it than the statement.',
    ]);
  });

  it('by a statement that shows fewer costs than the run had', () => {
    const statement = statementOf('ANNA');
    const fewer = { ...statement, sharing: statement.sharing.slice(0, 1) };
    expect(sentences(agreementChecks(file.content, fewer))).toEqual([
      'Relief: the certificate says something else of it than the statement.',
    ]);
  });

  it('by a cost of its own that only one member is shown: it is a settlement, is all its own, and is counted', () => {
    const statement = statementOf('ANNA');
    const pool = { amount: '-7.00', members: '-7.00', common: '0.00', vacant: '0.00', held: '0.00', you: '-7.00' };
    const days = { from: '2026-10-01', to: '2026-11-01', basis: 'before tax', difference: '0.00' } as const;
    const settlement = (you: string) => ({
      ...{ title: 'Your final statement', ...days, total: { ...pool, you } },
      components: [{ label: 'H-2026-00009', sharedBy: 'What it billed', ...pool, you }],
    });
    const shown = (settled: number, ...more: ReturnType<typeof settlement>[]) =>
      sentences(
        agreementChecks({ ...file.content, settled }, { ...statement, sharing: [...statement.sharing, ...more] }),
      );
    expect(shown(1, settlement('-7.00'))).toEqual([]);
    const odd = ['Your final statement: the certificate says something else of it than the statement.'];
    expect(shown(0, settlement('-7.00'))).toEqual(odd);
    expect(shown(1, settlement('-7.00'), settlement('-7.00'))).toEqual(odd);
    expect(shown(1, settlement('-3.00'))).toEqual(odd);
  });

  it('by a certificate of another run beside the statement', () => {
    const other = bundles({ certificate: { ...certified(), run: '01976f1e-0000-7000-8000-000000000008' } }).ANNA;
    expect(sentences(verifyBundle(other, given))).toEqual(['The certificate is of another run.']);
  });

  it('by other sealed sums than those it names', () => {
    const statements = names.map(statementOf);
    const sums = commitToRun(key.name, runId, statements, chanceOf('z'));
    const shown = bundles({ sums }).ANNA;
    const swapped = { ...shown, certificate: file } as unknown as Bundle;
    const { content, signature } = file;
    expect(sentences(verifyBundle({ ...swapped, certificate: { content, signature } }, given))).toEqual(
      expect.arrayContaining(['The certificate names other sealed sums than those of this file.']),
    );
  });

  it('by a certificate without its entry, or an entry without it', () => {
    const anna = bundles({ devices: 'none' }).ANNA;
    const { record, sums, statement, format, certificate } = anna;
    expect(sentences(verifyBundle({ format, statement, record, sums } as Bundle, given))).toEqual([
      'The certificate and its entry do not come together.',
    ]);
    expect(sentences(verifyBundle({ format, statement, certificate } as Bundle, given))).toEqual([
      'The certificate and its entry do not come together.',
    ]);
  });

  it('by a record that was cut back and grown again: it does not begin with the one it was made under', () => {
    const { record } = file;
    if (record === undefined) throw new Error('It is recorded.');
    const forked = { ...file, record: { ...record, position: record.position.toReversed() } };
    const checks = sentences(
      verified(record.position.length > 1 ? forked : { ...file, record: { ...record, position: [] } }),
    );
    expect(checks).toEqual(['The record does not begin with the one that the certificate was made under.']);
  });
});

describe('files together', () => {
  const anna: Proving = { kind: 'statement', name: 'anna.pdf', bundle: bundles().ANNA };
  const ben: Proving = { kind: 'statement', name: 'ben.pdf', bundle: bundles().BEN };
  const own: Proving = { kind: 'certificate', name: 'certificate.pdf', file };

  it('are each right, and agree', () => {
    const all = verifyTogether([anna, ben, own], given);
    expect(all.map(wrong)).toEqual([[], [], []]);
    expect(all[0]?.map(({ says }) => says)).toContain(
      'certificate.pdf is the certificate that came with the statement.',
    );
  });

  it('compare a statement that came before there were certificates by its figures', () => {
    const old: Proving = { ...anna, bundle: bundles({ certificate: null }).ANNA };
    const [checks = []] = verifyTogether([old, own], given);
    expect(wrong(checks)).toEqual([]);
    expect(checks.filter(({ name }) => name === 'agreement')).toHaveLength(1);
    expect(checks.find(({ name }) => name === 'certificate')).toMatchObject({ outcome: 'not-told' });
  });

  it('find that two were shown two certificates, or two records', () => {
    const other: Proving = {
      kind: 'certificate',
      name: 'other.pdf',
      file: certificateFile({ certificate: { ...certified(), community: 'Another hall' } }),
    };
    const [beside = [], first = [], second = []] = verifyTogether([anna, own, other], given);
    expect(sentences(beside)[0]).toMatch(/other.pdf is another certificate of this run/);
    for (const checks of [first, second]) {
      expect(sentences(checks).join('\n')).toMatch(/two certificates of one run/);
      expect(sentences(checks).join('\n')).toMatch(/two records were shown/);
    }
  });
});
