import { Injectable } from '@nestjs/common';
import type { CivilDate, Period } from '../../../domain/calendar/period.js';
import type { CalorificValue } from '../../../domain/metering/gas.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { Clock } from '../../../platform/clock.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { limitOf } from '../../../platform/http/wire.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import type {
  CalorificValueReply,
  CalorificValuesQuery,
  CalorificValuesWritten,
  NewCalorificValues,
} from './calorific-values.schema.js';

/** What a cubic metre of gas was worth, day by day. Published values are corrected sometimes: the last version counts. */
@Injectable()
export class CalorificValuesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Enters the values of some days; the same value again changes nothing. @throws DomainError `not-found` (site) */
  enter(communityId: string, given: NewCalorificValues, actor: Actor): Promise<CalorificValuesWritten> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', given.site);
      // Two who enter the same day at once number their versions one after the other.
      await tx.query('SELECT FROM site WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE', [communityId, siteId]);
      const written = await tx.query<{ day: CivilDate }>(
        `WITH given AS (SELECT day::date AS day, value::numeric AS value FROM jsonb_to_recordset($3) AS g (day text, value text)),
              known AS (SELECT DISTINCT ON (day) day, version, value FROM calorific_value
                        WHERE community_id = $1 AND site_id = $2 ORDER BY day, version DESC)
         INSERT INTO calorific_value (community_id, site_id, day, version, value, source, entered_by, entered_at)
         SELECT $1, $2, g.day, coalesce(k.version, 0) + 1, g.value, $4, $5, $6
         FROM given g LEFT JOIN known k ON k.day = g.day WHERE k.value IS DISTINCT FROM g.value RETURNING day`,
        [
          communityId,
          siteId,
          JSON.stringify(given.values),
          given.source,
          actor.kind === 'person' ? actor.id : null,
          this.clock.now(),
        ],
      );
      const days = written.map(({ day }) => day).sort();
      if (days.length > 0) {
        await this.audit.record(tx, {
          actor,
          type: 'calorific-values.entered',
          subjectKind: 'site',
          subjectId: siteId,
          data: { days: days.length, first: days[0], last: days.at(-1), source: given.source },
        });
      }
      return { written: days.length, known: given.values.length - days.length };
    });
  }

  /** The values that count, by day. */
  list(
    communityId: string,
    query: CalorificValuesQuery,
  ): Promise<{ items: CalorificValueReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const siteId = await idOf(tx, communityId, 'site', query.site);
      const [after] = readCursor(query.cursor, 1) ?? ['0001-01-01'];
      const rows = await tx.query<CalorificValueReply>(
        `SELECT DISTINCT ON (day) day, value, version, source, entered_by AS "enteredBy", entered_at AS "enteredAt"
         FROM calorific_value
         WHERE community_id = $1 AND site_id = $2 AND day >= $3::date AND day < $4::date AND day > $5::date
         ORDER BY day, version DESC LIMIT $6`,
        [communityId, siteId, query.from, query.to, after, limit + 1],
      );
      return pageOf(rows, limit, ({ day }) => [day]);
    });
  }

  /** The values of a site over a period, for whoever converts with them. */
  async within(tx: Tx, communityId: string, siteId: string, { from, to }: Period): Promise<CalorificValue[]> {
    const rows = await tx.query<{ day: CivilDate; value: string }>(
      `SELECT DISTINCT ON (day) day, value FROM calorific_value
       WHERE community_id = $1 AND site_id = $2 AND day >= $3::date AND day < $4::date ORDER BY day, version DESC`,
      [communityId, siteId, from, to],
    );
    return rows.map(({ day, value }) => ({ day, value: decimal(value) }));
  }
}
