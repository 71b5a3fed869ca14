import { type BeforeApplicationShutdown, type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Secret } from '../config.js';
import { loggerToken } from '../logging.js';
import { Metrics } from '../metrics.js';
import { postgresBackend, redisBackend } from './backend.js';
import { Dispatcher } from './dispatcher.js';
import { Outbox } from './outbox.js';
import { type QueueBackend, queueBackendToken, type QueueTimes, queueTimesToken } from './settings.js';
import { Workers } from './workers.js';

export interface QueueSettings {
  readonly databaseUrl: string;
  readonly redisUrl: Secret | undefined;
  readonly times: QueueTimes;
}

/** Ends the queue while the database is still there: jobs under way finish, then the connections go. */
@Injectable()
class QueueConnections implements BeforeApplicationShutdown {
  constructor(
    @Inject(queueBackendToken) private readonly backend: QueueBackend,
    private readonly dispatcher: Dispatcher,
    private readonly workers: Workers,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.workers.close(), this.dispatcher.close()]);
    await this.backend.close();
  }
}

@Module({})
export class QueueModule {
  static forRoot({ databaseUrl, redisUrl, times }: QueueSettings): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      providers: [
        {
          provide: queueBackendToken,
          inject: [loggerToken],
          useFactory: (logger: Logger) => {
            const onError = (error: Error) => logger.warn({ err: error }, 'the queue lost a connection');
            return redisUrl ? redisBackend(redisUrl.reveal(), onError) : postgresBackend(databaseUrl, onError);
          },
        },
        { provide: queueTimesToken, useValue: times },
        Dispatcher,
        Outbox,
        Workers,
        QueueConnections,
        {
          provide: Symbol('queue metrics'),
          inject: [Metrics, Dispatcher],
          useFactory: (metrics: Metrics, dispatcher: Dispatcher) =>
            metrics.gauge('outbox_pending', 'Pieces of work that are not done', () => dispatcher.pending()),
        },
      ],
      exports: [Outbox, Workers, Dispatcher],
    };
  }
}
