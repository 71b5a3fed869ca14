import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/database/transactions.js';
import { incompleteParts, type Load, type LoadPart, loadsAtSitePeak, ownPeaks } from './interval-loads.js';

export type { Load, LoadPart } from './interval-loads.js';

/** Highest loads in single intervals, for whoever shares a cost by them. */
@Injectable()
export class IntervalLoadsService {
  /** True where some time of the parts has no interval: then nobody knows which was the highest. */
  async isIncomplete(tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<boolean> {
    return (await incompleteParts(tx, communityId, parts)).length > 0;
  }

  /** Everybody's load in the earliest of the intervals in which the site drew most. */
  atSitePeak(tx: Tx, communityId: string, site: readonly LoadPart[], parts: readonly LoadPart[]): Promise<Load[]> {
    return loadsAtSitePeak(tx, communityId, site, parts);
  }

  /** Everybody's own highest interval, the earliest of equal ones. */
  ownPeaks(tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<Load[]> {
    return ownPeaks(tx, communityId, parts);
  }
}
