import { StandardSchemaValidationPipe } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import type { FieldProblem } from './problem.js';

/** A request that does not fit its schema: every place that is wrong, and how. */
export class InvalidRequest extends DomainError {
  constructor(readonly errors: readonly FieldProblem[]) {
    super('invalid-input', `The request has ${errors.length} problem(s); see errors.`);
  }
}

/** The part of a Standard Schema issue that is told. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Problems told at once; whoever sends ten thousand bad items learns enough from the first hundred. */
const mostErrors = 100;

/** Turns the findings of a schema into problems with JSON pointers. */
export const invalidRequest = (issues: readonly SchemaIssue[]): InvalidRequest =>
  new InvalidRequest(
    issues.slice(0, mostErrors).map(({ path = [], message }) => ({
      pointer: path.map((step) => `/${escaped(typeof step === 'object' ? step.key : step)}`).join(''),
      detail: message,
    })),
  );

const escaped = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

/** Checks `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })`, and hands on what the schema made of them. */
export const validationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest });
