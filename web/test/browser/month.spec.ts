import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { desk, openBrowser, phone, Visitor } from '../support/visitor';

/*
 * A month in the demo as its people go through it, from the first page to a member's why: bill, readings, preview, approval by a second person, statements,
 * payments. Each page is looked at wide and narrow, in light and dark.
 */

const url = inject('url');

describe.skipIf(url === '')('a month', () => {
  let browser: Browser;
  let treasurer: Visitor;
  let member: Visitor;
  /** The address of the run, without its step. */
  let run = '';
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer');
    member = await Visitor.open(browser, url);
  });
  afterAll(async () => {
    await treasurer.close();
    await member.close();
    await browser.close();
  });

  const difference = () => treasurer.page.getByRole('complementary', { name: 'Difference' });
  const step = async (name: string): Promise<void> => {
    await treasurer.page.getByRole('navigation', { name: 'Steps of the run' }).getByRole('link', { name }).click();
    await treasurer.rest();
  };

  it('begins on the first page, which names the one thing to do', async () => {
    const { page } = treasurer;
    expect(new URL(page.url()).pathname).toBe('/home');
    await page.getByText('is over and can be billed').waitFor();
    await page.getByRole('link', { name: '2 need a decision' }).waitFor();
    expect(await page.getByRole('article').getByRole('button').count()).toBe(1);
    await expectOpenToAll(treasurer, 'home');
    await treasurer.forGuide('treasurer-home', desk);
    await page.getByRole('button', { name: /^Start / }).click();
    await page.waitForURL('**/runs/*/bill');
    run = page
      .url()
      .replace(/\/bill$/, '')
      .slice(url.length);
  });

  it('shows the bill recomputed, and every cost that comes back', async () => {
    const { page } = treasurer;
    await page.getByText('The bill adds up').waitFor();
    await page.getByText('£1,919.19').waitFor();
    expect(await difference().textContent()).toContain('Not calculated yet');
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-1-bill');
    await treasurer.forGuide('treasurer-bill', desk);
  });

  it('says what stands in the way, and takes a decision with its reason', async () => {
    const { page } = treasurer;
    await step('Preview');
    await page.getByRole('button', { name: 'Calculate' }).click();
    await page.getByText(/stands? in the way; (it is|they are) under Readings/).waitFor();
    await step('Readings');
    await page.getByRole('heading', { name: '2 readings need a decision' }).waitFor();
    await page
      .getByText(/^M-0701B import counted 3\.\d+ kWh from .* the third highest of all its intervals is [01]\.\d+\./)
      .waitFor();
    await page
      .getByText(/^An estimate would be [\d.]+ kWh, somewhere between [\d.]+ and [\d.]+: what came into/)
      .waitFor();
    await expectOpenToAll(treasurer, 'run-2-readings');
    await treasurer.forGuide('treasurer-readings', desk);
    const asked = page.locator('section[aria-labelledby="asked"]').getByRole('article');
    for (let left = await asked.count(); left > 0; left -= 1) {
      const answer = asked.first().getByRole('button').first();
      await answer.click();
      await asked.first().getByText('Say why; it stays on the account.').waitFor();
      await asked.first().getByLabel('Reason, for whoever asks later').fill('Looked at the meter.');
      await answer.click();
      await expect.poll(() => asked.count(), { timeout: 30_000 }).toBe(left - 1);
    }
    await page.getByText('All readings are clear').waitFor();
  });

  it('previews every member against last time, with the difference always in view', async () => {
    const { page } = treasurer;
    await step('Preview');
    await page.getByRole('button', { name: 'Calculate' }).click();
    await page.getByRole('heading', { name: /members, the largest change first/ }).waitFor({ timeout: 60_000 });
    await treasurer.rest();
    expect(await difference().textContent()).toMatch(/Difference £0\.00$/);
    await page.mouse.wheel(0, 100_000);
    expect(await difference().isVisible()).toBe(true);
    await expectOpenToAll(treasurer, 'run-3-preview');
    await treasurer.forGuide('treasurer-preview', desk);
  });

  it('drills down from a member to a line, and from the line to everybody who bears the cost', async () => {
    const { page } = treasurer;
    await page.getByRole('button', { name: 'Rosa’s Bakery' }).click();
    const drawer = page.getByRole('dialog', { name: 'Rosa’s Bakery' });
    await drawer.getByText('1 of 24 equal shares of £57.35').waitFor();
    await drawer.getByText("Everybody's part of this cost").first().click();
    await drawer.getByRole('rowheader', { name: 'Together' }).or(drawer.getByText('Together')).first().waitFor();
    // Where one is stands in the address: who comes back finds the same.
    expect(new URL(page.url()).search).toBe('?member=0711');
    await page.reload();
    await page.getByRole('dialog', { name: 'Rosa’s Bakery' }).getByText('1 of 24 equal shares of £57.35').waitFor();
    await treasurer.rest();
    await treasurer.picture('run-3-member');
    await treasurer.forGuide('treasurer-member', desk);
    expect(await treasurer.barriers()).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  it('is approved by somebody else than who prepared it', async () => {
    const { page } = treasurer;
    await step('Approve');
    await page.getByText('A second person is asked to approve').waitFor();
    expect(await page.getByRole('button', { name: 'Approve these figures' }).count()).toBe(0);
    await expectOpenToAll(treasurer, 'run-4-approve');
    await page.getByRole('link', { name: 'In the demo: be Jo Lund' }).click();
    await page.getByRole('button', { name: 'Approve these figures' }).waitFor();
    await treasurer.rest();
    await treasurer.forGuide('approver-phone', phone);
    await page.getByRole('button', { name: 'Approve these figures' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
    await page.getByRole('link', { name: 'In the demo: be the treasurer again, and send' }).click();
    await page.waitForURL(`**${run}/send`);
    await treasurer.rest();
  });

  it('is sent as a whole after a word is typed, and shows how far the documents are', async () => {
    const { page } = treasurer;
    const send = page.getByRole('button', { name: 'Send all statements' });
    expect(await send.isDisabled()).toBe(true);
    await expectOpenToAll(treasurer, 'run-5-send');
    await treasurer.forGuide('treasurer-send', desk);
    await page.getByLabel('Type SEND to confirm').fill('send');
    await send.click();
    await page.getByRole('heading', { name: 'All 24 documents are made' }).waitFor({ timeout: 120_000 });
    await page
      .getByRole('link', { name: /^PDF of / })
      .nth(23)
      .waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'run-5-sent');
    expect(await page.getByRole('link', { name: /^PDF of / }).count()).toBe(24);
  });

  it('shows who has paid', async () => {
    await step('Payments');
    await treasurer.page.getByText('These members owe now').waitFor();
    await expectOpenToAll(treasurer, 'run-6-payments');
    await treasurer.go('/runs');
    await expectOpenToAll(treasurer, 'runs');
    await treasurer.go('/meters');
    await expectOpenToAll(treasurer, 'meters');
  });

  it('tells the member what is owed, by when and how to pay, and what was used', async () => {
    const { page } = member;
    await member.enter('member');
    expect(new URL(page.url()).pathname).toBe('/my');
    await page.getByText('You owe', { exact: true }).waitFor();
    await page.getByText('Reference').waitFor();
    await page.getByText('The same as a table').click();
    expect(await page.getByRole('row').count()).toBe(14);
    await expectOpenToAll(member, 'my');
    await member.forGuide('member-home', phone);
  });

  it('answers why for every line, within three taps of the first page', async () => {
    const { page } = member;
    await page.getByRole('link', { name: /^Statement of / }).click();
    await page.getByRole('heading', { name: 'How your charges were worked out' }).waitFor();
    await member.rest();
    await expectOpenToAll(member, 'statement');
    await member.forGuide('member-statement', phone);
    const asking = page.getByRole('button', { name: /^Why\? / });
    const count = await asking.count();
    expect(count).toBeGreaterThanOrEqual(8);
    for (let no = 0; no < count; no += 1) {
      await asking.nth(no).click();
      const why = page.getByRole('dialog', { name: 'Why this line?' });
      await why.getByRole('heading', { name: 'The cost' }).waitFor();
      if (no === 0) {
        await why.getByText('reading').first().waitFor();
        await member.picture('statement-why');
        await member.forGuide('member-why', phone);
        expect(await member.barriers()).toEqual([]);
      }
      await page.keyboard.press('Escape');
      await why.waitFor({ state: 'hidden' });
    }
  });

  it('leads from the statement to its code, which anybody can look up', async () => {
    const { page } = member;
    await page.getByRole('link', { name: 'Look up the code' }).click();
    await page.getByText('Issued by us, and still good').waitFor();
    await member.rest();
    await expectOpenToAll(member, 'verify');
    await member.forGuide('verify-phone', phone);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect([...treasurer.complaints, ...member.complaints]).toEqual([]);
  });
});
