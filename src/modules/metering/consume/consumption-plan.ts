import { epochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { startOfDay, type Zone } from '../../../domain/calendar/zone.js';
import type { Bands, Cut, OccupancyPiece, Plan, Question } from './consumption.types.js';
import type { Device } from '../registers/installed-registers.js';

/*
 * The problem: a month is asked of a thousand registers at once, each cut where a shop moved in or a device was exchanged, and each
 * part by bands.
 *
 *   SHOP-07, October, shop A until the 14th, then shop B, night and day:
 *     2 cuts × (everything, night, day) = 6 questions, of which "night in the first cut" has 13 stretches
 *
 * Method: lay devices over the span, occupancies over devices, windows over those. Registers whose cuts fall on the same instants get
 * the same questions, and are later answered by the same statement.
 */

/** Plans what is asked of each register. @param pieces null where occupants do not matter: then a device's time is one cut */
export function plan<Register extends { readonly devices: readonly Device[] }>(
  registers: readonly Register[],
  span: Span,
  zone: Zone,
  bands: Bands,
  pieces: readonly OccupancyPiece[] | null,
): Plan<Register>[] {
  const bySpace = pieces === null ? null : occupantsBySpace(pieces, zone);
  const questionsOf = new Map<string, readonly Question[]>();
  return registers.flatMap((register): Plan<Register>[] => {
    const cuts = register.devices.flatMap((device) => cutsOf(device, span, bySpace));
    if (cuts.length === 0) return [];
    const shape = cuts.map(({ from, to }) => `${from}/${to}`).join(' ');
    let questions = questionsOf.get(shape);
    if (!questions) questionsOf.set(shape, (questions = cuts.flatMap((cut, i) => questionsWithin(cut, i, bands))));
    return [{ register, cuts, questions, shape }];
  });
}

interface Occupant extends Span {
  readonly memberId: string | null;
}

function occupantsBySpace(pieces: readonly OccupancyPiece[], zone: Zone): Map<string, Occupant[]> {
  const starts = new Map<string, Instant>();
  const startOf = (date: string): Instant => {
    let start = starts.get(date);
    if (start === undefined) starts.set(date, (start = startOfDay(date, zone)));
    return start;
  };
  const bySpace = new Map<string, Occupant[]>();
  for (const { spaceId, memberId, from, to } of pieces) {
    const occupant = { memberId, from: startOf(from), to: startOf(to) };
    const occupants = bySpace.get(spaceId);
    if (occupants) occupants.push(occupant);
    else bySpace.set(spaceId, [occupant]);
  }
  return bySpace;
}

function cutsOf(device: Device, span: Span, bySpace: Map<string, Occupant[]> | null): Cut[] {
  const time = shared(span, { from: device.from, to: device.to ?? span.to });
  if (time === null) return [];
  if (bySpace === null || device.spaceId === null) return [{ ...time, device, memberId: null }];
  return (bySpace.get(device.spaceId) ?? []).flatMap(({ memberId, ...occupied }): Cut[] => {
    const part = shared(time, occupied);
    return part === null ? [] : [{ ...part, device, memberId }];
  });
}

function questionsWithin(cut: Cut, index: number, bands: Bands): Question[] {
  const questions: Question[] = [
    { cut: index, calendar: null, band: null, stretches: [{ from: cut.from, to: cut.to }] },
  ];
  for (const [calendar, windows] of bands) {
    const byBand = new Map<string, Span[]>();
    for (const { band, ...window } of windows) {
      const part = shared(cut, window);
      if (part === null) continue;
      const stretches = byBand.get(band);
      if (stretches) stretches.push(part);
      else byBand.set(band, [part]);
    }
    for (const [band, stretches] of byBand) questions.push({ cut: index, calendar, band, stretches });
  }
  return questions;
}

/** What two spans share, or null. */
export function shared(a: Span, b: Span): Span | null {
  const from = epochMs(a.from) >= epochMs(b.from) ? a.from : b.from;
  const to = epochMs(a.to) <= epochMs(b.to) ? a.to : b.to;
  return epochMs(from) < epochMs(to) ? { from, to } : null;
}
