import type { RetentionReport } from '../modules/billing/retention.service.js';
import type { KeepingReport } from '../modules/erasure/keeping.service.js';
import { loadConfig } from '../platform/config.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';

/** `retain`: lets readings, books of erased members and copies go that no policy keeps any more, of all communities; or only says which. */
export async function retainCommand(out: Output, { dryRun }: { readonly dryRun: boolean }): Promise<void> {
  out.busy('Opening the database');
  const house = await openHouse({ ...loadConfig(), role: 'api', port: 0 });
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { RetentionService } = await import('../modules/billing/retention.service.js');
    const reports = await house.api.get(RetentionService, { strict: false }).retain(dryRun);
    const { KeepingService } = await import('../modules/erasure/keeping.service.js');
    const keeping = await house.api.get(KeepingService, { strict: false }).keep(dryRun);
    const headings = [
      'community',
      'site',
      'billed',
      'register',
      'from',
      'to',
      dryRun ? 'would go' : 'gone',
      'kept because',
    ];
    const rows = reports.flatMap(linesOf);
    const text = [
      ...reports.map(sentenceOf(dryRun)),
      ...keeping.flatMap(sentencesOf(dryRun)),
      ...(rows.length === 0 ? [] : ['', table(headings, rows)]),
    ];
    out.answer(text.join('\n'), { dryRun, communities: reports, keeping });
  } finally {
    await house.close();
  }
}

const linesOf = ({ community, times }: RetentionReport): string[][] =>
  times.map(({ site, days, register, from, to, removed, obstacle }) => [
    ...[community, site, `${days.from} to ${days.to}`, register, from, to],
    ...[String(removed), obstacle ?? ''],
  ]);

const sentenceOf =
  (dryRun: boolean) =>
  ({ community, keepMonths, times }: RetentionReport): string => {
    if (keepMonths === null) return `${community} keeps all its readings.`;
    const gone = times.reduce((sum, { removed }) => sum + removed, 0);
    const kept = times.filter(({ obstacle }) => obstacle !== null).length;
    const verb = dryRun ? 'would go' : 'went';
    const stay = kept === 0 ? '' : ` Those of ${kept} billed times stay for now.`;
    return `${community} keeps readings for ${keepMonths} months after they were billed: ${gone} ${verb}.${stay}`;
  };

const sentencesOf =
  (dryRun: boolean) =>
  ({ community, books, copies }: KeepingReport): string[] => {
    const verb = dryRun ? 'would go' : 'went';
    return [
      ...(books.length === 0
        ? []
        : [`${community}: the books of ${books.length} erased members ${verb}; their years have passed.`]),
      ...(copies.length === 0
        ? []
        : [
            `${community}: ${copies.map(({ what, count }) => `${count} ${what}`).join(', ')} ${verb} by the policy "keeping".`,
          ]),
    ];
  };
