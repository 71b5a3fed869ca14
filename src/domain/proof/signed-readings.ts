import { instant } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import type { DeviceKind } from './device-signature.js';

/**
 * What a device said in a text that it signed, reading by reading, with the digits as they were written.
 *
 * Example: `{"meter":"SHOP-07","register":"import","at":"2026-10-01T00:00:00+01:00","value":"48210.400","unit":"kWh"}` of a gateway, and of the
 * meter of a charge point `{"MS":"BQ274","RD":[{"TM":"2026-10-01T00:00:00,000+0100 S","RV":48210.400,"RI":"1-b:1.8.0","RU":"kWh"}]}`.
 *
 * Intake reads the same texts with every rule by which a reading is taken or refused (`modules/intake`, `modules/metering`); here only what
 * could stand on a statement matters, and a text of which anything cannot be read proves nothing.
 */
export interface SignedReading {
  readonly meter: string;
  readonly register: string;
  /** Of a display; of an interval where it begins. */
  readonly at: string;
  /** Where an interval ends; null for a display. */
  readonly until: string | null;
  /** As it is written. */
  readonly value: string;
  readonly unit: string;
}

export interface SaidByDevice {
  readonly readings: readonly SignedReading[];
  /** Whether somebody is named in the text beside what was measured: who charged a car. */
  readonly namesSomebody: boolean;
}

type Said = Readonly<Record<string, unknown>>;

/**
 * Reads a text that a device signed.
 *
 * @throws DomainError `invalid-input` where anything of it is no reading
 */
export function readSigned(kind: DeviceKind, payload: string): SaidByDevice {
  const said = kind === 'ocmf' ? readRecord(objectOf(json(withDigits(payload)))) : readPush(payload);
  for (const { at, until, value } of said.readings) {
    instant(at);
    if (until !== null) instant(until);
    decimal(value);
  }
  return said;
}

/** One reading, `{"readings": […]}`, or a reading in each line. */
function readPush(payload: string): SaidByDevice {
  const lines = payload.split('\n').filter((line) => line.trim() !== '');
  const isLines = lines.length > 1 && lines.every((line) => line.trim().endsWith('}') && line.trim().startsWith('{'));
  const whole = isLines ? lines.map(json) : [json(payload)];
  const items = whole.flatMap((one) => {
    const { readings } = objectOf(one);
    return Array.isArray(readings) ? (readings as unknown[]) : [one];
  });
  return { readings: items.map((item) => pushed(objectOf(item))), namesSomebody: false };
}

function pushed(item: Said): SignedReading {
  const isInterval = Object.hasOwn(item, 'from');
  return {
    meter: textOf(item, 'meter'),
    register: textOf(item, 'register'),
    at: textOf(item, isInterval ? 'from' : 'at'),
    until: isInterval ? textOf(item, 'to') : null,
    value: textOf(item, isInterval ? 'quantity' : 'value'),
    unit: textOf(item, 'unit'),
  };
}

/** Of all fields of a reading only what differs from the one before it is written. @source OCMF 1.2, tables 1 to 8 */
function readRecord(record: Said): SaidByDevice {
  const name = ['MS', 'GS', 'CI'].find((one) => typeof record[one] === 'string' && record[one] !== '') ?? 'MS';
  const meter = textOf(record, name).trim();
  const { RD: list, ID: id } = record;
  if (!Array.isArray(list)) throw unreadable();
  let before: Said = {};
  const readings = (list as unknown[]).map((one): SignedReading => {
    before = { RI: 'energy', ...before, ...objectOf(one) };
    const register = textOf(before, 'RI').trim();
    return {
      ...{ meter, register, at: momentOf(textOf(before, 'TM')), until: null },
      ...{ value: textOf(before, 'RV'), unit: textOf(before, 'RU') },
    };
  });
  return { readings, namesSomebody: id !== undefined && id !== '' };
}

/** @example momentOf('2018-07-24T13:22:04,000+0200 S') → '2018-07-24T13:22:04.000+02:00' */
function momentOf(text: string): string {
  const [, day, milliseconds, hours, minutes] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[,.](\d{3})([+-]\d\d):?(\d\d)(?: [USIR])?$/.exec(text.trim()) ?? [];
  if (day === undefined) throw unreadable();
  return `${day}.${milliseconds ?? ''}${hours ?? ''}:${minutes ?? ''}`;
}

/** Numbers of a JSON text as texts, so that none of their digits is lost in a float. */
const withDigits = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => (token.startsWith('"') ? token : `"${token}"`));

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

function objectOf(value: unknown): Said {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable();
  return value as Said;
}

function textOf(said: Said, name: string): string {
  const value = Object.hasOwn(said, name) ? said[name] : undefined;
  if (typeof value !== 'string') throw unreadable();
  return value;
}

const unreadable = (): DomainError =>
  new DomainError('invalid-input', 'A text that a device signed holds something that is no reading.', {});
