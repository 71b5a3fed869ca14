import { plain } from '../domain/quantity/decimal.js';
import { inspectMeterFile } from '../modules/intake/inspect.js';
import { CommandFailed, type Output, table } from './output.js';
import { readNamedFile } from './stateless.js';

/** `inspect FILE`: channels, units, counts, totals, quality, defects. Fails where the file would be refused. */
export function inspectCommand(out: Output, path: string): void {
  const report = inspectMeterFile(readNamedFile(path));
  const channels = report.channels.map(({ tally, factor, ...channel }) => ({
    ...channel,
    factor: plain(factor),
    count: tally.count,
    total: plain(tally.total),
    byQuality: Object.fromEntries(
      Object.entries(tally.byQuality).map(([flag, { count, total }]) => [flag, { count, total: plain(total) }]),
    ),
  }));
  const rows = channels.map((channel) => [
    channel.meter,
    channel.register,
    channel.serials.join(' '),
    channel.kind === 'interval' ? `${channel.intervalMinutes} min` : 'register',
    channel.unit,
    String(channel.count),
    channel.total,
    Object.entries(channel.byQuality)
      .map(([flag, { count }]) => `${flag} ${count}`)
      .join(', '),
  ]);
  const text = [
    `${report.format}${report.header ? `, made ${report.header.created}` : ''}, from ${report.header?.from || 'unknown'} to ${report.header?.to || 'unknown'}`,
    ...(rows.length > 0
      ? ['', table(['meter', 'register', 'serial', 'kind', 'unit', 'values', 'total', 'quality'], rows, [5, 6])]
      : []),
    ...report.problems.map((p) => `line ${p.line}: ${p.detail} ${p.remedy}`),
  ].join('\n');
  out.answer(text, { ...report, channels });
  if (report.refusal !== null) throw new CommandFailed(`The file would be refused. ${report.refusal}`);
}
