import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * Questions about readings, worked through by keyboard alone. The list is made here, as long as that of a bad month, so that the questions of the demo
 * are left to the month that answers them.
 */

const url = inject('url');
const instant = '2026-10-07T08:00:00Z';
const questions = Array.from({ length: 40 }, (_, i) => ({
  ...{ id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`, kind: 'finding', severity: 'blocking' },
  ...{ rule: i % 2 === 0 ? 'missing-interval' : 'spike', site: 'OMH', meter: `M-${1000 + i}`, register: 'import' },
  detail: `From ${instant} something is odd.`,
  ...{ remedy: 'Look at it.', at: instant, until: instant, evidence: { highest: '12.5', since: instant } },
  ...{ createdAt: instant, closedAt: null, decision: null },
  choices: i % 2 === 0 ? ['estimate', 'ask'] : ['accept', 'estimate', 'ask'],
}));

describe.skipIf(url === '')('questions about readings', () => {
  let browser: Browser;
  let treasurer: Visitor;
  let open = questions;
  const answered: { id: string; choice: string; reason: string }[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    const { page } = treasurer;
    await page.route('**/api/v1/exceptions?*', (route) => route.fulfill({ json: { items: open, next: null } }));
    await page.route('**/api/v1/consumption?*', (route) =>
      route.fulfill({ json: { zone: 'Europe/London', series: [], issues: [] } }),
    );
    await page.route('**/api/v1/estimates', (route) => {
      const { meter, register, dryRun } = route.request().postDataJSON() as Record<string, unknown>;
      const gap = {
        meter,
        register,
        unit: 'kWh',
        from: instant,
        to: instant,
        method: 'like-day',
        count: 1,
        values: [],
      };
      const together = { value: '6.6', low: '5.754', high: '7.446' };
      const estimated = dryRun === true ? [{ ...gap, together, passed: [] }] : [];
      return route.fulfill({ json: { site: 'OMH', dryRun, estimated, impossible: [], stored: 0 } });
    });
    await page.route('**/api/v1/exceptions/*/resolve', async (route) => {
      const id = route.request().url().split('/').at(-2) ?? '';
      answered.push({ id, ...(route.request().postDataJSON() as { choice: string; reason: string }) });
      const one = open.find((question) => question.id === id);
      open = open.filter((question) => question !== one);
      await route.fulfill({ json: one });
    });
    await page.route('**/api/v1/exceptions/resolve', async (route) => {
      const { ids, choice, reason } = route.request().postDataJSON() as {
        ids: string[];
        choice: string;
        reason: string;
      };
      answered.push(...ids.map((id) => ({ id, choice, reason })));
      open = open.filter(({ id }) => !ids.includes(id));
      const results = ids.map((id) => ({ id, status: 'resolved' }));
      await route.fulfill({ json: { results, summary: { resolved: ids.length, refused: 0 }, more: false } });
    });
    await treasurer.enter('treasurer', '/readings');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  const list = () => treasurer.page.getByRole('region', { name: 'Questions about readings' });
  const here = () => list().locator('tr[aria-current="true"]');

  it('are gone through and answered without a mouse, and show the clock of the place', async () => {
    const { page } = treasurer;
    await page.getByRole('heading', { name: '40 readings need a decision', level: 1 }).waitFor();
    await page.getByText('From 7 Oct 2026, 09:00 something is odd.').last().waitFor();
    await expectOpenToAll(treasurer, 'readings');
    await list().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await here().getByText('M-1001').waitFor();
    await page.keyboard.press('a');
    await page.keyboard.type('The kiln was lit');
    await page.keyboard.press('Enter');
    await here().getByText('M-1002').waitFor();
    await page
      .getByText('An estimate would be 6.6 kWh, somewhere between 5.754 and 7.446: the same hours of a day like it.')
      .waitFor();
    // A gap cannot be taken as it is: the key means nothing there.
    await page.keyboard.press('a');
    expect(await page.getByLabel('Reason, for whoever asks later').count()).toBe(0);
    await page.keyboard.press('e');
    await page.keyboard.type('The gateway was down');
    await page.keyboard.press('Enter');
    await here().getByText('M-1003').waitFor();
    expect(answered).toMatchObject([
      { id: questions[1]?.id, choice: 'accept', reason: 'The kiln was lit' },
      { id: questions[2]?.id, choice: 'estimate', reason: 'The gateway was down' },
    ]);
    await page.getByRole('heading', { name: '38 readings need a decision' }).waitFor();
  });

  it('are answered many at once, with what all of them take', async () => {
    const { page } = treasurer;
    await list().getByRole('checkbox', { name: 'Choose M-1000 import' }).check();
    await list().getByRole('checkbox', { name: 'Choose M-1003 import' }).check();
    const answers = page.getByRole('combobox', { name: 'Answer for all' });
    expect(await answers.getByRole('option').allTextContents()).toEqual(['Estimate it', 'Have it read']);
    await page.getByRole('textbox', { name: 'Reason for all' }).fill('One power cut');
    await page.getByRole('button', { name: 'Answer 2' }).click();
    await page.getByRole('heading', { name: '36 readings need a decision' }).waitFor();
    expect(answered.slice(2).map(({ choice, reason }) => [choice, reason])).toEqual([
      ['estimate', 'One power cut'],
      ['estimate', 'One power cut'],
    ]);
  });

  it('leave single keys alone where somebody has switched them off', async () => {
    const { page } = treasurer;
    await page.getByRole('button', { name: 'Switch single keys off' }).click();
    await page.getByText('Single keys are off').waitFor();
    await list().focus();
    const before = await here().textContent();
    await page.keyboard.press('j');
    expect(await here().textContent()).toBe(before);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => here().textContent()).not.toBe(before);
    // The choice outlives the page, and is taken back where it was made.
    await page.reload();
    await page.getByText('Single keys are off').waitFor();
    await page.getByRole('button', { name: 'Switch single keys on' }).click();
    await list().focus();
    const first = await here().textContent();
    await page.keyboard.press('j');
    await expect.poll(() => here().textContent()).not.toBe(first);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });
});
