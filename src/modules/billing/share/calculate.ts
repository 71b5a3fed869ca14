import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { Draft } from '../../../domain/invoice/invoice.js';
import type { FundDraws } from './draw-funds.js';
import type { OwnCharges } from './price-own-tariff.js';
import type { RunCost } from '../run/run-costs.js';

/** Everything that a run came to. */
export interface Calculated {
  readonly costs: readonly RunCost[];
  readonly own: OwnCharges;
  readonly funds: FundDraws;
  readonly shares: readonly CostShare[];
  readonly drafts: ReadonlyMap<string, Draft>;
}
