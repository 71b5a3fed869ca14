import { Module } from '@nestjs/common';
import { PublicAddress } from '../../platform/http/public-address.js';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxController } from './outbox.controller.js';
import { OutboxService } from './outbox.service.js';
import { InvoiceMailController } from './invoice-mail.controller.js';
import { ReminderMailService } from './reminder-mail.service.js';
import { RemindersController } from './reminders.controller.js';
import { RemindersService } from './reminders.service.js';
import { StatementMailService } from './statement-mail.service.js';
import { StatementMailsController } from './statement-mails.controller.js';
import { StatementMailsService } from './statement-mails.service.js';

/** What leaves the house: mail. */
@Module({
  imports: [AuditModule, CommunityModule, InvoicesModule, LedgerModule],
  controllers: [InvoiceMailController, OutboxController, RemindersController, StatementMailsController],
  providers: [
    OutboxService,
    PublicAddress,
    ReminderMailService,
    RemindersService,
    StatementMailService,
    StatementMailsService,
  ],
})
export class DeliveryModule {}
