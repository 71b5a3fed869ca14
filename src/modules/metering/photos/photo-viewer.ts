import { DomainError } from '../../../domain/errors.js';
import type { Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Principal } from '../../../platform/http/principal.js';

/** For whom photos are looked at: all of them for a treasurer, else those that a person sent or that belong to its members. */
export type PhotoViewer = 'all' | readonly string[];

export const photoViewerOf = ({ roles, personId, memberIds }: Principal): PhotoViewer =>
  roles.includes('treasurer') ? 'all' : [...(personId === undefined ? [] : [personId]), ...memberIds];

/** Says for whom this transaction looks. Until then row-level security shows it no photo. */
export async function lookAtPhotos(tx: Tx, viewer: PhotoViewer): Promise<void> {
  await tx.query(`SELECT set_config('app.photos', $1, true)`, [viewer === 'all' ? viewer : viewer.join(',')]);
}

/** Those of some photos that this transaction may see. */
export async function seenPhotos(tx: Tx, communityId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM photo WHERE community_id = $1 AND id = ANY ($2::uuid[])',
    [communityId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}

export const unseenPhoto = 'There is no such photo of yours; send it to /api/v1/photos first.';

/**
 * Links photos to the devices they show.
 *
 * @throws DomainError `not-found` for a photo that is not there, or that the viewer may not see
 */
export async function linkToDevices(
  tx: Tx,
  communityId: string,
  viewer: PhotoViewer,
  photos: readonly string[],
  installations: readonly string[],
  now: Instant,
): Promise<void> {
  if (photos.length === 0) return;
  await lookAtPhotos(tx, viewer);
  const seen = await seenPhotos(tx, communityId, photos);
  if (photos.some((id) => !seen.has(id.toLowerCase()))) throw new DomainError('not-found', unseenPhoto);
  await tx.query(
    `INSERT INTO device_photo (community_id, photo_id, installation_id, linked_at)
     SELECT $1, p, i, $4 FROM unnest($2::uuid[]) p, unnest($3::uuid[]) i ON CONFLICT DO NOTHING`,
    [communityId, photos, installations, now],
  );
}
