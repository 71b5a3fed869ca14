import { epochMs } from '../calendar/period.js';
import { decimal } from '../quantity/decimal.js';
import { estimationIssues } from './estimation-limits.js';

const site = { kind: 'site', id: 's', label: 'Hall' } as const;
const when = { period: { from: '2026-10-01', to: '2026-11-01' }, zone: 'Europe/London' };
const limits = { maxSharePercent: decimal('25'), maxMonths: 12 };
const space = (code: string, area: string, isEstimated: boolean) => ({ code, area: decimal(area), isEstimated });
const register = (lastRead: string) => ({
  subject: { kind: 'register', id: 'r', label: 'SHOP-07 import' } as const,
  lastRead: epochMs(lastRead),
});

describe('limits of estimation', () => {
  it('let a quarter of the floor area pass, and not more', () => {
    const quarter = [space('S1', '25', true), space('S2', '75', false)];
    expect(estimationIssues(site, when, quarter, [], limits)).toEqual([]);
    const [issue] = estimationIssues(site, when, [space('S1', '25.1', true), ...quarter.slice(1)], [], limits);
    expect(issue).toMatchObject({ code: 'estimated-share', severity: 'blocking', subject: site });
    expect(issue?.detail).toBe(
      'The use of S1 is estimated at least in part: 25.1 of 100.1 m², 25.1 % of the floor area. At most 25 % may be.',
    );
    expect(issue?.remedy).toContain('by floor area alone');
    expect(issue?.remedy).toContain('HeizkostenV § 9a (2)');
  });

  it('name the first five spaces and count the others', () => {
    const spaces = Array.from({ length: 7 }, (_, i) => space(`S${i}`, '10', true));
    expect(estimationIssues(site, when, spaces, [], limits)[0]?.detail).toContain('S0, S1, S2, S3, S4 and 2 more');
  });

  it('say nothing of a site without area', () => {
    expect(estimationIssues(site, when, [space('S1', '0', true)], [], limits)).toEqual([]);
  });

  it('stop a register that nobody has read for more than twelve months', () => {
    // 12 months before 1 November 2026 by the clock of London
    expect(estimationIssues(site, when, [], [register('2025-11-01T00:00:00Z')], limits)).toEqual([]);
    const [issue] = estimationIssues(site, when, [], [register('2025-10-31T23:59:00Z')], limits);
    expect(issue).toMatchObject({ code: 'prolonged-estimation', severity: 'blocking', remedy: 'Have the meter read.' });
    expect(issue?.detail).toBe(
      'SHOP-07 import was last read at 2025-10-31T23:59:00Z. It may be estimated for at most 12 months.',
    );
  });
});
