import { Global, Module } from '@nestjs/common';
import { Mail } from './mail.js';

/** Mail, for whoever has something to say. */
@Global()
@Module({
  providers: [Mail],
  exports: [Mail],
})
export class MailModule {}
