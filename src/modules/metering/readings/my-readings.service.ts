import { Injectable } from '@nestjs/common';
import { type Instant, instant } from '../../../domain/calendar/period.js';
import { dayOf, type Zone } from '../../../domain/calendar/zone.js';
import { digitsOf } from '../../../domain/metering/expected-range.js';
import type { Quality } from '../../../domain/metering/reading.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import type { Principal } from '../../../platform/http/principal.js';
import { type MyReading, readMyReading } from './my-readings.schema.js';
import { lookAtPhotos, photoViewerOf, seenPhotos, unseenPhoto } from '../photos/photo-viewer.js';
import { ReadingsService, senderOf, type TakeResult, Unreadable } from './readings.service.js';

/** A display that a member may read. */
export interface MyRegister {
  readonly meter: string;
  readonly name: string;
  readonly serial: string;
  readonly register: string;
  readonly unit: string;
  readonly space: string;
  readonly digits: number | null;
  readonly last: { readonly at: Instant; readonly value: string; readonly quality: Quality } | null;
}

/** The register that an item names, where it measured a space of the member at that time. */
interface Found {
  readonly index: number;
  readonly registerId: string;
  readonly meterId: string;
  readonly code: string;
  readonly unit: string;
}

const notYours = 'No display of yours goes by this name at that time; GET /api/v1/my/registers lists yours.';

/** Readings by whom they concern: a member reads the displays of the space that it has at that time, and no other. */
@Injectable()
export class MyReadingsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly readings: ReadingsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes readings of a member in, the usual way and with the quality `customer`, and links their photos. What was answered as created, known, held or in
   * conflict has its photo: it is the evidence by which a person decides.
   *
   * @throws DomainError `too-busy`, as every push
   */
  take(principal: Principal, items: readonly unknown[]): Promise<TakeResult> {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lookAtPhotos(tx, photoViewerOf(principal));
      const read = items.map(readMyReading);
      const wanted = read.flatMap(({ success, data }, index) => (success ? [{ index, ...data }] : []));
      const found = await registersRead(tx, principal, wanted);
      const photos = await seenPhotos(
        tx,
        communityId,
        wanted.flatMap(({ photo }) => photo ?? []),
      );
      const pushed = read.map((item, index): unknown => {
        if (!item.success) return unreadable(item.error.issues);
        const { photo, at, value, unit } = item.data;
        const register = found.get(index);
        if (!register) return new Unreadable({ code: 'not-found', pointer: '/meter', detail: notYours });
        if (photo !== undefined && !photos.has(photo.toLowerCase()))
          return new Unreadable({ code: 'not-found', pointer: '/photo', detail: unseenPhoto });
        return { meter: register.meterId, register: register.code, at, value, unit: unit ?? register.unit };
      });
      const taken = await this.readings.take(communityId, senderOf(principal), pushed, 'member');
      const linked = wanted.flatMap(({ index, photo, at }) => {
        const register = found.get(index);
        const isTaken = taken.results[index]?.status !== 'rejected';
        return photo !== undefined && register && isTaken ? [{ photo, register: register.registerId, at }] : [];
      });
      await tx.query(
        `INSERT INTO reading_photo (community_id, photo_id, register_id, at, linked_at)
         SELECT $1, q.photo, q.register, q.at, $3 FROM jsonb_to_recordset($2::jsonb) AS q (photo uuid, register uuid, at timestamptz) ON CONFLICT DO NOTHING`,
        [communityId, JSON.stringify(linked), this.clock.now()],
      );
      return taken;
    });
  }

  /** The displays of the spaces that a member has today, by space and meter. */
  registers({ communityId, memberIds }: Principal): Promise<MyRegister[]> {
    const now = this.clock.now();
    return this.transactions.inCommunity(communityId, async (tx) => {
      const today = await todayBySite(tx, communityId, now);
      const rows = await tx.query<Omit<MyRegister, 'digits'> & { capacity: string | null }>(
        `SELECT m.code AS meter, m.name, i.serial, r.code AS register, r.unit, p.code AS space, d.capacity::text AS capacity, last.shown AS last
         FROM occupancy o JOIN space p ON p.community_id = o.community_id AND p.id = o.space_id
         JOIN jsonb_to_recordset($4::jsonb) AS t (site uuid, day date) ON t.site = p.site_id AND o.days @> t.day
         JOIN site s ON s.community_id = p.community_id AND s.id = p.site_id
         JOIN installation i ON i.community_id = p.community_id AND i.space_id = p.id AND i.period @> $3::timestamptz
         JOIN meter m ON m.community_id = i.community_id AND m.id = i.meter_id
         JOIN installation_register d ON d.community_id = i.community_id AND d.installation_id = i.id
         JOIN register r ON r.community_id = d.community_id AND r.id = d.register_id AND r.kind = 'cumulative'
         JOIN community c ON c.id = o.community_id
         LEFT JOIN LATERAL (
           SELECT jsonb_build_object('at', l.at, 'value', coalesce(k.value, l.value)::text, 'quality', coalesce(k.quality, l.quality)) AS shown
           FROM reading l LEFT JOIN LATERAL (
             SELECT value::numeric AS value, quality FROM reading_correction
             WHERE community_id = c.id AND register_no = l.register_no AND at = l.at ORDER BY version DESC LIMIT 1) k ON true
           WHERE l.community_no = c.no AND l.register_no = r.no AND l.at <= $3
             AND l.at >= greatest(lower(i.period), lower(o.days)::timestamp AT TIME ZONE s.zone)
           ORDER BY l.at DESC LIMIT 1) last ON true
         WHERE o.community_id = $1 AND o.member_id = ANY ($2::uuid[]) ORDER BY p.code, m.code, r.code`,
        [communityId, memberIds, now, JSON.stringify(today)],
      );
      return rows.map(({ capacity, last, ...row }) => ({
        ...row,
        digits: digitsOf(capacity === null ? null : decimal(capacity)),
        last: last && { ...last, at: instant(last.at) },
      }));
    });
  }
}

const unreadable = (
  issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[],
): Unreadable => {
  const [first] = issues;
  const pointer = (first?.path ?? []).map((step) => `/${String(step)}`).join('');
  return new Unreadable({ code: 'invalid-input', pointer, detail: first?.message ?? 'This is no reading.' });
};

async function registersRead(
  tx: Tx,
  { communityId, memberIds }: Principal,
  wanted: readonly ({ readonly index: number } & MyReading)[],
): Promise<ReadonlyMap<number, Found>> {
  const asked = wanted.map(({ index, meter, register, at }) => ({ index, meter, register, at: instant(at) }));
  const rows = await tx.query<Found>(
    `SELECT q.index, r.id AS "registerId", m.id AS "meterId", r.code, r.unit
     FROM jsonb_to_recordset($3::jsonb) AS q (index int, meter text, register text, at timestamptz)
     JOIN meter m ON m.community_id = $1 AND (m.code = q.meter OR m.id::text = lower(q.meter))
     JOIN register r ON r.community_id = m.community_id AND r.meter_id = m.id AND r.kind = 'cumulative' AND (r.code = q.register OR r.id::text = lower(q.register))
     JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id
     JOIN installation i ON i.community_id = m.community_id AND i.meter_id = m.id AND i.period @> q.at
     WHERE EXISTS (SELECT FROM occupancy o WHERE o.community_id = i.community_id AND o.space_id = i.space_id
                     AND o.member_id = ANY ($2::uuid[]) AND o.days @> (q.at AT TIME ZONE s.zone)::date)`,
    [communityId, memberIds, JSON.stringify(asked)],
  );
  return new Map(rows.map((row) => [row.index, row]));
}

/** Which day it is at each site. */
async function todayBySite(tx: Tx, communityId: string, now: Instant): Promise<{ site: string; day: string }[]> {
  const sites = await tx.query<{ id: string; zone: Zone }>('SELECT id, zone FROM site WHERE community_id = $1', [
    communityId,
  ]);
  return sites.map(({ id, zone }) => ({ site: id, day: dayOf(now, zone) }));
}
