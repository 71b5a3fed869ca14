import type { InstalledRegister } from './installed-registers.js';

/** What a question says of a meter: that it is not there, or whose use it tells; null: no space's in particular. */
export type MeterInstead = { readonly isThere: false } | { readonly isThere: true; readonly spaceId: string | null };

/** By id of the meter. */
export type MetersInstead = ReadonlyMap<string, MeterInstead>;

/** Registers as a question has them: without those of meters that are not there, and with each device in the space asked. */
export const metersAsked = <Register extends Pick<InstalledRegister, 'meterId' | 'devices'>>(
  registers: readonly Register[],
  instead: MetersInstead,
): Register[] =>
  registers.flatMap((register): Register[] => {
    const asked = instead.get(register.meterId);
    if (asked === undefined) return [register];
    if (!asked.isThere) return [];
    return [{ ...register, devices: register.devices.map((device) => ({ ...device, spaceId: asked.spaceId })) }];
  });
