import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* The rules as sentences, what another one would have changed, another one adopted from a far day on; and the record that shows it. */

const url = inject('url');

describe.skipIf(url === '')('rules and the record', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/rules');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('say who bears what, and by what decision', async () => {
    const { page } = treasurer;
    await page.getByRole('heading', { name: 'Keys: who bears what of a cost' }).waitFor();
    expect(await page.getByRole('article').count()).toBeGreaterThan(3);
    expect(await page.getByText(/Adopted by .* on .*: .*\./).count()).toBeGreaterThan(3);
    await expectOpenToAll(treasurer, 'rules');
  });

  it('tell what everybody would have paid by another, and leave nothing unexplained', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: 'What if?' }).click();
    await page.getByRole('combobox', { name: 'Which key', exact: true }).selectOption('AREA');
    await page.getByRole('combobox', { name: 'By what instead' }).selectOption('equal');
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('£0.00 unexplained').waitFor({ timeout: 60_000 });
    const table = page.getByRole('region', { name: 'What if?' });
    expect(await table.getByRole('row', { name: /[+−]£/ }).count()).toBeGreaterThan(10);
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'what-if');
  });

  it('are changed from a day on, by a decision that is named', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/new');
    await page.getByRole('combobox', { name: 'Which key', exact: true }).selectOption('AREA');
    await page.getByText(/^Now: /).waitFor();
    await page.getByRole('combobox', { name: 'From then on' }).selectOption('equal');
    await page.getByLabel(/^First day/).fill('2040-01-01');
    await page.getByLabel(/^Who decided/).fill('General meeting');
    await page.getByLabel(/^By what decision/).fill('Minute 9');
    await expectOpenToAll(treasurer, 'adopt');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules');
    await treasurer.rest();
    // Adopted at once, or waiting for a second person: the community's policy says which.
    const other = page.getByText('One other version').or(page.getByText('One rule waits for a second person'));
    await other.first().waitFor();
  });

  it('stand in the record, which is signed', async () => {
    const { page } = treasurer;
    await treasurer.go('/record');
    await page.getByRole('heading', { name: 'Who did what' }).waitFor();
    await page
      .getByText(/^key\./)
      .first()
      .waitFor();
    await page.getByText('nothing differs').waitFor();
    await expectOpenToAll(treasurer, 'record');
    const rows = page.getByRole('region', { name: 'Who did what' }).getByRole('row');
    const before = await rows.count();
    await page.getByRole('button', { name: 'Earlier entries' }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(before);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
