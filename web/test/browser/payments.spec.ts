import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { desk, openBrowser, Visitor } from '../support/visitor';

/* A payment is entered in part, in whole or too much, each time told what it leaves; and taken back with both left to see. */

const url = inject('url');

describe.skipIf(url === '')('payments', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/payments');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('shows who owes for how long, as CSV too', async () => {
    const { page } = treasurer;
    await page.getByRole('heading', { name: 'What is open, and for how long' }).waitFor();
    // The candle maker has left, and is owed what came too much.
    await page.getByRole('row', { name: /^Hebden Candles .*£45\.00/ }).waitFor();
    await page.getByText('It came from Green Lane Florist, who wrote the number of stall 1.').waitFor();
    await expectOpenToAll(treasurer, 'payments');
    await treasurer.forGuide('treasurer-payments', desk);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).first().click(),
    ]);
    expect(file.suggestedFilename()).toBe('accounts.csv');
  });

  it('says what a payment leaves before it is entered, and enters it once', async () => {
    const { page } = treasurer;
    await page.getByRole('combobox', { name: 'Member', exact: true }).selectOption('0711');
    const amount = page.getByLabel('Amount, GBP');
    await amount.fill('x');
    await page.getByText('Type it like 1,234.56').waitFor();
    await amount.fill('100,000.00');
    await page.getByText('more than is open: it stays in credit for the next statement.').waitFor();
    await amount.fill('12.34');
    const reference = `TEST ${Date.now()}`;
    await page.getByRole('textbox', { name: 'Reference', exact: true }).fill(reference);
    await page.getByRole('button', { name: 'Enter the payment' }).click();
    await page.getByText('£12.34 of Rosa’s Bakery is in the books.').waitFor();
    const row = page.getByRole('region', { name: 'Payments', exact: true }).getByRole('row', { name: reference });
    await row.waitFor();
    expect(await row.count()).toBe(1);
  });

  it('takes a payment back for a reason, and leaves both to see', async () => {
    const { page } = treasurer;
    const undo = page.getByRole('button', { name: 'Undo £12.34 of Rosa’s Bakery' }).first();
    await undo.click();
    await page.getByLabel('Why does it go back?').fill('The bank returned it');
    await expectOpenToAll(treasurer, 'payment-undo');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('takes one back').first().waitFor();
    await page.getByText('The bank returned it').first().waitFor();
    await page.getByText('taken back').first().waitFor();
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
