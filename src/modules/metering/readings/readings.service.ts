import { Inject, Injectable, Optional } from '@nestjs/common';
import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import { GroupCommit, type GroupLimits } from './group-commit.js';
import { registerCalled } from '../registers/find-register.js';
import type { SignedText } from '../signatures/signed-text.js';
import type { ReadingsQuery } from './reading.schema.js';
import type { Push, Sender, TakeResult } from './reading.types.js';
import { ReadingMonths } from './reading-months.js';
import { RegisterCatalog } from '../registers/register-catalog.js';
import { type IntakeMemory, takePushes } from './take-readings.js';

export { holdOffUndoing, stopForUndoing } from './import-repeats.js';
export type { OcmfText } from '../signatures/signed-text.js';
export { Unreadable } from './take-readings.js';
export {
  type ItemResult,
  type Push,
  type Sender,
  senderOf,
  statuses,
  type Status,
  type Summary,
  type TakeResult,
} from './reading.types.js';

/** Most items of one push. */
export const mostItems = 10_000;

/** A group fills one statement well, and few enough run at once to leave connections to everybody else. */
export const groupLimits: GroupLimits = {
  groupItems: 2_000,
  waitingItems: 100_000,
  atOnce: 4,
  worthItems: 500,
  lingerMs: 2,
};
export const groupLimitsToken = Symbol('group limits');

/** The one way in for readings: devices, people, files and the inbox all come through here. */
@Injectable()
export class ReadingsService {
  private readonly memory: IntakeMemory = { catalog: new RegisterCatalog(), months: new ReadingMonths() };
  private readonly groups: GroupCommit<Push, TakeResult>;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Optional() @Inject(groupLimitsToken) limits: GroupLimits = groupLimits,
  ) {
    this.groups = new GroupCommit(limits, (communityId, pushes) =>
      transactions.inCommunity(communityId, (tx) => takePushes(tx, communityId, pushes, this.memory, this.clock.now())),
    );
  }

  /**
   * Takes readings in and answers each. Answers after the commit; within an open transaction, which it joins, the answer
   * holds once that is committed.
   *
   * @param items as they came; whatever they are, each gets its answer
   * @param sha256 of the file they came from, hexadecimal
   * @param signed what the device signed, where it did
   * @throws DomainError `too-large` for more items than a push may have, `too-busy` where too much is waiting, `signature-missing`
   */
  async take(
    communityId: string,
    sender: Sender,
    items: readonly unknown[],
    source: string,
    sha256?: string,
    signed?: SignedText,
  ): Promise<TakeResult> {
    return this.submit(communityId, {
      sender,
      source,
      receivedAt: this.clock.now(),
      items,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(signed === undefined ? {} : { signed }),
    });
  }

  /**
   * Takes in what was translated from the payload of a device. The device does not know the register that it will be bound to,
   * so a value in another unit of the same kind is converted where that is exact, and a bare count (`pulses`, `unknown`) is
   * taken as what the display shows: the multiplier of the installation says what one step is.
   *
   * @throws DomainError `too-large`, `too-busy`, as `take`
   */
  takeTranslated(communityId: string, sender: Sender, items: readonly unknown[], source: string): Promise<TakeResult> {
    return this.submit(communityId, { sender, source, receivedAt: this.clock.now(), items, isTranslated: true });
  }

  /** Takes several in, each answered by itself: texts that were signed one by one. @throws DomainError `too-large`, `too-busy` */
  async takeSeveral(communityId: string, pushes: readonly Omit<Push, 'receivedAt'>[]): Promise<TakeResult[]> {
    const received = pushes.map((push): Push => ({ ...push, receivedAt: this.clock.now() }));
    if (!this.transactions.isOpen) return Promise.all(received.map((push) => this.submit(communityId, push)));
    return this.transactions.inCommunity(communityId, (tx) =>
      takePushes(tx, communityId, received, this.memory, this.clock.now()),
    );
  }

  private async submit(communityId: string, push: Push): Promise<TakeResult> {
    const { items, receivedAt, sender, signed } = push;
    if (sender.mustSign === true && signed === undefined) throw unsigned();
    if (items.length > mostItems) {
      throw new DomainError(
        'too-large',
        `A push has at most ${mostItems} readings, and this has ${items.length}; send it in several parts.`,
      );
    }
    if (!this.transactions.isOpen) return this.groups.submit(communityId, push, items.length);
    const [result] = await this.transactions.inCommunity(communityId, (tx) =>
      takePushes(tx, communityId, [push], this.memory, receivedAt),
    );
    return result as TakeResult;
  }

  /** Readings of one register as they count, with what they said before they were corrected. */
  list(communityId: string, query: ReadingsQuery) {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const register = await registerCalled(tx, communityId, query.meter, query.register);
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [];
      const from = after === undefined ? (query.from ?? '-infinity') : fromEpochMs(epochMs(after));
      const rows = await readingsOf(
        tx,
        communityId,
        register.no,
        { from, isAfter: after !== undefined, to: query.to ?? 'infinity' },
        limit + 1,
      );
      const page = pageOf(rows, limit, (row) => [row.at]);
      const { meter, code, unit } = register;
      return { items: page.items.map((row) => ({ meter, register: code, unit, ...row })), next: page.next };
    });
  }
}

const unsigned = (): DomainError =>
  new DomainError(
    'signature-missing',
    'What this device sends counts only when it is signed, and this is not. Nothing of it was taken; sign it and send it again.',
  );

interface ReadingRow {
  readonly at: Instant;
  readonly until: Instant | null;
  readonly value: string;
  readonly quality: string;
  readonly batch: string;
  readonly superseded: readonly { value: string; quality: string }[];
  readonly corrections: readonly {
    version: number;
    value: string;
    quality: string;
    reason: string;
    decidedBy: string;
    decidedAt: Instant;
  }[];
}

function readingsOf(
  tx: Tx,
  communityId: string,
  registerNo: number,
  span: { from: string; isAfter: boolean; to: string },
  limit: number,
): Promise<ReadingRow[]> {
  return tx.query<ReadingRow>(
    `SELECT r.at, r.until, coalesce(c.value, r.value)::text AS value, coalesce(c.quality, r.quality)::text AS quality, r.batch_no AS batch,
            coalesce(c.superseded, '[]') AS superseded, coalesce(c.corrections, '[]') AS corrections
     FROM reading r
     LEFT JOIN LATERAL (
       SELECT (array_agg(k.value::numeric ORDER BY k.version DESC))[1] AS value, (array_agg(k.quality::text ORDER BY k.version DESC))[1] AS quality,
              jsonb_build_array(jsonb_build_object('value', r.value::text, 'quality', r.quality)) AS superseded,
              jsonb_agg(jsonb_build_object('version', k.version, 'value', k.value::text, 'quality', k.quality, 'reason', k.reason,
                'decidedBy', k.decided_by, 'decidedAt', k.decided_at) ORDER BY k.version) AS corrections
       FROM reading_correction k WHERE k.community_id = $2 AND k.register_no = r.register_no AND k.at = r.at HAVING count(*) > 0) c ON true
     WHERE r.community_no = (SELECT no FROM community WHERE id = $2) AND r.register_no = $1
       AND r.at >= $3::timestamptz AND (r.at > $3::timestamptz OR NOT $4::boolean) AND r.at < $5::timestamptz
     ORDER BY r.at LIMIT $6::int`,
    [registerNo, communityId, span.from, span.isAfter, span.to, limit],
  );
}
