import { type Obis, obisOf } from '../obis.js';

/*
 * One telegram of a P1 port, from its header to its end mark.
 *
 *   /ISk5\2MT382-1000                             header: maker and type
 *   (empty)
 *   0-0:1.0.0(170102192002W)                      when: YYMMDDhhmmss, S in summer time, W in winter time
 *   0-0:96.1.1(4B384547303034303436333935353037)  name of the meter, each letter as two hexadecimal digits
 *   1-0:1.8.1(000004.426*kWh)                     what a register shows
 *   0-1:96.1.0(3232323241424344313233343536373839)
 *   0-1:24.2.1(170102161005W)(00000.107*m3)       what a meter on the wireless or wired bus showed, and when
 *   !6EEE                                         end, and a CRC16 of everything from / to !
 *
 * DSMR 2.2 and 3 have no time of their own and no CRC, and write the bus meters in another way, over two lines:
 *
 *   0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)
 *   (00001.001)
 */

/** What a register showed; `time` is null where it is that of the telegram. */
export interface Shown {
  readonly line: number;
  readonly code: Obis;
  /** Number of the bus on which the meter hangs; 0 for the meter whose telegram it is. */
  readonly bus: number;
  readonly time: string | null;
  readonly value: string;
  readonly unit: string;
}

export interface Telegram {
  readonly header: string;
  readonly line: number;
  /** As the meter writes it; null in the first versions. */
  readonly time: string | null;
  /** Of the meter, by its bus; without those that are not set. */
  readonly names: ReadonlyMap<number, string>;
  readonly shown: readonly Shown[];
  readonly unread: readonly Unread[];
}

/** A line in which a value should stand and does not; `isUnset` where a bus meter has not sent one yet. */
export interface Unread {
  readonly line: number;
  readonly text: string;
  readonly isUnset: boolean;
}

const object = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}(?:[*.]\d{1,3})?)\s*(\(.*\))$/;
const groupsOf = (text: string): string[] => text.slice(1, -1).split(/\)\s*\(/);
const measure = /^(-?\d*\.?\d+)\*(\S{1,12})$/;
const clockTime = /^\d{12}[SWsw]?$/;

/** Objects that name the meter, the surest first: serial number, logical device name, and what else makers use. */
const namesOfMeter = ['96.1.1', '96.1.0', '42.0.0', '96.1.255', '0.0.0', '96.1.2'];
const longestName = 100;

/** @param lines between the header and the end mark; the first of them stands at `line` + 1 */
export function readTelegram(header: string, line: number, lines: readonly string[]): Telegram {
  const names = new Map<number, { rank: number; name: string }>();
  const shown: Shown[] = [];
  const unread: Unread[] = [];
  let time: string | null = null;

  joined(lines).forEach((raw, i) => {
    const text = raw.trim();
    if (text === '') return;
    const [, written = '', groups = ''] = object.exec(text) ?? [];
    const code = obisOf(written);
    if (!code) {
      unread.push({ line: line + 1 + i, text, isUnset: false });
      return;
    }
    const values = groupsOf(groups);
    const what = code.code.slice(code.code.indexOf(':') + 1);
    const rank = namesOfMeter.indexOf(what);
    const bus = code.medium === 0 ? code.channel : 0;
    if (what === '1.0.0' && code.medium === 0 && code.channel === 0) time = values[0] ?? null;
    else if (rank !== -1 && code.medium <= 1) {
      const name = equipmentName(values[0] ?? '');
      if (name !== null && rank < (names.get(bus)?.rank ?? Infinity)) names.set(bus, { rank, name });
    } else if (isRegister(code)) {
      const found = registerOf(line + 1 + i, code, bus, values);
      if (found) shown.push(found);
      else unread.push({ line: line + 1 + i, text, isUnset: /^0*$/.test(values.at(-1) ?? '') });
    }
  });
  return { header, line, time, names: new Map([...names].map(([bus, { name }]) => [bus, name])), shown, unread };
}

/** Counters of electricity, and what bus meters show. What is momentary, a maximum, a history or a message is no register. */
const isRegister = ({ medium, channel, quantity, kind }: Obis): boolean =>
  (medium === 1 && kind === 8) || (medium === 0 && channel > 0 && quantity === 24 && (kind === 2 || kind === 3));

function registerOf(line: number, code: Obis, bus: number, values: readonly string[]): Shown | null {
  if (bus > 0 && code.kind === 3) {
    const [time = '', , , , captured = '', unit = '', value = ''] = values;
    return value === '' ? null : { line, code: obisOf(captured) ?? code, bus, time, value, unit };
  }
  const isTimed = values.length > 1 && clockTime.test(values[0] ?? '');
  const [, value, unit] = measure.exec(values[isTimed ? 1 : 0] ?? '') ?? [];
  if (value === undefined || unit === undefined) return null;
  return { line, code, bus, time: isTimed ? (values[0] ?? null) : null, value, unit };
}

/** Puts a value that stands on a line of its own behind the line that it belongs to; an empty line stays in its place. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const text of lines) {
    const before = whole.length - 1;
    const isBehind = text.trimStart().startsWith('(') && /^\s*\d/.test(whole[before] ?? '');
    if (isBehind) whole[before] = `${whole[before]?.trimEnd() ?? ''}${text.trim()}`;
    whole.push(isBehind ? '' : text);
  }
  return whole;
}

/**
 * The name of a device, which most meters write letter by letter in hexadecimal digits; null where it is not set.
 * Digits that spell nothing are the name themselves.
 *
 * @example '4B384547303034303436333935353037' → 'K8EG004046395507'; '3960221976967177' → itself; '0000' → null
 */
export function equipmentName(text: string): string | null {
  const name = text.trim().slice(0, longestName);
  if (/^0*$/.test(name)) return null;
  if (!/^(?:[0-9a-f]{2})+$/i.test(name)) return name;
  const spelled = Buffer.from(name, 'hex')
    .toString('latin1')
    .replace(/[\0 ]+$/, '');
  return /^[A-Za-z0-9][\w ./-]*$/.test(spelled) ? spelled : name;
}
