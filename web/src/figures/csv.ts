/** What a spreadsheet would take for a formula; a figure below zero is none. */
const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);

const cellOf = (text: string): string => {
  const harmless = isFormula(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/**
 * A table as a file that a spreadsheet opens (RFC 4180). Figures stay as they came, with all their digits.
 *
 * @example csvOf([['day', 'kWh'], ['2026-10-01', '17.25']]) → 'day,kWh\r\n2026-10-01,17.25\r\n'
 */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
