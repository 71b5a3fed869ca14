import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from './access-changes.service.js';
import {
  type KeyParam,
  keyParam,
  type Me,
  me,
  newPerson,
  type NewPersonBody,
  type Person,
  person,
  personPage,
  personPatch,
  type PersonPatchBody,
} from './access.schema.js';
import { AccessService } from './access.service.js';
import { DirectoryService } from './directory.service.js';

@Controller()
export class PeopleController {
  constructor(
    private readonly access: AccessService,
    private readonly directory: DirectoryService,
  ) {}

  @Get('me')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The person behind the token, with roles and community.', me)
  me(@CurrentPrincipal() principal: Principal): Promise<Me> {
    return this.directory.me(principal);
  }

  @Post('people')
  @Allow('treasurer')
  @StepUp()
  @Reply(201, 'The person was added; issue a token to let them in.', person)
  async add(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newPerson }) body: NewPersonBody,
  ): Promise<Person> {
    const { communityId } = principal;
    const roles = await this.directory.grants(communityId, body.roles);
    const { personId } = await this.access.addPerson(communityId, { ...body, roles }, actorOf(principal));
    return this.directory.person(communityId, personId);
  }

  @Get('people')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'People with the roles they have now.', personPage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.directory.people(communityId, query);
  }

  @Get('people/:id')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'The person.', person)
  one(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: keyParam }) { id }: KeyParam): Promise<Person> {
    return this.directory.person(communityId, id);
  }

  @Patch('people/:id')
  @Allow('treasurer')
  @StepUp()
  @Reply(200, 'The person as changed. Whom you make an approver needs a new token.', person)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: keyParam }) { id }: KeyParam,
    @Body({ schema: personPatch }) body: PersonPatchBody,
  ): Promise<Person> {
    const { communityId } = principal;
    const roles = body.roles && (await this.directory.grants(communityId, body.roles));
    await this.access.changePerson(communityId, id, { ...body, roles }, actorOf(principal));
    return this.directory.person(communityId, id);
  }
}
