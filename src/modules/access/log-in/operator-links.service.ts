import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { invalidRequest } from '../../../platform/http/validation.js';
import { system } from '../access-changes.service.js';
import { newPerson, type Person } from '../access.schema.js';
import { AccessService } from '../access.service.js';
import { listPeople, lockPeople } from '../people.js';
import { LinksService } from './links.service.js';

/** Whom the operator lets in. */
export interface Wanted {
  /** Code of the community. */
  readonly community: string;
  /** Name, e-mail address or id; without it the treasurer, where there is one only. */
  readonly person?: string | undefined;
  /** Whether this person is not here yet, and becomes a treasurer. */
  readonly isNew: boolean;
  /** Of the one who is new. */
  readonly email: string;
}

export interface OperatorLink {
  readonly community: string;
  readonly person: Pick<Person, 'id' | 'name'>;
  readonly roles: readonly string[];
  readonly isNew: boolean;
  readonly link: string;
  readonly expiresAt: Instant;
}

/**
 * Links that whoever runs the service hands out at its command line: to the first treasurer, before anybody could invite anybody, and to
 * whoever is left outside where no mail is sent. Both are on the record, as done by the program. No route leads here.
 */
@Injectable()
export class OperatorLinks {
  constructor(
    private readonly transactions: Transactions,
    private readonly access: AccessService,
    private readonly links: LinksService,
  ) {}

  /** @throws DomainError `not-found`, `already-exists`; `conflict` where several are meant, or nobody who may do anything */
  async make({ community, person, isNew, email }: Wanted): Promise<OperatorLink> {
    const [found] = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string; name: string }>('SELECT id, name FROM community WHERE code = $1', [community]),
    );
    if (!found) throw new DomainError('not-found', `There is no community ${community} in this house.`);
    return this.transactions.inCommunity(found.id, async (tx) => {
      await lockPeople(tx, found.id);
      const people = await listPeople(tx, found.id, undefined, 10_000);
      const { id, name, roles } = isNew
        ? await this.addTreasurer(found.id, people, { name: person ?? '', email })
        : pick(people, person, community);
      const { address, expiresAt } = await this.links.make(found.id, id);
      const held = [...new Set(roles.map(({ role }) => role))];
      return { community: found.name, person: { id, name }, roles: held, isNew, link: address, expiresAt };
    });
  }

  private async addTreasurer(
    communityId: string,
    people: readonly Person[],
    given: { readonly name: string; readonly email: string },
  ): Promise<Pick<Person, 'id' | 'name' | 'roles'>> {
    const read = newPerson.safeParse({ ...given, roles: [{ role: 'treasurer' }] });
    if (!read.success) throw invalidRequest(read.error.issues);
    const { name, email } = read.data;
    if (people.some((one) => isNamed(one, name)))
      throw new DomainError('already-exists', `${name} is here already; leave out --new.`);
    const { personId } = await this.access.addPerson(
      communityId,
      { name, email, roles: [{ role: 'treasurer' }] },
      system,
    );
    return { id: personId, name, roles: [{ role: 'treasurer', memberId: null }] };
  }
}

const isNamed = ({ id, name, email }: Person, wanted: string): boolean =>
  [id, name.toLowerCase(), ...(email === '' ? [] : [email.toLowerCase()])].includes(wanted.trim().toLowerCase());

function pick(people: readonly Person[], wanted: string | undefined, community: string): Person {
  const meant =
    wanted === undefined
      ? people.filter(({ roles }) => roles.some(({ role }) => role === 'treasurer'))
      : people.filter((one) => isNamed(one, wanted));
  const [first, second] = meant;
  if (!first) throw new DomainError('not-found', nobody(wanted, community));
  if (second) {
    const names = meant.map(({ id, name, email }) => `${name} (${email || id})`).join(', ');
    throw new DomainError('conflict', `Several are meant: ${names}. Name one by address or id with --person.`);
  }
  if (first.roles.length === 0)
    throw new DomainError('conflict', `${first.name} has no role in ${community}: a link would open nothing.`);
  return first;
}

const nobody = (wanted: string | undefined, community: string): string =>
  wanted === undefined
    ? `${community} has no treasurer; make one with --new --person NAME.`
    : `There is nobody named ${wanted} in ${community}. With --new, ${wanted} becomes a treasurer of it.`;
