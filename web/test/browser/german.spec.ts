import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDemo } from '../support/demo';
import { expectOpenToAll } from '../support/expectations';
import { narrow, openBrowser, Visitor } from '../support/visitor';

/*
 * A community that speaks German: a month from the preview to a member's why, on a demo of its own. Its costs, keys and members have English names, as people
 * entered them; what the pages say of themselves is German, and its longer words have room on a phone.
 */

describe.skipIf(inject('url') === '')('in German', () => {
  let demo: Awaited<ReturnType<typeof openDemo>>;
  let browser: Browser;
  let treasurer: Visitor;
  let member: Visitor;
  beforeAll(async () => {
    demo = await openDemo();
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, demo.url);
    await treasurer.enter('treasurer');
    const patched = await treasurer.page.request.patch(`${demo.url}/api/v1/community`, {
      data: { locale: 'de-CH' },
      headers: { 'commonmeter-client': 'web', origin: demo.url },
    });
    expect(patched.status()).toBe(200);
    member = await Visitor.open(browser, demo.url);
  }, 240_000);
  afterAll(async () => {
    await treasurer.close();
    await member.close();
    await browser.close();
    await demo.stop();
  });

  const step = async (name: string): Promise<void> => {
    await treasurer.page.getByRole('navigation', { name: 'Schritte des Laufs' }).getByRole('link', { name }).click();
    await treasurer.rest();
  };
  /** What stands on the page in words that only English has. */
  const english = async (visitor: Visitor): Promise<readonly string[]> => {
    const said = await visitor.page.evaluate(() =>
      [...document.querySelectorAll('h1, h2, h3, nav, button, label, th, dt, legend')].map((one) => one.textContent),
    );
    // The name that the community gave one of its keys.
    const own = /Metering and billing/g;
    return said.filter((text) =>
      /\b(the|of|and|your|you|is|are|with|from|for|readings|members|statement)\b/i.test(text.replaceAll(own, '')),
    );
  };

  it('opens the door in the language of the browser', async () => {
    const guest = await Visitor.open(browser, demo.url, narrow, 'light', true, 'de-CH');
    await guest.go('/enter');
    await guest.page.getByRole('button', { name: /^Kassenführung/ }).waitFor();
    expect(await guest.page.evaluate(() => document.documentElement.lang)).toBe('de-CH');
    await expectOpenToAll(guest, 'de-enter');
    await guest.go('/verify');
    await guest.page.getByRole('heading', { name: 'Ist dieses Dokument von uns?' }).waitFor();
    expect(await guest.overhang()).toBe(0);
    expect(guest.complaints).toEqual([]);
    await guest.close();
  });

  it('is the language of the community behind it, also in an English browser', async () => {
    const { page } = treasurer;
    await treasurer.go('/home');
    await page.getByText('ist vorbei und kann abgerechnet werden').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de-CH');
    expect(await english(treasurer)).toEqual([]);
    await expectOpenToAll(treasurer, 'de-home');
    await page
      .getByRole('article')
      .getByRole('button', { name: / beginnen$/ })
      .click();
    await page.waitForURL('**/runs/*/bill');
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'de-run-1-bill');
  });

  it('previews a month in it, wide and on a phone', async () => {
    const { page } = treasurer;
    await step('Zählerstände');
    const asked = page.locator('section[aria-labelledby="asked"]').getByRole('article');
    // What the service found is told anew, by its code and its figures.
    for (const text of await asked.allTextContents())
      expect(text).not.toMatch(/\b(the|counted|from|and|is|was|another value)\b/);
    await expectOpenToAll(treasurer, 'de-run-2-readings');
    for (let left = await asked.count(); left > 0; left -= 1) {
      const answer = asked.first().getByRole('button').first();
      await answer.click();
      await asked.first().getByLabel('Grund, wenn später jemand fragt').fill('Am Zähler nachgesehen.');
      await answer.click();
      await expect.poll(() => asked.count(), { timeout: 30_000 }).toBe(left - 1);
    }
    await step('Vorschau');
    const refusal = { status: 409, code: 'run-changed', detail: 'The inputs of the run have changed since.' };
    await page.route('**/calculate', (route) => route.fulfill({ status: 409, json: refusal }), { times: 1 });
    await page.getByRole('button', { name: 'Berechnen' }).click();
    await page.getByText('Worauf der Lauf beruht, hat sich seitdem geändert.').waitFor();
    await page.getByText('Der Dienst sagt: The inputs of the run have changed since.').waitFor();
    await treasurer.picture('de-refusal');
    await page.getByRole('button', { name: 'Berechnen' }).click();
    await page.getByRole('heading', { name: /Mitglieder, die grösste Änderung zuerst/ }).waitFor({ timeout: 60_000 });
    await treasurer.rest();
    expect(await english(treasurer)).toEqual([]);
    const difference = page.getByRole('complementary', { name: 'Differenz' });
    expect(await difference.textContent()).toMatch(/Differenz\s*(£|GBP)\s?0\.00$/);
    await expectOpenToAll(treasurer, 'de-run-3-preview');
  });

  it('sends it with a word of its own', async () => {
    const { page } = treasurer;
    await step('Freigabe');
    await page.getByRole('link', { name: 'In der Demo: Jo Lund sein' }).click();
    await page.getByRole('button', { name: 'Diese Zahlen freigeben' }).click();
    await page.getByRole('heading', { name: 'Freigegeben' }).waitFor();
    await page.getByRole('link', { name: 'In der Demo: wieder die Kassenführung sein' }).click();
    await page.waitForURL('**/send');
    await treasurer.rest();
    await page.getByLabel('Zur Bestätigung SENDEN eingeben').fill('SENDEN');
    await page.getByRole('button', { name: 'Alle Abrechnungen versenden' }).click();
    await page.getByRole('heading', { name: 'Alle 24 Dokumente sind erstellt' }).waitFor({ timeout: 120_000 });
    await treasurer.rest();
  });

  it('tells a member what it owes and why, in the words of the statement', async () => {
    const { page } = member;
    await member.enter('member');
    await page.getByText('Sie schulden', { exact: true }).waitFor();
    expect(await english(member)).toEqual([]);
    await expectOpenToAll(member, 'de-my');
    await page.getByRole('link', { name: /^Abrechnung Oktober|^Abrechnung [A-Z]/ }).click();
    await page.getByRole('heading', { name: 'So wurden Ihre Kosten berechnet' }).waitFor();
    await member.rest();
    await expectOpenToAll(member, 'de-statement');
    const asking = page.getByRole('button', { name: /^Warum\? / });
    await asking.first().click();
    const why = page.getByRole('dialog', { name: 'Warum diese Zeile?' });
    await why.getByRole('heading', { name: 'Die Kosten' }).waitFor();
    await why
      .getByText(/Zählerst(and|änden)/)
      .first()
      .waitFor();
    await member.setSize(narrow);
    expect(await member.overhang()).toBe(0);
    await member.picture('de-statement-why-320-light');
    expect(await member.barriers()).toEqual([]);
    await page.keyboard.press('Escape');
  });

  const places = {
    office: ['/runs', '/costs', '/costs/bills/new', '/costs/charges/new', '/payments', '/members', '/members/new'],
    rules: ['/rules', '/rules/new-key', '/rules/new-tariff', '/rules/new-calendar', '/rules/what-if'],
    proof: ['/record', '/readings', '/second-factors', '/outbox', '/questions', '/settings'],
    meters: ['/meters', '/meters/add', '/meters/unclaimed'],
    own: ['/my', '/my/account', '/my/book', '/my/questions', '/my/reading', '/my/statements', '/my/use'],
  };

  it.each(Object.entries(places))('has room for its words on a phone: %s', async (kind, addresses) => {
    const visitor = kind === 'own' ? member : treasurer;
    await visitor.setSize(narrow);
    for (const address of addresses) {
      await visitor.go(address);
      await visitor.page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await visitor.overhang(), address).toBe(0);
      expect(await english(visitor), address).toEqual([]);
      await visitor.picture(`de${address.replaceAll('/', '-')}-320-light`);
    }
  });

  it('asks no other host for anything and leaves the console empty', () => {
    // The refusal above is meant.
    const meant = /the server responded with a status of 409/;
    expect([...treasurer.complaints, ...member.complaints].filter((one) => !meant.test(one))).toEqual([]);
  });
});
