import type { CivilDate, Instant, Period } from '../../domain/calendar/period.js';
import type { Currency } from '../../domain/quantity/money.js';
import { localeOf, wordsOf as statementWordsOf } from '../../domain/statement/catalogue/catalogue.js';
import { money, shortDate, spanName } from '../../domain/statement/format.js';
import type { PaymentDetails, StatementKind } from '../../domain/statement/model.js';
import { paymentDetails } from '../../domain/statement/wording.js';
import { type Letter, pageLetter, plainLetter } from '../../platform/mail/letter.js';

/** What a member is reminded of: everything that the letter says, and nothing else. */
export interface ReminderFacts {
  readonly community: {
    readonly name: string;
    readonly contactEmail: string;
    readonly locale: string;
    readonly demo: boolean;
  };
  readonly memberName: string;
  readonly payment: PaymentDetails;
  readonly currency: Currency;
  /** What is asked for, together. */
  readonly total: string;
  /** The longest overdue first; never none. */
  readonly documents: readonly ReminderDocument[];
  /** When the member was last reminded of one of them. */
  readonly before: CivilDate | null;
  /** Whether nobody will write about one of them again. */
  readonly isLast: boolean;
  /** After this it is not sent any more: much may have been paid by then. */
  readonly until: Instant | null;
}

export interface ReminderDocument {
  readonly number: string;
  readonly kind: StatementKind;
  readonly period: Period;
  readonly dueOn: CivilDate;
  readonly amount: string;
  /** Questioned, and therefore not asked for. */
  readonly paused: string | null;
}

interface Words {
  readonly subject: (amount: string, day: string) => string;
  readonly title: (amount: string) => string;
  readonly first: string;
  readonly again: (day: string) => string;
  readonly paid: string;
  readonly document: (name: string, number: string, span: string, amount: string, day: string) => string;
  readonly paused: (amount: string, number: string) => string;
  readonly amount: string;
  readonly help: string;
  readonly last: string;
  readonly button: string;
  readonly foot: (community: string) => string;
}

const english: Words = {
  subject: (amount, day) => `Still open: ${amount}, due since ${day}`,
  title: (amount) => `${amount} is still open`,
  first: 'Perhaps it slipped through.',
  again: (day) => `We wrote to you about it on ${day}.`,
  paid: 'If you have paid in the last few days, thank you: there is nothing more to do.',
  document: (name, number, span, amount, day) => `${name} ${number}, ${span}: ${amount}, due ${day}`,
  paused: (amount, number) =>
    `You have questioned ${amount} of ${number}. That part waits until your question is decided and is not in this amount.`,
  amount: 'Amount',
  help: 'If something stands in the way, or the amount looks wrong to you, answer this mail. We will find a way.',
  last: 'We do not write about it again. If all of it at once is too much, a payment in parts can be agreed.',
  button: 'See your account',
  foot: (community) => `${community}. Questions? Answer this mail: a person reads it.`,
};

const german: Words = {
  subject: (amount, day) => `Noch offen: ${amount}, fällig seit ${day}`,
  title: (amount) => `${amount} sind noch offen`,
  first: 'Vielleicht ist es untergegangen.',
  again: (day) => `Wir haben Ihnen am ${day} darüber geschrieben.`,
  paid: 'Wenn Sie in den letzten Tagen bezahlt haben, danken wir Ihnen: Dann ist nichts mehr zu tun.',
  document: (name, number, span, amount, day) => `${name} ${number}, ${span}: ${amount}, fällig am ${day}`,
  paused: (amount, number) =>
    `Zu ${amount} von ${number} haben Sie eine Frage gestellt. Dieser Teil wartet, bis sie entschieden ist, und ist nicht in diesem Betrag.`,
  amount: 'Betrag',
  help: 'Wenn etwas im Weg steht oder Ihnen der Betrag falsch vorkommt, antworten Sie auf diese Mail. Wir finden einen Weg.',
  last: 'Wir schreiben darüber nicht noch einmal. Wenn alles auf einmal zu viel ist, lässt sich eine Zahlung in Teilen vereinbaren.',
  button: 'Konto ansehen',
  foot: (community) => `${community}. Fragen? Antworten Sie auf diese Mail: ein Mensch liest sie.`,
};

const wordsOf = (locale: string): Words => (locale.startsWith('de') ? german : english);

/**
 * How much is open and since when, so that a list of subjects is a list of facts.
 *
 * @example "Still open: £118.84, due since 17 Nov 2026 (Rosa's Bakery)"
 */
export function reminderSubject({ community, memberName, currency, total, documents }: ReminderFacts): string {
  const locale = localeOf(community.locale);
  const since = documents.map(({ dueOn }) => dueOn).toSorted()[0] ?? '';
  const what = wordsOf(locale).subject(money(total, currency, locale), shortDate(since, locale));
  return `${community.demo ? 'DEMO: ' : ''}${what} (${memberName})`.replaceAll(/\s/g, ' ');
}

/**
 * The mail that something is still open: how much, of what, how to pay it, and that one may say what stands in the way.
 *
 * @param page where the member sees the account in a browser
 */
export function writeReminderLetter(facts: ReminderFacts, page: string): Letter {
  const { community, payment, currency, total, documents, before, isLast, until } = facts;
  const locale = localeOf(community.locale);
  const words = wordsOf(locale);
  const amountOf = (amount: string): string => money(amount, currency, locale);
  const day = (date: CivilDate): string => shortDate(date, locale);
  const lines = documents.map(({ number, kind, period, dueOn, amount }) => {
    const name = statementWordsOf(locale).shortTitle(kind);
    return words.document(name, number, spanName(period.from, period.to, locale), amountOf(amount), day(dueOn));
  });
  const details: readonly (readonly [string, string])[] = [
    [words.amount, amountOf(total)],
    ...paymentDetails({ payment, locale }),
  ];
  const letter = {
    title: words.title(amountOf(total)),
    paragraphs: [
      `${before === null ? words.first : words.again(day(before))} ${words.paid}`,
      lines.join('\n'),
      ...documents.flatMap(({ paused, number }) => (paused === null ? [] : [words.paused(amountOf(paused), number)])),
      details.map(([name, value]) => `${name}: ${value}`).join('\n'),
      isLast ? `${words.help} ${words.last}` : words.help,
    ],
    button: { label: words.button, url: page },
    foot: words.foot(community.name),
  };
  return {
    from: community.name,
    replyTo: community.contactEmail,
    subject: reminderSubject(facts),
    text: plainLetter(letter),
    html: pageLetter(letter),
    attachments: [],
    until,
  };
}
