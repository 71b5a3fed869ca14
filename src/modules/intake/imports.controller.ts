import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, Headers, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import { BodyAsWritten, workbookType } from '../../platform/http/bodies.js';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal, principalName } from '../../platform/http/principal.js';
import { Accepts, OtherReply, Reply } from '../../platform/http/reply.js';
import { eventsOf } from '../../platform/http/server-sent-events.js';
import { type IdParam, idParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { ImportUndoingService } from './import-undoing.service.js';
import { ImportViews } from './import-views.service.js';
import {
  importBody,
  type ImportQuery,
  importQuery,
  type ImportReply,
  importReply,
  type ImportsQuery,
  importsQuery,
  importsReply,
  type UndoBody,
  undoBody,
} from './imports.schema.js';
import { patienceOf } from './imports/wishes.js';
import { ImportsService } from './imports.service.js';

const underWay = 'It is being worked on; `Location` says where it is to be seen.';

@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly views: ImportViews,
    private readonly undoing: ImportUndoingService,
  ) {}

  /** A small file is answered when it is taken; a large one at once, or after as many seconds as `Prefer: wait` says. */
  @Post()
  @Allow('treasurer', 'installer')
  @BodyAsWritten('stream')
  @Accepts('text/csv', 'application/xml', 'application/gzip', 'application/octet-stream', workbookType)
  @Reply(200, 'What became of the readings in the file, or would.', importReply)
  @OtherReply(202, underWay)
  async take(
    @Body({ schema: importBody }) body: unknown,
    @Query({ schema: importQuery }) query: ImportQuery,
    @CurrentPrincipal() principal: Principal,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReply> {
    if (!(body instanceof Readable)) {
      throw new DomainError(
        'unsupported-format',
        'Send the file itself as the body, as text/csv or application/octet-stream.',
      );
    }
    const key = headers['idempotency-key'];
    const answer = await this.imports.take(principal.communityId, {
      body,
      query,
      actor: actorOf(principal),
      patience: patienceOf(headers['prefer']),
      key: key === undefined ? null : { by: principalName(principal), key },
    });
    if (answer.isRepeated) void reply.header('idempotency-replayed', 'true');
    return told(answer.reply, reply);
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Files that were imported, latest first.', importsReply)
  list(@Query({ schema: importsQuery }) query: ImportsQuery, @CurrentPrincipal() { communityId }: Principal) {
    return this.views.list(communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'The import.', importReply)
  get(@Param({ schema: idParam }) { id }: IdParam, @CurrentPrincipal() { communityId }: Principal) {
    return this.imports.get(communityId, id);
  }

  /** Sends the import without its particulars whenever it changes, until it has ended. */
  @Get(':id/events')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Header('cache-control', 'no-store, no-transform')
  @Header('x-accel-buffering', 'no')
  @Reply(200, 'How far the import is, as server-sent events.', undefined, ['text/event-stream'])
  async events(
    @Param({ schema: idParam }) { id }: IdParam,
    @CurrentPrincipal() { communityId }: Principal,
  ): Promise<StreamableFile> {
    await this.views.summary(communityId, id);
    return eventsOf(this.views.progress(communityId, id));
  }

  @Get(':id/rejected.csv')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'What of the file was not taken, and why: line, column, reason, text.', undefined, ['text/csv'])
  async rejected(
    @Param({ schema: idParam }) { id }: IdParam,
    @CurrentPrincipal() { communityId }: Principal,
  ): Promise<StreamableFile> {
    const disposition = `attachment; filename="rejected-${id}.csv"`;
    return new StreamableFile(await this.views.rejected(communityId, id), {
      type: 'text/csv; charset=utf-8',
      disposition,
    });
  }

  @Post(':id/undo')
  @Allow('treasurer', 'installer')
  @Reply(200, 'The import was undone: none of its readings is left.', importReply)
  @OtherReply(202, underWay)
  async undo(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: undoBody }) { reason }: UndoBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReply> {
    return told(await this.undoing.undo(principal.communityId, id, reason, actorOf(principal)), reply);
  }
}

/** What has ended is answered 200; what is under way 202, with its address. */
function told(answer: ImportReply, reply: FastifyReply): ImportReply {
  if (answer.id !== null) void reply.header('location', `/api/v1/imports/${answer.id}`);
  if (answer.progress.phase !== 'ended') void reply.status(202);
  return answer;
}
