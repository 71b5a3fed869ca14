import { Module } from '@nestjs/common';
import { PublicAddress } from '../../platform/http/public-address.js';
import { CommunityModule } from '../community/community.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { OutboxController } from './outbox.controller.js';
import { OutboxService } from './outbox.service.js';
import { StatementMailService } from './statement-mail.service.js';

/** What leaves the house: mail. */
@Module({
  imports: [CommunityModule, InvoicesModule],
  controllers: [OutboxController],
  providers: [OutboxService, PublicAddress, StatementMailService],
})
export class DeliveryModule {}
