/**
 * Units of what is so at a moment: power, voltage, temperature. No register counts in them, so nothing that comes in them can ever
 * be billed; loggers send such channels every few seconds beside the ones that count.
 */
export const momentaryUnits: readonly string[] = [
  ...['W', 'kW', 'MW', 'VA', 'kVA', 'var', 'kvar', 'V', 'mV', 'kV', 'A', 'mA', 'Hz'],
  ...['°C', '°F', 'K', '%', 'dB', 'dBm', 'Pa', 'hPa', 'kPa', 'bar', 'lx', 'ppm', 'momentary'],
];
const known = new Set(momentaryUnits);

export const isMomentary = (unit: string): boolean => known.has(unit);
