import { createHmac } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { emptyFolder, openService, runCommand } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { type Mailbox, openMailbox } from '../support/mailbox';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * A community that is no demo: its treasurer comes in by a link from a mail, sets up a second factor before seeing anything, and proves it once more
 * before what cannot be taken back. In a service of its own, with a mail server that keeps what it is given.
 */

const hasBrowser = inject('url') !== '';

/** RFC 6238, as an app does it. */
function codeOf(secret: string, at = Date.now()): string {
  const bits = [...secret.replaceAll(/[= ]/g, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mark = createHmac('sha1', key).update(counter).digest();
  const value = mark.readUInt32BE((mark.at(-1) ?? 0) & 15) & 0x7f_ff_ff_ff;
  return String(value % 1_000_000).padStart(6, '0');
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe.skipIf(!hasBrowser)('a second factor', () => {
  let browser: Browser;
  let visitor: Visitor;
  let mailbox: Mailbox;
  let device: CDPSession;
  let stop: () => Promise<void>;
  let secret = '';
  let codes: string[] = [];

  beforeAll(async () => {
    const folder = emptyFolder();
    await runCommand(
      folder,
      ...['setup', '--code', 'HALL', '--name', 'Corn Hall', '--treasurer', 'Tess Lang', '--email', 'tess@hall.example'],
    );
    mailbox = await openMailbox();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const mail = { SMTP_URL: mailbox.url, MAIL_FROM: 'meters@hall.example' };
    ({ stop } = await openService(folder, { PORT: String(port), PUBLIC_URL: url, ...mail }));
    browser = await openBrowser();
    visitor = await Visitor.open(browser, url);
    device = await visitor.page.context().newCDPSession(visitor.page);
    await device.send('WebAuthn.enable');
    await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  });
  afterAll(async () => {
    await visitor?.close();
    await browser?.close();
    mailbox?.close();
    await stop?.();
  });

  async function comeByMail(): Promise<void> {
    const { page } = visitor;
    await visitor.go('/home');
    await page.getByLabel('Your e-mail address').fill('tess@hall.example');
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByText('Look into your mail').waitFor();
    await page.goto(await mailbox.link());
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('**/enter?to=*');
    await visitor.rest();
  }

  it('is set up before anything else is seen', async () => {
    const { page } = visitor;
    await comeByMail();
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    await expectOpenToAll(visitor, 'factor-new');
    await page.getByRole('button', { name: 'Set up an app' }).click();
    await page.getByRole('img', { name: 'Square to photograph with your app' }).waitFor();
    await expectOpenToAll(visitor, 'factor-app');
    secret = (await page.locator('code').first().textContent()) ?? '';
    await page.getByLabel('Six digits from your app').fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Six digits from your app').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Keep these ten recovery codes' }).waitFor();
    await expectOpenToAll(visitor, 'factor-codes');
    codes = await page.getByRole('listitem').allTextContents();
    expect(codes).toHaveLength(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.waitForURL('**/home');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  });

  it('is proved after every log-in by mail, also with a recovery code', async () => {
    const { page } = visitor;
    await visitor.forget();
    await comeByMail();
    await page.getByRole('heading', { name: 'One more proof that it is you' }).waitFor();
    await expectOpenToAll(visitor, 'factor-prove');
    await page.getByRole('button', { name: 'I have neither: use a recovery code' }).click();
    await page.getByLabel('A recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL('**/home');
    await visitor.rest();
  });

  it('can be a passkey, which from then on is a log-in of its own', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: /Tess Lang/ }).click();
    await page.getByRole('link', { name: 'How you log in' }).click();
    await page.getByRole('heading', { name: 'How you log in', level: 1 }).waitFor();
    await page.getByText('9 are left.').waitFor();
    await page.getByLabel('Name of this device').fill('My telephone');
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await page.getByText('My telephone').waitFor();
    await visitor.rest();
    await expectOpenToAll(visitor, 'keys');
    await visitor.forget();
    await visitor.go('/runs');
    await expectOpenToAll(visitor, 'door-by-mail');
    await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await page.waitForURL('**/runs');
    await page.getByRole('heading', { name: 'Billing runs', level: 1 }).waitFor();
  });

  it('is asked for once more where the service wants a fresh one, and what was asked for goes on by itself', async () => {
    const { page } = visitor;
    await visitor.go('/second-factors');
    // As five minutes later: the first answer is the service's own refusal.
    let refused = 0;
    await page.route('**/api/v1/second-factors/recovery-codes', async (route) => {
      refused += 1;
      if (refused > 1) return route.fallback();
      const body = JSON.stringify({ status: 403, code: 'step-up-needed', detail: 'Prove it.' });
      await route.fulfill({ status: 403, contentType: 'application/problem+json', body });
    });
    await page.getByRole('button', { name: 'Make ten new ones' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prove that it is you, once more' });
    await dialog.waitFor();
    await visitor.rest();
    await expectOpenToAll(visitor, 'step-up');
    await dialog.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Keep these ten recovery codes' }).waitFor();
    expect(refused).toBe(2);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 are left.').waitFor();
  });

  it('turned down leaves everything as it was, with the reason', async () => {
    const { page } = visitor;
    await page.unroute('**/api/v1/second-factors/recovery-codes');
    await page.route('**/api/v1/second-factors/authenticator', async (route) => {
      const body = JSON.stringify({ status: 403, code: 'step-up-needed', detail: 'Prove a second factor first.' });
      await route.fulfill({ status: 403, contentType: 'application/problem+json', body });
    });
    await page.getByRole('button', { name: 'Remove the app' }).click();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('Prove a second factor first.').waitFor();
    await page.getByText('An app makes codes for you.').waitFor();
    await page.unroute('**/api/v1/second-factors/authenticator');
  });

  it('asks no other host for anything and leaves the console empty', () => {
    // A browser writes every refused request into its console; those that were meant to be refused are no complaint.
    const meant = /status of (403|422|401|404)/;
    expect(visitor.complaints.filter((text) => !meant.test(text))).toEqual([]);
  });
});
