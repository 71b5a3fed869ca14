import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.js';

/** What is being worked on; printed with every line that is logged meanwhile. */
export interface LogContext {
  readonly requestId?: string;
  readonly jobId?: string;
}

/** Carries the request or job through everything that is awaited on its behalf. */
export const logContext = new AsyncLocalStorage<LogContext>();

const secretKeys = ['authorization', 'cookie', '["set-cookie"]', 'token', 'secret', 'password', 'email', 'apikey'];
const atEveryDepth = (key: string): string[] => {
  const dot = key.startsWith('[') ? '' : '.';
  return [key, `*${dot}${key}`, `*.*${dot}${key}`, `*.*.*${dot}${key}`];
};

/**
 * JSON logs, one line each, with the request or job they belong to.
 *
 * Of an error only its kind, message, code, constraint and stack are printed: database errors also carry the row that was
 * refused, and that row belongs to somebody.
 */
export const createLogger = (config: Pick<Config, 'logLevel'>, destination?: DestinationStream): Logger =>
  pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => logContext.getStore() ?? {},
      redact: { paths: secretKeys.flatMap(atEveryDepth), censor: '***' },
      serializers: { err: printableError },
    },
    ...(destination ? [destination] : []),
  );

function printableError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  const cause = error.cause === undefined ? {} : { cause: printableError(error.cause) };
  return { type: error.name, message: error.message, code, constraint, stack: error.stack, ...cause };
}

/** Nest's own lines, in the same format. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last and a stack before it; the rest is of no use in a log. */
  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const fields = typeof context === 'string' ? { context } : {};
    if (message instanceof Error) this.logger[level]({ ...fields, err: message });
    else this.logger[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
  }
}

/** Under this token the logger is injected: `@Inject(loggerToken) logger: Logger`. */
export const loggerToken = Symbol('logger');
