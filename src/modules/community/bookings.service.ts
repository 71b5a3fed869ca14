import { Injectable } from '@nestjs/common';
import { type Booking, checkBooking } from '../../domain/apportionment/bookings.js';
import type { Span } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { Clock } from '../../platform/clock.js';
import { idOf, seenMemberId } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { BookingReply, BookingsQuery, NewBooking } from './bookings.schema.js';
import type { Seen } from './places.service.js';

const columns = `b.id, b.resource_id AS "resourceId", r.code AS "resourceCode", b.member_id AS "memberId", m.code AS "memberCode",
  lower(b.period) AS "from", upper(b.period) AS "to", (extract(epoch FROM upper(b.period) - lower(b.period)) / 60)::int AS minutes,
  trim_scale(b.per_hour)::text AS "perHour", to_char(b.minimum, 'FM9999999999990.00') AS minimum, b.note,
  b.cancelled_at AS "cancelledAt", b.cancel_reason AS "cancelReason", b.created_at AS "createdAt"`;
const joined = `booking b
  JOIN resource r ON r.community_id = b.community_id AND r.id = b.resource_id
  JOIN member m ON m.community_id = b.community_id AND m.id = b.member_id`;

type BookingRow = Omit<BookingReply, 'cancelled'> & { cancelledAt: string | null; cancelReason: string | null };

/** Who has booked what, to the minute. Two at once cannot be: the database refuses the second. */
@Injectable()
export class BookingsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /**
   * Books a resource at the price of the day on which the booking begins.
   *
   * @throws DomainError `invalid-period`, `overlapping-booking`, `not-found` (resource, member)
   */
  create(communityId: string, given: NewBooking, actor: Actor): Promise<BookingReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { from, to, note } = given;
      const resourceId = await idOf(tx, communityId, 'resource', given.resource);
      const memberId = await idOf(tx, communityId, 'member', given.member);
      checkBooking({ from, to }, await takenTimes(tx, communityId, resourceId, { from, to }));
      await tx.query(
        `INSERT INTO booking (community_id, id, resource_id, member_id, period, per_hour, minimum, note, created_at)
         SELECT $1, $2, r.id, $4, tstzrange($5, $6), p.per_hour, p.minimum, $7, $8
         FROM resource r JOIN site s ON s.community_id = r.community_id AND s.id = r.site_id
         LEFT JOIN resource_price p ON p.community_id = r.community_id AND p.resource_id = r.id
           AND p.days @> ($5::timestamptz AT TIME ZONE s.zone)::date
         WHERE r.community_id = $1 AND r.id = $3`,
        [communityId, id, resourceId, memberId, from, to, note, this.clock.now()],
      );
      const data = { resourceId, memberId, from, to };
      await this.audit.record(tx, { actor, type: 'booking.created', subjectKind: 'booking', subjectId: id, data });
      return one(tx, communityId, id, null);
    });
  }

  /** By when they begin. */
  list(
    communityId: string,
    query: BookingsQuery,
    viewer: Seen = null,
  ): Promise<{ items: BookingReply[]; next: string | null }> {
    const limit = limitOf(query);
    const [at = null, id = null] = readCursor(query.cursor, 2) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const resourceId = query.resource === undefined ? null : await idOf(tx, communityId, 'resource', query.resource);
      const memberId = query.member === undefined ? null : await seenMemberId(tx, communityId, query.member, viewer);
      const rows = await tx.query<BookingRow>(
        `SELECT ${columns} FROM ${joined}
         WHERE b.community_id = $1 AND ($2::timestamptz IS NULL OR (lower(b.period), b.id) > ($2, $3::uuid))
           AND ($4::uuid IS NULL OR b.resource_id = $4) AND ($5::uuid IS NULL OR b.member_id = $5)
           AND ($6::timestamptz IS NULL OR upper(b.period) > $6) AND ($7::timestamptz IS NULL OR lower(b.period) < $7)
           AND ($8::uuid[] IS NULL OR b.member_id = ANY($8))
         ORDER BY lower(b.period), b.id LIMIT $9`,
        [communityId, at, id, resourceId, memberId, query.from ?? null, query.to ?? null, viewer, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, (row) => [row.from, row.id]);
      return { items: items.map(replyOf), next };
    });
  }

  /** @throws DomainError `not-found`, also where it is another member's than the viewer's */
  get(communityId: string, id: string, viewer: Seen = null): Promise<BookingReply> {
    return this.transactions.inCommunity(communityId, (tx) => one(tx, communityId, id, viewer));
  }

  /** Cancels a booking for good; its time is free again. @throws DomainError `not-found`, `already-decided` */
  cancel(communityId: string, id: string, reason: string, actor: Actor): Promise<BookingReply> {
    assert(actor.kind === 'person', 'People cancel bookings.');
    return this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query('SELECT FROM booking WHERE community_id = $1 AND id = $2 FOR UPDATE', [communityId, id]);
      const { cancelled } = await one(tx, communityId, id, null);
      if (cancelled) {
        throw new DomainError('already-decided', `The booking was cancelled on ${cancelled.at}: ${cancelled.reason}.`);
      }
      await tx.query(
        `UPDATE booking SET cancelled_at = $3, cancelled_by = $4, cancel_reason = $5 WHERE community_id = $1 AND id = $2`,
        [communityId, id, this.clock.now(), actor.id, reason],
      );
      await this.audit.record(tx, {
        actor,
        type: 'booking.cancelled',
        subjectKind: 'booking',
        subjectId: id,
        data: { reason },
      });
      return one(tx, communityId, id, null);
    });
  }

  /** The bookings at a site that touch a time and were not cancelled, as keys weigh them. */
  async atSite(tx: Tx, communityId: string, siteId: string, { from, to }: Span): Promise<Booking[]> {
    const rows = await tx.query<
      Omit<Booking, 'price'> & { readonly perHour: string | null; readonly minimum: string | null }
    >(
      `SELECT b.id, b.resource_id AS "resourceId", r.name || ' (' || r.code || ')' AS "resourceLabel", r.space_id AS "spaceId",
              b.member_id AS "memberId", lower(b.period) AS "from", upper(b.period) AS "to", b.per_hour AS "perHour", b.minimum
       FROM booking b JOIN resource r ON r.community_id = b.community_id AND r.id = b.resource_id
       WHERE b.community_id = $1 AND r.site_id = $2 AND b.cancelled_at IS NULL AND b.period && tstzrange($3, $4)
       ORDER BY lower(b.period), b.id`,
      [communityId, siteId, from, to],
    );
    return rows.map(({ perHour, minimum, ...row }) => ({
      ...row,
      price: perHour === null || minimum === null ? null : { perHour: decimal(perHour), minimum: decimal(minimum) },
    }));
  }
}

const takenTimes = (tx: Tx, communityId: string, resourceId: string, { from, to }: Span): Promise<Span[]> =>
  tx.query<{ from: string; to: string }>(
    `SELECT lower(period) AS "from", upper(period) AS "to" FROM booking
     WHERE community_id = $1 AND resource_id = $2 AND cancelled_at IS NULL
       AND lower(period) < $4::timestamptz AND upper(period) > $3::timestamptz ORDER BY 1 LIMIT 1`,
    [communityId, resourceId, from, to],
  );

async function one(tx: Tx, communityId: string, id: string, viewer: Seen): Promise<BookingReply> {
  const [row] = await tx.query<BookingRow>(
    `SELECT ${columns} FROM ${joined} WHERE b.community_id = $1 AND b.id = $2 AND ($3::uuid[] IS NULL OR b.member_id = ANY($3))`,
    [communityId, id, viewer],
  );
  if (!row) throw new DomainError('not-found', 'There is no such booking here.');
  return replyOf(row);
}

const replyOf = ({ cancelledAt, cancelReason, ...row }: BookingRow): BookingReply => ({
  ...row,
  cancelled: cancelledAt === null ? null : { at: cancelledAt, reason: cancelReason ?? '' },
});
