/** What went wrong, as the service said it: a code to look up, a sentence with the remedy, and where in the body it is. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Stands in the log of the service; whoever asks for help says it. */
    readonly reference: string,
    readonly errors: readonly { readonly pointer: string; readonly detail: string }[] = [],
    /** What the refusal is about, by name. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

/** Whatever came back instead of an answer, as a problem; without an answer the status is 0. */
export function problemFrom(thrown: unknown, status: number): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const body = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => (typeof body[name] === 'string' ? body[name] : undefined);
  if (status === 0) return new ApiProblem(0, 'no-answer', '', '');
  const errors = Array.isArray(body['errors']) ? (body['errors'] as { pointer: string; detail: string }[]) : [];
  const reference = (text('instance') ?? '').replace('urn:uuid:', '');
  const facts = (body['facts'] ?? {}) as Record<string, unknown>;
  return new ApiProblem(status, text('code') ?? 'internal-error', text('detail') ?? '', reference, errors, facts);
}
