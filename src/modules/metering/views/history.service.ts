import { Injectable } from '@nestjs/common';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import type { InstalledRegister } from '../registers/installed-registers.js';
import { type Past, type PastUse, pastUses } from './past-uses.js';
import { overlaps, reductionsOver } from '../consume/reduced-readings.js';

export type { Past, PastUse } from './past-uses.js';

/** What was used in periods past: for a look back, and never for an amount. */
@Injectable()
export class HistoryService {
  constructor(private readonly community: CommunityService) {}

  /** One use for each register, member and period in which the member had the register's space. */
  async of(tx: Tx, communityId: string, registers: readonly InstalledRegister[], past: Past): Promise<PastUse[]> {
    const last = past.periods.at(-1);
    if (last === undefined || registers.length === 0) return [];
    const { maxInterpolationHours } = await this.community.policyOn(tx, communityId, 'readings', last.from);
    const uses = await pastUses(tx, communityId, registers, past, maxInterpolationHours);
    const [first] = past.periods;
    const span = spanOf({ from: first?.from ?? last.from, to: last.to }, past.zone);
    const reduced = await reductionsOver(tx, communityId, registers, span);
    return uses.map((use) =>
      reduced.get(use.register.no)?.some((reduction) => overlaps(use, reduction)) ? { ...use, quantity: null } : use,
    );
  }
}
