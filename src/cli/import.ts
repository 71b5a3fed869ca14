import { basename } from 'node:path';
import { CommandFailed, type Output, table } from './output.js';
import { clientFor, type Where } from './service.js';
import { readNamedFile } from './stateless.js';

interface Channel {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly count: number;
  readonly total: string;
}
/** What became of a file, as the service reports it. */
interface ImportReport {
  readonly format: string;
  readonly read: number;
  readonly created: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly held: number;
  readonly unclaimed: number;
  readonly rejected: number;
  readonly channels: readonly Channel[];
  readonly problems: readonly { readonly line: number; readonly detail: string; readonly remedy: string }[];
  readonly reasons: readonly {
    readonly status: string;
    readonly meter: string;
    readonly register: string;
    readonly from: string;
    readonly count: number;
    readonly detail: string;
  }[];
}

/** `import FILE [--dry-run]`: sends a meter data file to the service and says what became of its readings. */
export async function importCommand(
  out: Output,
  { dryRun, ...where }: Where & { dryRun: boolean },
  path: string,
): Promise<void> {
  const file = readNamedFile(path);
  const query = new URLSearchParams({ dryRun: String(dryRun), name: basename(path) });
  const client = clientFor(where);
  out.busy(`Sending ${basename(path)}, ${file.length} bytes`);
  const report = await client.upload<ImportReport>(`/imports?${query.toString()}`, file, 'text/csv');
  out.answer(describe(report, dryRun), report);
  if (report.rejected === 0) return;
  const kept = dryRun ? 'would be rejected; everything else would be kept' : 'were rejected; everything else was kept';
  throw new CommandFailed(`${report.rejected} readings ${kept}.`);
}

function describe({ format, channels, problems, reasons, ...counts }: ImportReport, dryRun: boolean): string {
  const { read, created, duplicate, conflict, held, unclaimed, rejected } = counts;
  return [
    table(
      ['meter', 'register', 'unit', 'readings', 'total'],
      channels.map(({ meter, register, unit, count, total }) => [meter, register, unit, String(count), total]),
      [3, 4],
    ),
    '',
    `${dryRun ? 'Dry run, nothing was stored. ' : ''}${format}: ${read} readings: ${created} created, ${duplicate} known, ` +
      `${conflict} in conflict, ${held} held, ${unclaimed} unclaimed, ${rejected} rejected.`,
    ...reasons.map((r) => `  ${r.count} ${r.status}, ${r.meter} ${r.register} from ${r.from}: ${r.detail}`),
    ...problems.map((p) => `  line ${p.line}: ${p.detail} ${p.remedy}`),
  ].join('\n');
}
