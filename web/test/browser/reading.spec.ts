import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, phone, Visitor } from '../support/visitor';

/* A member reads its display: with a photo, without a network, and never twice. */

const url = inject('url');

/** A green pixel. */
const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(url === '')('a reading', () => {
  let browser: Browser;
  let member: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    member = await Visitor.open(browser, url);
    await member.enter('member', '/my/reading');
  });
  afterAll(async () => {
    await member.close();
    await browser.close();
  });

  const type = async (value: string): Promise<void> => {
    await member.page.getByLabel('What the display shows, in kWh').fill(value);
  };
  const send = () => member.page.getByRole('button', { name: 'Send', exact: true }).click();
  const kept = (status: string) => member.page.getByRole('status').filter({ hasText: status });
  /** The readings that the service has photos of, as the service says. */
  const photographed = async (): Promise<number> => {
    const answer = await member.page.request.get(`${url}/api/v1/photos`);
    const { items } = (await answer.json()) as { items: { readings: unknown[] }[] };
    return items.reduce((sum, { readings }) => sum + readings.length, 0);
  };

  it('says what is no figure, and warns where the display shows less than before', async () => {
    await expectOpenToAll(member, 'reading');
    await member.forGuide('member-reading', phone);
    await type('about 18000');
    await send();
    await member.page.getByText('digits, and at most one point').waitFor();
    await type('7');
    await member.page.getByText('That is less than last time.').waitFor();
  });

  it('is taken with its photo', async () => {
    const before = await photographed();
    await member.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'd.png', mimeType: 'image/png', buffer: photo });
    await member.page.getByRole('img', { name: 'Your photo of the display' }).waitFor();
    await type('18 300,25');
    await send();
    await kept('Taken, thank you').getByText('18,300.25 kWh').waitFor();
    expect(await photographed()).toBe(before + 1);
    await expectOpenToAll(member, 'reading-sent');
  });

  it('waits where there is no network, says so on every page, and goes by itself when it is back', async () => {
    await member.page.getByRole('link', { name: 'Home', exact: true }).last().click();
    await member.page.getByRole('heading', { level: 1 }).waitFor();
    await member.rest();
    await member.loseNetwork();
    await member.page.getByRole('link', { name: 'Reading', exact: true }).click();
    await type('18301');
    await send();
    await member.page.getByText('1 reading waits for the network.').waitFor();
    await member.page.getByText('Waits for the network; it is sent by itself.').waitFor();
    await expectOpenToAll(member, 'reading-waits');
    await member.findNetwork();
    await kept('Taken, thank you').getByText('18,301 kWh').waitFor();
    expect(await member.page.getByText('waits for the network').count()).toBe(0);
  });

  it('outlives the page, and is no other person’s to send', async () => {
    await member.loseNetwork();
    await type('18302');
    await send();
    await member.page.getByText('1 reading waits for the network.').waitFor();
    // The tab is closed while there is no network; the browser is opened again by somebody else, and then by the member.
    await member.page.goto('about:blank');
    await member.findNetwork();
    await member.enter('treasurer', '/home');
    await member.enter('member', '/my/reading');
    await kept('Taken, thank you').getByText('18,302 kWh').waitFor();
  });

  it('counts once where its answer got lost', async () => {
    const replays: (string | undefined)[] = [];
    let isLost = true;
    await member.page.route('**/api/v1/my/readings', async (route) => {
      const answer = await route.fetch();
      replays.push(answer.headers()['idempotency-replayed']);
      if (isLost) await route.abort();
      else await route.fulfill({ response: answer });
      isLost = false;
    });
    await type('18303');
    await send();
    await member.page.getByText('1 reading waits for the network.').waitFor();
    await member.page.evaluate(() => dispatchEvent(new Event('online')));
    await kept('Taken, thank you').getByText('18,303 kWh').waitFor();
    expect(replays).toEqual([undefined, 'true']);
  });

  it('that the service refuses says why, and stays until it is thrown away', async () => {
    await member.page.unroute('**/api/v1/my/readings');
    await member.page.route('**/api/v1/my/readings', async (route) => {
      const body = route.request().postDataJSON() as { readings: { meter: string }[] };
      await route.continue({ postData: { readings: body.readings.map((one) => ({ ...one, meter: 'M-0704' })) } });
    });
    await type('18304');
    await send();
    await member.page.getByText('No display of yours goes by this name').waitFor();
    await expectOpenToAll(member, 'reading-refused');
    await member.page.getByRole('button', { name: 'Throw away' }).click();
    await member.page.getByText('A reading was not taken.').waitFor({ state: 'detached' });
  });

  it('asks no other host for anything, and fails only where the network did', () => {
    const others = member.complaints.filter(
      (one) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch dynamically imported module/.test(one),
    );
    expect(others).toEqual([]);
  });
});
