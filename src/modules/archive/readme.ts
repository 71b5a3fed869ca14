import type { Description } from './description.js';

/** What whoever unpacks an archive reads first. */
export const readme = ({
  community,
  madeAt,
  program,
  record,
  tables,
  readings,
  leftOut,
  archive,
}: Description): string => `
${community.name} (${community.code})
${'='.repeat(community.name.length + community.code.length + 3)}

Everything that this community has in Commonmeter, as it stood at ${madeAt.slice(0, 19).replace('T', ' ')} UTC.
Nothing but a spreadsheet, a text editor and a PDF reader is needed to read it.

Is it whole?

    sha256sum -c SHA256SUMS

says "OK" for every file, or names the one that was changed or is missing.

What lies where

  csv/                  tables for people: members, spaces, occupancies, meters, readings by month, supplier bills, costs, shares,
                        invoices, payments, the journal, disputes, and the log of who did what. Names stand in place of numbers.
                        A text that a spreadsheet would compute has an apostrophe in front.
  documents/            invoices, statements and credit notes as they were issued, named by their number
  supplier-documents/   what suppliers sent; the column "document" of csv/bills.csv begins the name of the file
  photos/               photos of meters and displays
  payloads/             files of readings, exactly as they came
  record/               the signed record: checkpoints.txt with every head that was signed, keys.txt with the keys to check them with
  tables/               every row of every table, one JSON object a line: from these an archive is restored
  archive.json          what this archive is: format, version, rows of each table, and what everything comes to

Times in csv/ are UTC unless the column is called "local". Amounts are decimal, with a point. A period begins on its first day and
ends before the day named last.

The record

The record has ${record.entries} entries. Its root is

    ${record.root}

Every statement in documents/ can be checked without any server: commonmeter verify documents/NUMBER.pdf

How to go on with it elsewhere

    commonmeter import-archive FILE

makes the community anew in a house of its own: same figures, same record, same numbers of invoices. It was made by Commonmeter ${program};
the same version restores it, and later versions that say so. The new house signs with a key of its own; what was signed stays checkable
with the keys in record/keys.txt.

What is not in it, and why

${Object.entries(leftOut)
  .map(([table, reason]) => `  ${table}: ${reason}.`)
  .join('\n')}
  The secret that the record is signed with: it belongs to the house, not to the archive.

Take care of it: names, addresses and what everybody used and paid stand in it in plain text.

${tables.reduce((sum, { rows }) => sum + rows, 0)} rows in ${tables.length} tables, ${readings.reduce((sum, { rows }) => sum + rows, 0)} readings. Archive ${archive}.
`;
