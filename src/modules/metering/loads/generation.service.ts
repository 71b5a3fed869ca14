import { Injectable } from '@nestjs/common';
import type { Allotment, Allotted } from '../../../domain/apportionment/generation.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { allotInSql } from './allot-in-sql.js';
import { incompleteParts, type LoadPart, sumsOf } from './interval-loads.js';

/** What was made on a site, allotted to those who used energy, for whoever shares its cost. */
@Injectable()
export class GenerationService {
  /** Names of the parts whose time is not filled with intervals: missing is not zero, so nothing is allotted around them. */
  incomplete(tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<string[]> {
    return incompleteParts(tx, communityId, parts);
  }

  /** Allots all intervals of the parts in one pass. @param made and @param used complete, with intervals of one length */
  allot(
    tx: Tx,
    communityId: string,
    made: readonly LoadPart[],
    used: readonly LoadPart[],
    allotment: Allotment,
    zone: Zone,
  ): Promise<Allotted> {
    return allotInSql(tx, communityId, made, used, allotment, zone);
  }

  /** What each name counted in all. */
  sums(tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<ReadonlyMap<string, Decimal>> {
    return sumsOf(tx, communityId, parts);
  }
}
