import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDemo } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * Two months later the café and the toy shop have not paid, on a demo of its own. The first page says so, the treasurer reads what a reminder says and sends it,
 * another with all that are left, and nobody can be reminded twice.
 */

interface Reminders {
  readonly due: number;
  readonly items: readonly { readonly isDue: boolean; readonly member: { readonly code: string } }[];
}

describe.skipIf(inject('url') === '')('reminders', () => {
  let demo: Awaited<ReturnType<typeof openDemo>>;
  let browser: Browser;
  let treasurer: Visitor;
  const reminders = async (): Promise<Reminders> =>
    (await (await treasurer.page.request.get(`${demo.url}/api/v1/reminders`)).json()) as Reminders;
  const tell = async (path: string, data: object): Promise<void> => {
    const headers = { 'commonmeter-client': 'web', origin: demo.url };
    const answer = await treasurer.page.request.post(`${demo.url}${path}`, { data, headers });
    expect(answer.status(), `${path}: ${await answer.text()}`).toBeLessThan(300);
  };
  beforeAll(async () => {
    demo = await openDemo();
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, demo.url);
    await treasurer.enter('treasurer');
    // What the first month asked for is due after 27 days.
    for (let months = 0; (await reminders()).due === 0 && months < 3; months += 1) {
      await tell('/demo/next-month', {});
      await treasurer.enter('treasurer');
    }
  }, 300_000);
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
    await demo.stop();
  });

  it('that can be sent stand on the first page, and lead to who has not paid', async () => {
    const { page } = treasurer;
    await treasurer.go('/home');
    await page.getByRole('link', { name: '2 reminders can be sent.' }).click();
    await page.getByRole('heading', { name: 'Reminders' }).waitFor();
    await treasurer.rest();
    const rows = page.getByRole('table', { name: 'Reminders' }).getByRole('row');
    expect(await rows.count()).toBe(3);
    await expectOpenToAll(treasurer, 'reminders');
  });

  it('are read word for word before they go, and one goes by itself', async () => {
    const { page } = treasurer;
    await page
      .getByRole('button', { name: /^Read the reminder to / })
      .first()
      .click();
    const letter = page.getByRole('dialog');
    await letter.getByText('Perhaps it slipped through.').waitFor();
    await letter.getByText('Reference: MH-').waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'reminder');
    await letter.getByRole('button', { name: 'Send this reminder' }).click();
    await page.getByText('One reminder is on its way.').waitFor();
    await page.getByRole('link', { name: /^reminded / }).waitFor();
    expect((await reminders()).due).toBe(1);
  });

  it('go all together, and are not due again', async () => {
    const { page } = treasurer;
    await page.getByRole('button', { name: 'Send the reminder', exact: true }).click();
    await page.getByRole('button', { name: 'Send the reminder', exact: true }).waitFor({ state: 'detached' });
    await treasurer.rest();
    expect(await page.getByRole('link', { name: /^reminded / }).count()).toBe(2);
    expect((await reminders()).due).toBe(0);
    await page
      .getByRole('link', { name: /^reminded / })
      .first()
      .click();
    await page.getByRole('dialog').getByText('is still open').first().waitFor();
    await treasurer.go('/home');
    expect(await page.getByText('can be sent.').count()).toBe(0);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
