import { Injectable } from '@nestjs/common';
import { checkBands } from '../../domain/calendar/bands.js';
import { DomainError } from '../../domain/errors.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { isId, limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { BandCalendarReply, BandTerms, NewBandCalendar } from './calendars.schema.js';
import { calendarSentence } from './sentences.js';

interface CalendarRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly terms: BandTerms;
  readonly createdAt: string;
}
const columns = 'id, code, name, terms, created_at AS "createdAt"';

/** Band calendars: made once and never changed, because prices and keys refer to them; other hours are another calendar. */
@Injectable()
export class CalendarsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** @throws DomainError `tariff-gap`, `tariff-overlap` naming the first hours, `invalid-input`, `already-exists` */
  create(communityId: string, { code, name, ...terms }: NewBandCalendar, actor: Actor): Promise<BandCalendarReply> {
    checkBands(terms);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      await tx.query('INSERT INTO band_calendar (community_id, id, code, name, terms) VALUES ($1, $2, $3, $4, $5)', [
        communityId,
        id,
        code,
        name,
        JSON.stringify(terms),
      ]);
      await this.audit.record(tx, {
        actor,
        type: 'band-calendar.created',
        subjectKind: 'band-calendar',
        subjectId: id,
        data: { code, terms },
      });
      return this.read(tx, communityId, id);
    });
  }

  list(communityId: string, query: PageQuery): Promise<{ items: BandCalendarReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [''];
      const rows = await tx.query<CalendarRow>(
        `SELECT ${columns} FROM band_calendar WHERE community_id = $1 AND code COLLATE "C" > $2
         ORDER BY code COLLATE "C" LIMIT $3`,
        [communityId, after, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: items.map(reply), next };
    });
  }

  get(communityId: string, address: string): Promise<BandCalendarReply> {
    return this.transactions.inCommunity(communityId, (tx) => this.read(tx, communityId, address));
  }

  private async read(tx: Tx, communityId: string, address: string): Promise<BandCalendarReply> {
    const [row] = await tx.query<CalendarRow>(
      `SELECT ${columns} FROM band_calendar WHERE community_id = $1 AND ${isId(address) ? 'id' : 'code'} = $2`,
      [communityId, address],
    );
    if (!row) throw new DomainError('not-found', `There is no band calendar ${address}.`);
    return reply(row);
  }
}

const reply = ({ terms, ...row }: CalendarRow): BandCalendarReply => ({
  ...row,
  ...terms,
  sentence: calendarSentence(terms),
});
