import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ProofsModule } from '../proofs/proofs.module.js';
import { ErasureController } from './erasure.controller.js';
import { ErasureService } from './erasure.service.js';
import { KeepingService } from './keeping.service.js';

/** What goes for good: members that have left, and copies that nobody need keep. */
@Module({
  imports: [AccessModule, AuditModule, ProofsModule],
  controllers: [ErasureController],
  providers: [ErasureService, KeepingService],
  exports: [ErasureService, KeepingService],
})
export class ErasureModule {}
