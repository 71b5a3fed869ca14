import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* The questions of all members: one that is asked here in a member's name, answered by the treasurer, and decided by somebody who did not ask. */

const url = inject('url');

interface Invoice {
  readonly number: string;
  readonly kind: string;
  readonly memberCode: string;
  readonly creditedBy: string | null;
}

interface Line {
  readonly no: number;
  readonly description: string;
  readonly net: string;
}

describe.skipIf(url === '')('questions of members', () => {
  let browser: Browser;
  let treasurer: Visitor;
  let approver: Visitor;
  let line = '';
  let number = '';
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/home');
    approver = await Visitor.open(browser, url);
    await approver.enter('approver', '/home');
    const { request } = treasurer.page;
    const { items } = (await (await request.get(`${url}/api/v1/invoices?limit=1000`)).json()) as { items: Invoice[] };
    // Rosa's are questioned by other tests.
    const invoice = items
      .filter(({ memberCode, kind, creditedBy }) => memberCode !== '0711' && kind === 'invoice' && creditedBy === null)
      .toSorted((a, b) => (a.number < b.number ? 1 : -1))[0];
    number = invoice?.number ?? '';
    const { lines } = (await (await request.get(`${url}/api/v1/invoices/${number}`)).json()) as { lines: Line[] };
    const charged = lines.find(({ net }) => !net.startsWith('-') && /[1-9]/.test(net));
    line = charged?.description ?? '';
    const asked = await request.post(`${url}/api/v1/disputes`, {
      headers: { 'commonmeter-client': 'web', origin: url },
      data: { invoice: number, line: charged?.no, question: 'Asked on the phone: why so much?' },
    });
    expect(asked.status()).toBe(201);
  });
  afterAll(async () => {
    await treasurer.close();
    await approver.close();
    await browser.close();
  });

  const one = ({ page }: Visitor) =>
    page.getByRole('article', { name: line }).filter({ has: page.getByRole('link', { name: number }) });

  it('are said on the first page when they wait, and are listed with what they are about', async () => {
    const { page } = treasurer;
    await treasurer.go('/home');
    await page.getByRole('link', { name: /question.* of (a member|members)/ }).click();
    await page.waitForURL('**/questions');
    await one(treasurer).getByText('asked today').waitFor();
    // The barber of the demo asks too.
    await page.getByText('Two chairs and a kettle', { exact: false }).first().waitFor();
    await one(treasurer)
      .getByText(/^answer by /)
      .waitFor();
    await page.getByRole('table', { name: 'What is asked again and again' }).getByText(line).waitFor();
    await expectOpenToAll(treasurer, 'questions-all');
  });

  it('are answered by the treasurer, who does not decide what they asked themselves', async () => {
    const own = one(treasurer);
    await own.getByText('Somebody else decides this').waitFor();
    expect(await own.getByRole('combobox', { name: 'This is' }).getByRole('option').allTextContents()).toEqual([
      'an answer; the part stays paused',
    ]);
    await own.getByLabel('What the member reads').fill('The meter was read twice.');
    await own.getByRole('button', { name: 'Answer' }).click();
    await own.getByText('The meter was read twice.').last().waitFor();
    await own.getByText('answered', { exact: true }).waitFor();
  });

  it('are decided by another person, and lie among all of them afterwards', async () => {
    const { page } = approver;
    await approver.go('/questions');
    await one(approver).getByLabel('What the member reads').fill('The reading stands.');
    await one(approver).getByRole('combobox', { name: 'This is' }).selectOption('rejected');
    await one(approver).getByRole('button', { name: 'Decide' }).click();
    await one(approver).waitFor({ state: 'detached' });
    await page.getByRole('navigation', { name: 'Which questions' }).getByRole('link', { name: 'All' }).click();
    await one(approver).getByText('the invoice is right: The reading stands.').waitFor();
    expect(new URL(page.url()).search).toBe('?show=all');
  });

  it('lead to the line of the statement and to the member', async () => {
    const { page } = approver;
    await one(approver).getByRole('link', { name: number }).click();
    await page.waitForURL(`**/statements/${number}?line=*`);
    await page.goBack();
    await one(approver).getByRole('link').nth(1).click();
    await page.waitForURL('**/members/*');
    await page.getByText('The reading stands.').waitFor();
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect([...treasurer.complaints, ...approver.complaints]).toEqual([]);
  });
});
