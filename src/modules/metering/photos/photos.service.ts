import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Instant, instant } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { seenMemberId } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import type { Principal } from '../../../platform/http/principal.js';
import { limitOf } from '../../../platform/http/wire.js';
import { newId } from '../../../platform/ids.js';
import { actorOf } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { seenBy } from '../../community/places.service.js';
import { meterCalled } from '../registers/find-register.js';
import type { PhotoReply, PhotosQuery, PhotoUpload } from './photos.schema.js';
import { type CleanPhoto, cleanPhoto } from './clean-photo.js';
import { lookAtPhotos, photoViewerOf } from './photo-viewer.js';

/** Photos of displays: kept for good, seen by the treasurer and by whom they belong to. */
@Injectable()
export class PhotosService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a photo without the place at which it was taken. The same photo again is the same one.
   *
   * @throws DomainError `unsupported-format`, `unreadable-file`, `invalid-input` where it is not clear whose it is, `not-found`, `too-many-attempts`
   */
  keep(principal: Principal, file: Buffer, { member }: PhotoUpload): Promise<PhotoReply> {
    const { communityId, personId } = principal;
    assert(personId !== undefined, 'Photos are sent by people.');
    const photo = cleanPhoto(file);
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lookAtPhotos(tx, photoViewerOf(principal));
      const memberId = await ownerOf(tx, principal, member);
      const known = await sameOf(tx, communityId, personId, memberId, photo);
      if (known !== undefined) return one(tx, communityId, known);
      await refuseTooMany(tx, communityId, personId, this.clock.now());
      const id = newId();
      await tx.query(
        `INSERT INTO photo (community_id, id, sha256, sent_sha256, media_type, content, member_id, sent_by, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
        [
          ...[communityId, id, hashOf(photo.content), hashOf(file), photo.mediaType, photo.content],
          ...[memberId, personId, this.clock.now()],
        ],
      );
      const kept = await sameOf(tx, communityId, personId, memberId, photo);
      assert(kept !== undefined, 'A photo that was just kept is there.');
      if (kept === id)
        await this.audit.record(tx, {
          actor: actorOf(principal),
          type: 'photo.kept',
          subjectKind: 'photo',
          subjectId: id,
          data: { sha256: hashOf(photo.content).toString('hex') },
        });
      return one(tx, communityId, kept);
    });
  }

  /** Newest first. */
  list(principal: Principal, query: PhotosQuery): Promise<{ items: PhotoReply[]; next: string | null }> {
    const { communityId } = principal;
    const limit = limitOf(query);
    const [before = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lookAtPhotos(tx, photoViewerOf(principal));
      const meter = query.meter === undefined ? null : await meterOf(tx, principal, query.meter);
      const rows = await describe(
        tx,
        `p.community_id = $1 AND ($2::uuid IS NULL OR p.id < $2)
         AND ($3::uuid IS NULL OR EXISTS (SELECT FROM reading_photo q JOIN register r ON r.community_id = q.community_id AND r.id = q.register_id
               WHERE q.community_id = p.community_id AND q.photo_id = p.id AND r.meter_id = $3)
             OR EXISTS (SELECT FROM device_photo q JOIN installation i ON i.community_id = q.community_id AND i.id = q.installation_id
               WHERE q.community_id = p.community_id AND q.photo_id = p.id AND i.meter_id = $3))
         AND ($4::timestamptz IS NULL AND $5::timestamptz IS NULL OR EXISTS (SELECT FROM reading_photo q
               WHERE q.community_id = p.community_id AND q.photo_id = p.id AND q.at >= coalesce($4, '-infinity') AND q.at < coalesce($5, 'infinity')))
         ORDER BY p.id DESC LIMIT $6::int`,
        [communityId, before, meter, query.from ?? null, query.to ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** The photo as it is kept. @throws DomainError `not-found`, also where it is another's */
  content(principal: Principal, id: string): Promise<CleanPhoto> {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lookAtPhotos(tx, photoViewerOf(principal));
      const [photo] = await tx.query<CleanPhoto>(
        'SELECT media_type AS "mediaType", content FROM photo WHERE community_id = $1 AND id = $2',
        [communityId, id],
      );
      if (!photo) throw notFound();
      return photo;
    });
  }
}

/** Photos that one person may send within a day: more than anybody has displays, and fewer than fill the house. */
const mostADay = 200;

async function refuseTooMany(tx: Tx, communityId: string, personId: string, now: Instant): Promise<void> {
  const [row] = await tx.query<{ count: string }>(
    `SELECT count(*) FROM photo WHERE community_id = $1 AND sent_by = $2 AND sent_at > $3::timestamptz - interval '1 day'`,
    [communityId, personId, now],
  );
  if (Number(row?.count) >= mostADay)
    throw new DomainError(
      'too-many-attempts',
      `One person sends at most ${mostADay} photos a day; send the others tomorrow.`,
    );
}

const notFound = (): DomainError => new DomainError('not-found', 'There is no such photo here.');
const hashOf = (content: Buffer): Buffer => createHash('sha256').update(content).digest();

/** Whose a photo is: the member that a person acts for; nobody's where somebody of the community took it. */
async function ownerOf(tx: Tx, principal: Principal, member: string | undefined): Promise<string | null> {
  const { communityId, memberIds } = principal;
  if (member !== undefined) return seenMemberId(tx, communityId, member, seenBy(principal));
  if (seenBy(principal) === null) return null;
  const [only, ...others] = memberIds;
  if (only === undefined || others.length > 0)
    throw new DomainError('invalid-input', 'You act for several members: say whose photo it is, as ?member=ROSA.');
  return only;
}

/** A member hears the same of a meter that is another's as of one that is not there. */
async function meterOf(tx: Tx, principal: Principal, address: string): Promise<string> {
  try {
    return (await meterCalled(tx, principal.communityId, address)).id;
  } catch (error) {
    if (seenBy(principal) === null || !(error instanceof DomainError)) throw error;
    return newId();
  }
}

async function sameOf(
  tx: Tx,
  communityId: string,
  personId: string,
  memberId: string | null,
  { content }: CleanPhoto,
): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    'SELECT id FROM photo WHERE community_id = $1 AND sent_by = $2 AND sha256 = $3 AND member_id IS NOT DISTINCT FROM $4::uuid',
    [communityId, personId, hashOf(content), memberId],
  );
  return row?.id;
}

async function one(tx: Tx, communityId: string, id: string): Promise<PhotoReply> {
  const [photo] = await describe(tx, 'p.community_id = $1 AND p.id = $2', [communityId, id]);
  if (!photo) throw notFound();
  return photo;
}

async function describe(tx: Tx, where: string, params: readonly unknown[]): Promise<PhotoReply[]> {
  const rows = await tx.query<PhotoReply>(
    `SELECT p.id, p.media_type AS "mediaType", length(p.content) AS bytes, encode(p.sha256, 'hex') AS sha256, encode(p.sent_sha256, 'hex') AS "sentSha256",
            (SELECT b.code FROM member b WHERE b.community_id = p.community_id AND b.id = p.member_id) AS member, p.sent_at AS "sentAt",
            (SELECT coalesce(jsonb_agg(jsonb_build_object('meter', m.code, 'register', r.code, 'at', q.at) ORDER BY q.at, m.code, r.code), '[]')
             FROM reading_photo q JOIN register r ON r.community_id = q.community_id AND r.id = q.register_id
             JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
             WHERE q.community_id = p.community_id AND q.photo_id = p.id) AS readings,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('meter', m.code, 'serial', i.serial, 'from', lower(i.period), 'to', upper(i.period)) ORDER BY i.period), '[]')
             FROM device_photo q JOIN installation i ON i.community_id = q.community_id AND i.id = q.installation_id
             JOIN meter m ON m.community_id = i.community_id AND m.id = i.meter_id
             WHERE q.community_id = p.community_id AND q.photo_id = p.id) AS devices
     FROM photo p WHERE ${where}`,
    params,
  );
  // Instants inside JSON arrive as PostgreSQL writes them there.
  return rows.map((row) => ({
    ...row,
    readings: row.readings.map((reading) => ({ ...reading, at: instant(reading.at) })),
    devices: row.devices.map(({ from, to, ...device }) => ({
      ...device,
      from: instant(from),
      to: to === null ? null : instant(to),
    })),
  }));
}
