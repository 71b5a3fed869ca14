import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { desk, openBrowser, Visitor } from '../support/visitor';

/* A supplier's bill is typed until it adds up, its paper attached, a line decided about; a cost that comes back is added and ended. In days that no other test bills. */

const url = inject('url');

describe.skipIf(url === '')('costs', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/costs');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('lists the bills with their papers, and what comes back; both as CSV', async () => {
    const { page } = treasurer;
    await page.getByRole('heading', { name: 'Costs', level: 1 }).waitFor();
    expect(await page.getByRole('region', { name: "Suppliers' bills" }).getByRole('row').count()).toBeGreaterThan(2);
    await expectOpenToAll(treasurer, 'costs');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).first().click(),
    ]);
    expect(file.suggestedFilename()).toBe('supplier-bills.csv');
  });

  it('takes a bill when its lines come to what the paper says, and not a penny before', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: "Enter a supplier's bill" }).click();
    await page.getByRole('combobox', { name: 'Supplier', exact: true }).fill('Test Water');
    await page.getByRole('textbox', { name: 'Number', exact: true }).fill(`W-${Date.now()}`);
    await page.getByLabel(/^First day( \*)?$/).fill('2027-03-01');
    await page.getByLabel(/^Last day( \*)?$/).fill('2027-03-31');
    const line = page.getByRole('group', { name: 'Line 1' });
    await line.getByLabel('What').fill('Water, day and night');
    await line.getByLabel('Quantity').fill('1,000');
    await line.getByLabel('Price').fill('0.2345');
    await line.getByText('Quantity × price = 234.5.').waitFor();
    await line.getByLabel('Amount').fill('234.50');
    await line.getByRole('textbox', { name: 'Tax', exact: true }).fill('46.90');
    await line.getByLabel('Tax for members').selectOption({ index: 1 });
    await line.getByLabel('Shared by').selectOption({ index: 1 });
    const foot = page.getByRole('region', { name: 'At the foot' });
    const save = page.getByRole('button', { name: 'Enter the bill' });
    await foot.getByLabel('Before tax, as the paper says').fill('234.60');
    await foot.getByLabel('Tax, as the paper says', { exact: true }).fill('46.90');
    await foot.getByText('+£0.10').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await expectOpenToAll(treasurer, 'bill-form');
    await treasurer.forGuide('treasurer-bill-form', desk);
    await page.setInputFiles('input[type=file]', {
      name: 'water.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from(`%PDF-1.4 ${Date.now()}`),
    });
    await page.getByText('water.pdf').waitFor();
    await foot.getByLabel('Before tax, as the paper says').fill('234.50');
    await save.click();
    await page.waitForURL(/\/costs\/bills\/[0-9a-f-]{36}$/);
    await page.getByText('The bill adds up').waitFor();
    await page.getByRole('link', { name: 'See the document: water.pdf' }).waitFor();
  });

  it('is decided about by name and with a reason', async () => {
    const { page } = treasurer;
    await page.getByText('Decide about a line').click();
    expect(await page.getByRole('button', { name: 'Hold it back' }).isDisabled()).toBe(true);
    await page.getByLabel('Reason, for whoever asks later').fill('The meter stood still.');
    await page.getByRole('button', { name: 'Hold it back' }).click();
    await page.getByText(/Water, day and night: is held back\. Ade Okafor.*“The meter stood still\.”/).waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'bill');
  });

  it('adds a cost that comes back, and ends it', async () => {
    const { page } = treasurer;
    await treasurer.go('/costs/charges/new');
    const name = `Window cleaning ${Date.now()}`;
    await page.getByRole('textbox', { name: 'What', exact: true }).fill(name);
    await page.getByLabel('Short name').fill(`WIN-${Date.now() % 1_000_000}`);
    await page.getByLabel('On the statement under').selectOption('service');
    await page.getByLabel('Amount before tax').fill('48.00');
    await page.getByLabel('Who bears it').selectOption({ index: 1 });
    await page.getByLabel('Tax for members').selectOption({ index: 1 });
    await page.getByLabel(/^First day( \*)?$/).fill('2027-03-01');
    await expectOpenToAll(treasurer, 'charge-form');
    await page.getByRole('button', { name: 'Add the cost' }).click();
    await page.waitForURL('**/costs');
    await page.getByRole('button', { name: `End ${name}` }).click();
    await page.getByLabel('First day without it').fill('2027-04-01');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    const row = page.getByRole('row', { name });
    await row.getByText('March 2027').waitFor();
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
