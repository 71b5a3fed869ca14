import { StreamableFile } from '@nestjs/common';

/*
 * Tables for a spreadsheet: RFC 4180.
 *
 * A spreadsheet computes a cell that begins with = + - @ or a tab, and a name that somebody gave could be such a formula. So texts that begin so get an
 * apostrophe in front, which a spreadsheet takes as "this is text"; white space before such a sign does not hide it.
 */

export const csvType = 'text/csv';

/** A text that no spreadsheet takes for a formula. */
export const asText = (text: string): string => (/^\s*[=+\-@\t\r\n|＝＋－＠]/u.test(text) ? `'${text}` : text);
const quoted = (text: string): string => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Rows as CSV; a number that is below zero stays a number. */
export const csvRows = (rows: readonly (readonly string[])[], separator: ',' | ';' = ','): string =>
  rows.map((row) => `${row.map((cell) => quoted(isNumber(cell) ? cell : asText(cell))).join(separator)}\r\n`).join('');

const isNumber = (text: string): boolean => /^-\d+(\.\d+)?$/.test(text);

/** A file that a browser keeps under a name. */
export const download = (content: Buffer | string, type: string, name: string): StreamableFile => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return new StreamableFile(bytes, {
    type: type.startsWith('text/') ? `${type}; charset=utf-8` : type,
    length: bytes.length,
    disposition: `attachment; filename="${name}"`,
  });
};

/** The first of the media types that a request accepts and we have; undefined where it names none of them. */
export const firstAccepted = <Type extends string>(
  accept: string | undefined,
  ours: readonly Type[],
): Type | undefined =>
  (accept ?? '')
    .split(',')
    .map((one) => one.split(';')[0]?.trim())
    .flatMap((wanted) => ours.find((type) => type === wanted) ?? [])[0];
