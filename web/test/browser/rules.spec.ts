import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* The rules as sentences, what another one would have changed, and the record that shows what was adopted. */

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

  it('stand in the record, which is signed', async () => {
    const { page } = treasurer;
    await treasurer.go('/record');
    await page.getByRole('heading', { name: 'Who did what' }).waitFor();
    await page
      .getByText(/^[a-z-]+\.[a-z-]+$/)
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
