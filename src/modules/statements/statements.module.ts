import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { StatementsController } from './statements.controller.js';
import { StatementsService } from './statements.service.js';

/** What a member sees of us. */
@Module({
  imports: [InvoicesModule],
  controllers: [StatementsController],
  providers: [StatementsService],
})
export class StatementsModule {}
