import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { desk, openBrowser, phone, Visitor } from '../support/visitor';

/* Somebody in front of a meter cupboard: what is there, a new meter until its first reading, a name that nobody knows, and a new device. */

const url = inject('url');

describe.skipIf(url === '')('an installer', () => {
  let browser: Browser;
  let installer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    installer = await Visitor.open(browser, url);
    await installer.enter('installer', '/meters');
  });
  afterAll(async () => {
    await installer.close();
    await browser.close();
  });

  /** A meter that is not there yet, also where the demo goes on. */
  const code = `NEW-${Date.now().toString(36).toUpperCase()}`;

  it('sees the meters from the supply down, and where a month of it went', async () => {
    const { page } = installer;
    await page
      .getByRole('table', { name: 'Supply' })
      .getByRole('link', { name: /^M-0001, / })
      .waitFor();
    await page
      .getByRole('table', { name: 'Behind it' })
      .getByRole('link', { name: /^M-0711, Stall 7/ })
      .waitFor();
    await page.getByRole('heading', { name: 'Where it went, October 2026' }).waitFor();
    await installer.rest();
    await expectOpenToAll(installer, 'meters-tree');
    await installer.forGuide('installer-meters', desk);
  });

  it('finds all of one meter on its page', async () => {
    const { page } = installer;
    await page.getByRole('link', { name: /^M-0704, / }).click();
    await page.getByRole('heading', { name: 'Readings of import, kWh' }).waitFor();
    await page.getByText('Gateway in the hall').waitFor();
    await page.getByText(/^The newest /).click();
    expect(await page.getByRole('table', { name: 'Readings of import, kWh' }).getByRole('row').count()).toBeGreaterThan(
      40,
    );
    await page.getByRole('cell', { name: 'OMH-0704-A' }).waitFor();
    await page.getByText('No verification is recorded.').waitFor();
    await installer.rest();
    await expectOpenToAll(installer, 'meter');
  });

  it('adds a meter, pastes what is shown, and sees its first reading', async () => {
    const { page } = installer;
    await installer.go('/meters/add');
    await expectOpenToAll(installer, 'meter-add');
    await installer.forGuide('installer-add', phone);
    await page.getByLabel('Code').fill(code);
    await page.getByLabel(/^Name/).fill('Kiln');
    await page.getByLabel('The display shows now').fill('twelve');
    await page.getByRole('button', { name: 'Add it and make a key' }).click();
    await page.getByText('The display needs a figure').waitFor();
    await page.getByLabel('The display shows now').fill('12,5');
    await page.getByRole('button', { name: 'Add it and make a key' }).click();
    await page.getByText('Waiting for the first reading …').waitFor();
    const paste = (await page.locator('pre').textContent()) ?? '';
    const key = /Authorization: Bearer (\S+)'/.exec(paste)?.[1] ?? '';
    const address = /curl '([^']+)'/.exec(paste)?.[1] ?? '';
    const { register, unit } = JSON.parse(
      /-d '(\{.*\})'/.exec(paste)?.[1]?.replace(/'\$\(.*?\)'/, 'now') ?? '',
    ) as Record<string, string>;
    // A spinner never comes to rest; the page is looked at as it is.
    expect(await installer.barriers()).toEqual([]);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ meter: code, register, at: new Date().toISOString(), value: '12.5', unit }),
    });
    expect(await answer.json()).toMatchObject({ summary: { created: 1 } });
    await page.getByText('The first reading is here').waitFor();
    await page.getByText('The same as on the display you typed.').waitFor();
    await expectOpenToAll(installer, 'meter-heard');
    await installer.forGuide('installer-heard', phone);
  });

  it('leaves a photo of the display that the treasurer finds on the page of the meter', async () => {
    const { page } = installer;
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'd.png', mimeType: 'image/png', buffer: await page.screenshot() });
    await page.getByRole('img', { name: 'Your photo of the display' }).waitFor();
    await expectOpenToAll(installer, 'meter-photo');
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await page.getByRole('heading', { name: 'Kiln' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Photos' }).count()).toBe(0);
    const treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', `/meters/${code}`);
    const photo = treasurer.page.getByRole('link', { name: /^The display of device/ });
    await photo.waitFor();
    await photo.scrollIntoViewIfNeeded();
    const isDrawn = () => photo.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth > 100);
    await expect.poll(isDrawn).toBe(true);
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'meter-with-photo');
    expect(treasurer.complaints).toEqual([]);
    await treasurer.close();
  });

  it('binds what speaks under a name of its own with one press, and nothing of it is lost', async () => {
    const { page } = installer;
    const other = `${code}-B`;
    await installer.go('/meters/add');
    await page.getByLabel('Code').fill(other);
    await page.getByLabel(/^Name/).fill('Oven');
    await page.getByLabel('The display shows now').fill('9');
    await page.getByLabel('It speaks').selectOption('emonhub');
    await page.getByRole('button', { name: 'Add it and make a key' }).click();
    await page.getByText('Waiting for the first reading …').waitFor();
    const key = ((await page.locator('pre').textContent()) ?? '').split('\n')[1] ?? '';
    const name = `attic-${code.toLowerCase()}`;
    const push = new URLSearchParams({ apikey: key, node: name, fulljson: '{"oven_kwh":9.25}' });
    expect((await fetch(`${url}/input/post`, { method: 'POST', body: push })).status).toBe(200);
    await page.getByText(name).waitFor();
    await page.getByRole('button', { name: 'This is it' }).last().click();
    await page.getByText('The first reading is here').waitFor();
    await page.getByText(/The display you typed was 9 kWh/).waitFor();
    await installer.go('/meters/unclaimed');
    await page.getByRole('heading', { name: 'Unclaimed', level: 1 }).waitFor();
    expect(await page.getByText(name).count()).toBe(0);
    await expectOpenToAll(installer, 'unclaimed');
  });

  it('exchanges a device in one step, with what both displays showed', async () => {
    const { page } = installer;
    await installer.go(`/meters/${code}`);
    await page.getByRole('button', { name: 'Exchange' }).click();
    await page.getByText('Each display needs its figure').waitFor();
    await page.getByLabel('The old display showed, import in kWh').fill('13');
    await page.getByLabel('The new display shows, import in kWh').fill('0.2');
    await page.getByLabel('Number of the new device').fill('KILN-2');
    await page.getByRole('button', { name: 'Exchange' }).click();
    await page.getByRole('cell', { name: 'KILN-2' }).waitFor();
    const meter = (await (await page.request.get(`${url}/api/v1/meters/${code}`)).json()) as {
      installations: { to: string | null; registers: { opening: string | null; closing: string | null }[] }[];
    };
    expect(meter.installations.map(({ registers: [of] }) => [of?.opening, of?.closing])).toEqual([
      ['12.5', '13'],
      ['0.2', null],
    ]);
  });

  it('asks no other host for anything and leaves the console empty', () => {
    expect(installer.complaints).toEqual([]);
  });
});
