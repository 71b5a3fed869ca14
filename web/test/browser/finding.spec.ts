import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* Finding one's way without a mouse: the search, the keys that lead to a page, and the sheet that lists them all. */

const url = inject('url');
/** So that there is a list with keys of its own, whatever other tests have answered. */
const question = {
  ...{ id: '00000000-0000-7000-8000-000000000001', kind: 'finding', severity: 'warning', rule: 'spike', site: 'OMH' },
  ...{
    meter: null,
    register: null,
    detail: 'Something is odd.',
    remedy: 'Look at it.',
    evidence: {},
    choices: ['accept'],
  },
  ...{ at: '2026-10-07T08:00:00Z', until: '2026-10-07T08:00:00Z', createdAt: '2026-10-07T08:00:00Z' },
  ...{ closedAt: null, decision: null },
};

describe.skipIf(url === '')('the way to a page', () => {
  let browser: Browser;
  let treasurer: Visitor;
  let member: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/home');
    member = await Visitor.open(browser, url);
    await member.enter('member', '/my');
  });
  afterAll(async () => {
    await treasurer.close();
    await member.close();
    await browser.close();
  });

  const field = ({ page }: Visitor) => page.getByRole('combobox', { name: 'What are you looking for?' });
  const sheet = ({ page }: Visitor) => page.getByRole('dialog', { name: 'Keys' });

  it('is found by a name, a code or a number, and gone without a mouse', async () => {
    const { page } = treasurer;
    await page.keyboard.press('/');
    await field(treasurer).waitFor();
    await page.keyboard.type("rosa's");
    await page.getByRole('group', { name: 'Members' }).getByRole('option', { name: 'Rosa’s Bakery' }).waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'search');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Rosa’s Bakery', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('M-0711');
    await page.getByRole('group', { name: 'Meters' }).getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('M-0711');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/meters/M-0711');
  });

  it('says that nothing is called so, and closes', async () => {
    const { page } = treasurer;
    await treasurer.go('/home');
    await page.getByRole('button', { name: 'Search' }).click();
    await field(treasurer).fill('nobody is called that');
    await page.getByText('Nothing is called that.').waitFor();
    await page.keyboard.press('Escape');
    await field(treasurer).waitFor({ state: 'detached' });
  });

  it('is a letter after g, and none in a text field', async () => {
    const { page } = treasurer;
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL('**/members');
    const seek = page.getByLabel('Find by name, space or trade');
    await seek.pressSequentially('gp/?');
    expect(await seek.inputValue()).toBe('gp/?');
    expect(new URL(page.url()).pathname).toBe('/members');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('stands in a sheet with every key of the page', async () => {
    const { page } = treasurer;
    await page.route('**/api/v1/exceptions?*', (route) => route.fulfill({ json: { items: [question], next: null } }));
    await treasurer.go('/readings');
    await page.keyboard.press('?');
    await sheet(treasurer).getByRole('heading', { name: 'Everywhere' }).waitFor();
    await sheet(treasurer).getByText('go to: Payments').waitFor();
    await sheet(treasurer).getByRole('heading', { name: 'Questions about readings' }).waitFor();
    await expectOpenToAll(treasurer, 'keys');
    await page.keyboard.press('Escape');
    await treasurer.go('/home');
    await page.keyboard.press('?');
    await sheet(treasurer).waitFor();
    expect(await sheet(treasurer).getByRole('heading', { name: 'Questions about readings' }).count()).toBe(0);
  });

  it('has no single keys where they are switched off; a chord stays', async () => {
    const { page } = treasurer;
    await sheet(treasurer).getByRole('checkbox', { name: 'Single keys do something' }).uncheck();
    await page.keyboard.press('Escape');
    await sheet(treasurer).waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.keyboard.press('/');
    await page.keyboard.press('Control+k');
    await field(treasurer).waitFor();
    expect(new URL(page.url()).pathname).toBe('/home');
    await page.getByRole('button', { name: 'Keys', exact: true }).click();
    await sheet(treasurer).getByRole('checkbox', { name: 'Single keys do something' }).check();
    await page.keyboard.press('Escape');
  });

  it('leads a member to their own pages and statements, and to nobody else', async () => {
    const { page } = member;
    await page.keyboard.press('/');
    await field(member).fill('2026');
    const statements = page.getByRole('group', { name: 'Statements' }).getByRole('option');
    await statements.first().waitFor();
    await member.rest();
    expect(await page.getByRole('group', { name: 'Members' }).count()).toBe(0);
    await statements.first().click();
    await page.waitForURL('**/my/statements/*');
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect([...treasurer.complaints, ...member.complaints]).toEqual([]);
  });
});
