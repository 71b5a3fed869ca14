import type { JournalEntryReply } from './ledger.schema.js';

/*
 * The journal for a spreadsheet: RFC 4180, one line a posting, debit and credit in columns of their own.
 *
 * A spreadsheet computes a cell that begins with = + - @ or a tab, and a reference that a payer wrote could be such a
 * formula. So texts that begin so get an apostrophe in front, which a spreadsheet takes as "this is text".
 */

const columns = [
  'entry',
  'posted_on',
  'kind',
  'source',
  'text',
  'account',
  'member',
  'debit',
  'credit',
  'currency',
] as const;

const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Entries as CSV. @law in each entry the debits come to the credits */
export function journalCsv(entries: readonly JournalEntryReply[]): string {
  const lines = entries.flatMap(({ id, postedOn, kind, source, text, currency, postings }) =>
    postings.map(({ account, member, amount }) => {
      const isCredit = amount.startsWith('-');
      const [debit, credit] = isCredit ? ['', amount.slice(1)] : [amount, ''];
      return [id, postedOn, kind, source, text, account, member?.code ?? '', debit, credit, currency];
    }),
  );
  return [[...columns], ...lines].map((line) => `${line.map((one) => cell(safe(one))).join(',')}\r\n`).join('');
}
