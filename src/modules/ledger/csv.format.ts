import { csvRows } from '../../platform/http/csv.js';
import type { JournalEntryReply } from './ledger.schema.js';

/* The journal for a spreadsheet: one line a posting, debit and credit in columns of their own. */

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

/** Entries as CSV. @law in each entry the debits come to the credits */
export function journalCsv(entries: readonly JournalEntryReply[]): string {
  const lines = entries.flatMap(({ id, postedOn, kind, source, text, currency, postings }) =>
    postings.map(({ account, member, amount }) => {
      const isCredit = amount.startsWith('-');
      const [debit, credit] = isCredit ? ['', amount.slice(1)] : [amount, ''];
      return [id, postedOn, kind, source, text, account, member?.code ?? '', debit, credit, currency];
    }),
  );
  return csvRows([columns, ...lines]);
}
