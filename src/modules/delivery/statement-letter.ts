import { shortDate, spanName } from '../../domain/statement/format.js';
import type { Statement } from '../../domain/statement/model.js';
import { headline, paymentDetails } from '../../domain/statement/wording.js';
import { type Letter, pageLetter, plainLetter } from '../../platform/mail/letter.js';

interface Words {
  readonly statement: (span: string) => string;
  readonly credit: (span: string) => string;
  readonly due: (amount: string, day: string) => string;
  readonly attached: string;
  readonly verify: (address: string, code: string) => string;
  readonly button: string;
  readonly foot: (community: string) => string;
}

const english: Words = {
  statement: (span) => `Statement ${span}`,
  credit: (span) => `Credit note ${span}`,
  due: (amount, day) => `${amount} due ${day}`,
  attached: 'The whole statement is attached as a PDF: what was measured, how it was shared, and how to check it.',
  verify: (address, code) => `What was issued can be looked up at ${address} under the code ${code}.`,
  button: 'Open it in the browser',
  foot: (community) => `${community}. Questions? Answer this mail: a person reads it.`,
};

const german: Words = {
  statement: (span) => `Abrechnung ${span}`,
  credit: (span) => `Gutschrift ${span}`,
  due: (amount, day) => `${amount} fällig ${day}`,
  attached: 'Die ganze Abrechnung liegt als PDF bei: was gemessen wurde, wie es geteilt wurde und wie Sie es prüfen.',
  verify: (address, code) => `Was ausgestellt wurde, steht unter ${address} mit dem Code ${code}.`,
  button: 'Im Browser öffnen',
  foot: (community) => `${community}. Fragen? Antworten Sie auf diese Mail: ein Mensch liest sie.`,
};

const wordsOf = (locale: string): Words => (locale.startsWith('de') ? german : english);

/**
 * What to do, and of what, so that a list of subjects is a list of facts.
 *
 * @example 'Statement October 2026: £172.50 due 30 Nov 2026 (Rosa's Bakery)'
 */
export function statementSubject(statement: Statement): string {
  const { locale, period, member, dueOn, kind, demo } = statement;
  const words = wordsOf(locale);
  const { lead, amount, payable } = headline(statement);
  const span = spanName(period.from, period.to, locale);
  const what = payable && dueOn !== undefined ? words.due(amount, shortDate(dueOn, locale)) : `${lead} ${amount}`;
  const title = kind === 'credit-note' ? words.credit(span) : words.statement(span);
  return `${demo ? 'DEMO: ' : ''}${title}: ${what} (${member.name})`.replaceAll(/\s/g, ' ');
}

/**
 * The mail that a statement is ready: what to do in its subject and its first line, the PDF with it.
 *
 * @param page where the member sees it in a browser
 */
export function writeStatementLetter(statement: Statement, pdf: Buffer, page: string): Letter {
  const { community, number } = statement;
  const words = wordsOf(statement.locale);
  const { lead, amount, then, small, period: inShort, payable } = headline(statement);
  const owed = [lead, amount, then].filter((part) => part !== undefined).join(' ');
  const details = payable ? paymentDetails(statement).map(([name, value]) => `${name}: ${value}`) : [];
  const { address, code } = statement.verification;
  const letter = {
    title: owed,
    paragraphs: [
      ...small,
      ...(inShort === undefined ? [] : [inShort]),
      ...(details.length === 0 ? [] : [details.join('\n')]),
      words.attached,
      words.verify(address, code),
    ],
    button: { label: words.button, url: page },
    foot: words.foot(community.name),
  };
  return {
    from: community.name,
    replyTo: community.email ?? '',
    subject: statementSubject(statement),
    text: plainLetter(letter),
    html: pageLetter(letter),
    attachments: [{ filename: `${number}.pdf`, contentType: 'application/pdf', content: pdf }],
    until: null,
  };
}
