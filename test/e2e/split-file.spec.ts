import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonmeter, documentOf } from '../support/cli.js';

/** A cost, a key and who was there in a file: every share with its reason, without a server. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-split-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const split = (file: unknown, ...more: string[]) => {
  const path = join(folder, 'cost.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  return commonmeter([...more, 'split', path], { DATA_DIR: folder });
};
const members = { rosa: { kWh: '700', area: '10' }, lund: { kWh: '200', area: '30' } };

describe('split FILE.json', () => {
  it('shares by the weights of members, with caps and a least', async () => {
    const said = await split(
      {
        total: '100.00',
        members: { rosa: '600', lund: '300', ada: '80', ben: '20' },
        key: {
          by: 'weight',
          cap: { per: 'share', amount: '40' },
          floor: { per: 'share', amount: '5' },
          rest: 'common',
        },
      },
      '--json',
    );
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(documentOf(said)).toMatchObject({
      tally: { members: '100.00', common: '0.00', vacant: '0.00', held: '0.00' },
      shares: [
        { who: 'member:ada', amount: '15.00', steps: [{ step: 'shared-again', round: 4 }] },
        { who: 'member:ben', amount: '5.00', steps: [{ step: 'floor', round: 3, without: '4' }] },
        { who: 'member:lund', amount: '40.00', steps: [{ step: 'cap', round: 2, without: '45' }] },
        { who: 'member:rosa', amount: '40.00', steps: [{ step: 'cap', round: 1, without: '60' }] },
      ],
    });
  });

  it('shares parts by keys of their own, and prints why', async () => {
    const parts = [
      { part: '70', key: { by: 'kWh' } },
      { part: '30', key: { by: 'area' } },
    ];
    const { code, stdout } = await split({ total: '1000.01', members, key: { parts } });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /member:rosa +544\.45 +700\.01 × 700 \/ 900 +part 1, 70 of 100; metered 700: space rosa, unit kWh/,
    );
    expect(stdout).toContain('1000.01 = members 1000.01 + common 0.00 + vacant 0.00 + held 0.00.');
  });

  it('shares by spaces and days in the words of the service', async () => {
    const said = await split(
      {
        total: '90.00',
        period: { from: '2026-10-01', to: '2026-11-01' },
        spaces: [
          { id: '1', area: '20' },
          { id: '2', area: '30' },
        ],
        occupancies: [{ space: '1', member: 'rosa', days: { from: '2026-01-01', to: '2026-10-16' } }],
        key: { kind: 'area' },
      },
      '--json',
    );
    expect(documentOf(said)).toMatchObject({
      shares: [
        { who: 'member:rosa', weight: '300', whole: '1550', amount: '17.42' },
        { who: 'vacant:1', weight: '320', amount: '18.58' },
        { who: 'vacant:2', weight: '930', amount: '54.00' },
      ],
    });
  });

  it.each<[string, unknown, number, string]>([
    ['what is no JSON', '{"total":', 2, 'is not JSON'],
    ['a total as a number', { total: 100, members, key: { by: 'kWh' } }, 2, 'total'],
    ['a field nobody asked for', { total: '1.00', members, key: { by: 'kWh' }, colour: 'red' }, 2, 'colour'],
    ['parts of 99', { total: '1.00', members, key: { parts: [{ part: '99', key: { by: 'kWh' } }] } }, 1, 'exactly 100'],
    ['a weight that nobody has', { total: '1.00', members, key: { by: 'heads' } }, 1, 'source-meter-missing'],
    ['weights of nothing', { total: '1.00', members: { rosa: '0' }, key: { by: 'weight' } }, 1, 'no-weight'],
    ['a negative weight', { total: '1.00', members: { rosa: '-1', lund: '2' }, key: { by: 'weight' } }, 1, 'negative'],
  ])('refuses %s', async (_, file, code, sentence) => {
    const said = await split(file);
    expect([said.code, said.stdout]).toEqual([code, '']);
    expect(said.stderr).toContain(sentence);
  });
});
