import type { ReadingQuality, Statement } from '../model.js';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** What the title is made of. */
export interface TitleFacts {
  readonly kind: Statement['kind'];
  readonly utilities: readonly string[];
  readonly isTaxed: boolean;
  readonly isSimplified: boolean;
}

/** The sentences of page one, in English. Figures and days come written. */
export const englishSentences = {
  listed,
  demoNotice: 'DEMO, not payable',
  demoSentence: 'an example from a demonstration. Please do not pay it.',
  title: ({ kind, utilities, isTaxed, isSimplified }: TitleFacts): string => {
    if (kind === 'credit-note') return isTaxed ? 'VAT credit note' : 'Credit note';
    if (kind === 'advance') return isTaxed ? 'VAT invoice for an advance payment' : 'Advance payment';
    const all = capital(listed(utilities));
    const name = all === '' ? 'Statement' : `${all} statement`;
    return kind === 'invoice' ? `${name} and ${isSimplified ? 'simplified VAT invoice' : 'VAT invoice'}` : name;
  },
  shortTitle: (kind: Statement['kind']): string =>
    kind === 'credit-note' ? 'Credit note' : kind === 'advance' ? 'Advance payment' : 'Statement',
  issued: (day: string, taxPoint: string | null): string =>
    taxPoint === null
      ? `Issued ${day}`
      : taxPoint === day
        ? `Issued and tax point ${day}`
        : `Issued ${day}, tax point ${taxPoint}`,
  number: (no: string): string => `Number ${no}`,
  correctsDocument: (no: string, day: string): string => `Corrects ${no} of ${day}`,
  period: (days: string, count: string): string => `Period ${days} (${count})`,
  memberNumber: (no: string): string => `Member ${no}`,
  meters: (names: readonly string[]): string => `${names.length === 1 ? 'meter' : 'meters'} ${listed(names)}`,
  manyMeters: (count: number): string => `${count} meters`,
  manySpaces: (count: number): string => `${count} spaces`,
  vatNumber: (no: string): string => `VAT reg. ${no}`,
  registration: (no: string): string => `Reg. ${no}`,
  help: (ways: string): string => `Help: ${ways}`,
  weCredit: 'We credit you',
  balanceToPay: (amount: string): string => `Your balance is now ${amount} to pay.`,
  balanceSettled: 'Your balance is now settled: nothing to pay.',
  balanceInCredit: (amount: string): string => `You are now ${amount} in credit: nothing to pay.`,
  reason: (text: string): string => `Reason: ${text}`,
  howToPayBefore: 'How to pay it is on your last statement.',
  inCredit: 'You are in credit',
  takenOffNext: 'It is taken off your next statement, or paid back if you ask.',
  nothingToPay: 'Nothing to pay',
  accountSettled: 'Your account is settled',
  youOwe: 'You owe',
  by: (day: string): string => `by ${day}`,
  taxName: 'VAT',
  chargesThisPeriod: (amount: string): string => `Charges this period: ${amount}`,
  thisPeriod: (terms: string, total: string): string => `This period: ${terms} = ${total}`,
  howToPay: 'How to pay',
  scanToSee: 'Scan to see it online',
  codeTo: (link: string): string => `Code that leads to ${link}`,
  payment: {
    accountName: 'Pay to',
    sortCode: 'Sort code',
    accountNumber: 'Account',
    iban: 'IBAN',
    bic: 'BIC',
    reference: 'Reference',
  },
  historyTitle: (utility: string, count: number, monthly: boolean, unit: string): string =>
    `Your ${utility}, last ${count} ${monthly ? 'months' : 'periods'} (${unit})`,
  lastBar: 'Last bar: this period.',
  yearAgoBar: 'Mid shade: the same period a year ago.',
  dashedBar: 'Dashed: includes estimated readings.',
  estimated: 'estimated',
  chartInWords: (utility: string, unit: string, bars: string): string =>
    `Bar chart of ${utility} used, ${unit}: ${bars}.`,
  sameAsTable: 'The same as a table',
  shareTitle: (place: string): string => `Your share of ${place}`,
  shareInWords: (place: string, parts: string): string => `Share of ${place}: ${parts}.`,
  siteUsed: (place: string, quantity: string): string => `${capital(place)} used ${quantity} in this period.`,
  usedNone: 'You used none.',
  youUsed: (quantity: string, percent: string, how: 'meter' | 'meters' | 'worked-out'): string =>
    `You used ${quantity}${how === 'worked-out' ? ', some of it worked out' : ` through your own ${how}`}: ${percent}.`,
  parts: {
    you: (): string => 'Your meter',
    others: (members: number): string => `${members} other ${members === 1 ? 'member' : 'members'}`,
    shared: (): string => 'Shared areas',
    vacant: (): string => 'Empty spaces',
    unmeasured: (): string => 'Losses and unmeasured',
  },
  everyLineTakenBack: 'Every line taken back follows.',
  everyFigureFollows: 'Every reading, price and sum follows.',
  somethingWrong: (day: string | null): string =>
    day === null ? 'Something wrong? Tell us.' : `Something wrong? Tell us by ${day}: we pause the disputed part.`,
  legend: {
    actual: 'actual = read from the meter',
    customer: 'customer = you sent it',
    estimated: 'estimated = we worked it out, and will put it right when the meter is read',
  } as Readonly<Record<ReadingQuality, string>>,
  qualities: { actual: 'actual', customer: 'customer', estimated: 'estimated' } as Readonly<
    Record<ReadingQuality, string>
  >,
  approved: (
    steps: readonly { readonly step: 'prepared' | 'approved'; readonly name: string; readonly on: string | null }[],
  ) =>
    `${capital(
      steps.map(({ step, name, on }) => `${step} by ${name}${on === null ? '' : ` on ${on}`}`).join(', '),
    )}; nothing has changed since.`,
  checkTitle: 'Check this statement yourself',
  verificationCode: 'Verification code',
  code: (code: string): string => `Code ${code}`,
  orScan: ' or scan',
  check: (address: string, scan: string): string =>
    `Go to ${address}${scan}: it shows what we issued. ` +
    'The data of this statement is in its PDF (statement.json): anyone can redo every sum without us.',
  allAdopted: (source: string): string => `All of these rules: adopted by ${source}.`,
  adopted: (what: readonly string[], source: string): string => `${listed(what)}: adopted by ${source}.`,
  decidedOn: (by: string, day: string): string => `${by} on ${day}`,
  page: (no: number, count: number): string => `Page ${no} of ${count}`,
  continued: (name: string): string => `${name}, continued`,
  attachedData: 'The data of this statement, in canonical form',
  attachedBundle: 'What proves this statement; see docs/bundle.md',
  utility: (name: string): string => name,
};
