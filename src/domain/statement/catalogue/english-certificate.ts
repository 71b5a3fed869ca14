import { englishFindings } from './english-findings.js';

/** What stands on a certificate, in English. Amounts, days and names come written. */
export const englishCertificate = {
  title: 'Reconciliation certificate',
  singleSpaces: 'Charges on single spaces, together',
  correction: (cause: string): string => `Correction: ${cause}`,
  adds: (total: string, members: string, common: string, vacant: string, held: string, difference: string): string =>
    `All costs came to ${total}: members ${members} + common parts ${common} + empty spaces ${vacant} + held ${held}. The difference is ${difference}.`,
  costs: {
    title: 'Every cost, and where it went',
    columns: ['Cost', 'Shared by'],
    amount: (currency: string): string => `Amount ${currency}`,
    parts: ['Members', 'Common', 'Empty', 'Held'],
    total: 'Together',
    all: 'All costs',
    spaces: (count: number): string => (count === 1 ? '1 space' : `${count} spaces`),
    beforeTax: 'Amounts are before tax.',
    withTax: 'Amounts include the tax that the supplier charges.',
    noMembers: 'What each member bears stands on that member’s statement alone.',
  },
  bills: {
    title: 'The suppliers’ bills',
    columns: ['Component', 'On the bill', 'Tax on it', 'To be shared', 'In this run'],
    document: (sha256: string): string => `Supplier’s document, SHA-256 ${sha256}`,
    noDocument: 'The supplier’s document was not handed in.',
    net: 'Net, tax',
  },
  rules: { title: 'The rules that were used', columns: ['Key or tariff', 'From', 'Adopted by', 'On', 'Decision'] },
  changed: { title: 'What the correction changed', rows: ['All costs before', 'All costs now', 'Change'] },
  findings: {
    title: 'What was found',
    columns: ['Kind', 'Weight', 'Found', 'Taken on'],
    severity: { blocking: 'stops a run', warning: 'a warning', info: 'for information' },
    kinds: englishFindings,
    none: 'Nothing was found.',
    takenOn: (name: string, on: string, what: string, reason: string): string =>
      `${name} took on “${what}” on ${on}: ${reason}`,
  },
  people: {
    title: 'Who answers for it',
    columns: ['Step', 'Who', 'When'],
    proposed: 'Calculated and proposed',
    approved: 'Approved by a second person',
    issued: 'Issued',
    settled: (count: number): string =>
      `${count === 1 ? '1 final statement' : `${count} final statements`} of who left was settled by it; what it was stands on that member’s own.`,
    documents: (invoices: number, creditNotes: number): string =>
      `${invoices === 1 ? '1 invoice' : `${invoices} invoices`} came of it${creditNotes === 0 ? '' : `, and ${creditNotes === 1 ? '1 credit note' : `${creditNotes} credit notes`}`}.`,
  },
  check: {
    title: 'How to check it',
    made: (at: string, size: number, root: string): string =>
      `It was made on ${at} UTC, when the signed record of the community stood at ${size} entries, root ${root}…. This was signed with the key of the record:`,
    how: 'Its data is attached to this PDF as certificate.json. “commonmeter verify” and the page verify.html compute all of it again, offline, and check the signature and its place in the record; beside a statement they compare both. Take the key from the notice board or from when you joined, not from here:',
    cosigned: (name: string, role: string, at: string): string =>
      `${name} (${role}) cosigned the head that proves it at ${at}.`,
    unproven:
      'It proves what was shared and who answers for it. It does not prove that a meter counted rightly, nor that a supplier’s bill is the supplier’s: ask to see the bill, whose SHA-256 stands above.',
  },
  footer: (community: string, period: string): string => `${community} · reconciliation certificate · ${period}`,
  attached: 'The certificate as data, with what proves it; commonmeter verify computes it again.',
};
