import type { AccountName, JournalEntryReply } from './ledger.schema.js';

/*
 * The journal as plain-text accounting programs read it (hledger, and Ledger itself):
 *
 *   2026-11-02 (MH-2026-0007) Invoice MH-2026-0007  ; kind: invoice-issued, id: 0199…
 *       assets:receivable:SHOP-07  GBP 120.00
 *       assets:clearing  GBP -100.00
 *       liabilities:tax  GBP -20.00
 */

const accounts: Record<AccountName, string> = {
  receivable: 'assets:receivable',
  bank: 'assets:bank',
  'supplier-clearing': 'assets:clearing',
  'tax-input': 'assets:tax',
  held: 'assets:held',
  'funds-receivable': 'assets:funds',
  'supplier-payable': 'liabilities:suppliers',
  'tax-output': 'liabilities:tax',
  'members-advances': 'liabilities:advances',
  'common-cost': 'expenses:common',
  'vacant-cost': 'expenses:vacant',
  'own-income': 'income:own',
};

/** A text on one line that ends no description and opens no comment. */
const plainText = (text: string): string =>
  text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[;|()]/g, ',')
    .replace(/ {2,}/g, ' ')
    .trim();

/** Entries as an hledger journal. */
export const journalHledger = (entries: readonly JournalEntryReply[]): string => entries.map(entryText).join('\n');

function entryText({ id, postedOn, kind, source, text, currency, postings }: JournalEntryReply): string {
  const head = `${postedOn} (${plainText(source)}) ${plainText(text)}  ; kind: ${kind}, id: ${id}\n`;
  const lines = postings.map(({ account, member, amount }) => {
    const name = member === null ? accounts[account] : `${accounts[account]}:${member.code}`;
    return `    ${name}  ${currency} ${amount}\n`;
  });
  return head + lines.join('');
}
