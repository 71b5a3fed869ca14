import { Module } from '@nestjs/common';
import { CommunityModule } from '../community/community.module.js';
import { OutboxController } from './outbox.controller.js';
import { OutboxService } from './outbox.service.js';

/** What leaves the house: mail. */
@Module({
  imports: [CommunityModule],
  controllers: [OutboxController],
  providers: [OutboxService],
})
export class DeliveryModule {}
