import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDemo } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* What stands at the end of every page of a demo: things to try, other people to be, the next month, and a fresh beginning. On a demo of its own. */

describe.skipIf(inject('url') === '')('the demo', () => {
  let demo: Awaited<ReturnType<typeof openDemo>>;
  let browser: Browser;
  let visitor: Visitor;
  const card = () => visitor.page.getByRole('complementary', { name: 'This is a demo' });
  const runs = async (): Promise<string | null> => {
    await visitor.go('/runs');
    return visitor.page.getByRole('main').textContent();
  };
  beforeAll(async () => {
    demo = await openDemo();
    browser = await openBrowser();
    visitor = await Visitor.open(browser, demo.url);
    await visitor.enter('treasurer', '/meters');
  }, 240_000);
  afterAll(async () => {
    await visitor.close();
    await browser.close();
    await demo.stop();
  });

  it('has meters that are all heard', async () => {
    await visitor.page.getByText('M-0711').first().waitFor();
    expect(await visitor.page.getByRole('main').textContent()).not.toMatch(/silent since|silent for/i);
    await expectOpenToAll(visitor, 'demo-meters');
  });

  it('is seen with the eyes of somebody else by one press', async () => {
    await card().getByRole('link', { name: 'Member: Rosa Hartley' }).click();
    await visitor.page.waitForURL('**/my');
    await visitor.rest();
    await expectOpenToAll(visitor, 'demo-my');
    await card()
      .getByRole('link', { name: /^Treasurer: / })
      .click();
    await visitor.page.waitForURL('**/home');
    expect(visitor.complaints).toEqual([]);
  });

  it('goes on by a month: another one is over, and whoever pressed is still there', async () => {
    await visitor.go('/home');
    const over = visitor.page.getByText('is over and can be billed');
    const before = await over.textContent();
    const again = visitor.page.waitForEvent('load', { timeout: 120_000 });
    await card().getByRole('button', { name: 'Jump to next month' }).click();
    await again;
    await visitor.page.waitForURL('**/home');
    await visitor.rest();
    const powers = await visitor.page.evaluate(
      async () =>
        (await fetch('/api/v1/supplier-bills', { headers: { 'commonmeter-client': 'web' } })).json() as Promise<{
          items: unknown[];
        }>,
    );
    expect(powers.items).toHaveLength(3);
    // The month before is still the one to bill first.
    expect(await over.textContent()).toBe(before);
  }, 180_000);

  it('is made anew, after it was asked whether one is sure', async () => {
    await visitor.page.getByRole('button', { name: /^Start / }).click();
    await visitor.page.waitForURL('**/runs/*/bill');
    const withRun = await runs();
    await card().getByRole('button', { name: 'Make the demo anew' }).click();
    await card().getByRole('button', { name: 'Keep it' }).click();
    expect(await runs()).toBe(withRun);
    await card().getByRole('button', { name: 'Make the demo anew' }).click();
    const again = visitor.page.waitForEvent('load', { timeout: 200_000 });
    await card().getByRole('button', { name: 'Throw away what was done here' }).click();
    await card().getByText('is being made anew').waitFor();
    await again;
    await visitor.page.waitForURL('**/home');
    await visitor.rest();
    expect(await runs()).not.toBe(withRun);
    const bills = await visitor.page.evaluate(
      async () =>
        (await fetch('/api/v1/supplier-bills', { headers: { 'commonmeter-client': 'web' } })).json() as Promise<{
          items: unknown[];
        }>,
    );
    expect(bills.items).toHaveLength(2);
  }, 260_000);
});
