import { linesInEnglish } from '../../invoice/lines.js';
import { reliefInEnglish } from '../../invoice/reduced-rate.js';
import { becauseInEnglish } from '../../invoice/tax-treatment.js';
import { whyInEnglish } from '../../rating/why-words.js';

/** What a run says of costs, lines, readings and corrections, in English. Amounts and days come written. */
export const englishRun = {
  lines: linesInEnglish,
  taxBecause: becauseInEnglish,
  relief: reliefInEnglish,
  why: whyInEnglish,
  sections: {
    energy: 'Energy',
    levy: 'Energy',
    standing: 'Energy',
    'shared-areas': 'Shared areas and losses',
    space: 'Space and services',
    fee: 'Space and services',
    'own-charge': 'Other charges',
    credit: 'Relief',
    correction: 'Corrections of earlier periods',
    final: 'Final statement',
  } as Readonly<Record<string, string>>,
  whileEmpty: (spaces: string): string => `${spaces}, while empty`,
  residual: (cost: string): string => `Shared areas and losses: ${cost}`,
  limits: { cap: 'the most that the key allows', floor: 'the least that the key asks' },
  agreement: 'agreement',
  correctionOf: (cause: string, reasons: string): string => `the correction "${cause}": ${reasons}`,
  final: {
    title: 'Your final statement',
    note: (day: string): string =>
      `It bills you up to ${day}, by your own meters as they were read and by what is known of all costs on this day. What is not known yet (other meters, the supplier’s bill) is expected as on the last bill. When the whole period is billed you get one more letter: it shares what everything really cost, takes off what you are billed here, and asks or returns the difference.`,
    billed: (no: string): string => `Billed with the final statement ${no}`,
    settles: (no: string, day: string): string => `the final statement ${no} of ${day}, which billed it`,
    held: (amount: string): string => `; the difference of ${amount} is not asked, the community holds it`,
  },
  notes: {
    replaces: (no: string): string => `This replaces ${no}`,
    replaced: (reasons: string, no: string, creditNote: string): string =>
      `${reasons} What ${no} charged is taken back whole by ${creditNote}; this is what the period comes to now.`,
    relief: (funder: string): string => `Relief from ${funder}`,
    relieved: (amount: string, funder: string, fund: string, notice: string): string =>
      `${amount} of this bill is paid by ${funder} (${fund}). ${notice}`,
    complaints: 'Complaints',
  },
  costs: {
    corrections: 'Corrections of earlier periods',
    finals: 'Your final statement',
    expected: (no: string): string =>
      `No bill of these days has come yet: what they cost is expected from ${no}. The bill itself is shared with the whole period.`,
    own: 'The community’s own costs',
    fund: (name: string, funder: string): string => `${name}, paid by ${funder}`,
    nothingAdded: 'The community adds nothing to the supplier’s prices. You may see the supplier’s bill: ask us.',
    sharedBy: {
      tariff: 'A set price',
      fund: 'The rule of the fund',
      held: 'Nobody: it is held',
      correction: 'What the correction changed',
      final: 'What the final statement billed',
      space: 'The space itself',
    },
  },
  takesBackLine: (no: string, document: string): string => `takes back line ${no} of ${document}`,
  account: {
    paymentTakenBack: 'Payment taken back',
    creditNote: 'Credit note',
    advancesFreed: 'Advance payments, no longer set off',
  },
  use: {
    peers: (trade: string): string => `Typical ${trade} here`,
    halfHours: 'half-hours',
    intervals: (minutes: number): string => `intervals of ${minutes} minutes`,
    untilRestart: 'until its counter restarted',
    sinceRestart: 'since its counter restarted',
    oldMeter: 'old meter, taken out',
    newMeter: 'new meter',
    partlyEstimated: 'partly estimated, between two readings',
    workedOut: 'no meter reads it: worked out by a formula',
    othersMeters: (count: number): string =>
      count === 1 ? '1 meter of other members' : `${count} meters of other members`,
    theirs: 'what each of them used is theirs alone',
  },
  /** A day, and a time of the site's clock, within a sentence of figures. */
  day: (date: string): string => date,
  moment: (at: string): string => at,
  deltas: {
    counted: (meter: string, after: string, before: string, late: boolean): string =>
      `${meter} counted ${after} where ${before} were ${late ? 'estimated' : 'billed'}.`,
    stayed: (member: string, space: string, after: string, before: string | null): string =>
      `${member} had ${space} ${after}${before === null ? '' : `, and not ${before}`}.`,
    fromOn: (day: string): string => `from ${day} on`,
    fromUntil: (from: string, to: string): string => `from ${from} until ${to}`,
    costNew: (cost: string, amount: string): string => `"${cost}", ${amount}, was not there, or shared otherwise.`,
    costGone: (cost: string, amount: string): string => `"${cost}", ${amount}, is gone, or shared otherwise.`,
    costChanged: (cost: string, after: string, before: string): string => `"${cost}" is ${after} and not ${before}.`,
    taxCode: (to: string, from: string): string => `It bears the tax code ${to} and not ${from}.`,
    held: (least: string): string =>
      `A member's whole change below ${least} is held, and billed with the next one that is not.`,
    pool: 'Moved because the pool changed: another figure than this bearer’s is another, and the same cost is shared among all.',
  },
};
