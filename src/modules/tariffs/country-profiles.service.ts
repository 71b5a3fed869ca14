import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Actor } from '../access/access-changes.service.js';
import { CommunityService } from '../community/community.service.js';
import { type CountryProfile, rateOf } from './country-profile.js';
import { countryProfiles } from './country-profiles.js';
import type { ProfileAdopted, ProfileAdoption } from './country-profiles.schema.js';
import { TariffsService } from './tariffs.service.js';
import { TaxRatesService } from './tax-rates.service.js';

/** What is usual in a country, adopted as ordinary rates and policies: afterwards nothing refers to the profile any more. */
@Injectable()
export class CountryProfilesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly community: CommunityService,
    private readonly tariffs: TariffsService,
    private readonly taxRates: TaxRatesService,
  ) {}

  list(): readonly CountryProfile[] {
    return countryProfiles;
  }

  /**
   * Adopts a profile in one transaction: rates of codes that have none, and its policies from a day on, each with its source as the
   * decision. Whether the community is registered for tax is its own to say.
   *
   * @throws DomainError `overlapping-version` where a policy in force began on that day or after it
   */
  adopt(communityId: string, { profile: code, from }: ProfileAdoption, actor: Actor): Promise<ProfileAdopted> {
    const profile = countryProfiles.find((one) => one.code === code);
    if (profile === undefined) throw new DomainError('not-found', `There is no profile ${code}.`);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const known = await this.tariffs.taxCodes(tx, communityId);
      const fresh = profile.rates.filter((rate) => !known.has(rate.code));
      for (const rate of fresh) {
        await this.taxRates.createWithin(tx, communityId, rateOf(rate), actor);
      }
      const policies: string[] = [];
      const { currency } = await this.community.get(communityId);
      for (const { name, terms, source, verified } of withSimplified(profile, currency)) {
        const now = await this.community.policyOn(tx, communityId, name, from);
        const next = { ...now, ...terms };
        if (isSame(now, next)) continue;
        const decision = `profile ${profile.code} of ${profile.readOn}: ${source}${verified ? '' : ' (not verified)'}`;
        await this.community.adoptWithin(tx, communityId, { name, from, terms: next, decision }, actor);
        policies.push(name);
      }
      return { rates: [...new Set(fresh.map((rate) => rate.code))], policies };
    });
  }
}

/** The policies of a profile; its limit of simplified invoices is one of the tax policy, in a community of its currency. */
function withSimplified({ policies, simplifiedInvoice: limit }: CountryProfile, currency: string): Policies {
  if (limit?.currency !== currency) return policies;
  const { upTo: simplifiedUpTo, source, verified } = limit;
  const own = policies.find(({ name }) => name === 'tax');
  return [
    {
      name: 'tax',
      terms: { ...own?.terms, simplifiedUpTo },
      source: [...(own === undefined ? [] : [own.source]), source].join('; '),
      verified: verified && own?.verified !== false,
    },
    ...policies.filter(({ name }) => name !== 'tax'),
  ];
}
type Policies = CountryProfile['policies'];

/** Terms come from one schema, so their keys stand in one order but for what a database reorders. */
const isSame = (a: object, b: object): boolean => written(a) === written(b);

const written = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
