import { Inject, Injectable } from '@nestjs/common';
import { type Config, configToken } from '../../../platform/config.js';
import { seedFor, signingSecret } from '../../../platform/signing-secret.js';

/**
 * Secrets that this house makes anew whenever it needs them, from the one that lies outside of the database. Who reads the database,
 * or a copy of it, has none of them.
 */
@Injectable()
export class HouseSecrets {
  private made: Promise<(purpose: string) => string> | undefined;

  constructor(@Inject(configToken) private readonly config: Config) {}

  /** The 32 bytes of a purpose: always the same, and of no use for any other purpose. */
  async of(purpose: string): Promise<Buffer> {
    this.made ??= signingSecret(this.config).then((secret) => (name: string) => seedFor(secret, name));
    const seed = await this.made;
    return Buffer.from(seed(`log-in/${purpose}`), 'hex');
  }
}
