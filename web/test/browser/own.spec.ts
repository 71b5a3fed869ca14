import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, phone, Visitor } from '../support/visitor';

/* What a member does with its own figures: looks at its use, takes it along, and questions a line. */

const url = inject('url');

describe.skipIf(url === '')('what is one’s own', () => {
  let browser: Browser;
  let member: Visitor;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    member = await Visitor.open(browser, url);
    await member.enter('member', '/my/use');
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer');
  });
  afterAll(async () => {
    await member.close();
    await treasurer.close();
    await browser.close();
  });

  const get = async <T>(path: string): Promise<T> =>
    (await (await member.page.request.get(`${url}/api/v1${path}`)).json()) as T;
  /** What somebody else does about a question, by the API. */
  const tell = (who: Visitor, path: string, data: object) =>
    who.page.request.post(`${url}/api/v1${path}`, { data, headers: { 'commonmeter-client': 'web', origin: url } });
  const table = () => member.page.getByText('The same as a table').click();
  const choose = (name: string) => member.page.getByRole('link', { name, exact: true }).click();

  it('shows thirteen billing periods and the months since, against a year before', async () => {
    const { page } = member;
    await page.getByText(/^September 2026: 497\.325 kWh|^October 2026: /).waitFor();
    await table();
    // October was not read to the end a year before the demo begins; September was.
    await page.getByRole('row', { name: /September 2026 497\.325 measured as on the statement/ }).waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThanOrEqual(14);
    await member.rest();
    await expectOpenToAll(member, 'use');
    await member.forGuide('member-use', phone);
  });

  it('comes to the statement, to the coin, and is saved digit for digit', async () => {
    const { page } = member;
    await choose('Money');
    await page.getByRole('heading', { name: 'Cost by billing period' }).waitFor();
    await member.rest();
    await table();
    const { items } = await get<{ items: { number: string; gross: string; period: { from: string; to: string } }[] }>(
      '/statements',
    );
    expect(items.length).toBeGreaterThan(0);
    for (const { gross } of items) await page.getByRole('cell', { name: `£${gross}`, exact: true }).waitFor();
    await expectOpenToAll(member, 'use-money');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).replace('\ufeff', '').trim().split('\r\n');
    expect(lines).toHaveLength(items.length + 1);
    for (const { number, gross, period } of items) {
      const line = lines.find((one) => one.includes(number)) ?? '';
      expect(line).toMatch(new RegExp(`^${period.from},${period.to},${number},.*,${gross.replace('.', '\\.')},GBP$`));
      const [, , , energy = '', rest = '', tax = ''] = line.split(',');
      const pence = (text: string): bigint => BigInt(text.replace('.', ''));
      expect(pence(energy) + pence(rest) + pence(tax)).toBe(pence(gross));
    }
  });

  it('leads from a period to its days and from a day to its half-hours, each with an address', async () => {
    const { page } = member;
    await choose('Billing periods');
    await choose('Quantity');
    await member.rest();
    await table();
    await page.getByRole('link', { name: 'September 2026', exact: true }).click();
    await page.getByRole('heading', { name: 'September 2026 by day, in kWh' }).waitFor();
    expect(new URL(page.url()).search).toBe('?by=day&on=2026-09-01');
    await member.rest();
    await expectOpenToAll(member, 'use-days');
    await table();
    expect(await page.getByRole('row').count()).toBe(31);
    await page.getByRole('link', { name: '5 Sept 2026', exact: true }).click();
    await page.getByRole('heading', { name: '5 Sept 2026 by time of day, in kWh' }).waitFor();
    await table();
    expect(await page.getByRole('row').count()).toBe(49);
    await member.rest();
    await expectOpenToAll(member, 'use-half-hours');
    await page.getByRole('link', { name: 'Earlier' }).click();
    await page.getByRole('heading', { name: /^4 Sept 2026 by time of day/ }).waitFor();
  });

  it('opens the book of the site: bill, shares, rules and proof, and nobody else’s figures', async () => {
    const { page } = member;
    await member.go('/my/book');
    await page.getByRole('heading', { name: /^Northgrid Energy, bill / }).waitFor();
    expect(await page.getByRole('complementary', { name: 'Difference' }).textContent()).toMatch(/Difference £0\.00$/);
    const costs = page.getByRole('table', { name: 'Every cost, and who bore it' });
    await costs
      .getByRole('row', { name: /Standing charge £57\.35 £2\.39 £54\.96 £0\.00 Equal shares, Minute 4/ })
      .waitFor();
    await page
      .getByText(/Adopted by Members' meeting on 14 Jan 2025: Minute 4/)
      .first()
      .waitFor();
    const proof = await page.getByRole('link', { name: /^Certificate of / }).getAttribute('href');
    const sheet = await page.request.get(`${url}${proof ?? ''}`);
    expect(sheet.headers()['content-type']).toBe('application/pdf');
    const { items } = (await (await treasurer.page.request.get(`${url}/api/v1/members?limit=1000`)).json()) as {
      items: { code: string; name: string }[];
    };
    const shown = await page.locator('main').innerText();
    const others = items.filter(({ code }) => code !== '0711' && !code.startsWith('OMH'));
    expect(others.length).toBeGreaterThan(10);
    for (const { name } of others) expect(shown).not.toContain(name);
    await expectOpenToAll(member, 'book');
    await member.forGuide('member-book', phone);
  });

  it('has all movements of its account, which come to what is owed', async () => {
    const { page } = member;
    await member.go('/my/account');
    const { closing, entries } = await get<{ closing: string; entries: { text: string }[] }>('/accounts/0711');
    const movements = page.getByRole('table', { name: /^All movements of Rosa/ });
    for (const { text } of entries) await movements.getByText(text, { exact: true }).waitFor();
    await movements.getByRole('row', { name: `Owed now £${closing}` }).waitFor();
    await page.getByText('Sort code').waitFor();
    await expectOpenToAll(member, 'account');
  });

  let question = { id: '', amount: '', number: '' };

  it('questions a line below its reasons, and is told what is paused', async () => {
    const { page } = member;
    await member.go('/my/statements');
    await expectOpenToAll(member, 'statements');
    await page.getByRole('table').getByRole('link').last().click();
    await page.getByRole('button', { name: /^Why\? Standing charge/ }).click();
    await page.getByLabel('Your question').fill('We share a stall. Why a whole part?');
    await member.picture('question-ask');
    await member.forGuide('member-question', phone);
    expect(await member.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('heading', { name: 'Your question about this line' }).waitFor();
    const { items } = await get<{
      items: {
        id: string;
        amount: string;
        paused: boolean;
        invoice: { number: string };
        line: { description: string };
      }[];
    }>('/disputes');
    const asked = items.find(({ line, paused }) => line.description === 'Standing charge' && paused);
    expect(asked).toBeDefined();
    question = { id: asked?.id ?? '', amount: asked?.amount ?? '', number: asked?.invoice.number ?? '' };
    await page.getByText(`£${question.amount} is paused`).waitFor();
    expect(await page.getByLabel('Your question', { exact: true }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByText('asked', { exact: true }).first().waitFor();
  });

  it('sees the answer, the decision, and may have somebody else decide', async () => {
    const { page } = member;
    expect(
      (await tell(treasurer, `/disputes/${question.id}/answer`, { text: 'One part for each stall.' })).status(),
    ).toBe(201);
    await member.go('/my/questions');
    await page.getByText('One part for each stall.').waitFor();
    await page
      .getByText(/^The next step is due by /)
      .first()
      .waitFor();
    await expectOpenToAll(member, 'questions');
    const decision = { outcome: 'rejected', text: 'The rule says each stall.' };
    expect((await tell(treasurer, `/disputes/${question.id}/resolve`, decision)).status()).toBe(201);
    await page.reload();
    await page.getByText('decided, the statement stands, Ade Okafor').waitFor();
    await page.getByText('it is not paused any more').first().waitFor();
    await page.getByRole('button', { name: 'Have somebody else decide' }).first().click();
    await page.getByLabel('What the decision missed').fill('The rule was made for whole stalls.');
    await page.getByRole('button', { name: 'Have somebody else decide' }).click();
    await page.getByText('The rule was made for whole stalls.').waitFor();
    await page.getByText(`£${question.amount} is paused`).waitFor();
  });

  it('takes a question back', async () => {
    const { page } = member;
    await page.getByRole('button', { name: 'Take the question back' }).first().click();
    await page.getByLabel('Why you take it back').fill('We read the rule again.');
    await page.getByRole('button', { name: 'Take the question back' }).first().click();
    await page
      .getByText(/^taken back, Rosa Hartley/)
      .first()
      .waitFor();
    await page.getByLabel('Why you take it back').waitFor({ state: 'detached' });
    const after = await get<{ state: string; paused: boolean }>(`/disputes/${question.id}`);
    expect(after).toMatchObject({ state: 'withdrawn', paused: false });
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(member.complaints).toEqual([]);
  });
});
