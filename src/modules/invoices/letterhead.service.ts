import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import type { Community as Sender, PaymentDetails } from '../../domain/statement/model.js';
import type { Tx } from '../../platform/database/transactions.js';
import { CommunityService } from '../community/community.service.js';

type Community = Awaited<ReturnType<CommunityService['get']>>;

/** What every document of a community says about its sender, by the policies of the day it is issued. */
export interface Letterhead {
  readonly community: Community;
  readonly sender: Sender;
  readonly payment: Omit<PaymentDetails, 'reference'>;
  readonly referencePrefix: string;
  readonly dueDays: number;
  readonly seriesPrefix: string;
  readonly help: { readonly complaints: string; readonly disputeDays: number };
}

/** Who sends a document, how it is paid, and whom to ask. */
@Injectable()
export class LetterheadService {
  constructor(private readonly community: CommunityService) {}

  /** @param vatNumber null where the community charges no tax */
  async on(tx: Tx, communityId: string, day: CivilDate, vatNumber: string | null): Promise<Letterhead> {
    const community = await this.community.get(communityId);
    const policy = async <Name extends Parameters<CommunityService['policyOn']>[2]>(name: Name) =>
      this.community.policyOn(tx, communityId, name, day);
    const { referencePrefix, ...payment } = await policy('payment-details');
    return {
      community,
      sender: senderOf(community, vatNumber),
      payment: present(payment) as Letterhead['payment'],
      referencePrefix,
      dueDays: (await policy('payment-terms')).dueDays,
      seriesPrefix: (await policy('numbering')).seriesPrefix,
      help: await policy('help'),
    };
  }
}

const present = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));

function senderOf(community: Community, vatNumber: string | null): Sender {
  const { name, address, registrationNo, contactEmail, contactPhone } = community;
  return {
    name,
    address: addressLines(address),
    ...(vatNumber === null ? {} : { vatNumber }),
    ...(registrationNo === '' ? {} : { registration: registrationNo }),
    ...(contactEmail === '' ? {} : { email: contactEmail }),
    ...(contactPhone === '' ? {} : { phone: contactPhone }),
  };
}

/** An address as it was entered, line by line. */
export const addressLines = (address: string): string[] =>
  address
    .split(/\r?\n|,\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
