import { plain } from '../domain/quantity/decimal.js';
import type { ChannelReport } from '../modules/intake/files/findings.js';
import { inspectMeterFile } from '../modules/intake/files/inspect.js';
import type { MeterFileReport } from '../modules/intake/files/meter-file-reader.js';
import { filePieces } from './file-pieces.js';
import { CommandFailed, type Output, table } from './output.js';

/**
 * `inspect FILE`: format, channels, units, counts, totals, quality, reach, gaps, defects, of a file of any length. Fails where the
 * file would be refused.
 *
 * @param zone of local times that the file gives without an offset; null where nobody said
 */
export async function inspectCommand(out: Output, path: string, zone: string | null = null): Promise<void> {
  const report = await inspectMeterFile(filePieces(out, path), { offsetMinutes: null, zone });
  out.answer(describe(report), { ...report, channels: report.channels.map(inWords) });
  if (report.refusal !== null) throw new CommandFailed(harmless(`The file would be refused. ${report.refusal}`));
}

/** A channel as JSON has it: decimals are strings. */
const inWords = ({ factor, total, byQuality, ...channel }: ChannelReport) => ({
  ...channel,
  factor: plain(factor),
  total: plain(total),
  byQuality: Object.fromEntries(
    Object.entries(byQuality).map(([sign, of]) => [sign, { count: of.count, total: plain(of.total) }]),
  ),
});

function describe(report: MeterFileReport): string {
  const { format, encoding, header, channels, problems, problemCounts } = report;
  const made = header
    ? `, made ${header.created || 'at an unknown time'}, from ${header.from || 'unknown'} to ${header.to || 'unknown'}`
    : '';
  const all = Object.values(problemCounts).reduce((count, of) => count + of, 0);
  const lines = [
    `${format}${made}${encoding === null ? '' : `, in ${encoding}`}`,
    ...(channels.length > 0 ? ['', table(columns, channels.map(row), [5, 6, 8, 12, 13])] : []),
    ...channels.flatMap(gapsOf),
    ...(problems.length > 0 ? [''] : []),
    ...problems.map(({ severity, line, record, column, detail, remedy }) => {
      const place = [
        `line ${line}`,
        ...(record ? [`record ${record}`] : []),
        ...(column === null ? [] : [`field ${column}`]),
      ];
      return `${marks[severity]}${place.join(', ')}: ${detail} ${remedy}`;
    }),
    ...(all > problems.length ? [`… and ${all - problems.length} more, ${counted(problemCounts)} in all.`] : []),
  ];
  return harmless(lines.join('\n'));
}

/** `15 min`; an interval channel without a reading has no length to tell. */
const kindOf = ({ kind, intervalMinutes }: ChannelReport): string =>
  kind === 'cumulative' ? 'register' : intervalMinutes.length === 0 ? 'interval' : `${few(intervalMinutes, 4)} min`;

/** What a file says must not steer the terminal. */
const harmless = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, '·');

const columns = [
  ...['meter', 'register', 'serial', 'kind', 'unit', 'values', 'total', 'quality'],
  ...['records', 'way', 'first', 'last', 'missing', 'double'],
];

const row = (channel: ChannelReport): string[] => [
  channel.meter,
  channel.register,
  few(channel.serials, 3),
  kindOf(channel),
  channel.factor.equals(1) ? channel.unit : `${channel.unit} = ${plain(channel.factor)} ${channel.baseUnit}`,
  String(channel.count),
  plain(channel.total),
  Object.entries(channel.byQuality)
    .map(([sign, { count }]) => `${sign === '' ? '–' : sign} ${count}`)
    .join(', '),
  String(channel.records),
  channel.direction === null ? '' : { import: 'in', export: 'out' }[channel.direction],
  channel.first ?? '',
  channel.last ?? '',
  channel.kind === 'interval' ? String(channel.missing ?? 'many gaps') : '',
  channel.kind === 'interval' ? String(channel.overlapping ?? '') : '',
];

const mostGaps = 5;

const gapsOf = ({ meter, register, gaps }: ChannelReport): string[] => [
  ...gaps
    .slice(0, mostGaps)
    .map(({ from, to, missing }) => `${meter} ${register}: nothing from ${from} to ${to}, ${missing} missing`),
  ...(gaps.length > mostGaps ? [`${meter} ${register}: and more gaps`] : []),
];

const marks = { 'refuses-file': 'REFUSED ', 'loses-record': 'lost ', note: '' } as const;

const counted = (counts: MeterFileReport['problemCounts']): string =>
  `${counts['refuses-file']} that refuse the file, ${counts['loses-record']} lost records, ${counts.note} notes`;

const few = (values: readonly (string | number)[], most: number): string =>
  [...values.slice(0, most), ...(values.length > most ? [`+${values.length - most}`] : [])].join(' ');
