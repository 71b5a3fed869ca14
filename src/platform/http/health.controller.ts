import { Controller, Get, Header } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../domain/errors.js';
import { Metrics } from '../metrics.js';
import { Public } from './policy.js';

/** Addresses outside of the API's base path. */
export const outsideOfApi = ['health/live', 'health/ready', 'metrics'];

/** What whoever runs the service asks: is it alive, may it have requests, how is it. */
@Controller()
export class HealthController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
  ) {}

  /** Alive: the process answers. A restart would not cure a database that is away, so it is not asked. */
  @Public()
  @Get('health/live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** Ready: the database answers too. */
  @Public()
  @Get('health/ready')
  async ready(): Promise<{ status: string }> {
    try {
      await this.dataSource.query('SELECT 1');
    } catch (error) {
      throw new DomainError('too-busy', 'The database does not answer; try again in a moment.', {
        cause: error instanceof Error ? error.name : 'unknown',
      });
    }
    return { status: 'ready' };
  }

  @Public()
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  prometheus(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
