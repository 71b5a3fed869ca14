import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import type { Fall, RegisterFigures } from '../../../domain/metering/figures.js';
import { isRestart } from '../../../domain/metering/rules/invalid.js';
import { plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { exchangeDevice } from '../registers/exchange-device.js';
import type { Device, InstalledRegister } from '../registers/installed-registers.js';
import type { RegisterRecord, SiteLook } from './know-site.js';

/*
 * The problem: a plug that counts from zero after every power cut shows 5000, 5001, 0.4. That is no negative use and no rollover; it is
 * one device that ended at 5001 and began again at 0.
 *
 *   10:00 → 5001   10:30 → 0.4      an exchange of the same serial just after 10:00: closing 5001, opening 0; 0.4 are used since
 *
 * Method: end the installation just after the last reading before the fall and begin another of the same device. Registers of the meter
 * that did not fall go on from where they were. What is not so clear is left alone, and asked.
 */

/** A counter that started again, as it was recorded. */
export interface Restart {
  readonly meterId: string;
  readonly meter: string;
  readonly at: Instant;
  readonly installation: string;
  readonly registers: readonly string[];
}

/** The most that are recorded of a meter in one pass; whatever falls oftener is asked about. */
const most = 100;

/** Records all restarts of a site's counters that its registers' figures show. */
export async function recordRestarts(
  tx: Tx,
  { communityId, rules }: Pick<SiteLook, 'communityId' | 'rules'>,
  registers: readonly InstalledRegister[],
  records: ReadonlyMap<string, RegisterRecord>,
  figures: ReadonlyMap<number, RegisterFigures>,
): Promise<Restart[]> {
  if (rules['counter-restart'].mode !== 'warn') return [];
  const fallen = registers.flatMap((register): Fallen[] => {
    const restarts = records.get(register.id)?.restarts ?? false;
    const since = register.devices.find(({ to }) => to === null)?.from;
    if (!restarts || since === undefined) return [];
    return (figures.get(register.no)?.falls ?? [])
      .filter((fall) => isRestart(fall, { restarts }, rules) && fall.from > epochMs(since))
      .map((fall) => ({ register, fall }));
  });
  const recorded: Restart[] = [];
  for (const meterId of new Set(fallen.map(({ register }) => register.meterId))) {
    const meter = registers.filter((register) => register.meterId === meterId);
    const groups = atOnce(fallen.filter(({ register }) => register.meterId === meterId));
    for (const group of groups.slice(0, most)) recorded.push(...(await restarted(tx, communityId, meter, group)));
  }
  return recorded;
}

/** Ends the device of a meter and begins it again; nothing where another of its displays is not known. */
async function restarted(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  group: readonly Fallen[],
): Promise<Restart[]> {
  const [meter] = registers;
  const device = meter?.devices.find(({ to }) => to === null);
  if (meter === undefined || device === undefined) return [];
  const at = fromEpochMs(Math.max(...group.map(({ fall }) => fall.from)) + 1);
  const shown = await displaysAt(tx, communityId, registers, at);
  if (registers.some(({ no, kind }) => kind === 'cumulative' && !shown.has(no))) return [];
  const settings = registers.map((register) => settingOf(register, device, group, shown.get(register.no)));
  const { meterId, meter: code } = meter;
  const exchange = { at, serial: device.serial, registers: settings };
  const installation = await exchangeDevice(tx, communityId, { id: meterId, code }, exchange, undefined);
  const codes = group.map(({ register }) => register.code);
  return [{ meterId, meter: code, at, installation, registers: codes }];
}

interface Fallen {
  readonly register: InstalledRegister;
  readonly fall: Fall;
}

/** Falls that one restart explains: those that were under way when the first of them had happened. */
function atOnce(fallen: readonly Fallen[]): Fallen[][] {
  const groups: Fallen[][] = [];
  let rest = [...fallen];
  while (rest.length > 0) {
    const end = Math.min(...rest.map(({ fall }) => fall.to));
    const group = rest.filter(({ fall }) => fall.from < end);
    rest = rest.filter(({ fall }) => fall.from >= end);
    // Between two readings a millisecond apart there is no instant at which the one device could end and the other begin.
    if (Math.max(...group.map(({ fall }) => fall.from)) + 1 < end) groups.push(group);
  }
  return groups;
}

/** What a register shows before and after: closing at its last value, and again from zero where it fell. */
function settingOf(register: InstalledRegister, { id }: Device, group: readonly Fallen[], shown: string | undefined) {
  const { code, kind, devices } = register;
  const before = devices.find((device) => device.id === id);
  const optional = {
    ...(before?.capacity ? { capacity: plain(before.capacity) } : {}),
    ...(before?.plausibleMaxPerHour ? { maxPerHour: plain(before.plausibleMaxPerHour) } : {}),
  };
  if (kind === 'interval' || shown === undefined) return { code, ...optional };
  const fell = group.find((one) => one.register.id === register.id);
  return { code, ...optional, closing: fell ? plain(fell.fall.start) : shown, opening: fell ? '0' : shown };
}

/** What each display showed last at an instant: its last reading, as it counts. */
async function displaysAt(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  at: Instant,
): Promise<Map<number, string>> {
  const rows = await tx.query<{ no: number; value: string | null }>(
    `SELECT a.no, (SELECT coalesce((SELECT c.value FROM reading_correction c WHERE c.community_id = $1 AND c.register_no = r.register_no AND c.at = r.at
                                    ORDER BY c.version DESC LIMIT 1), r.value)::text
                   FROM reading r WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no AND r.at <= $3::timestamptz
                   ORDER BY r.at DESC LIMIT 1) AS value
     FROM unnest($2::int[]) AS a (no)`,
    [communityId, registers.map(({ no }) => no), at],
  );
  return new Map(rows.flatMap(({ no, value }) => (value === null ? [] : [[no, value] as const])));
}
