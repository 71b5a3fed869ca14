import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Transactions } from '../../platform/database/transactions.js';
import { loggerToken } from '../../platform/logging.js';
import { Metrics } from '../../platform/metrics.js';
import { type StandingWork, Workers } from '../../platform/queue/workers.js';
import { RecordService } from './record.service.js';

/** What was written down stands in a signed head no later than a minute after. */
const everyMs = 15_000;

/** Brings the records of all communities up to date, again and again: work of the workers. Several may do it, it is done once. */
@Injectable()
export class Sequencer implements StandingWork {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly record: RecordService,
    @Inject(loggerToken) private readonly logger: Logger,
    workers: Workers,
    metrics: Metrics,
  ) {
    workers.alongside(this);
    metrics.gauge('record_alarms', 'What was found to differ from the record, in all communities', () => this.alarms());
  }

  start(): void {
    this.timer ??= setInterval(() => this.look(), everyMs);
    this.look();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private look(): void {
    this.running ??= this.goAround().finally(() => {
      this.running = undefined;
    });
  }

  private async goAround(): Promise<void> {
    try {
      for (const id of await this.communities()) {
        if (this.isStopped) return;
        await this.record.bringUpToDate(id);
      }
    } catch (error) {
      if (!this.isStopped)
        this.logger.error({ err: error }, 'the record could not be brought up to date; it is tried again');
    }
  }

  private async communities(): Promise<string[]> {
    const rows = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string }>('SELECT id FROM community ORDER BY id'),
    );
    return rows.map(({ id }) => id);
  }

  private async alarms(): Promise<number> {
    let alarms = 0;
    for (const id of await this.communities()) alarms += (await this.record.head(id)).alarms.length;
    return alarms;
  }
}
