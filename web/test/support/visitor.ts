import { writeFile } from 'node:fs/promises';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { browserPath } from './chromium';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: browserPath ?? '', args: flags });

export type Role = 'treasurer' | 'approver' | 'auditor' | 'installer' | 'member';
export type Scheme = 'light' | 'dark';

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 320, height: 700 };
/** The windows in which the pictures of the guides are taken. */
export const desk = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** Somebody in front of a browser, who notes what should not be: errors in the console, and anything asked of another host. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(
    private readonly url: string,
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.origin !== new URL(url).origin && !['data:', 'blob:'].includes(asked.protocol))
        this.complaints.push(`asks ${asked.href}`);
    });
  }

  static async open(
    browser: Browser,
    url: string,
    size = wide,
    colorScheme: Scheme = 'light',
    javaScriptEnabled = true,
    locale = 'en-GB',
  ): Promise<Visitor> {
    const context = await browser.newContext({
      javaScriptEnabled,
      viewport: size,
      colorScheme,
      locale,
      acceptDownloads: true,
      // What slides in has the contrast of what is behind it until it is there: nothing moves for whoever asks for that.
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(30_000);
    return new Visitor(url, context, await context.newPage());
  }

  /** Picks a card at the door, and is in. */
  async enter(role: Role, to = '/'): Promise<void> {
    await this.page.goto(`${this.url}/enter?to=${encodeURIComponent(to)}`);
    await this.page.getByRole('button', { name: new RegExp(`^${cardNames[role]}`) }).click();
    await this.page.waitForURL((address) => address.pathname !== '/enter');
    await this.rest();
  }

  async go(to: string): Promise<void> {
    await this.page.goto(`${this.url}${to}`);
    await this.rest();
  }

  /** Waits until nothing is being fetched any more, and what was is shown. */
  async rest(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  /** What axe finds, in words; nothing where all is well. */
  async barriers(): Promise<string[]> {
    const isThere = await this.page.evaluate(() => 'axe' in globalThis);
    // Not as a script of the page: the policy would rightly refuse it.
    if (!isThere) await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
      );
    });
  }

  /** How many pixels the page is wider than the window; 0 where nothing has to be pushed sideways. */
  overhang(): Promise<number> {
    return this.page.evaluate(() =>
      Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    );
  }

  async setScheme(colorScheme: Scheme): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
  }

  async setSize(size: { width: number; height: number }): Promise<void> {
    await this.page.setViewportSize(size);
    await this.rest();
  }

  /** Leaves a picture of the whole page where `npm run screenshots` wants one. */
  async picture(name: string): Promise<void> {
    const folder = process.env['SCREENSHOTS'];
    if (folder === undefined) return;
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, animations: 'disabled' });
  }

  /**
   * Leaves the picture of a guide in docs/pictures where `npm run screenshots -- --guides` wants it: what a window of that width shows, and no more.
   *
   * @param name of the picture in the guide
   */
  async forGuide(name: string, size: { width: number; height: number }): Promise<void> {
    const folder = process.env['GUIDE_PICTURES'];
    if (folder === undefined) return;
    const before = this.page.viewportSize() ?? wide;
    await this.setSize(size);
    await this.page.evaluate(() => scrollTo(0, 0));
    const devtools = await this.context.newCDPSession(this.page);
    const shown = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
    await devtools.detach();
    await writeFile(`${folder}/${name}.webp`, Buffer.from(shown.data, 'base64'));
    await this.setSize(before);
  }

  async loseNetwork(): Promise<void> {
    await this.context.setOffline(true);
  }

  async findNetwork(): Promise<void> {
    await this.context.setOffline(false);
  }

  /** As if the session had ended. */
  forget(): Promise<void> {
    return this.context.clearCookies();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

const cardNames: Readonly<Record<Role, string>> = {
  treasurer: 'Treasurer',
  approver: 'Second approver',
  auditor: 'Auditor',
  installer: 'Installer',
  member: 'Member',
};
