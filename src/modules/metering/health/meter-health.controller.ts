import { Controller, Get, Headers, Query } from '@nestjs/common';
import { csvRows, csvType, download, firstAccepted } from '../../../platform/http/csv.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { healthReply, type HealthQuery, healthQuery, type RegisterHealthReply } from './meter-health.schema.js';
import { MeterHealthService } from './meter-health.service.js';

const jsonType = 'application/json';

@Controller('meters')
export class MeterHealthController {
  constructor(private readonly health: MeterHealthService) {}

  /** Registers whose device is in, with one word for how they are and one sentence of what to do: in pages as JSON, or whole as CSV. */
  @Get('health')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'How the registers are, by meter.', healthReply, [jsonType, csvType])
  async list(
    @Query({ schema: healthQuery }) query: HealthQuery,
    @CurrentPrincipal() { communityId }: Principal,
    @Headers('accept') accept?: string,
  ) {
    const isCsv = query.format === 'csv' || (!query.format && firstAccepted(accept, [jsonType, csvType]) === csvType);
    if (!isCsv) return this.health.list(communityId, query);
    return download(csvOf(await this.health.all(communityId, query)), csvType, 'meter-health.csv');
  }
}

const columns = [
  ...['meter', 'name', 'site', 'space', 'register', 'unit', 'serial', 'state', 'advice', 'last_seen', 'last_reading'],
  ...[
    'silent_since',
    'rhythm_seconds',
    'gaps',
    'gap_hours',
    'clock_skew_seconds',
    'unchanged_since',
    'verified_until',
    'held',
  ],
];

const csvOf = (rows: readonly RegisterHealthReply[]): string =>
  csvRows([
    columns,
    ...rows.map((row) =>
      [
        ...[row.meter, row.name, row.site, row.space, row.register, row.unit, row.serial, row.state, row.advice],
        ...[row.lastSeen, row.lastReading, row.silentSince, row.rhythm?.seconds, row.gaps?.count, row.gaps?.hours],
        ...[row.clockSkewSeconds, row.unchangedSince, row.verifiedUntil, row.held],
      ].map((cell) => (cell === null || cell === undefined ? '' : String(cell))),
    ),
  ]);
