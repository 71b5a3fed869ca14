import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/* Prices of every kind are written on a page; an hour that nobody priced is named beside the price where it is missing. */

const url = inject('url');

describe.skipIf(url === '')('a tariff that is written by hand', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/rules');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  const told = () => treasurer.page.getByRole('region', { name: 'In words' });
  const price = (no: number) => treasurer.page.getByRole('group', { name: `Price ${no}`, exact: true });

  it('has prices for day and night; the hours without one are named where it is missing', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: 'A new tariff' }).click();
    await page.waitForURL('**/rules/new-tariff');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Workshop');
    await page.getByRole('textbox', { name: 'Short name' }).fill('WORKSHOP');
    await page.getByRole('combobox', { name: 'Prices may go by' }).selectOption('Day and night');
    await price(1).getByRole('textbox', { name: 'Name on the statement' }).fill('Standing charge');
    await price(1).getByRole('textbox', { name: 'For each day' }).fill('0.25');
    await page.getByRole('button', { name: 'Add a price' }).click();
    await price(2).getByRole('combobox', { name: 'What is asked for' }).selectOption('a price for each band');
    await price(2).getByRole('textbox', { name: 'Name on the statement' }).fill('Energy');
    await price(2).getByRole('textbox', { name: 'Price in day' }).fill('0.31');
    await price(2).getByText('no price for the band night, Monday 00:00–07:00 in January').waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'tariff-gap');
    await price(2).getByRole('textbox', { name: 'Price in night' }).fill('0.17');
    await price(2).getByText('day 0.31, night 0.17 per kWh.').waitFor();
    await told().getByText('Standing charge: 0.25 a day. Energy: day 0.31, night 0.17 per kWh').waitFor();
    await told().getByText('00:00–07:00 night, 07:00–24:00 day').waitFor();
    await decidedBy('Minute 21');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules#rule-WORKSHOP');
    await page.getByRole('article', { name: 'Workshop' }).getByText('Minute 21').waitFor();
  });

  it('has tiers and a demand, by keyboard alone where they are typed', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/new-tariff');
    const { keyboard } = page;
    const next = async (text: string): Promise<void> => {
      await keyboard.press('Tab');
      await keyboard.type(text);
    };
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await keyboard.type('Water');
    await next('WATER');
    await next('');
    await next('');
    await next('prices by');
    await price(1).getByRole('combobox', { name: 'Use is counted over' }).waitFor();
    await next('Water');
    await next('m');
    await next('');
    await next('');
    await next('');
    await next('10');
    await next('1.50');
    await next('');
    await keyboard.press('Enter');
    await price(1).getByRole('textbox', { name: 'Price, row 2' }).fill('2.25');
    await told().getByText('Water: up to 10 m3 1.5, above 2.25 per m3, counted by the month').waitFor();
    await page.getByRole('button', { name: 'Add a price' }).click();
    await price(2).getByRole('combobox', { name: 'What is asked for' }).selectOption('money for the highest load');
    await price(2).getByRole('textbox', { name: 'Name on the statement' }).fill('Demand');
    await price(2).getByRole('textbox', { name: 'Price, row 1' }).fill('9.20');
    await price(2).getByText('9.2 for each kW of the highest mean over 30 minutes').waitFor();
    await page.getByRole('button', { name: 'Move price 2 up' }).click();
    await told()
      .getByText(/^Demand: .* Water: /)
      .waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'tariff-tiers');
  });

  it('gets other prices, tried on a month that is past before they are adopted', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/tariffs/METERING');
    await price(1).getByRole('textbox', { name: 'For each day' }).fill('0.12');
    await told().getByText('Metering and billing: 0.12 a day.').waitFor();
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('£0.00 unexplained').waitFor({ timeout: 60_000 });
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'tariff-version');
    await decidedBy('Minute 22');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/rules#rule-METERING');
    await page.getByRole('article', { name: 'Metering and billing' }).getByText('One other version').waitFor();
  });

  it('goes by hours that are made on a page as well', async () => {
    const { page } = treasurer;
    await treasurer.go('/rules/new-calendar');
    const hours = (no: number) => page.getByRole('group', { name: `Hours ${no}`, exact: true });
    const inBand = async (no: number, band: string, from: string, to: string, ...days: string[]): Promise<void> => {
      await hours(no).getByRole('textbox', { name: 'Band' }).fill(band);
      await hours(no).getByRole('textbox', { name: 'From' }).fill(from);
      await hours(no).getByRole('textbox', { name: 'Until' }).fill(to);
      for (const day of days) await hours(no).getByRole('checkbox', { name: day }).check();
    };
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Weekends apart');
    await page.getByRole('textbox', { name: 'Short name' }).fill('WEEKENDS');
    await inBand(1, 'week', '00:00', '24:00', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday');
    await page.getByRole('button', { name: 'Add hours' }).click();
    await inBand(2, 'weekend', '00:00', '24:00', 'Saturday', 'Sunday');
    await expectOpenToAll(treasurer, 'calendar');
    await page.getByRole('button', { name: 'Make the calendar' }).click();
    await page.waitForURL('**/rules/new-tariff');
    await page.getByRole('combobox', { name: 'Prices may go by' }).selectOption('Weekends apart');
    await page.getByText(/^week: .* weekend: /).waitFor();
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(treasurer.complaints).toEqual([]);
  });

  async function decidedBy(decision: string): Promise<void> {
    const { page } = treasurer;
    await page.getByLabel(/^First day \*/).fill('2040-01-01');
    await page.getByRole('textbox', { name: 'Who decided' }).fill('General meeting');
    await page.getByRole('textbox', { name: 'By what decision' }).fill(decision);
  }
});
