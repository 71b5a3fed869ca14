import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessModule } from './modules/access/access.module.js';
import { AdvancesModule } from './modules/advances/advances.module.js';
import { ArchiveModule } from './modules/archive/archive.module.js';
import { ErasureModule } from './modules/erasure/erasure.module.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { BillingModule } from './modules/billing/billing.module.js';
import { CommunityModule } from './modules/community/community.module.js';
import { CostsModule } from './modules/costs/costs.module.js';
import { DeliveryModule } from './modules/delivery/delivery.module.js';
import { IntakeModule } from './modules/intake/intake.module.js';
import { InvoicesModule } from './modules/invoices/invoices.module.js';
import { LedgerModule } from './modules/ledger/ledger.module.js';
import { MeteringModule } from './modules/metering/metering.module.js';
import { ProofsModule } from './modules/proofs/proofs.module.js';
import { StatementsModule } from './modules/statements/statements.module.js';
import { TariffsModule } from './modules/tariffs/tariffs.module.js';
import { Clock } from './platform/clock.js';
import { type Config, configToken } from './platform/config.js';
import type { Patience } from './platform/database/connection.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { loggerToken } from './platform/logging.js';
import { MailModule } from './platform/mail/mail.module.js';
import { Metrics } from './platform/metrics.js';
import { QueueModule } from './platform/queue/queue.module.js';
import type { QueueTimes } from './platform/queue/settings.js';

/** What the processes hand to the application. */
export interface AppParts {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly queueTimes: QueueTimes;
}

/** The clock, the log and the figures: what everything else may ask for. */
@Module({})
class PartsModule {
  static forRoot({ clock, config, logger, metrics }: AppParts): DynamicModule {
    return {
      module: PartsModule,
      global: true,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: configToken, useValue: config },
        { provide: loggerToken, useValue: logger },
        { provide: Metrics, useValue: metrics },
      ],
      exports: [Clock, configToken, loggerToken, Metrics],
    };
  }
}

/** The modules of the business, in the order in which data flows through them. */
const features: NonNullable<DynamicModule['imports']> = [
  AccessModule,
  AuditModule,
  CommunityModule,
  MeteringModule,
  IntakeModule,
  TariffsModule,
  CostsModule,
  LedgerModule,
  InvoicesModule,
  AdvancesModule,
  BillingModule,
  StatementsModule,
  DeliveryModule,
  ProofsModule,
  ArchiveModule,
  ErasureModule,
];

/** The whole application; the API serves it, the worker works it. */
@Module({})
export class AppModule {
  static forRoot(parts: AppParts): DynamicModule {
    const { config, databaseUrl, patience, logger, queueTimes } = parts;
    const onError = (error: Error) => logger.warn({ err: error }, 'the database closed an idle connection');
    return {
      module: AppModule,
      imports: [
        PartsModule.forRoot(parts),
        DatabaseModule.forRoot({ url: databaseUrl, size: config.databasePool, patience, onError }),
        QueueModule.forRoot({ databaseUrl, redisUrl: config.redisUrl, times: queueTimes }),
        MailModule,
        HttpModule,
        ...features,
      ],
    };
  }
}
