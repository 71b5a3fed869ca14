import { csvRows } from '../../../platform/http/csv.js';
import type { BalanceRow } from './site-balance.schema.js';

const columns = [
  ...([
    'utility',
    'unit',
    'from',
    'to',
    'imported',
    'generated',
    'exported',
    'supplied',
    'metered',
    'derived',
  ] as const),
  ...(['residual', 'percent', 'warnAbovePercent', 'blockAbovePercent', 'state'] as const),
] as const;

/** A balance for a spreadsheet: RFC 4180, one line a row; a figure that is not known is empty. */
export function balanceCsv(rows: readonly BalanceRow[]): string {
  const lines = rows.map((row) => [
    ...columns.map((column) => row[column] ?? ''),
    row.missing.map(({ meter, register }) => `${meter} ${register}`).join('; '),
  ]);
  return csvRows([[...columns, 'missing'], ...lines]);
}
