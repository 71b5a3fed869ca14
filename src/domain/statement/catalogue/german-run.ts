import type { ProrationPolicy } from '../../calendar/proration.js';
import type { WhyWords } from '../../rating/why-words.js';
import { number, shortDate, unitName } from '../format.js';
import type { Locale } from '../model.js';
import type { englishRun } from './english-run.js';

const per = { month: 'Monats', year: 'Jahres', period: 'Zeitraums' } as const;

const prorations: Readonly<Record<ProrationPolicy, string>> = {
  'day-of-month': 'nach Tagen des Monats',
  'day-of-year': 'nach Tagen des Jahres',
  '365': 'nach Tagen, das Jahr zu 365',
  'touched-months': 'jeder berührte Monat ganz',
};

/** Why a line of a tariff comes to what it does; Grundpreis, Arbeitspreis and Leistungspreis are the names of its components. */
const germanWhy = (locale: Locale): WhyWords => ({
  figure: (written) =>
    written
      .split('/')
      .map((part) => number(part, locale))
      .join('/'),
  unit: (name) => unitName(name, locale),
  days: (count) => (count === 1 ? '1 Tag' : `${count} Tage`),
  periodic: (part, of, at, proration) => `${part} eines ${per[of]}${at}, ${prorations[proration]}`,
  levy: (product, rate) => `${product}, ${rate}`,
  exported: (product) => `${product}, für Einspeisung`,
  series: (quantity, intervals, series) =>
    `${quantity} in ${intervals} Intervallen, jedes zu seinem eigenen Preis nach ${series}`,
  minimum: (of, sum, bound) => `${of} ergeben ${sum}, mindestens aber ${bound}`,
  maximum: (of, sum, bound) => `${of} ergeben ${sum}, höchstens aber ${bound}`,
  discount: (percent, sum, of) => `${percent} % von ${sum} für ${of}`,
  counted: (counted) => `gezählt ${counted}`,
  inBand: (own) => `, davon ${own} in dieser Zeitzone`,
  limits: (demand) => `, Grenzen mal ${demand} kW`,
  peak: (energy, minutes, from, measured, factor) =>
    `${energy} in den ${minutes} Minuten ab ${from} sind ${measured}${factor}`,
  powerFactor: (factor) => ` bei einem Leistungsfaktor von ${factor}`,
  earlier: (percent, demand, from, charged) => `; ${percent} % von ${demand} vom ${from} sind ${charged}`,
  least: (quantity) => `; berechnet werden mindestens ${quantity}`,
});

/** What a run says of costs, lines, readings and corrections, in German. */
export const germanRun = (locale: Locale): typeof englishRun => ({
  lines: {
    whileEmpty: (spaces) => `${spaces} im Leerstand`,
    partOf: (part, of) => `${part} von ${of}`,
  },
  taxBecause: {
    metered: 'an Ihrem eigenen Zähler gemessen',
    standing: 'ein Grundpreis',
    unmetered: 'ohne Zähler aufgeteilt',
    commonParts: 'Gemeinflächen und Verluste',
    spaceWork: 'Arbeit nur in Ihrem Raum',
  },
  relief: {
    smallUse: (quantity, days, perDay) =>
      `${number(quantity, locale)} kWh in ${days === 1 ? 'einem Tag' : `${days} Tagen`}, nicht mehr als ${number(perDay, locale)} am Tag`,
    declared: (qualifying, quantity) =>
      `${number(qualifying, locale)} von ${number(quantity, locale)} kWh laut Erklärung im Haushalt oder gemeinnützig verbraucht`,
    qualifyingPart: 'begünstigter Verbrauch',
    otherPart: 'übriger Verbrauch',
  },
  why: germanWhy(locale),
  sections: {
    energy: 'Energie',
    levy: 'Energie',
    standing: 'Energie',
    'shared-areas': 'Gemeinflächen und Verluste',
    space: 'Räume und Dienste',
    fee: 'Räume und Dienste',
    'own-charge': 'Weitere Kosten',
    credit: 'Entlastung',
    correction: 'Berichtigungen früherer Zeiträume',
    final: 'Schlussabrechnung',
  },
  whileEmpty: (spaces) => `${spaces}, im Leerstand`,
  residual: (cost) => `Gemeinflächen und Verluste: ${cost}`,
  limits: { cap: 'das Höchste, das der Schlüssel zulässt', floor: 'das Mindeste, das der Schlüssel verlangt' },
  agreement: 'Vereinbarung',
  correctionOf: (cause, reasons) => `Berichtigung „${cause}“: ${reasons}`,
  final: {
    title: 'Ihre Schlussabrechnung',
    note: (day) =>
      `Sie rechnet bis ${day} ab, nach Ihren abgelesenen Zählern und nach dem, was an diesem Tag von allen Kosten bekannt ist. Was noch nicht bekannt ist (andere Zähler, die Rechnung des Lieferanten), wird wie auf der letzten Rechnung angesetzt. Ist der ganze Zeitraum abgerechnet, bekommen Sie noch einen Brief: Er teilt auf, was alles wirklich gekostet hat, zieht ab, was hier berechnet ist, und fordert oder erstattet den Unterschied.`,
    billed: (no) => `Berechnet mit der Schlussabrechnung ${no}`,
    settles: (no, day) => `Schlussabrechnung ${no} vom ${day}, die es berechnet hat`,
    held: (amount) => `; der Unterschied von ${amount} wird nicht gefordert, die Gemeinschaft stellt ihn zurück`,
  },
  notes: {
    replaces: (no) => `Diese Abrechnung ersetzt ${no}`,
    replaced: (reasons, no, creditNote) =>
      `${reasons} Was ${no} berechnet hat, nimmt ${creditNote} ganz zurück; hier steht, was der Zeitraum jetzt ergibt.`,
    relief: (funder) => `Entlastung durch ${funder}`,
    relieved: (amount, funder, fund, notice) => `${amount} dieser Rechnung zahlt ${funder} (${fund}). ${notice}`,
    complaints: 'Beschwerden',
  },
  costs: {
    corrections: 'Berichtigungen früherer Zeiträume',
    finals: 'Ihre Schlussabrechnung',
    expected: (no) =>
      `Für diese Tage ist noch keine Rechnung da: Ihre Kosten sind nach ${no} angesetzt. Die Rechnung selbst wird mit dem ganzen Zeitraum aufgeteilt.`,
    own: 'Eigene Kosten der Gemeinschaft',
    fund: (name, funder) => `${name}, bezahlt von ${funder}`,
    nothingAdded:
      'Die Gemeinschaft schlägt auf die Preise des Lieferanten nichts auf. Sie dürfen seine Rechnung einsehen: Fragen Sie uns.',
    sharedBy: {
      tariff: 'Ein fester Preis',
      fund: 'Die Regel des Förderers',
      held: 'Niemand: zurückgestellt',
      correction: 'Was die Berichtigung geändert hat',
      final: 'Was die Schlussabrechnung berechnet hat',
      space: 'Der Raum selbst',
    },
  },
  takesBackLine: (no, document) => `nimmt Zeile ${no} von ${document} zurück`,
  account: {
    paymentTakenBack: 'Zahlung zurückgebucht',
    creditNote: 'Gutschrift',
    advancesFreed: 'Vorauszahlungen, nicht mehr angerechnet',
  },
  use: {
    peers: (trade) => `Im Mittel hier, ${trade}`,
    halfHours: 'halben Stunden',
    intervals: (minutes) => `Intervallen von ${minutes} Minuten`,
    untilRestart: 'bis zum Neubeginn der Zählung',
    sinceRestart: 'seit dem Neubeginn der Zählung',
    oldMeter: 'alter Zähler, ausgebaut',
    newMeter: 'neuer Zähler',
    partlyEstimated: 'zum Teil geschätzt, zwischen zwei Zählerständen',
    workedOut: 'von keinem Zähler gemessen: nach einer Formel errechnet',
    othersMeters: (count) => `${count} Zähler anderer Mitglieder`,
    theirs: 'was jedes von ihnen verbraucht hat, geht nur dieses an',
  },
  day: (date) => shortDate(date, locale),
  moment: (at) => `${shortDate(at.slice(0, 10), locale)}\u00a0${at.slice(11)}`,
  deltas: {
    counted: (meter, after, before, late) =>
      `${meter} hat ${after} gezählt, ${late ? 'geschätzt' : 'berechnet'} waren ${before}.`,
    stayed: (member, space, after, before) =>
      `${member} hatte ${space} ${after}${before === null ? '' : ` und nicht ${before}`}.`,
    fromOn: (day) => `ab ${day}`,
    fromUntil: (from, to) => `von ${from} bis ${to}`,
    costNew: (cost, amount) => `„${cost}“, ${amount}, gab es nicht, oder es wurde anders aufgeteilt.`,
    costGone: (cost, amount) => `„${cost}“, ${amount}, gibt es nicht mehr, oder es wird anders aufgeteilt.`,
    costChanged: (cost, after, before) => `„${cost}“ beträgt ${after} und nicht ${before}.`,
    taxCode: (to, from) => `Es gilt der Steuerschlüssel ${to} und nicht ${from}.`,
    held: (least) =>
      `Ändert sich für ein Mitglied insgesamt weniger als ${least}, wird es zurückgestellt und mit der nächsten Änderung berechnet, die mehr ausmacht.`,
    pool: 'Geändert, weil sich das Ganze geändert hat: Der Wert eines anderen ist ein anderer, und dieselben Kosten werden unter allen aufgeteilt.',
  },
});
