import type { Instant } from '../../../domain/calendar/period.js';
import type { Transactions } from '../../../platform/database/transactions.js';
import type { Actor } from '../../access/access-changes.service.js';
import type { ReadingsService } from '../../metering/readings/readings.service.js';
import type { ImportReply } from '../imports.schema.js';
import { mostTold, sourceOf, writtenOffset, zoneOf } from './describe-import.js';
import type { HowToRead } from './how-to-read.js';
import type { Looked } from './look-through.js';
import { outcomeOf, Tally } from './outcome.js';
import { sumOf } from './store-look.js';
import { hashOf } from './stored-file.js';
import { partsOf, together } from './signed-parts.js';
import { takeItems } from './take-items.js';
import type { Terms } from './wishes.js';
import { withoutEffect } from './without-effect.js';

/** Where and when a dry run happens. */
interface Ground {
  readonly communityId: string;
  readonly actor: Actor;
  readonly now: Instant;
}

/** Takes a small file in one transaction, counts, and undoes it all: nothing tells afterwards that it was there. */
export async function dryRun(
  transactions: Transactions,
  readings: ReadingsService,
  { communityId, actor, now }: Ground,
  terms: Terms,
  how: HowToRead,
  file: readonly Buffer[],
  looked: Looked,
): Promise<ImportReply> {
  const { format, problemCounts, channels, problems } = looked;
  const source = sourceOf({ name: terms.name, format });
  const tally = await transactions.inCommunity(communityId, (tx) =>
    withoutEffect(tx, async () => {
      const found = new Tally();
      await takeItems(file, how, 0, async (items) => {
        const sender = { ...actor, scope: null };
        const pushes = partsOf(items).map((part) => ({ ...part, sender, source }));
        const plain = items.map(({ item }) => item);
        found.add(outcomeOf(plain, together(await readings.takeSeveral(communityId, pushes))));
      });
      return found;
    }),
  );
  const bytes = file.reduce((sum, piece) => sum + piece.length, 0);
  return {
    ...{ id: null, state: 'done', name: terms.name, source, format, dryRun: true, sha256: hashOf(file), bytes },
    zone: zoneOf({ ...terms, format }),
    offset: terms.offsetMinutes === null ? null : writtenOffset(terms.offsetMinutes),
    mapping:
      terms.mappingCode === null || terms.mappingVersion === null
        ? null
        : { code: terms.mappingCode, version: terms.mappingVersion },
    ...{ receivedAt: now, endedAt: now, refusal: null, undone: null, undoRefusal: null },
    progress: { phase: 'ended', bytes, readings: looked.readings, taken: looked.readings },
    read: looked.readings,
    ...tally.counts,
    problemCounts,
    channels: channels.map(sumOf),
    problems: problems.slice(0, mostTold),
    reasons: tally.reasons.slice(0, mostTold),
  };
}
