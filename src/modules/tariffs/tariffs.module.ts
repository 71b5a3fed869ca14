import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CalendarsController } from './calendars.controller.js';
import { CalendarsService } from './calendars.service.js';
import { CommunityModule } from '../community/community.module.js';
import { CountryProfilesController } from './country-profiles.controller.js';
import { CountryProfilesService } from './country-profiles.service.js';
import { KeyProposalsController } from './key-proposals.controller.js';
import { KeyProposalsService } from './key-proposals.service.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { OwnTariffsController } from './own-tariffs.controller.js';
import { OwnTariffsService } from './own-tariffs.service.js';
import './refusals.js';
import { TariffsService } from './tariffs.service.js';
import { TaxRatesController } from './tax-rates.controller.js';
import { TaxRatesService } from './tax-rates.service.js';

/** By what rules costs are shared and priced: band calendars, own tariffs, keys, tax rates. */
@Module({
  imports: [AuditModule, CommunityModule],
  controllers: [
    CalendarsController,
    KeysController,
    KeyProposalsController,
    OwnTariffsController,
    TaxRatesController,
    CountryProfilesController,
  ],
  providers: [
    CalendarsService,
    KeysService,
    KeyProposalsService,
    OwnTariffsService,
    TariffsService,
    TaxRatesService,
    CountryProfilesService,
  ],
  exports: [CalendarsService, KeysService, OwnTariffsService, TariffsService, TaxRatesService],
})
export class TariffsModule {}
