import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonmeter, documentOf } from '../support/cli.js';

/** What a roof gave, what hangs on a water meter and what gas comes to, worked out from a file without a server: the published cases. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-worked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const split = (file: unknown) => {
  const path = join(folder, 'file.json');
  writeFileSync(path, JSON.stringify(file));
  return commonmeter(['--json', 'split', path], { DATA_DIR: folder });
};

describe('split FILE.json, of other things than a cost', () => {
  it('allots what a roof made, and prices it (golden case G08a)', async () => {
    const interval = { at: '2026-06-01T10:00:00Z', made: { one: '6' }, used: { one: '10' } };
    const prices = { local: '0.15', grid: '0.25', feedIn: '0.08' };
    const said = await split({
      generation: { allotment: { kind: 'dynamic' }, intervals: [interval], prices },
      currency: 'CHF',
    });
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(documentOf(said)).toMatchObject({
      users: [{ id: 'one', local: '6', grid: '4' }],
      producers: [{ id: 'one', local: '6', exported: '0' }],
      accounts: [{ id: 'one', local: '0.90', grid: '1.00', soldLocally: '-0.90', total: '1.00' }],
    });
  });

  it('allots by coefficients of the hour on the wall, and refuses those that do not come to one', async () => {
    const given = (rosa: string) => ({
      generation: {
        zone: 'Europe/London',
        allotment: {
          kind: 'hybrid',
          tables: [
            { hours: [11], parts: { rosa, lund: '0.6' } },
            {
              hours: Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => hour !== 11),
              parts: { rosa: '1' },
            },
          ],
        },
        intervals: [{ at: '2026-10-01T10:00:00Z', made: { roof: '6' }, used: { rosa: '7', lund: '3' } }],
      },
    });
    expect(documentOf(await split(given('0.4')))).toMatchObject({
      users: [
        { id: 'lund', local: '3', grid: '0' },
        { id: 'rosa', local: '3', grid: '4' },
      ],
    });
    const refused = await split(given('0.5'));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('1.1');
  });

  it('takes what meters behind a meter counted off it (golden case G09d), and never below zero', async () => {
    const deduction = { intake: '30', unit: 'm3', deducted: { garden: '8', boiler: '2' }, price: '2.80' };
    expect(documentOf(await split({ deduction, currency: 'EUR' }))).toMatchObject({
      rows: [
        { what: 'intake', quantity: '30', amount: '84.00' },
        { what: 'deducted', quantity: '10', amount: '28.00' },
        { what: 'net', quantity: '20', amount: '56.00' },
      ],
    });
    const refused = await split({ deduction: { ...deduction, intake: '9' } });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('deduction-exceeds-intake');
  });

  it('makes kWh of gas (golden case G17)', async () => {
    expect(documentOf(await split({ gas: { m3: '1', correction: '1.02264', calorific: '40' } }))).toMatchObject({
      kWh: '11.363',
    });
  });
});
