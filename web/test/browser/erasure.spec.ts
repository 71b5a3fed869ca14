import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* A member is erased by page: what stands in the way, what goes and what stays, and the code that has to be typed. On a member that is made for it. */

const url = inject('url');

describe.skipIf(url === '')('erasing a member', () => {
  let browser: Browser;
  let treasurer: Visitor;
  const code = `GONE-${Date.now()}`;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/members');
    const made = await treasurer.page.request.post(`${url}/api/v1/members`, {
      headers: { 'commonmeter-client': 'web', origin: url },
      data: { code, name: 'Ivo Marsh, candles', email: 'ivo@marsh.example', address: '4 Mill Lane' },
    });
    expect(made.status()).toBe(201);
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('says what has to be settled first, and leaves no way to do it', async () => {
    const { page } = treasurer;
    await treasurer.go('/members/0711');
    await page.getByRole('link', { name: 'Erase this member' }).click();
    await page.getByRole('button', { name: 'See what would go' }).click();
    await page.getByRole('heading', { name: 'This has to be settled first' }).waitFor();
    await page
      .getByRole('table', { name: 'This stays' })
      .getByText('Invoices and credit notes', { exact: true })
      .waitFor();
    expect(await page.getByRole('button', { name: /^Erase / }).count()).toBe(0);
    await expectOpenToAll(treasurer, 'erasure-not-yet');
  });

  it('says what goes and what stays, and is done when the code was typed', async () => {
    const { page } = treasurer;
    await treasurer.go(`/members/${code}/erasure`);
    await page.getByRole('button', { name: 'See what would go' }).click();
    await page
      .getByRole('table', { name: 'This goes at once' })
      .getByText('Name, contact, e-mail and address of the member')
      .waitFor();
    await expectOpenToAll(treasurer, 'erasure');
    const erase = page.getByRole('button', { name: 'Erase Ivo Marsh, candles' });
    await page.getByLabel(`Type ${code} to confirm`).fill('GONE');
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${code} to confirm`).fill(code);
    await erase.click();
    await page.getByRole('heading', { name: 'This is gone' }).waitFor();
    await page.getByText(/^Erased .+ What has to stay is kept without a name\.$/).waitFor();
  });

  it('shows afterwards that it was done, and nothing of who it was', async () => {
    const { page } = treasurer;
    await treasurer.go(`/members/${code}`);
    await page.getByText('erased', { exact: true }).waitFor();
    const shown = await page.getByRole('main').textContent();
    for (const personal of ['Ivo Marsh', 'ivo@marsh.example', 'Mill Lane']) expect(shown).not.toContain(personal);
    expect(await page.getByRole('link', { name: 'Erase this member' }).count()).toBe(0);
    await expectOpenToAll(treasurer, 'member-erased');
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
