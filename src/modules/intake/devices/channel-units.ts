/*
 * The unit that the name of a channel states. Payloads of loggers carry names and numbers and nothing else, so the name is all there
 * is; what it does not state is not guessed: "energy" may be Wh or kWh, and the one is a thousand times the other.
 *
 *   energy_kwh, totalWh, volume_m3, pulses      what a register counts
 *   power1, battery_v, outdoorTemperature, m3_h what is so at this moment: no register counts it
 *   energy, import, total_flow, 7               unknown
 *
 * To take a meter for a thermometer would hide it, so only names that can mean nothing else are taken for momentary.
 */

/** What a channel counts in when its name does not say: the value is what a display shows, whatever its steps are. */
export const unknownUnit = 'unknown';

/** What is so at a moment, in a unit that nobody stated. */
const momentary = 'momentary';

/** Ends of words. Longer ones first: every kWh ends with Wh. */
const counted: readonly (readonly [ending: string, unit: string])[] = [
  ['kvarh', 'kVArh'],
  ['varh', 'VArh'],
  ['kwh', 'kWh'],
  ['mwh', 'MWh'],
  ['wh', 'Wh'],
  ['wmin', 'Wmin'],
  ['m3', 'm3'],
  ['m³', 'm3'],
  ['litres', 'l'],
  ['liters', 'l'],
  ['litre', 'l'],
  ['liter', 'l'],
  ['pulsecount', 'pulses'],
  ['impulses', 'pulses'],
  ['pulses', 'pulses'],
  ['pulse', 'pulses'],
];
/** Whole words: too short to be looked for at the end of another. */
const countedWords: ReadonlyMap<string, string> = new Map([
  ['l', 'l'],
  ['ltr', 'l'],
  ['ml', 'ml'],
  ['gj', 'GJ'],
  ['mj', 'MJ'],
  ['kj', 'kJ'],
]);
/** A thousandth, where the case of its letters tells it from a million. */
const small = /m(?:Wh|J)(?![A-Za-z])/;
const perTime = new Set(['h', 'hr', 'hour', 'ph', 'min', 'minute', 's', 'sec']);

const momentaryWords: ReadonlyMap<string, string> = new Map([
  ...['kW', 'VA', 'kVA', 'kvar', 'mV', 'mA', 'Hz', 'dBm', 'hPa'].map((unit) => [unit.toLowerCase(), unit] as const),
  ...['degc', 'celsius', '°c'].map((word) => [word, '°C'] as const),
  ...['pct', 'percent', '%', 'humidity', 'hum'].map((word) => [word, '%'] as const),
  ...['power', 'voltage', 'vrms', 'current', 'frequency', 'freq', 'powerfactor', 'pf', 'temperature', 'temp'].map(
    (word) => [word, momentary] as const,
  ),
  ...['pressure', 'flowrate', 'battery', 'batt', 'bat', 'vbat', 'rssi', 'snr', 'msg'].map(
    (word) => [word, momentary] as const,
  ),
]);
/** Letters that are a unit behind such a word, and else a phase: current_a, energy_a. */
const letters: ReadonlyMap<string, string> = new Map([
  ['w', 'W'],
  ['v', 'V'],
  ['a', 'A'],
  ['c', '°C'],
]);
/** Beside one of these, "current" means "at present". */
const counting = new Set(['energy', 'consumption', 'total', 'reading', 'index', 'counter', 'count', 'volume', 'meter']);

/** The unit that a name states, one of `momentaryUnits` for what is no count, or `unknown`. @example unitOfName('meter.energy_kwh') → 'kWh' */
export function unitOfName(name: string): string {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (perTime.has(last) && countedUnit(words.at(-2) ?? '') !== undefined) return momentary;
  if (small.test(name)) return unknownUnit;
  for (const word of words.toReversed()) {
    const unit = countedUnit(word);
    if (unit !== undefined) return unit;
  }
  const letter = letters.get(last);
  const noun = (letter === undefined ? last : words.at(-2)) ?? '';
  const unit = momentaryWords.get(noun) ?? momentaryWords.get(camelEnd(name));
  if (unit === undefined || (noun === 'current' && words.some((word) => counting.has(word)))) return unknownUnit;
  return letter ?? unit;
}

/** The unit that a payload states beside a number, as we write it; one that we do not know, as it stands. */
export function statedUnit(text: string): string {
  const unit = unitOfName(text);
  return unit === unknownUnit || unit === momentary ? text.slice(0, 20) : unit;
}

/** The words of a name in small letters, without the numbers behind them: `Power1.importT2` → power, importt. */
const wordsOf = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[^a-z0-9³°%]+/)
    .map((word) => (word.endsWith('m3') ? word : word.replace(/^\d+$|(?<=[a-z]{2})\d+$/, '')))
    .filter((word) => word !== '');

/** `outdoorTemperature2` → temperature. */
const camelEnd = (name: string): string => /(?<=[a-z])([A-Z][a-z]+)\d*$/.exec(name)?.[1]?.toLowerCase() ?? '';

const countedUnit = (word: string): string | undefined =>
  countedWords.get(word) ?? counted.find(([ending]) => word.endsWith(ending))?.[1];

/** What the firmware of an OpenEnergyMonitor board calls its channels: P1 in W, E1 in Wh, V1 in V, T1 in °C. */
const boardChannels: ReadonlyMap<string, string> = new Map([
  ['E', 'Wh'],
  ['P', 'W'],
  ['V', 'V'],
  ['I', 'A'],
  ['T', '°C'],
]);

/** The unit of an emoncms input. */
export const unitOfInput = (name: string): string =>
  boardChannels.get(/^([EPVIT])\d{1,2}$/.exec(name)?.[1] ?? '') ?? unitOfName(name);
