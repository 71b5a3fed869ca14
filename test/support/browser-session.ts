import type { Answer, InProcess, Question } from './in-process.js';

/** A browser without a window: it keeps its cookies, and says of its requests what a page of ours says. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly service: Pick<InProcess, 'ask'>,
    private readonly origin = 'http://localhost',
    private readonly from = '127.0.0.1',
  ) {}

  /** @param question where a header is undefined, the browser does not send it */
  async ask(
    method: string,
    path: string,
    { headers, ...question }: Omit<Question, 'headers'> & { headers?: Record<string, string | undefined> } = {},
  ): Promise<Answer> {
    const sent = {
      host: new URL(this.origin).host,
      origin: this.origin,
      'sec-fetch-site': 'same-origin',
      'commonmeter-client': 'web',
      ...(this.cookies.size > 0 ? { cookie: this.cookieHeader() } : {}),
      ...headers,
    };
    const given = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const answer = await this.service.ask(method, path, {
      from: this.from,
      ...question,
      headers: Object.fromEntries(given),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) this.take(line);
    return answer;
  }

  get = (path: string) => this.ask('GET', path);
  post = (path: string, body: unknown = {}) => this.ask('POST', path, { body });

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private take(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
