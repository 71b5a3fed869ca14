import { Injectable } from '@nestjs/common';
import { simpleKeysOf } from '../../../domain/apportionment/key.js';
import type { Peak } from '../../../domain/apportionment/weights.js';
import type { Period } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { countedOnce, MeteringService, type MetersInstead } from '../../metering/meters/metering.service.js';
import { IntervalLoadsService } from '../../metering/loads/interval-loads.service.js';
import { usualUtility } from './basis.js';
import type { RunInputs, RunPeaks } from '../run/inputs.js';
import { type Hand, partsInHands, partsOfDevices } from './load-parts.js';
import { runCosts } from '../run/run-costs.js';

type Facts = Omit<RunInputs, 'peaks'>;

const ofHand = ({ spaceId, memberId }: Hand): string => JSON.stringify([spaceId, memberId]);

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

  async collect(tx: Tx, inputs: Facts, instead: MetersInstead): Promise<RunPeaks[]> {
    const asked = new Map<string, { days: Period; utility: string }>();
    for (const { key, days, bill } of runCosts(inputs)) {
      if (!simpleKeysOf(key).some(({ kind }) => kind === 'peak')) continue;
      const utility = bill?.utility ?? usualUtility;
      asked.set([days.from, days.to, utility].join(' '), { days, utility });
    }
    const found: RunPeaks[] = [];
    for (const { days, utility } of asked.values()) {
      found.push({ days, utility, peaks: await this.over(tx, inputs, { days, utility }, instead) });
    }
    return found;
  }

  private async over(
    tx: Tx,
    inputs: Facts,
    { days, utility }: Omit<RunPeaks, 'peaks'>,
    instead: MetersInstead,
  ): Promise<Peak[]> {
    const { communityId, site } = inputs;
    const span = spanOf(days, site.zone);
    const registers = await this.metering.registersOf(tx, communityId, site.id, span, instead);
    const counted = countedOnce(registers);
    const own = registers.filter(
      (one) =>
        counted.has(one.id) && one.utility === utility && one.direction === 'import' && one.meterRole !== 'virtual',
    );
    const subs = own.filter(({ meterRole }) => meterRole === 'sub');
    const sources = own.filter(({ meterRole, intervalMinutes }) => meterRole === 'source' && intervalMinutes !== null);
    const lengths = new Set([...subs, ...sources].map(({ intervalMinutes }) => intervalMinutes));
    if (lengths.size !== 1 || lengths.has(null)) return [];
    const parts = subs.flatMap((register) => partsInHands(register, inputs, days, ofHand));
    const whole = sources.flatMap((register) => partsOfDevices(register, span, () => 'site'));
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
