import { Decimal, one } from '../../../../domain/quantity/decimal.js';
import type { ChannelHead } from '../meter-file.js';
import { meteredUnitOf } from '../units.js';

/*
 * What the names of columns mean, in English, German, French, Dutch, Italian and Spanish. A name is taken apart into words without
 * accents; what it means also depends on what the column holds, so a name only says what it could be.
 *
 *   "Consumption (kWh)"       consumption · kWh        "Van (tijdstip)"    from · time       "AE_kWh"    ae · kWh
 *   "Zaehlerstand Bezug"      register value, import   "Read Date"         date              "HH_00_30_00"   half-hour from 00:30
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const point = words(
  'mpan mpancore mprn mpr mpxn nmi ean eancode cups pod prm pdl esiid msid melo malo zahlpunkt zaehlpunkt messpunkt messlokation marktlokation',
);
const meter = words(
  'meter meters meterid metering meterpoint zahler zaehler compteur contador contatore meteringpoint teller aansluiting device sensor entity',
);
const serial = words(
  'serial msn seriennummer zahlernummer zaehlernummer meternummer matricola serienummer geratenummer geraetenummer serienr zahlernr zaehlernr meternr',
);
const register = words(
  'register registers channel kanal obis kennzahl obiskennzahl registre registro telwerk zahlwerk zaehlwerk fascia cadran canal suffix',
);
const kindWords = words('type typ art tipo soort readtype');
const tariffs = words(
  'ht nt t1 t2 f1 f2 f3 p1 p2 p3 p4 p5 p6 peak offpeak off day night tag nacht dag hp hc hph hch hpb hcb punta llano valle piek dal hoog laag normaal high low',
);
const unit = words('unit units einheit unite eenheid unidad unita uom masseinheit');
const quality = words(
  'quality status flag qualitat qualitaet kwaliteit statut estado stato validatiestatus validation estimated estimate indicator gultigkeit obtencion obtention ableseart qualite calidad qualita statusmesswert real estimado estimada reale stimato',
);
const note = words(
  'note notes remark remarks comment comments bemerkung opmerking remarque nota notas observaciones omschrijving description beschreibung kommentar notiz',
);
const other = words(
  'cost costs price tax vat charge kosten preis prix cout coste precio costo prezzo prijs gbp eur usd mwst tva btw iva temperature temp voltage volt carbon co2 humidity tariff tarif tarief tarifa rate amount created updated loaded uploaded id index_no row nr',
);
const cumulative = words(
  'reading readings read stand zahlerstand zaehlerstand index meterstand meterstanden tellerstand releve lectura lettura cumulative counter totaliser totalizer endstand ablesung display',
);
const quantity = words(
  'consumption consumed usage use used verbrauch verbruik consommation consumo consumi energy energie energia quantity menge volume volumen afname bezug prelevata immessa injectie einspeisung injection generation generated production produced opwek opbrengst levering delivered teruglevering returned soutirage lieferung netzbezug netzeinspeisung lastgang wirkarbeit wirkenergie ae vertida interval',
);
const value = words(
  'value values wert werte valeur valor valore waarde messwert data state import export imported exported kwh mwh wh m3 total totaal',
);
const start = words(
  'start from von ab van debut du desde inicio dal da inizio begin beginn beginning vanaf since starttime startdate',
);
const end = words('end to bis tot au fin hasta fine ende einde eind until ending endtime enddate');
const date = words(
  'date dates datum day tag dag jour dia giorno fecha data datetime ablesedatum leesdatum readdate startdate enddate',
);
const time = words(
  'time times uhrzeit zeit tijd tijdstip heure hora ora orario uur stunde hour hours slot starttime endtime hhmm',
);
const moment = words(
  'timestamp datetime zeitstempel zeitpunkt messzeitpunkt messzeit horodate horodatage tijdstempel instant moment when at ts epoch',
);
const period = words('period periode periodo hour hours hora ora heure uur stunde sp hh intervalo intervallo');

const exported = words(
  'export exported injectie injection einspeisung netzeinspeisung immessa generation generated production produced teruglevering returned vertida opwek opbrengst',
);
const imported = words('import imported afname bezug netzbezug prelevata soutirage');

/** Parts of the long words of German and Dutch, as in Energiemenge or Warmwasserverbrauch. */
const inQuantity = /verbrauch|verbruik|menge|energie|einspeis|lieferung|bezug|consum|consomm/;
const inCumulative = /(?:zahler|zaehler|meter|teller|anfangs|end)stand/;

/** What the name of a column could mean. */
export interface NameSense {
  readonly words: readonly string[];
  readonly unit: string;
  readonly side: 'start' | 'end' | null;
  readonly isTemporal: boolean;
  /** It may be a time of day, or the number of a period. */
  readonly isClock: boolean;
  readonly isPeriod: boolean;
  readonly says: (
    sense:
      | 'point'
      | 'meter'
      | 'serial'
      | 'register'
      | 'kind'
      | 'tariff'
      | 'unit'
      | 'quality'
      | 'note'
      | 'other'
      | 'cumulative'
      | 'quantity'
      | 'value',
  ) => boolean;
}

const senses = {
  point,
  meter,
  serial,
  register,
  kind: kindWords,
  tariff: tariffs,
  unit,
  quality,
  note,
  other,
  cumulative,
  quantity,
  value,
};

/** Takes the name of a column apart. */
export function senseOf(name: string): NameSense {
  const found = unitIn(name);
  const list = wordsOf(found.rest);
  const has = (set: ReadonlySet<string>): boolean => list.some((word) => set.has(word));
  return {
    words: list,
    unit: found.unit,
    side: has(start) ? 'start' : has(end) ? 'end' : null,
    isTemporal: has(date) || has(time) || has(moment) || has(start) || has(end),
    isClock: has(time) || has(period),
    isPeriod: has(period),
    says: (sense) =>
      has(senses[sense]) ||
      (sense === 'quantity' && list.some((word) => inQuantity.test(word))) ||
      (sense === 'cumulative' && list.some((word) => inCumulative.test(word))),
  };
}

/** Lower-case words without accents, also of `readDate` and `read_date`. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const energyUnit =
  /(^|[^a-z])([kmg]?wh|[km]?varh|[km]?vah|m3|m³|kilowatt[- ]?(?:hours|stunden)|(?<=[\s_])[km]?(?:w|va)(?=$))(?![a-z0-9³])/i;
const bracketed = /[([]\s*([kmg]?wh?|[km]?varh?|[km]?vah?|[gm]j|m3|m³|l|litres?|liters?)\s*[)\]]/i;

/** The unit in a name, as it is written there, and the name without it. @example 'Consumption (kWh)' → kWh, 'Consumption' */
export function unitIn(name: string): { readonly unit: string; readonly rest: string } {
  const [inBrackets, unit] = bracketed.exec(name) ?? [];
  if (inBrackets !== undefined && unit !== undefined) return { unit, rest: name.replace(inBrackets, ' ').trim() };
  const [found, before = '', bare] = energyUnit.exec(name) ?? [];
  if (found === undefined || bare === undefined) return { unit: '', rest: name };
  return { unit: bare, rest: name.replace(found, `${before} `).trim() };
}

const others = new Map<string, Pick<ChannelHead, 'baseUnit' | 'factor'>>([
  ...['litre', 'litres', 'liter', 'liters'].map(
    (litre) => [litre, { baseUnit: 'm3', factor: new Decimal('0.001') }] as const,
  ),
  ...['kilowatt hours', 'kilowatt-hours', 'kilowattstunden'].map(
    (unit) => [unit, { baseUnit: 'kWh', factor: one }] as const,
  ),
  ['min', { baseUnit: 'min', factor: one }],
  ['h', { baseUnit: 'min', factor: new Decimal(60) }],
]);

/** What a unit of a table is kept in; undefined where it is unknown. No unit at all is the register's own. */
export const unitKept = (unit: string): Pick<ChannelHead, 'baseUnit' | 'factor'> | undefined =>
  unit === '' ? { baseUnit: '', factor: one } : (meteredUnitOf(unit) ?? others.get(unit.toLowerCase()));

/** Which way a register counts, by its name or its OBIS code, as `1-0:1.8.0`; null where neither says. */
export function directionOf(name: string): ChannelHead['direction'] {
  const [, way] = /(?:^|:)([12])\.(?:8|29|9)\.\d/.exec(name) ?? [];
  if (way !== undefined) return way === '1' ? 'import' : 'export';
  const list = wordsOf(name);
  const out = list.some((word) => exported.has(word));
  const into = list.some((word) => imported.has(word));
  return out === into ? null : out ? 'export' : 'import';
}
