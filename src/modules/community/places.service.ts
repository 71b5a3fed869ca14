import { Injectable } from '@nestjs/common';
import {
  type DatedHeads,
  type DatedWeight,
  type Occupancy as DomainOccupancy,
  occupancyPieces,
  type Space as DomainSpace,
} from '../../domain/apportionment/pieces.js';
import { occupiedInstead, type OccupiedInstead } from '../../domain/apportionment/occupied-instead.js';
import type { CivilDate, Days, Period } from '../../domain/calendar/period.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import type { Principal } from '../../platform/http/principal.js';

/** The members whose things somebody may see; null: everybody's. */
export type Seen = readonly string[] | null;

/** Who is nothing but a member sees what belongs to the members they act for. */
export const seenBy = ({ roles, memberIds }: Principal): Seen =>
  roles.every((role) => role === 'member') ? memberIds : null;

/** A space as runs and statements need it: the domain's, with its code and name. */
export interface NamedSpace extends DomainSpace {
  readonly code: string;
  readonly name: string;
}

/** One space for some days of a period in one hand; `memberId` is null where it is empty or common. */
export interface PlacePiece {
  readonly spaceId: string;
  readonly spaceCode: string;
  readonly spaceName: string;
  readonly kind: 'let' | 'common';
  readonly area: Decimal;
  readonly weight: Decimal;
  readonly vacantPayerMemberId: string | null;
  readonly memberId: string | null;
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/** What a question puts in place of who is where, and of how large a space is. */
export interface PlacesInstead {
  /** Of one space no two share a day. */
  readonly occupancies: readonly OccupiedInstead[];
  /** By id of the space; a weight holds on every day. */
  readonly spaces: ReadonlyMap<string, { readonly area?: Decimal; readonly weight?: Decimal }>;
}

const asTheyAre: PlacesInstead = { occupancies: [], spaces: new Map() };

/** What a statement says of a member. */
export interface MemberDetails {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly contactName: string;
  readonly email: string;
  readonly address: string;
  readonly trade: string;
}

type SpaceRow = Omit<NamedSpace, 'label' | 'area' | 'weight'> & { readonly area: string; readonly weight: string };

/** What runs and statements ask of places and people: who was where, for every day. */
@Injectable()
export class PlacesService {
  /** The spaces of a site and who was in them on days of a period: what the domain cuts into pieces. */
  async spacesWithOccupancies(
    tx: Tx,
    communityId: string,
    siteId: string,
    period: Period,
    instead: PlacesInstead = asTheyAre,
  ): Promise<{ spaces: NamedSpace[]; occupancies: DomainOccupancy[] }> {
    const spaces = await tx.query<SpaceRow>(
      `SELECT id, code, name, kind, area, weight, vacant_payer_member_id AS "vacantPayerMemberId"
       FROM space WHERE community_id = $1 AND site_id = $2 ORDER BY code`,
      [communityId, siteId],
    );
    const occupancies = await tx.query<{ spaceId: string; memberId: string; days: Days }>(
      `SELECT o.space_id AS "spaceId", o.member_id AS "memberId", o.days
       FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
       WHERE o.community_id = $1 AND s.site_id = $2 AND o.days && $3::daterange
       ORDER BY s.code, lower(o.days)`,
      [communityId, siteId, daysToDatabase(period)],
    );
    const measures = await this.measuresOf(tx, communityId, siteId, period);
    return {
      spaces: spaces.map((row) => ({
        ...row,
        label: `${row.name} (${row.code})`,
        area: decimal(row.area),
        weight: decimal(row.weight),
        ...measures.get(row.id),
        ...measuredInstead(instead.spaces.get(row.id)),
      })),
      occupancies: occupiedInstead(
        occupancies.map(({ days, ...who }) => ({ ...who, ...days })),
        instead.occupancies,
      ),
    };
  }

  /** Weights and head counts of the days of a period, by space; only of spaces that have some. */
  private async measuresOf(tx: Tx, communityId: string, siteId: string, period: Period) {
    const rows = await tx.query<{ spaceId: string; memberId: string | null; value: string; days: Days }>(
      `SELECT v.space_id AS "spaceId", v.member_id AS "memberId", v.value, v.days
       FROM space_measure v JOIN space s ON s.community_id = v.community_id AND s.id = v.space_id
       WHERE v.community_id = $1 AND s.site_id = $2 AND v.days && $3::daterange ORDER BY lower(v.days)`,
      [communityId, siteId, daysToDatabase(period)],
    );
    const bySpace = new Map<string, { weights?: DatedWeight[]; heads?: DatedHeads[] }>();
    for (const { spaceId, memberId, value, days } of rows) {
      const own = bySpace.get(spaceId) ?? {};
      bySpace.set(spaceId, own);
      if (memberId === null) (own.weights ??= []).push({ ...days, weight: decimal(value) });
      else (own.heads ??= []).push({ ...days, memberId, heads: decimal(value) });
    }
    return bySpace;
  }

  /** Every space of a site on every day of a period, each in one hand; by code of the space, then by time. */
  async occupancyPieces(tx: Tx, communityId: string, siteId: string, period: Period): Promise<PlacePiece[]> {
    const { spaces, occupancies } = await this.spacesWithOccupancies(tx, communityId, siteId, period);
    const byId = new Map(spaces.map((space) => [space.id, space]));
    return occupancyPieces(spaces, occupancies, period).map(({ space, memberId, days }) => {
      const { id, code, name, kind, area, weight, vacantPayerMemberId } = byId.get(space.id) as NamedSpace;
      return {
        spaceId: id,
        spaceCode: code,
        spaceName: name,
        kind,
        area,
        weight,
        vacantPayerMemberId,
        memberId,
        ...days,
      };
    });
  }

  /** What statements say of members, by id. */
  async memberDetails(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, MemberDetails>> {
    const rows = await tx.query<MemberDetails>(
      `SELECT id, code, name, contact_name AS "contactName", email, address, trade
       FROM member WHERE community_id = current_community() AND id = ANY($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}

const measuredInstead = ({ area, weight }: { readonly area?: Decimal; readonly weight?: Decimal } = {}) => ({
  ...(area === undefined ? {} : { area }),
  ...(weight === undefined ? {} : { weight, weights: [] }),
});
