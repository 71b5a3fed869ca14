import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Config, configToken } from '../../../platform/config.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { refuseForeignPage } from '../../../platform/http/own-page.js';
import { Public } from '../../../platform/http/policy.js';
import { Reply } from '../../../platform/http/reply.js';
import { AnsweredAnew } from '../../../platform/http/stateless.js';
import { type PasskeyLogIn, passkeyLogIn, passkeyOptions } from './factors.schema.js';
import { LinksService } from './links.service.js';
import {
  linkAsked,
  type LinkRequest,
  linkRequest,
  type LinkSecret,
  linkSecret,
  openedByLink,
  type Session,
  session,
} from './log-in.schema.js';
import { PasskeysService } from './passkeys.service.js';
import { SessionView } from './session-view.service.js';
import { SessionsService } from './sessions.service.js';

/** The ways in, for people at a browser. They take and set cookies, and so answer pages of ours only. */
@Controller('log-in')
export class LogInController {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly links: LinksService,
    private readonly passkeys: PasskeysService,
    private readonly sessions: SessionsService,
    private readonly view: SessionView,
  ) {}

  @Post('link')
  @Public()
  @AnsweredAnew()
  @Reply(
    202,
    'If somebody is known by this address, a link is on its way. The answer is the same if nobody is.',
    linkAsked,
  )
  ask(
    @Body({ schema: linkRequest }) { email, to }: LinkRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseForeignPage(this.config, request);
    return { expiresAt: this.links.ask(email, to, request, reply) };
  }

  @Post('link/use')
  @Public()
  @AnsweredAnew()
  @Reply(200, 'You are logged in. The link is used up.', openedByLink)
  async use(
    @Body({ schema: linkSecret }) { secret }: LinkSecret,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseForeignPage(this.config, request);
    const opened = await this.links.use(secret, request, reply);
    this.sessions.hand(request, reply, opened);
    return { to: opened.to, session: await this.view.ofRow(opened.row) };
  }

  @Post('passkey/options')
  @Public()
  @AnsweredAnew()
  @Reply(200, 'What a browser needs to ask for a passkey of this site, whoever it belongs to.', passkeyOptions)
  passkeyOptions(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    refuseForeignPage(this.config, request);
    return this.passkeys.options(request, { purpose: 'log-in', by: this.links.browser(request, reply) });
  }

  @Post('passkey')
  @Public()
  @AnsweredAnew()
  @Reply(200, 'You are logged in. The passkey counts as a second factor that was just proved.', session)
  async passkey(
    @Body({ schema: passkeyLogIn }) { response }: PasskeyLogIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    refuseForeignPage(this.config, request);
    const asked = { purpose: 'log-in', by: this.links.browser(request, reply) } as const;
    const checked = await this.links.counted(request, reply, () => this.passkeys.check(request, asked, response));
    const { communityId, personId } = checked.passkey;
    const opened = await this.transactions.inCommunity(communityId, async (tx) => {
      await this.passkeys.spend(tx, checked);
      await this.links.refuseWithoutRole(tx, communityId, personId);
      return this.sessions.begin(tx, { communityId, personId, way: 'passkey', isProved: true });
    });
    this.sessions.hand(request, reply, opened);
    return this.view.ofRow(opened.row);
  }
}

/** One's own session. */
@Controller('session')
export class SessionController {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly view: SessionView,
  ) {}

  @Get()
  @Public()
  @Reply(200, 'How this browser is logged in; that it is not, is an answer too.', session)
  show(@Req() request: FastifyRequest): Promise<Session> {
    return this.view.of(request);
  }

  @Delete()
  @Public()
  @Reply(204, 'This browser is logged out, whether or not it was logged in.')
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    refuseForeignPage(this.config, request);
    const row = await this.sessions.row(request);
    if (row) await this.transactions.inCommunity(row.communityId, (tx) => this.sessions.end(tx, row, { only: row.id }));
    this.sessions.takeBack(request, reply);
  }
}
