import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';

/** What a file says, as readings. */
@Module({
  imports: [AuditModule, MeteringModule],
  controllers: [ImportsController],
  providers: [ImportsService],
  exports: [ImportsService],
})
export class IntakeModule {}
