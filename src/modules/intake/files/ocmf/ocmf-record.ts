import { createHash } from 'node:crypto';
import { DomainError } from '../../../../domain/errors.js';
import { fromEpochMs, type Instant } from '../../../../domain/calendar/period.js';
import { at as inside, digitsAt, isObject, type Json, readJson, textAt } from '../../devices/exact-json.js';
import type { OcmfText } from '../../../metering/readings/readings.service.js';

/*
 * One record of the Open Charge Metering Format, as the meter of a charge point writes and signs it:
 *
 *   OCMF|{"FV":"1.0","MS":"BQ27400330016", …, "RD":[{"TM":"2018-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.6,"RI":"1-b:1.8.0","RU":"kWh","ST":"G"}]}|{"SD":"3045…"}
 *
 * Between the pipes stands what was signed, to the byte: it is cut out of the text and never written anew. RD are readings; what a reading
 * does not say is as in the one before it. RV is a number whose digits count, so it is read as text.
 *
 * Who charged (ID) stands in what is signed and is nobody's business here: it is not read.
 */

/** A reading of a record, or why it is none. */
export type OcmfReading =
  | {
      readonly register: string;
      readonly at: Instant;
      /** As it is written. */
      readonly value: string;
      readonly unit: string;
      readonly quality: 'actual' | 'substituted';
      /** What to know of it; null where there is nothing. */
      readonly note: string | null;
    }
  | { readonly register: string; readonly lost: string };

export interface OcmfRecord {
  readonly meter: string;
  readonly readings: readonly OcmfReading[];
  readonly signed: OcmfText;
}

const longest = 65_536;
const longestName = 100;

/**
 * Reads a record.
 *
 * @throws DomainError `invalid-input` where it is none, with what is wrong
 * @source OCMF 1.2 (SAFE e.V., 2023), tables 1 to 8, 10, 19, 20
 */
export function readOcmf(text: string): OcmfRecord {
  if (text.length > longest) throw refused(`a record has at most ${longest} characters`);
  // Some add the public key as a fourth part; it proves nothing, because whoever changes the record can change it too.
  const [head = '', payload, section, , ...more] = text.trim().split('|');
  if (head.trim() !== 'OCMF' || payload === undefined || section === undefined || more.length > 0)
    throw refused('it reads OCMF|{what was measured}|{signature}');
  const said = jsonOf(payload, 'what was measured');
  const meter = (textAt(said, 'MS') ?? textAt(said, 'GS') ?? textAt(said, 'CI') ?? '').trim();
  if (meter === '' || meter.length > longestName)
    throw refused('it names no meter (MS), gateway (GS) or charge point (CI)');
  const list = inside(said, 'RD');
  if (!Array.isArray(list) || list.length === 0) throw refused('it holds no readings (RD)');
  return { meter, readings: readingsOf(list as readonly Json[]), signed: signedOf(payload, section) };
}

function jsonOf(text: string, what: string): Json {
  const json = readJson(text);
  if (!isObject(json)) throw refused(`${what} is a JSON object`);
  return json;
}

function signedOf(payload: string, section: string): OcmfText {
  jsonOf(section, 'the signature');
  if (section.length > 4_000) throw refused('the signature has at most 4000 characters');
  const bytes = Buffer.from(payload, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'ocmf', payload: bytes, sha256, section: section.trim() };
}

const carried = ['TM', 'RV', 'RI', 'RU', 'EF', 'ST'] as const;

function readingsOf(list: readonly Json[]): OcmfReading[] {
  let before: Readonly<Record<string, Json | undefined>> = {};
  return list.map((one) => {
    // Of all fields only what differs from the reading before is written.
    const whole = Object.fromEntries(carried.map((name) => [name, inside(one, name) ?? before[name]]));
    before = whole;
    return readingOf(whole as Json);
  });
}

/** What the state of the meter makes of a reading: of good ones a quality, of others nothing. @source OCMF 1.2, table 10 */
const states: Readonly<Record<string, string>> = {
  G: 'actual',
  S: 'substituted',
  N: 'the meter was not present',
  T: 'the meter did not answer in time',
  D: 'the meter was disconnected',
  R: 'the meter was not found any more',
  M: 'the meter reports manipulation',
  X: 'the meter was exchanged',
  I: 'the meter does not fit its signing device',
  O: 'the value was out of range',
  E: 'the meter reports an error',
  F: 'the register was not read rightly',
};

function readingOf(said: Json): OcmfReading {
  const register = (textAt(said, 'RI') ?? 'energy').trim().slice(0, longestName);
  const lost = (why: string): OcmfReading => ({ register, lost: why });
  const status = textAt(said, 'ST') ?? '';
  const state = states[status];
  if (state !== 'actual' && state !== 'substituted')
    return lost(state === undefined ? `its state "${status.slice(0, 10)}" (ST) is unknown` : `${state} (ST ${status})`);
  const flags = textAt(said, 'EF') ?? '';
  if (/[Et]/.test(flags))
    return lost(`the meter says that it is not to be used for billing (EF ${flags.slice(0, 10)})`);
  const session = /[-:](B2|B3|C2|C3)[.:]/i.exec(register)?.[1];
  if (session !== undefined)
    return lost(
      `register ${session} counts each session from zero; the total of the meter (${session[0]}0, ${session[0]}1) is needed`,
    );
  const time = timeOf(textAt(said, 'TM') ?? '');
  if (time === null) return lost(`"${(textAt(said, 'TM') ?? '').slice(0, 40)}" is no time (TM)`);
  if (time.clock === 'U') return lost('its clock was not set (TM … U), so that nobody knows when it was');
  const [value, unit] = [digitsAt(said, 'RV'), textAt(said, 'RU')];
  if (value === undefined || unit === undefined) return lost('it has no value (RV) or no unit (RU)');
  const note = time.clock === 'S' ? null : 'its clock ran for information only, not by the law of metering';
  return { register, at: time.at, value, unit, quality: state, note };
}

/** `2018-07-24T13:22:04,000+0200 S` → instant and state of the clock: synchronised, informative, relative, unknown. */
function timeOf(text: string): { readonly at: Instant; readonly clock: string } | null {
  const [, day, milliseconds, hours, minutes, clock = 'S'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[,.](\d{3})([+-]\d\d):?(\d\d)(?: ([USIR]))?$/.exec(text.trim()) ?? [];
  if (day === undefined) return null;
  const ms = Date.parse(`${day}.${milliseconds}${hours}:${minutes}`);
  return Number.isNaN(ms) ? null : { at: fromEpochMs(ms), clock };
}

const refused = (why: string): DomainError => new DomainError('invalid-input', `This is no OCMF record: ${why}.`);
