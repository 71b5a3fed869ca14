import { roundColumns, roundName } from '../../../domain/metering/round-columns.js';
import { localMoment } from '../../../domain/calendar/zone.js';
import { plain } from '../../../domain/quantity/decimal.js';
import { csvRows } from '../../../platform/http/csv.js';
import type { ReadingRound } from './reading-round.service.js';
import { occupantOf, onDisplay } from './round-words.js';

/*
 * The list as a table to fill in: `reading`, `date` and `time` are empty. Sent back to `POST imports` it is known by its header, whatever a spreadsheet made of
 * it on the way. The first column says of which round a row is and in which zone its times are, in a form that no spreadsheet takes for a date.
 */

/** The mark by which spreadsheets know that a file is in UTF-8; others pass over it. */
const byteOrderMark = '\ufeff';

export function roundCsv(round: ReadingRound): string {
  const { site, on, locale } = round;
  const name = roundName(site.code, on, site.zone);
  const rows = round.rows.map((row) => {
    const { last, expected } = row;
    const known = 'because' in expected ? null : expected;
    return [
      ...[
        name,
        row.space?.code ?? '',
        occupantOf(row),
        row.meter,
        row.serial,
        row.register,
        row.unit,
        plain(row.multiplier),
      ],
      ...(last === null
        ? ['', '', '']
        : [onDisplay(row, last.value), localMoment(last.at, site.zone).replace('T', ' '), last.quality]),
      ...(known === null ? ['', ''] : [onDisplay(row, known.low), onDisplay(row, known.high)]),
      ...['', '', '', ''],
    ];
  });
  return byteOrderMark + csvRows([[...roundColumns], ...rows], separatorOf(locale));
}

/** What the spreadsheets of a country expect: semicolons where decimals follow a comma. */
function separatorOf(locale: string): ',' | ';' {
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ';' : ',';
}
