import { Injectable } from '@nestjs/common';
import { addDays, type CivilDate, type Instant } from '../../../domain/calendar/period.js';
import { dayOf, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { DomainError } from '../../../domain/errors.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { Clock } from '../../../platform/clock.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { type LeftOut, type RoundRow, roundRows } from './round-rows.js';

/** The list with which somebody walks from meter to meter. */
export interface ReadingRound {
  readonly community: string;
  readonly locale: string;
  readonly site: { readonly code: string; readonly name: string; readonly zone: Zone };
  readonly on: CivilDate;
  readonly madeAt: Instant;
  /** In walking order: by space, meter and register. */
  readonly rows: readonly RoundRow[];
  readonly leftOut: readonly LeftOut[];
}

/** Registers of one list; more fill more than sixty pages, which nobody carries. */
const mostRows = 1_000;

/** What is to be read at a site on a day. */
@Injectable()
export class ReadingRoundService {
  constructor(
    private readonly transactions: Transactions,
    private readonly communities: CommunityService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param address id or code of a site
   * @param on the day of the round by the clock of the site; today where it is not given
   * @throws DomainError `not-found`, `too-large`
   */
  async of(communityId: string, address: string, on?: CivilDate): Promise<ReadingRound> {
    const { name: community, locale } = await this.communities.get(communityId);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', address);
      const [site] = await tx.query<ReadingRound['site'] & { registers: string }>(
        `SELECT code, name, zone, (SELECT count(*) FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
                                   WHERE m.community_id = s.community_id AND m.site_id = s.id) AS registers
         FROM site s WHERE community_id = $1 AND id = $2`,
        [communityId, siteId],
      );
      if (!site) throw new DomainError('not-found', 'There is no such site.');
      const { registers, ...named } = site;
      if (Number(registers) > mostRows)
        throw new DomainError(
          'too-large',
          `A round has at most ${mostRows} registers, and ${site.code} has ${registers}.`,
        );
      const madeAt = this.clock.now();
      const date = on ?? dayOf(madeAt, site.zone);
      const { 'high-low-use': use } = await this.communities.policyOn(tx, communityId, 'validation', date);
      const odd = { lowPercent: decimal(use.lowPercent), highPercent: decimal(use.highPercent) };
      const day = spanOf({ from: date, to: addDays(date, 1) }, site.zone);
      const { rows, leftOut } = await roundRows(tx, communityId, siteId, date, day, odd);
      return { community, locale, site: named, on: date, madeAt, rows, leftOut };
    });
  }
}
