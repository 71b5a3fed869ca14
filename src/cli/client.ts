import { CommandFailed, exitCodes } from './output.js';

type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

/** What the service answers when it refuses. */
interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** A refusal of the service, with its code. */
export class Refused extends CommandFailed {
  constructor(
    readonly code: string,
    sentence: string,
  ) {
    super(sentence, code === 'run-blocked' ? exitCodes.blocked : exitCodes.failed);
  }
}

/** The service as the command line and the demo use it: over HTTP, with somebody's token, like any other client. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, JSON.stringify(body), 'application/json');
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, JSON.stringify(body), 'application/json');
  }

  /** Sends a file as it is; one that is given in pieces is sent as they come. */
  upload<T>(path: string, content: Buffer | AsyncIterable<Uint8Array>, mediaType: string): Promise<T> {
    return this.call<T>('POST', path, content, mediaType);
  }

  /** The bytes of a document. */
  async bytes(path: string): Promise<Buffer> {
    const response = await this.send('GET', path);
    if (!response.ok) throw refusal(await response.text(), response.status);
    return Buffer.from(await response.arrayBuffer());
  }

  private async call<T>(method: string, path: string, body?: Body, type?: string): Promise<T> {
    const response = await this.send(method, path, body, type);
    const text = await response.text();
    if (!response.ok) throw refusal(text, response.status);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async send(method: string, path: string, body?: Body, type?: string): Promise<Response> {
    try {
      return await fetch(`${this.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, ...(type ? { 'content-type': type } : {}) },
        ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']>, duplex: 'half' }),
      });
    } catch (error) {
      // A file that cannot be read is no fault of the service.
      if (error instanceof CommandFailed) throw error;
      if (error instanceof Error && error.cause instanceof CommandFailed) throw error.cause;
      throw new CommandFailed(
        `No service answers at ${this.url}. Start it with "npm start", or name another with --url.`,
      );
    }
  }
}

function refusal(text: string, status: number): CommandFailed {
  let problem: Problem;
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    return new CommandFailed(`The service answered ${status}.`);
  }
  const places = (problem.errors ?? []).map((e) => `\n  ${e.pointer}: ${e.detail}`).join('');
  return new Refused(
    problem.code ?? 'failed',
    `${problem.detail ?? problem.title ?? `The service answered ${status}.`}${places}`,
  );
}
