import { z } from 'zod';
import { Decimal, isDecimal, zero } from '../../domain/quantity/decimal.js';
import {
  civilDate,
  code,
  days,
  decimal,
  emailOrNone,
  idOrCode,
  instant,
  optionalText,
  page,
  pageQuery,
  text,
  uuid,
  zone,
} from '../../platform/http/wire.js';

/** Codes and the zone of a site are given once: keys name spaces by code, and what was billed was cut by the zone's days. */

const positive = decimal.refine((value) => !isDecimal(value) || new Decimal(value).gt(zero), 'must be more than 0');
const area = positive.meta({ description: 'Floor area in square metres.', examples: ['24.50'] });
const weight = positive.meta({ description: 'Weight of a square metre; 1 where none was agreed.', examples: ['1'] });

export const site = z
  .object({ id: uuid, code, name: z.string(), address: z.string(), zone, createdAt: instant })
  .meta({ id: 'Site' });
export type Site = z.infer<typeof site>;
export const sitePage = page(site);

export const newSite = z.strictObject({ code, name: text(), address: optionalText(500).default(''), zone });
export type NewSite = z.infer<typeof newSite>;

export const sitePatch = z.strictObject({ name: text(), address: optionalText(500) }).partial();
export type SitePatch = z.infer<typeof sitePatch>;

export const spaceKinds = ['let', 'common'] as const;

export const space = z
  .object({
    id: uuid,
    siteId: uuid,
    code,
    name: z.string(),
    kind: z.enum(spaceKinds).meta({ description: 'Let to members, or common to all.' }),
    area,
    weight,
    vacantPayerMemberId: uuid
      .nullable()
      .meta({ description: 'Who pays while it is empty; null: the community itself.' }),
    createdAt: instant,
  })
  .meta({ id: 'Space' });
export type Space = z.infer<typeof space>;
export const spacePage = page(space);

const vacantPayer = idOrCode
  .nullable()
  .meta({ description: 'The member who pays while it is empty; null: the community itself.' });

export const newSpace = z.strictObject({
  site: idOrCode,
  code,
  name: text(),
  kind: z.enum(spaceKinds),
  area,
  weight: weight.default('1'),
  vacantPayer: vacantPayer.default(null),
});
export type NewSpace = z.infer<typeof newSpace>;

export const spacePatch = z.strictObject({ name: text(), area, weight, vacantPayer }).partial();
export type SpacePatch = z.infer<typeof spacePatch>;

export const spacesQuery = pageQuery.extend({ site: idOrCode.optional() });
export type SpacesQuery = z.infer<typeof spacesQuery>;

const memberTexts = {
  name: text(),
  contactName: optionalText(200),
  email: emailOrNone,
  address: optionalText(500),
  trade: optionalText(200),
};

export const member = z
  .object({
    id: uuid,
    code,
    name: z.string(),
    contactName: z.string(),
    email: z.string(),
    address: z.string(),
    trade: z.string(),
    createdAt: instant,
    erasedAt: instant.nullable().meta({ description: 'Since when what is personal of it is gone.' }),
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;
export const memberPage = page(member);

export const newMember = z.strictObject({
  code,
  ...memberTexts,
  contactName: memberTexts.contactName.default(''),
  email: memberTexts.email.default(''),
  address: memberTexts.address.default(''),
  trade: memberTexts.trade.default(''),
});
export type NewMember = z.infer<typeof newMember>;

export const memberPatch = z.strictObject(memberTexts).partial();
export type MemberPatch = z.infer<typeof memberPatch>;

export const occupancy = z
  .object({ id: uuid, spaceId: uuid, spaceCode: code, memberId: uuid, memberCode: code, days, createdAt: instant })
  .meta({ id: 'Occupancy', description: 'One member in one space, from a day until, but not on, another.' });
export type Occupancy = z.infer<typeof occupancy>;
export const occupancyPage = page(occupancy);

export const newOccupancy = z.strictObject({ space: idOrCode, member: idOrCode, days });
export type NewOccupancy = z.infer<typeof newOccupancy>;

/** Ends an occupancy, opens it again, or corrects its first day; another space or member is another occupancy. */
export const occupancyPatch = z
  .strictObject({
    from: civilDate,
    to: civilDate
      .nullable()
      .meta({ description: 'The first day on which the member is gone; null where that is open.' }),
  })
  .partial();
export type OccupancyPatch = z.infer<typeof occupancyPatch>;

export const occupanciesQuery = pageQuery.extend({
  space: idOrCode.optional(),
  member: idOrCode.optional(),
  on: civilDate.meta({ description: 'Only those that hold on this day.' }).optional(),
});
export type OccupanciesQuery = z.infer<typeof occupanciesQuery>;

export const occupancyParam = z.strictObject({ id: uuid });
