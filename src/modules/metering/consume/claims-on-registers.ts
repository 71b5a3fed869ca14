import type { Span } from '../../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../../domain/calendar/zone.js';
import type { Claim } from '../../../domain/metering/counted-twice.js';
import type { Expanded } from '../../../domain/metering/virtual-meter.js';
import { one } from '../../../domain/quantity/decimal.js';
import { shared } from './consumption-plan.js';
import { channelOf, countedOnce, type Device, type InstalledRegister } from '../registers/installed-registers.js';
import type { VirtualRegister } from '../registers/virtual-registers.js';

/**
 * What puts registers on the bill of a space: sub-meters where they stand, and what the virtual meters of spaces add.
 *
 * @param read     all registers of the site that are read
 * @param expanded each virtual register as sums of registers that are read
 */
export function claimsOn(
  read: readonly InstalledRegister[],
  virtual: readonly VirtualRegister[],
  expanded: ReadonlyMap<string, readonly Expanded[]>,
  { span, zone }: { readonly span: Span; readonly zone: Zone },
): Claim[] {
  const counted = countedOnce(read);
  const nameOf = namesOf(read, counted);
  const labels = new Map(read.map(({ id, label }) => [id, label]));
  const inSpaces = ({ devices }: { readonly devices: readonly Device[] }): Span[] =>
    devices.flatMap(({ spaceId, from, to }) =>
      spaceId === null ? [] : (shared(span, { from, to: to ?? span.to }) ?? []),
    );
  const standing = read
    .filter(({ id, meterRole, direction }) => counted.has(id) && meterRole === 'sub' && direction === 'import')
    .flatMap((register): Claim[] =>
      inSpaces(register).map((time) => ({
        of: register.id,
        register: { id: register.id, label: register.label },
        by: `${register.label} in its own space`,
        coefficient: one,
        ...time,
      })),
    );
  const added = virtual.flatMap((register) =>
    (expanded.get(register.id) ?? []).flatMap(({ period, terms }) =>
      (terms ?? [])
        .filter(({ coefficient }) => coefficient.greaterThan(0))
        .flatMap(({ part, coefficient }): Claim[] =>
          inSpaces(register)
            .flatMap((time) => shared(time, spanOf(period, zone)) ?? [])
            .map((time) => ({
              of: nameOf.get(part) ?? part,
              register: { id: part, label: labels.get(part) ?? part },
              by: register.label,
              coefficient,
              ...time,
            })),
        ),
    ),
  );
  return [...standing, ...added];
}

/** A display whose meter also sends its intervals tells of the same energy: it is called by them. */
function namesOf(read: readonly InstalledRegister[], counted: ReadonlySet<string>): Map<string, string> {
  return new Map(
    read
      .filter(({ id }) => !counted.has(id))
      .flatMap((register) => {
        const same = read.filter((other) => counted.has(other.id) && channelOf(other) === channelOf(register));
        const [only] = same;
        return only !== undefined && same.length === 1 ? [[register.id, only.id] as const] : [];
      }),
  );
}
