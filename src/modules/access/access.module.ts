import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessChanges } from './access-changes.service.js';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { AdmissionService } from './admission.service.js';
import { DirectoryService } from './directory.service.js';
import { DeviceKeysController, TokensController } from './keys.controller.js';
import { PeopleController } from './people.controller.js';
import { SignInService } from './sign-in.service.js';

/** People, roles, tokens and device keys, and the guard before every route. */
@Module({
  controllers: [PeopleController, TokensController, DeviceKeysController],
  providers: [
    AccessChanges,
    AccessService,
    AdmissionService,
    DirectoryService,
    SignInService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessChanges, AccessService, AdmissionService, SignInService],
})
export class AccessModule {}
