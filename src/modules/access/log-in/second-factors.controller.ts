import { Body, Controller, Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AllowIncomplete } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { AnsweredAnew } from '../../../platform/http/stateless.js';
import { type KeyParam, keyParam } from '../access.schema.js';
import {
  authenticatorAdded,
  authenticatorBegun,
  type FirstCode,
  firstCode,
  newCodes,
  newPasskey,
  type NewPasskeyBody,
  passkeyAdded,
  passkeyOptions,
  type Proof,
  proof,
  type SecondFactors,
  secondFactors,
} from './factors.schema.js';
import { type Session, session } from './log-in.schema.js';
import { SecondFactorsService } from './second-factors.service.js';
import { SessionView } from './session-view.service.js';
import { SessionsService } from './sessions.service.js';

/** Proving a second factor in one's session: after a log-in by e-mail, and whenever something asks for it once more. */
@Controller('session/proof')
export class ProofController {
  constructor(
    private readonly factors: SecondFactorsService,
    private readonly sessions: SessionsService,
    private readonly view: SessionView,
  ) {}

  @Post('options')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'What a browser needs to ask for one of your passkeys.', passkeyOptions)
  options(@CurrentPrincipal() principal: Principal, @Req() request: FastifyRequest) {
    return this.factors.proofOptions(principal, request);
  }

  @Post()
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'Proved. The session goes on with a new cookie, and counts as just proved for five minutes.', session)
  async prove(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: proof }) body: Proof,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const opened = await this.factors.prove(principal, body, request);
    this.sessions.hand(request, reply, opened);
    return this.view.ofRow(opened.row);
  }
}

/** One's own passkeys, app and recovery codes. */
@Controller('second-factors')
export class SecondFactorsController {
  constructor(
    private readonly factors: SecondFactorsService,
    private readonly sessions: SessionsService,
    private readonly view: SessionView,
  ) {}

  @Get()
  @AllowIncomplete()
  @Reply(200, 'What you can prove yourself with.', secondFactors)
  list(@CurrentPrincipal() principal: Principal): Promise<SecondFactors> {
    return this.factors.list(principal);
  }

  @Post('passkeys/options')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'What a browser needs to make a passkey for you.', passkeyOptions)
  newPasskeyOptions(@CurrentPrincipal() principal: Principal, @Req() request: FastifyRequest) {
    return this.factors.newPasskeyOptions(principal, request);
  }

  @Post('passkeys')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(
    201,
    'The passkey was added, and proved by that. Recovery codes come with the first second factor.',
    passkeyAdded,
  )
  async addPasskey(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newPasskey }) body: NewPasskeyBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { opened, passkey, recoveryCodes } = await this.factors.addPasskey(principal, body, request);
    this.sessions.hand(request, reply, opened);
    return { passkey, recoveryCodes, session: await this.view.ofRow(opened.row) };
  }

  @Delete('passkeys/:id')
  @AllowIncomplete()
  @Reply(204, 'The passkey opens nothing any more.')
  removePasskey(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: keyParam }) { id }: KeyParam,
  ): Promise<void> {
    return this.factors.removePasskey(principal, id);
  }

  @Post('authenticator')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'What your app needs to make codes. It counts after its first code.', authenticatorBegun)
  begin(@CurrentPrincipal() principal: Principal) {
    return this.factors.beginAuthenticator(principal);
  }

  @Post('authenticator/confirm')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'Your app counts from now on. Recovery codes come with the first second factor.', authenticatorAdded)
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: firstCode }) { code }: FirstCode,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { opened, recoveryCodes } = await this.factors.confirmAuthenticator(principal, code);
    this.sessions.hand(request, reply, opened);
    return { recoveryCodes, session: await this.view.ofRow(opened.row) };
  }

  @Delete('authenticator')
  @AllowIncomplete()
  @Reply(204, 'Codes of the app hold no more.')
  removeAuthenticator(@CurrentPrincipal() principal: Principal): Promise<void> {
    return this.factors.removeAuthenticator(principal);
  }

  @Post('recovery-codes')
  @AllowIncomplete()
  @AnsweredAnew()
  @Reply(200, 'New recovery codes, shown now and never again; those of before are void.', newCodes)
  async recoveryCodes(@CurrentPrincipal() principal: Principal) {
    return { recoveryCodes: await this.factors.newRecoveryCodes(principal) };
  }
}
