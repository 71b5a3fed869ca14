import { certificateFile, chanceOf, key, names, runId, statementOf } from '../../../test/support/bundle.js';
import { openingsOfHall } from '../../../test/support/openings.js';
import { auditRun, type OpeningsFile, readOpenings, writeOpenings } from './audit-run.js';
import { commitToRun } from './run-sums.js';
import { verifyTogether } from './verify-together.js';

const statements = names.map(statementOf);
const file = openingsOfHall();
const wrong = (one: OpeningsFile) =>
  auditRun(readOpenings(writeOpenings(one)))
    .filter(({ outcome }) => outcome === 'differs')
    .map(({ says }) => says);
const withAmounts = (change: (unit: string, amount: string, list: number) => string): OpeningsFile => ({
  ...file,
  members: file.members.map(({ unitId, openings }) => ({
    unitId,
    openings: openings.map((one, i) => ({ ...one, amount: change(unitId, one.amount, i) })),
  })),
});

describe('the auditor’s openings', () => {
  it('open every envelope, for each member who was billed, and come to the certificate', () => {
    expect(wrong(file)).toEqual([]);
    expect(auditRun(file).map(({ says }) => says)).toEqual([
      'Each of the 4 members who were billed has one envelope in each of the 4 lists, and nobody else has.',
      'cost 1.1: every envelope was opened; each holds from 0 to 9960, and all come to 9960.',
      'cost 1.2: every envelope was opened; each holds from 0 to 1001, and all come to 1001.',
      'cost 2.1, credits: every envelope was opened; each holds from 0 to 500, and all come to 500.',
      'use electricity: every envelope was opened; each holds from 0 to 166000000, and all come to 166000000.',
      'The lists are those that the certificate of the run names.',
      'The lists come to what the certificate says of all 2 costs, component by component of each supplier’s bill.',
    ]);
  });

  it('are compared with the certificate that everybody has', () => {
    const [checks = []] = verifyTogether([
      { kind: 'openings', name: 'openings.json', file },
      { kind: 'certificate', name: 'certificate.json', file: certificateFile() },
    ]);
    expect(checks.at(-1)).toMatchObject({ name: 'agreement', outcome: 'holds' });
  });
});

describe('an attack that only the auditor sees', () => {
  it('by a share below nothing', () => {
    expect(wrong(withAmounts((unit, amount, i) => (unit === 'DORA' && i === 0 ? '-300' : amount)))).toEqual([
      'cost 1.1: the envelope of DORA holds less than nothing, -300.',
    ]);
  });

  it('by a share above the whole', () => {
    expect(wrong(withAmounts((unit, amount, i) => (unit === 'ANNA' && i === 0 ? '9961' : amount)))).toEqual([
      'cost 1.1: the envelope of ANNA holds more than the whole, 9961 of 9960.',
    ]);
  });

  it('by an envelope that holds something else than what it is said to hold', () => {
    expect(wrong(withAmounts((unit, amount, i) => (unit === 'BEN' && i === 0 ? '1801' : amount)))).toEqual([
      'cost 1.1: share-differs.',
    ]);
  });

  it('by an envelope of somebody who was not billed, and by one member with two', () => {
    expect(wrong({ ...file, register: ['ANNA', 'BEN', 'CLEO'] })[0]).toMatch(
      /4 units have envelopes, 3 members were billed/,
    );
    expect(wrong({ ...file, register: ['ANNA', 'BEN', 'CLEO', 'EVA'] })[0]).toMatch(/they are not the same/);
    const twice = file.members.map((one, i) => (i === 3 ? { ...one, unitId: 'ANNA' } : one));
    expect(wrong({ ...file, members: twice })[0]).toMatch(/they are not the same/);
  });

  it('by leaving somebody’s openings out', () => {
    expect(wrong({ ...file, register: ['ANNA', 'BEN', 'CLEO'], members: file.members.slice(0, 3) }).join('\n')).toMatch(
      /number-of-units-differs/,
    );
  });

  it('by another total than that of the supplier’s document', () => {
    const certificate = file.certificate!;
    const [first, ...others] = certificate.costs;
    const [units, ...more] = first!.components;
    const dearer = {
      ...certificate,
      costs: [{ ...first!, components: [{ ...units!, amount: '98.60' }, ...more] }, ...others],
    };
    expect(wrong({ ...file, certificate: dearer })).toEqual([
      'Northgrid, Units: the lists come to another amount than the certificate says.',
    ]);
  });

  it('by coins of another size, which is a difference and no crash', () => {
    const lists = file.lists.map((list, i) => (i === 0 ? { ...list, exponent: 0 } : list));
    expect(wrong({ ...file, lists }).join('\n')).toMatch(/The costs of the certificate cannot be read/);
  });

  it('by other lists than those that members were given', () => {
    const other = commitToRun(key.name, runId, statements, chanceOf('z'));
    expect(wrong({ ...file, lists: other?.lists ?? [] }).join('\n')).toMatch(/names other lists than these/);
  });
});
