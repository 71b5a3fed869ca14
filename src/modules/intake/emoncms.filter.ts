import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { settleProblem } from '../../platform/http/problem.filter.js';
import { loggerToken } from '../../platform/logging.js';

/** Says failures in the form that devices made for emoncms know; the status and its headers are ours. */
@Catch()
export class EmoncmsFilter implements ExceptionFilter {
  constructor(@Inject(loggerToken) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { code, detail } = settleProblem(thrown, http.getRequest<FastifyRequest>(), reply, this.logger);
    void reply
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ success: false, message: detail, code }));
  }
}
