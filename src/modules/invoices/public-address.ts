import { Inject, Injectable } from '@nestjs/common';
import { type Config, configToken } from '../../platform/config.js';

/** Where people reach this installation, as it is printed on documents. */
@Injectable()
export class PublicAddress {
  constructor(@Inject(configToken) private readonly config: Config) {}

  /** Where a verification code is typed, without scheme: `meters.example.org/api/v1/verify`. */
  ofVerification(): string {
    const { publicUrl, host, port } = this.config;
    const place = publicUrl === undefined ? `${host}:${port}` : publicUrl.replace(/^https?:\/\//, '');
    return `${place}/api/v1/verify`;
  }
}
