import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './client.js';
import { filePieces, sizeOf } from './file-pieces.js';
import { CommandFailed, type Output, table } from './output.js';
import { clientFor, type Where } from './service.js';

interface Channel {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly count: number;
  readonly total: string;
}
/** What became of a file, as the service reports it. */
interface ImportReport {
  readonly id: string | null;
  readonly state: string;
  readonly progress: {
    readonly phase: string;
    readonly bytes: number;
    readonly readings: number | null;
    readonly taken: number;
  };
  readonly bytes: number;
  readonly refusal: { readonly code: string; readonly detail: string } | null;
  readonly undone: { readonly reason: string } | null;
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
  readonly problemCounts: Readonly<Record<string, number>>;
  readonly reasons: readonly {
    readonly status: string;
    readonly meter: string;
    readonly register: string;
    readonly from: string;
    readonly count: number;
    readonly detail: string;
  }[];
}

export interface ImportOptions extends Where {
  readonly dryRun: boolean;
  readonly format?: string;
  readonly zone?: string;
  readonly mapping?: string;
}

/** `import FILE`: sends a meter data file to the service, waits until it is taken, and says what became of its readings. */
export async function importCommand(
  out: Output,
  { dryRun, format, zone, mapping, ...where }: ImportOptions,
  path: string,
): Promise<void> {
  const name = basename(path);
  const query = new URLSearchParams({
    dryRun: String(dryRun),
    name,
    ...(format === undefined ? {} : { format: format.toLowerCase() }),
    ...(zone === undefined ? {} : { zone }),
    ...(mapping === undefined ? {} : { mapping }),
  });
  const client = clientFor(where);
  out.busy(`Sending ${name}, ${await sizeOf(path)} bytes`);
  const pieces = filePieces(out, path, 'Sending');
  const sent = await client.upload<ImportReport>(`/imports?${query.toString()}`, pieces, 'application/octet-stream');
  const report = await follow(client, out, sent);
  if (report.refusal !== null && report.read === 0) throw new CommandFailed(report.refusal.detail);
  out.answer(describe(report, dryRun), report);
  if (report.refusal !== null) throw new CommandFailed(report.refusal.detail);
  if (report.undone !== null) throw new CommandFailed(`The import was undone: ${report.undone.reason}`);
  if (report.rejected === 0) return;
  const kept = dryRun ? 'would be rejected; everything else would be kept' : 'were rejected; everything else was kept';
  throw new CommandFailed(`${report.rejected} readings ${kept}.`);
}

const lookEveryMs = 250;
/** How long an import may stand still before we stop waiting: a worker goes on with it, later. */
const patienceMs = 120_000;
const megabyte = 1_000_000;

/** Waits until an import has ended, and shows how far it is. */
async function follow(client: ApiClient, out: Output, sent: ImportReport): Promise<ImportReport> {
  let report = sent;
  let last = '';
  for (let standing = 0; report.progress.phase !== 'ended'; standing += lookEveryMs) {
    if (standing > patienceMs) {
      const where = `GET /api/v1/imports/${report.id} tells how far it is`;
      throw new CommandFailed(`The import stands still. It is gone on with when a worker runs; ${where}.`);
    }
    const { phase, bytes, readings, taken } = report.progress;
    if (phase === 'looking')
      out.progress('Looking through, MB', Math.floor(bytes / megabyte), Math.ceil(report.bytes / megabyte));
    if (phase === 'taking') out.progress('Taking readings', taken, readings ?? taken);
    if (last !== JSON.stringify(report.progress)) [last, standing] = [JSON.stringify(report.progress), 0];
    await pause(lookEveryMs);
    report = await client.get<ImportReport>(`/imports/${report.id}`);
  }
  if (last !== '') out.progress('Taking readings', report.read, report.read);
  return report;
}

function describe(
  { format, channels, problems, problemCounts, reasons, ...counts }: ImportReport,
  dryRun: boolean,
): string {
  const { read, created, duplicate, conflict, held, unclaimed, rejected } = counts;
  const all = Object.values(problemCounts).reduce((sum, count) => sum + count, 0);
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
    ...(all > problems.length ? [`  … and ${all - problems.length} more.`] : []),
  ].join('\n');
}
