import { HttpStatus } from '@nestjs/common';
import type { DomainErrorCode } from '../../domain/errors.js';

/**
 * Problems as RFC 9457 writes them. Here, and nowhere else, codes become status numbers.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** The request this happened in, as it stands in the log. */
  readonly instance: string;
  /** Where in the body, as JSON pointers, and what is wrong there. */
  readonly errors?: readonly FieldProblem[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface FieldProblem {
  /** A JSON pointer into the body, or the name of a parameter of the address. */
  readonly pointer: string;
  readonly detail: string;
}

/** Where the documentation of all codes is served. */
export const problemsPage = '/docs/problems.md';
export const problemMediaType = 'application/problem+json';

/** Codes that only HTTP knows; with the domain's codes they are all that a client can meet. */
export type ProblemCode = DomainErrorCode | 'internal-error';

const { BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT } = HttpStatus;

/** Every code but those below answers 422: the request was understood, and what it asks is not possible. */
const statusOf: Partial<Record<ProblemCode, number>> = {
  'invalid-decimal': BAD_REQUEST,
  'invalid-input': BAD_REQUEST,
  'invalid-period': BAD_REQUEST,
  'invalid-zone': BAD_REQUEST,
  'ambiguous-time': BAD_REQUEST,
  'not-signed-in': HttpStatus.UNAUTHORIZED,
  'not-allowed': FORBIDDEN,
  'signature-missing': FORBIDDEN,
  'too-many-attempts': HttpStatus.TOO_MANY_REQUESTS,
  'foreign-page': FORBIDDEN,
  'second-factor-needed': FORBIDDEN,
  'step-up-needed': FORBIDDEN,
  'session-needed': FORBIDDEN,
  'four-eyes': FORBIDDEN,
  'not-found': NOT_FOUND,
  erased: HttpStatus.GONE,
  'already-exists': CONFLICT,
  'overlapping-occupancy': CONFLICT,
  'overlapping-installation': CONFLICT,
  'overlapping-version': CONFLICT,
  'formula-loop': CONFLICT,
  'overlapping-booking': CONFLICT,
  'overlapping-run': CONFLICT,
  'run-not-in-state': CONFLICT,
  'run-changed': CONFLICT,
  'invoice-already-issued': CONFLICT,
  'already-credited': CONFLICT,
  'already-decided': CONFLICT,
  'record-differs': CONFLICT,
  'import-not-undoable': CONFLICT,
  'readings-reduced': CONFLICT,
  'append-only': CONFLICT,
  'fund-exhausted': CONFLICT,
  'time-limit-passed': CONFLICT,
  'number-out-of-sequence': CONFLICT,
  conflict: CONFLICT,
  'request-in-progress': CONFLICT,
  'unsupported-format': HttpStatus.UNSUPPORTED_MEDIA_TYPE,
  'too-large': HttpStatus.PAYLOAD_TOO_LARGE,
  'too-busy': HttpStatus.SERVICE_UNAVAILABLE,
  'internal-error': HttpStatus.INTERNAL_SERVER_ERROR,
};

export const statusFor = (code: ProblemCode): number => statusOf[code] ?? HttpStatus.UNPROCESSABLE_ENTITY;

/**
 * Whether a refusal is the final answer to a request, so that the same request again gets the same answer. A request that
 * could not be read, was not signed or met a busy house has not been answered yet.
 */
export const isFinal = (code: ProblemCode): boolean =>
  !unanswered.has(statusFor(code)) && code !== 'request-in-progress';

const unanswered = new Set<number>([
  BAD_REQUEST,
  HttpStatus.UNAUTHORIZED,
  HttpStatus.TOO_MANY_REQUESTS,
  HttpStatus.SERVICE_UNAVAILABLE,
  HttpStatus.INTERNAL_SERVER_ERROR,
]);

/** `run-not-in-state` → `Run not in state`. */
const titleOf = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');

export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  more: Pick<Problem, 'errors' | 'facts'> = {},
): Problem {
  return {
    type: `${problemsPage}#${code}`,
    title: titleOf(code),
    status: statusFor(code),
    code,
    detail,
    instance: `urn:uuid:${requestId}`,
    ...more,
  };
}
