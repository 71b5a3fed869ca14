import { epochMs, instant } from '../calendar/period.js';
import { localMoment, spanOf, type Zone, zone as readZone } from '../calendar/zone.js';
import { type Decimal, decimal, plain, sum } from '../quantity/decimal.js';
import type { ReadingRow, Statement } from '../statement/model.js';
import { type Check, differs } from './check.js';
import type { DeviceSignature } from './device-signature.js';
import { like, listOf, onlyKeys, oneOf, type Shape, text } from './shape.js';
import { readSigned, type SignedReading } from './signed-readings.js';

/**
 * Readings of a statement that the device signed which made them.
 *
 * Example: Anna's statement prints 1000 at midnight of 1 October and 1040 at midnight of 1 November. Her gateway signed a push in which both
 * stand, with a key that her treasurer registered in May, which the record shows. Whoever holds the bundle checks the signature: "2 of 2 readings
 * were signed by the device". With 1041 on the statement the signed text says another figure; with 1041 in the text the signature is wrong.
 *
 * Only texts in which nothing but the member's own readings stands are in a bundle: of a push with readings of others even the hash is not,
 * because whoever knows its own part can try the figures of the others until the hash fits.
 *
 * Displays count where they stand at an end of a row; intervals where they lie in the period, and where all were signed they come to what was used.
 * Texts, keys and names stand in one order, and each is there because a reading needs it.
 */
export interface DeviceTexts {
  /** In which the moments of the statement are. */
  readonly zone: Zone;
  /** How the device calls what the statement calls otherwise or the same. */
  readonly names: readonly DeviceName[];
  /** In the order of the hashes of their payloads. */
  readonly texts: readonly DeviceText[];
}

export interface DeviceName {
  readonly as: { readonly meter: string; readonly register: string };
  readonly meter: string;
  readonly register: string;
}

export interface DeviceText extends DeviceSignature {
  /** The id of the key, as `deviceKeyId` makes it. */
  readonly key: string;
  readonly payload: string;
}

const name = { meter: text(200), register: text(200) };
export const deviceTexts: Shape = onlyKeys({
  zone: text(100),
  names: listOf(onlyKeys({ as: onlyKeys(name), ...name }), 200),
  texts: listOf(
    onlyKeys({
      kind: oneOf('ed25519', 'ocmf'),
      key: like(/^[0-9a-f]{16}$/, 'the id of a key'),
      parameters: text(4_000),
      payload: text(1_000_000),
      signature: like(/^(?:[0-9a-f]{2}){1,400}$/, 'a signature in hex'),
    }),
    5_000,
  ),
});

/** A reading on the statement: a display at the end of a row. */
interface End {
  readonly place: string;
  readonly at: string;
  readonly value: Decimal;
  readonly unit: string;
}

/** All rows of an interval register. */
interface Sent {
  readonly place: string;
  readonly present: number;
  readonly used: Decimal;
  readonly unit: string;
}

const placeOf = ({ meter, register }: { readonly meter: string; readonly register: string }): string =>
  `Meter ${meter}, ${register}`;

/** The displays that figures of a statement rest on, each once. */
function endsOf({ use }: Statement): End[] {
  const ends = use.flatMap(({ readings, unit }) =>
    readings
      .filter(({ partOf }) => partOf === undefined)
      .flatMap((row: ReadingRow) =>
        [row.previous, row.latest].flatMap((end) =>
          end === undefined ? [] : [{ place: placeOf(row), at: end.at, value: decimal(end.value), unit }],
        ),
      ),
  );
  return [...new Map(ends.map((end) => [`${end.place}\n${end.at}\n${plain(end.value)}`, end])).values()];
}

function sentOf({ use }: Statement): Sent[] {
  const byPlace = new Map<string, Sent>();
  for (const { readings, unit } of use) {
    for (const row of readings) {
      if (row.partOf !== undefined || row.intervals === undefined) continue;
      const [place, known] = [placeOf(row), byPlace.get(placeOf(row))];
      const { present } = row.intervals;
      const used = decimal(row.used);
      byPlace.set(place, {
        ...{ place, unit, present: present + (known?.present ?? 0), used: known ? known.used.plus(used) : used },
      });
    }
  }
  return [...byPlace.values()];
}

/** How many readings a statement rests on. */
export const readingsIn = (statement: Statement): number =>
  endsOf(statement).length + sentOf(statement).reduce((all, { present }) => all + present, 0);

/** Steps of a unit in another; a bare count is what the display shows. */
const factors: Readonly<Record<string, string>> = { 'Wh kWh': '0.001', 'm3 l': '1000' };
function inUnit({ value, unit }: SignedReading, wanted: string): Decimal | null {
  if (unit === wanted || unit === 'pulses' || unit === 'unknown') return decimal(value);
  const factor = factors[`${unit} ${wanted}`];
  return factor === undefined ? null : decimal(value).times(decimal(factor));
}

/** A signed reading under the names of the statement, with the text and the name that it rests on. */
interface Told {
  readonly place: string;
  readonly reading: SignedReading;
  readonly text: number;
  readonly name: number;
}

function toldBy({ names, texts }: DeviceTexts): Told[] {
  const known = new Map(names.map(({ as, ...own }, i) => [placeOf(as), { place: placeOf(own), name: i }]));
  return texts.flatMap(({ kind, payload }, i) =>
    readSigned(kind, payload).readings.flatMap((reading) => {
      const own = known.get(placeOf(reading));
      return own === undefined ? [] : [{ ...own, reading, text: i }];
    }),
  );
}

/** What of a statement was signed. */
export interface Signed {
  readonly wrong: readonly Check[];
  /** Readings of the statement that were signed, each with the text and the name that it rests on. */
  readonly of: readonly Pick<Told, 'text' | 'name'>[];
}

/** Compares what devices signed with a statement. @throws DomainError `invalid-input`, `invalid-zone` */
export function compareSigned(statement: Statement, devices: DeviceTexts): Signed {
  const [told, zone] = [toldBy(devices), readZone(devices.zone)];
  const parts = [
    compareDisplays(statement, told, zone),
    ...sentOf(statement).map((sent) => compareSent(statement, sent, told, zone)),
  ];
  return { wrong: parts.flatMap(({ wrong }) => wrong), of: parts.flatMap(({ of }) => of) };
}

function grouped<T>(of: readonly T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of of) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

/** At each moment of a register: the figure that is printed is one that was signed, or nothing was. */
function compareDisplays(statement: Statement, told: readonly Told[], zone: Zone): Signed {
  const shown = grouped(
    told.filter(({ reading }) => reading.until === null),
    ({ place, reading }) => `${place}\n${localMoment(instant(reading.at), zone)}`,
  );
  const ends = grouped(endsOf(statement), ({ place, at }) => `${place}\n${at}`);
  const wrong: Check[] = [];
  const of: Told[] = [];
  for (const [moment, printed] of ends) {
    const signed = shown.get(moment) ?? [];
    const found = printed.flatMap(
      ({ value, unit }) => signed.find(({ reading }) => inUnit(reading, unit)?.equals(value)) ?? [],
    );
    of.push(...found);
    const [end, one] = [printed[0], signed[0]];
    if (found.length === 0 && end !== undefined && one !== undefined)
      wrong.push(
        differs(
          'devices',
          `${end.place}: ${plain(end.value)} at ${end.at.replace('T', ' ')} is stated, the device signed ${one.reading.value} ${one.reading.unit}.`,
          end.place,
        ),
      );
  }
  return { wrong, of };
}

/** Intervals of the period, each once: no more than were received, no more than was used, and all of them exactly that. */
function compareSent(statement: Statement, sent: Sent, told: readonly Told[], zone: Zone): Signed {
  const { place, present, used, unit } = sent;
  const { from, to } = spanOf(statement.period, zone);
  const isWithin = ({ reading: { at, until } }: Told): boolean =>
    until !== null && epochMs(instant(at)) >= epochMs(from) && epochMs(instant(until)) <= epochMs(to);
  const own = told.filter((one) => one.place === place && isWithin(one) && inUnit(one.reading, unit) !== null);
  const byStart = new Map(own.map((one) => [epochMs(instant(one.reading.at)), one]));
  const of = [...byStart.values()];
  const total = sum(of.flatMap(({ reading }) => inUnit(reading, unit) ?? []));
  const isTwo = own.some((one) => byStart.get(epochMs(instant(one.reading.at)))?.reading.value !== one.reading.value);
  const isRight =
    !isTwo && of.length <= present && (of.length === present ? total.equals(used) : total.lessThanOrEqualTo(used));
  const says = `${place}: ${plain(used)} ${unit} in ${present} intervals are stated; the device signed ${of.length}, which come to ${plain(total)}.`;
  return { wrong: isRight ? [] : [differs('devices', says, place)], of };
}
