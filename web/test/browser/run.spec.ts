import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDemo } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * A run without dead ends, in a demo of its own: what was issued is put right, a run is given up and begun again, gone through by keyboard alone
 * with a reload at each step, and by two people at once; its mails are held back and sent.
 */

describe.skipIf(inject('url') === '')('a run', () => {
  let browser: Browser;
  let stop: () => Promise<void>;
  let treasurer: Visitor;
  let second: Visitor;
  let approver: Visitor;
  beforeAll(async () => {
    const demo = await openDemo();
    stop = demo.stop;
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, demo.url);
    second = await Visitor.open(browser, demo.url);
    approver = await Visitor.open(browser, demo.url);
    await treasurer.enter('treasurer');
    await second.enter('treasurer');
    await approver.enter('approver');
  });
  afterAll(async () => {
    for (const visitor of [treasurer, second, approver]) await visitor.close();
    await browser.close();
    await stop();
  });

  /** Asks the service as whoever looks at the page. */
  const ask = (
    visitor: Visitor,
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Body }> =>
    visitor.page.evaluate(
      async ({ method, path, body }) => {
        const answer = await fetch(`/api/v1/${path}`, {
          method,
          headers: { 'content-type': 'application/json', 'commonmeter-client': 'web' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Body };
      },
      { method, path, body },
    );
  const difference = () => treasurer.page.getByRole('complementary', { name: 'Difference' });
  const run = (): string => /\/runs\/[^/]+/.exec(new URL(treasurer.page.url()).pathname)?.[0] ?? '';

  /** A credit of the supplier for a month: a fact that nobody knew when it was calculated. */
  async function enterCredit(number: string, period: object): Promise<void> {
    const components = [
      { description: 'Goodwill', kind: 'other', amount: '-9.00', tax: '-1.80', taxCode: 'S', key: 'EQUAL' },
    ];
    const whole = { net: '-9.00', tax: '-1.80', gross: '-10.80', components };
    const { items } = (await ask(treasurer, 'GET', 'supplier-bills')).body;
    const { supplier } = items[0] as { supplier: string };
    const given = {
      site: 'OMH',
      supplier,
      number,
      kind: 'credit',
      utility: 'electricity',
      period,
      currency: 'GBP',
      ...whole,
    };
    const entered = await ask(treasurer, 'POST', 'supplier-bills', given);
    expect(entered.status, JSON.stringify(entered.body)).toBe(201);
  }

  /** Goes on with the Tab key until something has the focus, as somebody without a mouse does. */
  async function tabTo(visitor: Visitor, target: Locator): Promise<void> {
    await target.waitFor();
    for (let tabs = 0; tabs < 250; tabs += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await visitor.page.keyboard.press('Tab');
    }
    throw new Error('The Tab key never came to it.');
  }
  async function press(visitor: Visitor, target: Locator): Promise<void> {
    await tabTo(visitor, target);
    await visitor.page.keyboard.press('Enter');
  }
  const button = (visitor: Visitor, name: string | RegExp) => visitor.page.getByRole('button', { name });
  const stepLink = (visitor: Visitor, name: string) =>
    visitor.page.getByRole('navigation', { name: 'Steps of the run' }).getByRole('link', { name });

  it('that was issued is put right by a correction, every change with its reason', async () => {
    const { page } = treasurer;
    const { items } = (await ask(treasurer, 'GET', 'billing-runs')).body;
    const issued = items.find(({ status }) => status === 'closed') as { id: string; period: object };
    await enterCredit('NE-CREDIT-1', issued.period);
    await treasurer.go('/home');
    await page.getByRole('link', { name: 'Correct that month for NE-CREDIT-1' }).click();
    await page.waitForURL(`**/runs/${issued.id}/payments`);
    await button(treasurer, 'Start a correction').click();
    await button(treasurer, 'Open the correction').click();
    await page.getByText('Say why; members read it.').waitFor();
    await page.getByRole('textbox', { name: 'Why' }).fill('The supplier gave back £9.00');
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'correction-start');
    await button(treasurer, 'Open the correction').click();
    await page.getByRole('heading', { name: /^Correction of / }).waitFor();
    await page.waitForURL('**/preview');
    await page.reload();
    await button(treasurer, 'Calculate').click();
    await page.getByRole('heading', { name: /members move$/ }).waitFor({ timeout: 60_000 });
    await treasurer.rest();
    expect(await difference().textContent()).toMatch(/= change of the costs −£9\.00/);
    expect(await difference().textContent()).toMatch(/Difference £0\.00$/);
    await expectOpenToAll(treasurer, 'correction-preview');
    await page.locator('summary').filter({ hasText: 'Rosa’s Bakery' }).click();
    await page.getByText('"Goodwill", −£9.00, was not there').locator('visible=true').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /members move$/ }).waitFor();
  });

  it('that is a correction is approved and issued like any other', async () => {
    const { page } = treasurer;
    const here = run();
    await approver.go(`${here}/approve`);
    await button(approver, 'Approve these figures').click();
    await approver.page.getByRole('heading', { name: 'Approved' }).waitFor();
    await treasurer.go(`${here}/send`);
    await page.getByLabel('Type SEND to confirm').fill('SEND');
    await button(treasurer, 'Send all statements').click();
    await page.getByRole('heading', { name: /^All \d+ documents are made$/ }).waitFor({ timeout: 120_000 });
    await treasurer.rest();
    // A credit note and a new statement for whoever moved.
    expect(await page.getByText(/-CN-/).count()).toBeGreaterThan(0);
    expect(await difference().textContent()).toMatch(/Difference £0\.00$/);
  });

  it('is begun and gone through by keyboard alone, and a reload at each step loses nothing', async () => {
    const { page } = treasurer;
    await treasurer.go('/home');
    await press(treasurer, button(treasurer, /^Start /));
    await page.waitForURL('**/bill');
    await page.reload();
    await press(treasurer, page.getByRole('link', { name: 'On to the readings' }));
    await page.waitForURL('**/readings');
    await treasurer.rest();
    const asked = page.locator('section[aria-labelledby="asked"]').getByRole('article');
    for (let left = await asked.count(); left > 0; left -= 1) {
      await tabTo(treasurer, asked.first().getByLabel('Reason, for whoever asks later'));
      await page.keyboard.type('Looked at the meter.');
      await press(treasurer, asked.first().getByRole('button').first());
      await expect.poll(() => asked.count(), { timeout: 30_000 }).toBe(left - 1);
    }
    await page.reload();
    await page.getByText('All readings are clear').waitFor();
    await press(treasurer, stepLink(treasurer, 'Preview'));
    await press(treasurer, button(treasurer, 'Calculate'));
    await page.getByRole('heading', { name: /members, the largest change first/ }).waitFor({ timeout: 60_000 });
    await page.reload();
    await page.getByRole('heading', { name: /members, the largest change first/ }).waitFor();
    expect(await difference().textContent()).toMatch(/Difference £0\.00$/);
    await press(treasurer, stepLink(treasurer, 'Approve'));
    await page.getByText('A second person is asked to approve').waitFor();
    await page.reload();
    await page.getByText('A second person is asked to approve').waitFor();
  });

  it('is given up for a reason, stays in the list as cancelled, and can be begun again', async () => {
    const { page } = treasurer;
    const here = run();
    await press(treasurer, button(treasurer, 'Cancel this run'));
    await press(treasurer, button(treasurer, 'Cancel the run'));
    await page.getByText('Say why; it stays on the account.').waitFor();
    await tabTo(treasurer, page.getByLabel('Reason, for whoever asks later'));
    await page.keyboard.type('The bill of the water is missing.');
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-cancel');
    await tabTo(treasurer, page.getByLabel('Reason, for whoever asks later'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This run was cancelled' }).waitFor();
    await page.getByText('“The bill of the water is missing.”').waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-cancelled');
    await treasurer.go('/runs');
    await page
      .getByRole('row', { name: /cancelled/ })
      .first()
      .waitFor();
    await treasurer.go(`${here}/send`);
    await page.getByRole('heading', { name: 'This run was cancelled' }).waitFor();
    await treasurer.go('/home');
    await button(treasurer, /^Start /).click();
    await page.waitForURL('**/bill');
    expect(run()).not.toBe(here);
  });

  it('tells an approver when the figures that were looked at are not those of now', async () => {
    const { page } = treasurer;
    await stepLink(treasurer, 'Preview').click();
    await button(treasurer, 'Calculate').click();
    await page.getByRole('heading', { name: /members, the largest change first/ }).waitFor({ timeout: 60_000 });
    await approver.go(`${run()}/approve`);
    const { period } = (await ask(treasurer, 'GET', `billing-${run().slice(1)}`)).body;
    await enterCredit('NE-CREDIT-2', period as object);
    await button(approver, 'Approve these figures').click();
    const alert = approver.page.getByRole('alert');
    await alert.getByText('The inputs of the run have changed since').waitFor();
    await approver.page.getByRole('link', { name: 'Go to the preview and calculate again' }).waitFor();
  });

  it('that was approved goes nowhere once a fact changes, says so, and is calculated and approved again', async () => {
    const { page } = treasurer;
    await treasurer.go(`${run()}/preview`);
    await button(treasurer, 'Calculate again').click();
    await expect.poll(() => button(treasurer, 'Calculate again').isEnabled(), { timeout: 60_000 }).toBe(true);
    await treasurer.rest();
    await approver.go(`${run()}/approve`);
    await button(approver, 'Approve these figures').click();
    await approver.page.getByRole('heading', { name: 'Approved' }).waitFor();
    const { period } = (await ask(treasurer, 'GET', `billing-${run().slice(1)}`)).body;
    await enterCredit('NE-CREDIT-3', period as object);
    await treasurer.go(`${run()}/send`);
    await page.getByLabel('Type SEND to confirm').fill('SEND');
    await button(treasurer, 'Send all statements').click();
    await page.getByRole('alert').getByText('The inputs of the run have changed since').waitFor();
    await expectOpenToAll(treasurer, 'run-changed');
    await page.getByRole('link', { name: 'Go to the preview and calculate again' }).click();
    await button(treasurer, 'Calculate again').click();
    await page.getByText('to be approved', { exact: true }).waitFor({ timeout: 60_000 });
    await approver.go(`${run()}/approve`);
    await press(approver, button(approver, 'Approve these figures'));
    await approver.page.getByRole('heading', { name: 'Approved' }).waitFor();
  });

  it('goes out once where two treasurers send it at once, and whoever came second is told', async () => {
    const here = run();
    for (const visitor of [treasurer, second]) {
      await visitor.go(`${here}/send`);
      await tabTo(visitor, visitor.page.getByLabel('Type SEND to confirm'));
      await visitor.page.keyboard.type('send');
    }
    await Promise.all([treasurer, second].map(({ page }) => page.keyboard.press('Enter')));
    for (const { page } of [treasurer, second]) {
      await page.getByRole('heading', { name: /documents are made$/ }).waitFor({ timeout: 60_000 });
    }
    const told = await Promise.all([treasurer, second].map(({ page }) => page.getByRole('alert').count()));
    expect(told.toSorted()).toEqual([0, 1]);
    const { items } = (await ask(treasurer, 'GET', `invoices?limit=1000&run=${here.split('/')[2] ?? ''}`)).body;
    expect(items.length).toBe(24);
  });

  it('holds its mails back, and sends them when somebody says so', async () => {
    const { page } = treasurer;
    await button(treasurer, 'Hold the mails back').click();
    await page.getByRole('heading', { name: /mails are held back$/ }).waitFor();
    await page.getByRole('heading', { name: 'All 24 documents are made' }).waitFor({ timeout: 120_000 });
    await page.reload();
    await page.getByRole('heading', { name: /mails are held back$/ }).waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-mails-held');
    const one = page.getByRole('button', { name: /^Send MH-.* to Rosa’s Bakery$/ });
    await one.click();
    await page.getByRole('button', { name: /^Send again: MH-.* to Rosa’s Bakery$/ }).waitFor({ timeout: 60_000 });
    await button(treasurer, 'Send what is held back').click();
    await page.getByRole('heading', { name: /mails have left$/ }).waitFor({ timeout: 60_000 });
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-mails-left');
  });

  it('leaves mails in the outbox that can be read', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: 'Read the mails in the outbox' }).click();
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'outbox');
    await page
      .getByRole('link', { name: /^DEMO: Statement .*Rosa’s Bakery/ })
      .first()
      .click();
    const letter = page.getByRole('dialog');
    await letter.getByText('Attached:').waitFor();
    await letter.getByText(/^You owe £|^We owe you/).waitFor();
    expect(new URL(page.url()).search).toMatch(/^\?mail=/);
    await treasurer.rest();
    await treasurer.picture('outbox-letter');
    expect(await treasurer.barriers()).toEqual([]);
    await page.reload();
    await letter.getByText('Attached:').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  it('asks no other host for anything, and the console has nothing but what was refused', () => {
    // 503: whoever came second waited too long for the first, and is told to try again.
    const refusals = /the server responded with a status of (409|503)/;
    const said = [treasurer, second, approver].flatMap(({ complaints }) => complaints);
    expect(said.filter((one) => !refusals.test(one))).toEqual([]);
  });
});

interface Body {
  readonly items: readonly Record<string, unknown>[];
  readonly period?: object;
}
