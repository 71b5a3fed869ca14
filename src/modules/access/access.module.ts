import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessChanges } from './access-changes.service.js';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { AdmissionService } from './admission.service.js';
import { DirectoryService } from './directory.service.js';
import { DeviceKeysController, TokensController } from './keys.controller.js';
import { AuthenticatorService } from './log-in/authenticator.service.js';
import { Challenges } from './log-in/challenges.service.js';
import { CodeAttempts } from './log-in/code-attempts.service.js';
import { DemoDoors } from './log-in/demo-doors.service.js';
import { HouseSecrets } from './log-in/house-secrets.service.js';
import { LinksService } from './log-in/links.service.js';
import { LogInController, SessionController } from './log-in/log-in.controller.js';
import { OperatorLinks } from './log-in/operator-links.service.js';
import { PasskeysService } from './log-in/passkeys.service.js';
import { LogInRulesController } from './log-in/rules.controller.js';
import { LogInRulesService } from './log-in/rules.service.js';
import { ProofController, SecondFactorsController } from './log-in/second-factors.controller.js';
import { SecondFactorsService } from './log-in/second-factors.service.js';
import { SessionView } from './log-in/session-view.service.js';
import { SessionsService } from './log-in/sessions.service.js';
import { PeopleController } from './people.controller.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import { SignInService } from './sign-in.service.js';

/** People, roles, tokens and device keys, how people log in, and the guard before every route. */
@Module({
  controllers: [
    PeopleController,
    TokensController,
    DeviceKeysController,
    LogInController,
    SessionController,
    LogInRulesController,
    ProofController,
    SecondFactorsController,
  ],
  providers: [
    AccessChanges,
    AccessService,
    AdmissionService,
    AuthenticatorService,
    Challenges,
    CodeAttempts,
    DemoDoors,
    DirectoryService,
    HouseSecrets,
    LinksService,
    LogInRulesService,
    OperatorLinks,
    PasskeysService,
    PublicAddress,
    SecondFactorsService,
    SessionsService,
    SessionView,
    SignInService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessChanges, AccessService, AdmissionService, LinksService, SessionsService, SignInService],
})
export class AccessModule {}
