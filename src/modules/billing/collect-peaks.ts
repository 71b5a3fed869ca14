import { Injectable } from '@nestjs/common';
import { simpleKeysOf } from '../../domain/apportionment/key.js';
import type { Peak } from '../../domain/apportionment/weights.js';
import { epochMs, type Period, type Span } from '../../domain/calendar/period.js';
import { spanOf } from '../../domain/calendar/zone.js';
import type { Tx } from '../../platform/database/transactions.js';
import { countedOnce, type InstalledRegister, MeteringService } from '../metering/metering.service.js';
import { IntervalLoadsService, type LoadPart } from '../metering/interval-loads.service.js';
import { clipped, usualUtility } from './basis.js';
import type { RunInputs, RunPeaks } from './inputs.js';
import { runCosts } from './run-costs.js';

type Facts = Omit<RunInputs, 'peaks'>;

/**
 * The loads that keys by peak look at, over the days of every cost that is shared by one.
 *
 * All sub-meters of the utility must have intervals of one length, and none may be missing: an interval that is not known may
 * have been the highest. Where that is not so there are no loads, and the cost says that they are missing.
 */
@Injectable()
export class CollectPeaks {
  constructor(
    private readonly metering: MeteringService,
    private readonly loads: IntervalLoadsService,
  ) {}

  async collect(tx: Tx, inputs: Facts): Promise<RunPeaks[]> {
    const asked = new Map<string, { days: Period; utility: string }>();
    for (const { key, days, bill } of runCosts(inputs)) {
      if (!simpleKeysOf(key).some(({ kind }) => kind === 'peak')) continue;
      const utility = bill?.utility ?? usualUtility;
      asked.set([days.from, days.to, utility].join(' '), { days, utility });
    }
    const found: RunPeaks[] = [];
    for (const { days, utility } of asked.values()) {
      found.push({ days, utility, peaks: await this.over(tx, inputs, days, utility) });
    }
    return found;
  }

  private async over(tx: Tx, inputs: Facts, days: Period, utility: string): Promise<Peak[]> {
    const { communityId, site } = inputs;
    const span = spanOf(days, site.zone);
    const registers = await this.metering.registersOf(tx, communityId, site.id, span);
    const counted = countedOnce(registers);
    const own = registers.filter(
      (one) =>
        counted.has(one.id) && one.utility === utility && one.direction === 'import' && one.meterRole !== 'virtual',
    );
    const subs = own.filter(({ meterRole }) => meterRole === 'sub');
    const sources = own.filter(({ meterRole, intervalMinutes }) => meterRole === 'source' && intervalMinutes !== null);
    const lengths = new Set([...subs, ...sources].map(({ intervalMinutes }) => intervalMinutes));
    if (lengths.size !== 1 || lengths.has(null)) return [];
    const parts = subs.flatMap((register) => partsInHands(register, inputs, days, span));
    const whole = sources.flatMap((register) => partsOfDevices(register, span, 'site'));
    if (await this.loads.isIncomplete(tx, communityId, [...parts, ...whole])) return [];
    const unit = subs[0]?.unit ?? '';
    const [atSite, highest] = [
      await this.loads.atSitePeak(tx, communityId, whole.length > 0 ? whole : parts, parts),
      await this.loads.ownPeaks(tx, communityId, parts),
    ];
    return (['site', 'own'] as const).flatMap((of) =>
      (of === 'site' ? atSite : highest).map(({ who, at, quantity }): Peak => {
        const [spaceId, memberId] = JSON.parse(who) as [string, string | null];
        return { of, spaceId, memberId, at, quantity, unit };
      }),
    );
  }
}

/** The time of each device of a register in a span. */
const partsOfDevices = (register: InstalledRegister, span: Span, who: string): LoadPart[] =>
  register.devices.flatMap((device): LoadPart[] => {
    const shared = sharedTime(span, device);
    return shared === null ? [] : [{ ...shared, registerNo: register.no, who, multiplier: device.multiplier }];
  });

/** The time of each device of a register in each hand of its space. */
function partsInHands(register: InstalledRegister, { pieces, site }: Facts, days: Period, span: Span): LoadPart[] {
  return register.devices.flatMap(({ spaceId, multiplier, ...time }) =>
    clipped(pieces, days).flatMap((piece): LoadPart[] => {
      if (piece.space.id !== spaceId) return [];
      const inDevice = sharedTime(span, time);
      const shared = inDevice === null ? null : sharedTime(inDevice, spanOf(piece.days, site.zone));
      const who = JSON.stringify([piece.space.id, piece.memberId]);
      return shared === null ? [] : [{ ...shared, registerNo: register.no, who, multiplier }];
    }),
  );
}

function sharedTime(a: Span, b: { readonly from: string; readonly to: string | null }): Span | null {
  const from = epochMs(a.from) > epochMs(b.from) ? a.from : b.from;
  const to = b.to === null || epochMs(a.to) < epochMs(b.to) ? a.to : b.to;
  return epochMs(from) < epochMs(to) ? { from, to } : null;
}
