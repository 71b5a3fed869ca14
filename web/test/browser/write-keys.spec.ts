import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDemo } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* Rules of every kind are written on a page, read in words before they are adopted, and decided as the community wants it: in a demo of its own, which then wants a second person. */

describe.skipIf(inject('url') === '')('a key that is written by hand', () => {
  let browser: Browser;
  let treasurer: Visitor;
  let demo: Awaited<ReturnType<typeof openDemo>>;
  beforeAll(async () => {
    demo = await openDemo();
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, demo.url);
    await treasurer.enter('treasurer', '/rules');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
    await demo.stop();
  });

  const called = async (name: string, code: string): Promise<void> => {
    const { page } = treasurer;
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('textbox', { name: 'Short name' }).fill(code);
  };
  const decidedBy = async (decision: string): Promise<void> => {
    const { page } = treasurer;
    await page.getByLabel(/^First day \*/).fill('2040-01-01');
    await page.getByRole('textbox', { name: 'Who decided' }).fill('General meeting');
    await page.getByRole('textbox', { name: 'By what decision' }).fill(decision);
  };
  const told = () => treasurer.page.getByRole('region', { name: 'In words' });

  it('has fixed parts that must make the whole, and says what is missing', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: 'A new key' }).click();
    await page.waitForURL('**/rules/new-key');
    await called('Lease of the kiln', 'LEASE');
    await page.getByRole('combobox', { name: 'By what it is shared' }).selectOption('by fixed parts');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByRole('combobox', { name: 'Who, row 1' }).selectOption({ index: 1 });
    await page.getByRole('textbox', { name: 'Part, row 1' }).fill('60.5');
    await page.getByRole('combobox', { name: 'Who, row 2' }).selectOption('The community');
    await page.getByRole('textbox', { name: 'Part, row 2' }).fill('30');
    await page.getByText('9.5 is missing to 100').waitFor();
    await told().getByText('add up to 90.5').waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'key-fixed');
    await page.getByRole('textbox', { name: 'Part, row 2' }).fill('39.5');
    await page.getByText('exactly the whole').waitFor();
    await told()
      .getByText(/^Shared by fixed parts: 60\.5 to .*, 39\.5 to the community\.$/)
      .waitFor();
    await decidedBy('Minute 12');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules#rule-LEASE');
    await page.getByRole('article', { name: 'Lease of the kiln' }).getByText('Minute 12').waitFor();
  });

  it('is made of parts, each by a rule of its own, by keyboard alone', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/new-key');
    const { keyboard } = page;
    const next = async (text: string): Promise<void> => {
      await keyboard.press('Tab');
      await keyboard.type(text);
    };
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await keyboard.type('Light');
    await next('LIGHT');
    await next('in parts');
    await page.getByRole('textbox', { name: 'How much of the whole, part 1' }).waitFor();
    await next('70');
    await next('by metered');
    await page.getByRole('combobox', { name: 'What the sub-meters' }).waitFor();
    await next('');
    await next('goes to all by floor');
    await next('');
    await next('');
    await next('30');
    await next('by floor');
    await page.getByText('exactly the whole').waitFor();
    await told()
      .getByText(/^Shared in parts: 70 by metered use; .* goes to all by floor area; 30 by floor area/)
      .waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'key-parts');
    await page.getByLabel(/^First day \*/).fill('2040-01-01');
    await page.getByRole('textbox', { name: 'Who decided' }).focus();
    await keyboard.type('General meeting');
    await next('Minute 13');
    await keyboard.press('Enter');
    await page.waitForURL('**/rules#rule-LIGHT');
    await page.getByRole('article', { name: 'Light' }).getByText('Minute 13').waitFor();
  });

  it('is tried on a month that is past before it is adopted', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/keys/EQUAL');
    await page.getByText(/^Now: Shared equally/).waitFor();
    await page.getByRole('combobox', { name: 'By what it is shared' }).selectOption('by floor area');
    await told()
      .getByText(/^Shared by floor area, weight and days/)
      .waitFor();
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('£0.00 unexplained').waitFor({ timeout: 60_000 });
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'key-version');
    await decidedBy('Minute 14');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules#rule-EQUAL');
    await page.getByRole('article', { name: 'Equal shares' }).getByText('One other version').waitFor();
  });

  it('needs a vote where the community wants one, which stands beside it afterwards', async () => {
    const { page } = treasurer;
    await adoption('recorded-vote', '2026-01-01');
    await treasurer.go('/rules/new-key');
    await page.getByRole('heading', { name: 'The vote' }).waitFor();
    await called('Heads', 'HEADS');
    await page.getByRole('combobox', { name: 'By what it is shared' }).selectOption('by heads');
    await decidedBy('Minute 15');
    await page.getByRole('textbox', { name: 'Votes for' }).fill('11');
    await page.getByRole('textbox', { name: 'Votes against' }).fill('2');
    await page.getByRole('textbox', { name: 'Abstained' }).fill('1');
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'key-vote');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules#rule-HEADS');
    await page.getByRole('article', { name: 'Heads' }).getByText('Votes: 11 for, 2 against, 1 abstained.').waitFor();
  });

  it('is proposed where a second person confirms, and leads to the proposal', async () => {
    const { page } = treasurer;
    await adoption('second-person', '2026-01-02');
    await treasurer.go('/rules/keys/AREA');
    await page.getByText('In this community a second person confirms a rule').waitFor();
    await page.getByRole('combobox', { name: 'By what it is shared' }).selectOption('in equal parts, by space');
    await decidedBy('Minute 16');
    await page.getByRole('button', { name: 'Propose it' }).click();
    await page.waitForURL(/\/rules#proposal-/);
    const proposal = page.getByRole('article', { name: 'Floor area' }).first();
    await proposal.getByText('Somebody else has to confirm it.').waitFor();
    await proposal.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('heading', { name: 'One rule waits' }).waitFor({ state: 'detached' });
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });

  /** What the community wants of a version, from a day on; asked with the session of who looks at the page. */
  async function adoption(keys: 'recorded-vote' | 'second-person', from: string): Promise<void> {
    const answered = await treasurer.page.evaluate(
      async (body) => {
        const headers = { 'content-type': 'application/json', 'commonmeter-client': 'web' };
        const answer = await fetch('/api/v1/policies', { method: 'POST', headers, body });
        return `${answer.status} ${answer.ok ? '' : await answer.text()}`.trim();
      },
      JSON.stringify({ name: 'adoption', from, terms: { keys } }),
    );
    expect(answered).toBe('201');
  }
});
