import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* Members: found, looked at, moved in and out. The pop-up of the test comes in days that no other test bills. */

const url = inject('url');

describe.skipIf(url === '')('members', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/members');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('are found by what one remembers of them', async () => {
    const { page } = treasurer;
    const rows = page.getByRole('region', { name: 'Members' }).getByRole('row');
    expect(await rows.count()).toBeGreaterThan(20);
    await expectOpenToAll(treasurer, 'members');
    await page.getByLabel('Find by name, space or trade').fill('nobody at all');
    await page.getByText('Nobody fits.').waitFor();
    await page.getByLabel('Find by name, space or trade').fill('rosa');
    expect(await rows.count()).toBe(2);
    await page.getByRole('link', { name: 'Rosa’s Bakery' }).click();
  });

  it('have a page with their account, their documents and their questions', async () => {
    const { page } = treasurer;
    await page.getByRole('heading', { name: 'Rosa’s Bakery', level: 1 }).waitFor();
    await treasurer.rest();
    expect(await page.getByRole('region', { name: 'Account' }).getByRole('row').count()).toBeGreaterThan(2);
    expect(
      await page
        .getByRole('region', { name: 'Documents' })
        .getByRole('link', { name: /^PDF of/ })
        .count(),
    ).toBeGreaterThan(0);
    await page.getByRole('heading', { name: 'Questions' }).waitFor();
    await expectOpenToAll(treasurer, 'member');
  });

  it('move in for three days in under a minute, and get a final statement of their own', async () => {
    const { page } = treasurer;
    await treasurer.go('/members/new');
    const began = Date.now();
    const name = `Winter Candles ${began}`;
    await page.getByLabel('Name of the shop').fill(name);
    await page.getByLabel(/^First day( \*)?$/).fill('2031-01-10');
    await page.getByLabel('First day on which they are gone').fill('2031-01-13');
    await page.getByRole('combobox', { name: 'Space', exact: true }).selectOption({ index: 1 });
    await expectOpenToAll(treasurer, 'move-in');
    await page.getByRole('button', { name: 'Move in' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByText('to come').waitFor();
    await page.getByRole('button', { name: 'Open the final statement, 10 Jan 2031 – 12 Jan 2031' }).waitFor();
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
