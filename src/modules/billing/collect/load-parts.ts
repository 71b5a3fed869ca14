import { epochMs, type Period, type Span } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { LoadPart } from '../../metering/loads/interval-loads.service.js';
import type { InstalledRegister } from '../../metering/meters/metering.service.js';
import { clipped } from './basis.js';
import type { RunInputs } from '../run/inputs.js';

/** A device of a register in the hand that its space was in. */
export interface Hand {
  readonly registerId: string;
  readonly installationId: string;
  readonly spaceId: string;
  readonly memberId: string | null;
}

/** The time of each device of a register in a span. @param who what the loads are called */
export const partsOfDevices = (
  register: InstalledRegister,
  span: Span,
  who: (installationId: string) => string,
): LoadPart[] =>
  register.devices.flatMap((device): LoadPart[] => {
    const shared = sharedTime(span, device);
    return shared === null
      ? []
      : [{ ...shared, registerNo: register.no, who: who(device.id), multiplier: device.multiplier }];
  });

/** The time of each device of a register in each hand of its space, over some days. @param who what the loads are called */
export function partsInHands(
  register: InstalledRegister,
  { pieces, site }: Pick<RunInputs, 'pieces' | 'site'>,
  days: Period,
  who: (hand: Hand) => string,
): LoadPart[] {
  const span = spanOf(days, site.zone);
  return register.devices.flatMap(({ id, spaceId, multiplier, ...time }) =>
    clipped(pieces, days).flatMap((piece): LoadPart[] => {
      if (piece.space.id !== spaceId) return [];
      const inDevice = sharedTime(span, time);
      const shared = inDevice === null ? null : sharedTime(inDevice, spanOf(piece.days, site.zone));
      if (shared === null) return [];
      const hand = { registerId: register.id, installationId: id, spaceId, memberId: piece.memberId };
      return [{ ...shared, registerNo: register.no, who: who(hand), multiplier }];
    }),
  );
}

function sharedTime(a: Span, b: { readonly from: string; readonly to: string | null }): Span | null {
  const from = epochMs(a.from) > epochMs(b.from) ? a.from : b.from;
  const to = b.to === null || epochMs(a.to) < epochMs(b.to) ? a.to : b.to;
  return epochMs(from) < epochMs(to) ? { from, to } : null;
}
