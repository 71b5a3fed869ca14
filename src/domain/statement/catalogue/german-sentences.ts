import type { englishSentences } from './english-sentences.js';
import type { TaxWords } from './german-tax.js';

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} und ${items.at(-1) ?? ''}`;

const utilities: Readonly<Record<string, string>> = {
  electricity: 'Strom',
  water: 'Wasser',
  heat: 'Wärme',
  gas: 'Gas',
};
const utility = (name: string): string => utilities[name] ?? name;

/** @example compound(['Strom', 'Wasser']) → 'Strom- und Wasserabrechnung' */
const compound = (names: readonly string[]): string => {
  const last = names.at(-1);
  return last === undefined
    ? 'Abrechnung'
    : listed([...names.slice(0, -1).map((name) => `${name}-`), `${last}abrechnung`]);
};

/** The sentences of page one, in German. No ß, so that they are right in Switzerland too. */
export const germanSentences = ({ tax, taxNumber, simplified }: TaxWords): typeof englishSentences => ({
  listed,
  demoNotice: 'DEMO, nicht zu bezahlen',
  demoSentence: 'ein Beispiel aus einer Vorführung. Bitte nicht bezahlen.',
  title: ({ kind, utilities: names, isTaxed, isSimplified }) => {
    if (kind === 'credit-note') return isTaxed ? `Gutschrift mit ${tax}` : 'Gutschrift';
    if (kind === 'advance') return isTaxed ? 'Rechnung über eine Vorauszahlung' : 'Vorauszahlung';
    const name = compound(names);
    return kind === 'invoice' ? `${name} und ${isSimplified ? simplified : 'Rechnung'}` : name;
  },
  shortTitle: (kind) => (kind === 'credit-note' ? 'Gutschrift' : kind === 'advance' ? 'Vorauszahlung' : 'Abrechnung'),
  issued: (day, taxPoint) =>
    taxPoint === null
      ? `Ausgestellt am ${day}`
      : taxPoint === day
        ? `Ausstellungs- und Leistungsdatum ${day}`
        : `Ausgestellt am ${day}, Leistung ${taxPoint}`,
  number: (no) => `Nummer ${no}`,
  correctsDocument: (no, day) => `Berichtigt ${no} vom ${day}`,
  period: (days, count) => `Zeitraum ${days} (${count})`,
  memberNumber: (no) => `Mitglied ${no}`,
  meters: (names) => `Zähler ${listed(names)}`,
  manyMeters: (count) => `${count} Zähler`,
  manySpaces: (count) => `${count} Räume`,
  vatNumber: (no) => `${taxNumber} ${no}`,
  registration: (no) => `Reg.-Nr. ${no}`,
  help: (ways) => `Fragen: ${ways}`,
  weCredit: 'Wir schreiben Ihnen gut',
  balanceToPay: (amount) => `Ihr Saldo: ${amount} zu zahlen.`,
  balanceSettled: 'Ihr Konto ist jetzt ausgeglichen: nichts zu zahlen.',
  balanceInCredit: (amount) => `Sie haben jetzt ein Guthaben von ${amount}: nichts zu zahlen.`,
  reason: (text) => `Grund: ${text}`,
  howToPayBefore: 'Wie Sie zahlen, steht auf Ihrer letzten Abrechnung.',
  inCredit: 'Sie haben ein Guthaben',
  takenOffNext: 'Es wird mit Ihrer nächsten Abrechnung verrechnet oder auf Wunsch ausbezahlt.',
  nothingToPay: 'Nichts zu zahlen',
  accountSettled: 'Ihr Konto ist ausgeglichen',
  youOwe: 'Sie schulden',
  by: (day) => `bis ${day}`,
  taxName: tax,
  chargesThisPeriod: (amount) => `Kosten in diesem Zeitraum: ${amount}`,
  thisPeriod: (terms, total) => `In diesem Zeitraum: ${terms} = ${total}`,
  howToPay: 'So zahlen Sie',
  scanToSee: 'Scannen: online ansehen',
  codeTo: (link) => `Code, der zu ${link} führt`,
  payment: {
    accountName: 'An',
    sortCode: 'BLZ',
    accountNumber: 'Konto',
    iban: 'IBAN',
    bic: 'BIC',
    reference: 'Referenz',
  },
  historyTitle: (name, count, monthly, unit) =>
    `Ihr Verbrauch von ${name}, letzte ${count} ${monthly ? 'Monate' : 'Zeiträume'} (${unit})`,
  lastBar: 'Letzter Balken: dieser Zeitraum.',
  yearAgoBar: 'Mittlerer Ton: derselbe Zeitraum vor einem Jahr.',
  dashedBar: 'Gestrichelt: enthält geschätzte Zählerstände.',
  estimated: 'geschätzt',
  chartInWords: (name, unit, bars) => `Balkendiagramm, Verbrauch von ${name}, ${unit}: ${bars}.`,
  sameAsTable: 'Dasselbe als Tabelle',
  shareTitle: (place) => `Ihr Anteil: ${place}`,
  shareInWords: (place, parts) => `Anteile, ${place}: ${parts}.`,
  siteUsed: (place, quantity) => `${place}, Verbrauch in diesem Zeitraum: ${quantity}.`,
  usedNone: 'Sie haben nichts verbraucht.',
  youUsed: (quantity, percent, how) =>
    how === 'worked-out'
      ? `Sie haben ${quantity} verbraucht, zum Teil errechnet: ${percent}.`
      : how === 'meters'
        ? `Sie haben über Ihre eigenen Zähler ${quantity} verbraucht: ${percent}.`
        : `Sie haben über Ihren eigenen Zähler ${quantity} verbraucht: ${percent}.`,
  parts: {
    you: () => 'Ihr Zähler',
    others: (members) => (members === 1 ? '1 anderes Mitglied' : `${members} andere Mitglieder`),
    shared: () => 'Gemeinflächen',
    vacant: () => 'Leerstand',
    unmeasured: () => 'Verluste und nicht Gemessenes',
  },
  everyLineTakenBack: 'Es folgt jede Zeile, die zurückgenommen wird.',
  everyFigureFollows: 'Es folgen alle Zählerstände, Preise und Summen.',
  somethingWrong: (day) =>
    day === null
      ? 'Stimmt etwas nicht? Sagen Sie es uns.'
      : `Stimmt etwas nicht? Sagen Sie es uns bis ${day}: Der strittige Teil ruht so lange.`,
  legend: {
    actual: 'abgelesen = am Zähler abgelesen',
    customer: 'gemeldet = von Ihnen mitgeteilt',
    estimated: 'geschätzt = von uns errechnet; wird berichtigt, sobald der Zähler abgelesen ist',
  },
  qualities: { actual: 'abgelesen', customer: 'gemeldet', estimated: 'geschätzt' },
  approved: (steps) =>
    `${steps
      .map(({ step, name, on }, index) => {
        const done = step === 'prepared' ? 'erstellt' : 'freigegeben';
        const said = `${done} von ${name}${on === null ? '' : ` am ${on}`}`;
        return index === 0 ? said.charAt(0).toUpperCase() + said.slice(1) : said;
      })
      .join(', ')}; seither unverändert.`,
  checkTitle: 'Prüfen Sie diese Abrechnung selbst',
  verificationCode: 'Prüfcode',
  code: (code) => `Code ${code}`,
  orScan: ' auf oder scannen Sie',
  check: (address, scan) =>
    `Rufen Sie ${address}${scan === '' ? ' auf' : scan}: Dort steht, was wir ausgestellt haben. ` +
    'Die Daten dieser Abrechnung liegen in ihrem PDF (statement.json): Jede Summe lässt sich ohne uns nachrechnen.',
  allAdopted: (source) => `Alle diese Regeln: beschlossen durch ${source}.`,
  adopted: (what, source) => `${listed(what)}: beschlossen durch ${source}.`,
  decidedOn: (by, day) => `${by} am ${day}`,
  page: (no, count) => `Seite ${no} von ${count}`,
  continued: (name) => `${name}, Fortsetzung`,
  attachedData: 'Die Daten dieser Abrechnung in kanonischer Form',
  attachedBundle: 'Was diese Abrechnung beweist; siehe docs/bundle.md',
  utility,
});
