import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type ApplicationPool, applicationDataSource } from './connection.js';
import { ProcessLocks } from './process-locks.js';
import { Transactions } from './transactions.js';

/** The application's pool, and transactions on it. Modules add their entities with `TypeOrmModule.forFeature`. */
@Module({})
export class DatabaseModule {
  static forRoot(pool: ApplicationPool): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...applicationDataSource(pool), autoLoadEntities: true, retryAttempts: 0 })],
      providers: [Transactions, ProcessLocks],
      exports: [Transactions, ProcessLocks],
    };
  }
}
