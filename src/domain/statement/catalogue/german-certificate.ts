import type { englishCertificate } from './english-certificate.js';
import { germanFindings } from './german-findings.js';

/** What stands on a certificate, in German. */
export const germanCertificate: typeof englishCertificate = {
  title: 'Nachweis der Abrechnung',
  singleSpaces: 'Kosten einzelner Flächen, zusammen',
  correction: (cause) => `Berichtigung: ${cause}`,
  adds: (total, members, common, vacant, held, difference) =>
    `Alle Kosten betragen ${total}: Mitglieder ${members} + Gemeinschaft ${common} + Leerstand ${vacant} + zurückgestellt ${held}. Die Differenz ist ${difference}.`,
  costs: {
    title: 'Alle Kosten und wer sie trägt',
    columns: ['Kosten', 'Verteilt nach'],
    amount: (currency) => `Betrag ${currency}`,
    parts: ['Mitglieder', 'Gemeinschaft', 'Leerstand', 'Zurückgestellt'],
    total: 'Zusammen',
    all: 'Alle Kosten',
    spaces: (count) => (count === 1 ? '1 Fläche' : `${count} Flächen`),
    beforeTax: 'Beträge ohne Steuer.',
    withTax: 'Beträge mit der Steuer, die der Versorger berechnet.',
    noMembers: 'Was ein Mitglied trägt, steht nur auf seiner eigenen Abrechnung.',
  },
  bills: {
    title: 'Die Rechnungen der Versorger',
    columns: ['Bestandteil', 'Auf der Rechnung', 'Steuer darauf', 'Zu verteilen', 'In dieser Abrechnung'],
    document: (sha256) => `Beleg des Versorgers, SHA-256 ${sha256}`,
    noDocument: 'Der Beleg des Versorgers wurde nicht eingereicht.',
    net: 'Netto, Steuer',
  },
  rules: {
    title: 'Die angewandten Regeln',
    columns: ['Schlüssel oder Tarif', 'Ab', 'Beschlossen von', 'Am', 'Beschluss'],
  },
  changed: { title: 'Was die Berichtigung ändert', rows: ['Alle Kosten vorher', 'Alle Kosten jetzt', 'Änderung'] },
  findings: {
    title: 'Was auffiel',
    columns: ['Art', 'Gewicht', 'Gefunden', 'Übernommen'],
    severity: { blocking: 'hält die Abrechnung auf', warning: 'Warnung', info: 'zur Kenntnis' },
    kinds: germanFindings,
    none: 'Nichts fiel auf.',
    takenOn: (name, on, what, reason) => `${name} hat „${what}“ am ${on} übernommen: ${reason}`,
  },
  people: {
    title: 'Wer dafür einsteht',
    columns: ['Schritt', 'Wer', 'Wann'],
    proposed: 'Berechnet und vorgelegt',
    approved: 'Von einer zweiten Person freigegeben',
    issued: 'Ausgestellt',
    settled: (count) =>
      `${count === 1 ? '1 Schlussabrechnung' : `${count} Schlussabrechnungen`} Ausgezogener damit verrechnet; was es war, steht auf der jeweils eigenen.`,
    documents: (invoices, creditNotes) =>
      `Daraus ${invoices === 1 ? 'wurde 1 Rechnung' : `wurden ${invoices} Rechnungen`}${creditNotes === 0 ? '' : ` und ${creditNotes === 1 ? '1 Gutschrift' : `${creditNotes} Gutschriften`}`}.`,
  },
  check: {
    title: 'So lässt er sich prüfen',
    made: (at, size, root) =>
      `Erstellt am ${at} UTC, als das signierte Verzeichnis der Gemeinschaft ${size} Einträge hatte, Wurzel ${root}…. Dies wurde mit dem Schlüssel des Verzeichnisses signiert:`,
    how: 'Die Daten sind diesem PDF als certificate.json beigefügt. „commonmeter verify“ und die Seite verify.html rechnen alles ohne Netz nach und prüfen die Signatur und den Platz im Verzeichnis; neben einer Abrechnung vergleichen sie beide. Nehmen Sie den Schlüssel vom Aushang oder aus Ihren Beitrittsunterlagen, nicht von hier:',
    cosigned: (name, role, at) => `${name} (${role}) hat den Kopf, der ihn beweist, am ${at} gegengezeichnet.`,
    unproven:
      'Er beweist, was verteilt wurde und wer dafür einsteht. Er beweist nicht, dass ein Zähler richtig gezählt hat, und nicht, dass eine Rechnung vom Versorger stammt: Lassen Sie sich die Rechnung zeigen, deren SHA-256 oben steht.',
  },
  footer: (community, period) => `${community} · Nachweis der Abrechnung · ${period}`,
  attached: 'Der Nachweis als Daten, mit dem, was ihn beweist; commonmeter verify rechnet ihn nach.',
};
