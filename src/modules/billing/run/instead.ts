import type { PlacesInstead } from '../../community/places.service.js';
import type { MetersInstead } from '../../metering/meters/metering.service.js';
import type { KeysInstead, TariffsInstead } from '../../tariffs/tariffs.service.js';

/** What a question puts in place of stored facts, for as long as it is computed. */
export interface Instead {
  readonly keys: KeysInstead;
  readonly tariffs: TariffsInstead;
  readonly places: PlacesInstead;
  readonly meters: MetersInstead;
}

/** Nothing: what a run is computed from. */
export const asItIs: Instead = {
  keys: new Map(),
  tariffs: new Map(),
  places: { occupancies: [], spaces: new Map() },
  meters: new Map(),
};
