import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* What came after a month was billed and asks for a correction stands on the first page. It is made here, so that the months of the demo stay as they are. */

const url = inject('url');

describe.skipIf(url === '')('readings that came late', () => {
  let browser: Browser;
  let treasurer: Visitor;
  const use = (meter: string, before: string, after: string) => ({
    ...{ meter, member: null, from: '2026-09-30T23:00:00Z', to: '2026-10-31T00:00:00Z', unit: 'kWh' },
    ...{ before, after, late: true },
  });
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.page.route('**/api/v1/billing-runs/*/later-facts', (route) =>
      route.fulfill({
        json: {
          run: route.request().url().split('/').at(-2),
          readings: [use('M-0704', '1204.5', '1210.25'), use('M-0711', '90', '88.125')],
          occupancies: [
            {
              member: '0705',
              space: 'STALL-05',
              before: null,
              after: { from: '2026-10-01', to: null },
              at: use('', '', '').to,
            },
          ],
        },
      }),
    );
    await treasurer.enter('treasurer', '/home');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  it('are named with both figures, and lead to the correction of their month', async () => {
    const { page } = treasurer;
    await page
      .getByText(/^2 meters say otherwise now than was billed for /)
      .first()
      .waitFor();
    await page.getByText('M-0704: 1,204.5 kWh billed, 1,210.25 kWh measured').first().waitFor();
    await page
      .getByText(/^Who was where changed after /)
      .first()
      .waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'home-late');
    await page
      .getByRole('link', { name: /^Correct [A-Z]/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Start a correction' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/runs\/[^/]+\/payments$/);
    expect(treasurer.complaints).toEqual([]);
  });
});
