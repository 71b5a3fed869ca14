import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A real browser, driven through its own pipe: no package, no port, and no network but what a page tries to reach. */
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Chromium {
  private readonly profile = mkdtempSync(join(tmpdir(), 'commonmeter-chromium-'));
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  private last = 0;
  private session: string | undefined;
  /** What the page asked of any network or wrote as an error. */
  readonly seen: string[] = [];

  constructor(path: string) {
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-sync',
    ];
    const quiet = ['--disable-background-networking', '--disable-component-update', `--user-data-dir=${this.profile}`];
    this.child = spawn(path, [...flags, ...quiet, '--remote-debugging-pipe', 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let rest = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (piece: string) => {
      const messages = (rest + piece).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.take(JSON.parse(message) as Message);
    });
  }

  async open(url: string): Promise<void> {
    const { targetInfos } = await this.ask<{ targetInfos: { targetId: string; type: string }[] }>('Target.getTargets');
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    const { sessionId } = await this.ask<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await this.ask(`${domain}.enable`);
    await this.ask('Network.emulateNetworkConditions', {
      offline: true,
      latency: 0,
      downloadThroughput: 0,
      uploadThroughput: 0,
    });
    await this.ask('Page.navigate', { url });
    await this.until(`document.readyState === 'complete' && document.getElementById('drop') !== null`);
  }

  /** Opens a page of a service on this machine, which the page may ask. */
  async visit(url: string): Promise<void> {
    if (this.session === undefined) {
      const { targetInfos } = await this.ask<{ targetInfos: { targetId: string; type: string }[] }>(
        'Target.getTargets',
      );
      const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
      const { sessionId } = await this.ask<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
      this.session = sessionId;
      for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await this.ask(`${domain}.enable`);
    }
    await this.ask('Page.navigate', { url: 'about:blank' });
    await this.until(`location.href === 'about:blank'`);
    await this.ask('Page.navigate', { url });
    await this.until(`location.href !== 'about:blank' && document.readyState === 'complete'`);
  }

  /** A device of its owner, in this browser: it makes and shows passkeys, and its owner always agrees. */
  async addPasskeyDevice(): Promise<void> {
    await this.ask('WebAuthn.enable');
    const device = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true };
    const agrees = { isUserVerified: true, automaticPresenceSimulation: true };
    await this.ask('WebAuthn.addVirtualAuthenticator', { options: { ...device, ...agrees } });
  }

  /** What a promise in the page comes to. */
  async settle<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.ask<{ result: { value: T }; exceptionDetails?: object }>(
      'Runtime.evaluate',
      { expression, returnByValue: true, awaitPromise: true },
    );
    if (exceptionDetails) throw new Error(`In the page: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.ask<{ result: { value: T } }>('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; !(await this.evaluate<boolean>(expression)); tries += 1) {
      if (tries > 600) throw new Error(`In the page it never came to: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Drops files on an element, as a hand with a mouse does. */
  async drop(selector: string, ...files: string[]): Promise<void> {
    const { x, y } = await this.evaluate<{ x: number; y: number }>(
      `(({left, top}) => ({x: left + 20, y: top + 20}))(document.querySelector('${selector}').getBoundingClientRect())`,
    );
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'])
      await this.ask('Input.dispatchDragEvent', { type, x, y, data });
  }

  async picture(): Promise<Buffer> {
    const { data } = await this.ask<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    // The whole group: a process that the browser had begun writes its profile on while that is removed.
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 50 });
  }

  private ask<T>(method: string, params: object = {}): Promise<T> {
    const id = (this.last += 1);
    const message = { id, method, params, ...(this.session === undefined ? {} : { sessionId: this.session }) };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise<T>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private take({ id, method, params, result, error }: Message): void {
    if (method === 'Network.requestWillBeSent')
      this.seen.push(JSON.stringify((params?.request as { url: string }).url));
    if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown') this.seen.push(JSON.stringify(params));
    const one = id === undefined ? undefined : this.waiting.get(id);
    if (id !== undefined) this.waiting.delete(id);
    if (error) one?.reject(new Error(error.message));
    else one?.resolve(result as never);
  }
}
