import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* The way in: who comes to a page without being known, what the cards do, and what stays in the browser. */

const url = inject('url');

describe.skipIf(url === '')('the door', () => {
  let browser: Browser;
  let visitor: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    visitor = await Visitor.open(browser, url);
  });
  afterAll(async () => {
    await visitor.close();
    await browser.close();
  });

  it('stands before every page, and leads on to where one wanted to go', async () => {
    await visitor.go('/home?x=1');
    expect(new URL(visitor.page.url()).pathname).toBe('/enter');
    await expectOpenToAll(visitor, 'door');
    await visitor.page.getByRole('button', { name: /^Treasurer/ }).click();
    await visitor.page.waitForURL('**/home?x=1');
    await visitor.rest();
    expect(await visitor.page.getByRole('heading', { level: 1 }).textContent()).toBe('Home');
  });

  it('keeps nothing that a script could read, and forgets who it was when one leaves', async () => {
    const kept = () =>
      visitor.page.evaluate(() => [
        Object.keys(localStorage),
        Object.keys(sessionStorage).filter((key) => !key.startsWith('tsr-scroll')),
        document.cookie,
      ]);
    expect(await kept()).toEqual([[], [], '']);
    await visitor.page.getByRole('button', { name: /^Ade Okafor/ }).click();
    await visitor.page.getByRole('button', { name: 'Leave' }).click();
    await visitor.page.waitForURL('**/enter');
    await visitor.rest();
    await visitor.page.goto(`${url}/home`);
    await visitor.page.waitForURL('**/enter?to=*');
  });

  it('opens at once for whom the address names, as the terminal prints it', async () => {
    const other = await Visitor.open(browser, url);
    await other.page.goto(`${url}/enter?as=installer`);
    await other.page.waitForURL('**/meters');
    await other.rest();
    expect(other.complaints).toEqual([]);
    await other.close();
  });

  it('leads whose session has ended meanwhile back to itself, and to the same place afterwards', async () => {
    const other = await Visitor.open(browser, url);
    await other.enter('treasurer', '/home');
    await other.forget();
    await other.page.reload();
    await other.page.waitForURL('**/enter?to=%2Fhome');
    await other.close();
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
