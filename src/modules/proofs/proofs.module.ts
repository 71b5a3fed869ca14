import { Module } from '@nestjs/common';
import { RecordController } from './record.controller.js';
import { RecordService } from './record.service.js';
import { Sequencer } from './sequencer.service.js';

/** What makes figures checkable without trust: the record as a signed tree. */
@Module({
  controllers: [RecordController],
  providers: [RecordService, Sequencer],
  exports: [RecordService],
})
export class ProofsModule {}
