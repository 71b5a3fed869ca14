import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectOpenToAll } from '../support/expectations';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * What a community has decided and entered for itself. Policies are adopted from days that no other test bills, and whoever is added here has
 * lost their roles again at the end.
 */

const url = inject('url');

describe.skipIf(url === '')('the settings', () => {
  let browser: Browser;
  let treasurer: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer', '/settings');
  });
  afterAll(async () => {
    await treasurer.close();
    await browser.close();
  });

  const follow = async (name: string): Promise<void> => {
    const { page } = treasurer;
    await treasurer.go('/settings');
    await page.getByRole('main').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await treasurer.rest();
  };
  const get = async <T>(path: string): Promise<T> =>
    (await (await treasurer.page.request.get(`${url}/api/v1${path}`)).json()) as T;

  it('say what there is', async () => {
    await treasurer.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await expectOpenToAll(treasurer, 'settings');
  });

  const nia = `Nia Bloom ${Date.now()}`;

  it('have somebody added with roles and with whom they act for', async () => {
    const { page } = treasurer;
    await follow('People and roles');
    await expectOpenToAll(treasurer, 'people');
    await page.getByRole('link', { name: 'Add somebody' }).click();
    await page.getByLabel(/^Name/).fill(nia);
    await page.getByLabel(/^E-mail/).fill('nia@hall.example');
    await page.getByRole('checkbox', { name: /^Auditor/ }).check();
    await page.getByRole('checkbox', { name: /^Installer/ }).check();
    await page.getByRole('combobox', { name: 'One more member' }).selectOption({ index: 3 });
    await expectOpenToAll(treasurer, 'person-new');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.waitForURL('**/settings/people');
    const row = page.getByRole('table', { name: 'People and roles' }).getByRole('row', { name: nia });
    await row.getByText(/Auditor, Installer, Member .+/).waitFor();
  });

  it('change what somebody may do, and take everything away', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: nia }).click();
    await page.getByRole('heading', { name: nia, level: 1 }).waitFor();
    await page.getByRole('checkbox', { name: /^Installer/ }).uncheck();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.').waitFor();
    const rolesNow = async (): Promise<readonly string[]> => {
      const { items } = await get<{ items: { name: string; roles: { role: string }[] }[] }>('/people?limit=1000');
      return items.find(({ name }) => name === nia)?.roles.map(({ role }) => role) ?? ['nobody'];
    };
    expect(await rolesNow()).toEqual(['auditor', 'member']);
    await page.getByText('Take all roles away').click();
    await expectOpenToAll(treasurer, 'person');
    await page.getByRole('button', { name: `Take them away from ${nia}` }).click();
    await page.getByText('Take all roles away').waitFor({ state: 'detached' });
    expect(await rolesNow()).toEqual([]);
    await follow('People and roles');
    await page.getByRole('row', { name: nia }).getByText('none: cannot log in').waitFor();
  });

  it('keep how long members stay logged in', async () => {
    const { page } = treasurer;
    const hours = page.getByLabel('Hours without doing anything');
    const before = await hours.inputValue();
    await hours.fill('100');
    await page.getByRole('button', { name: 'Keep these hours' }).click();
    await page.getByText('Kept. It holds for log-ins').waitFor();
    expect(await get('/log-in/rules')).toMatchObject({ memberIdleHours: 100 });
    await hours.fill(before);
    await page.getByRole('button', { name: 'Keep these hours' }).click();
    await expect.poll(() => get('/log-in/rules')).toMatchObject({ memberIdleHours: +before });
  });

  const adopt = async (name: string, from: string, fill: () => Promise<unknown>): Promise<void> => {
    const { page } = treasurer;
    await page.getByRole('link', { name: `Change: ${name}` }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await fill();
    await page.getByLabel(/^First day/).fill(from);
    await page.getByLabel(/^By what decision/).fill('General meeting, minute 11');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL('**/settings/policies');
    await treasurer.rest();
  };

  it('say every policy in words', async () => {
    const { page } = treasurer;
    await follow('Policies');
    const { items } = await get<{ items: { name: string }[] }>('/policies?limit=1000');
    expect(await page.getByRole('article').count()).toBe(new Set(items.map(({ name }) => name)).size);
    expect(await page.getByRole('main').textContent()).not.toMatch(/says\.|\{|undefined|\[object/);
    await expectOpenToAll(treasurer, 'policies');
  });

  it('adopt another version from a day on, with the decision', async () => {
    const { page } = treasurer;
    await adopt('Where members turn to', '2040-01-01', async () => {
      await page.getByLabel('Days to question a line').fill('45');
      await expectOpenToAll(treasurer, 'policy');
    });
    const help = page.getByRole('article', { name: 'Where members turn to' });
    await help.getByText('One other version').click();
    await help.getByText('A line may be questioned for 45 days.').waitFor();
    await help.getByText(/General meeting, minute 11/).waitFor();
  });

  it('have the figures of every check of the readings, by its name', async () => {
    const { page } = treasurer;
    await page.getByRole('link', { name: 'Change: Checks of readings' }).click();
    const spike = page.getByRole('group', { name: 'spike' });
    await spike.getByLabel('Percent').waitFor();
    await expectOpenToAll(treasurer, 'policy-checks');
    await spike.getByLabel('Percent').fill('a lot');
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.getByRole('alert').getByText('/terms/spike/percent').waitFor();
  });

  it('let what would undo a second person wait for one, and its proposer take it back', async () => {
    const { page } = treasurer;
    await follow('Policies');
    const by = () => page.getByRole('combobox', { name: 'Another rule is adopted by' });
    await adopt('How rules are adopted', '2041-01-01', () => by().selectOption('second-person'));
    await adopt('How rules are adopted', '2042-01-01', () => by().selectOption('treasurer'));
    await page.getByRole('heading', { name: 'One policy waits for a second person' }).waitFor();
    await expectOpenToAll(treasurer, 'policy-waits');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('heading', { name: 'One policy waits for a second person' }).waitFor({ state: 'detached' });
  });

  it('have what the community prints, and keep what it was founded with', async () => {
    const { page } = treasurer;
    await follow('Community');
    await expectOpenToAll(treasurer, 'community');
    await page.getByLabel('Telephone for questions').fill('0113 496 0707');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. It is printed on what is issued from now on.').waitFor();
    expect(await get('/community')).toMatchObject({ contactPhone: '0113 496 0707' });
  });

  it('show the secret of a key once, replace a key, and end one for good', async () => {
    const { page } = treasurer;
    await follow('Device keys and tokens');
    const name = `Gateway in the loft ${Date.now()}`;
    await page.getByText('Make a device key').click();
    const form = page.getByRole('form', { name: 'Make a device key' });
    await form.getByLabel(/^Name/).fill(name);
    await form.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { name: `The secret of ${name}` }).waitFor();
    await treasurer.rest();
    await expectOpenToAll(treasurer, 'keys-and-tokens');
    expect(await page.getByLabel(`The secret of ${name}`).textContent()).toMatch(/^cm/);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: `Replace ${name}` }).click();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const rows = page.getByRole('table', { name: 'Device keys' }).getByRole('row', { name });
    await expect.poll(() => rows.count()).toBe(2);
    for (const left of [1, 0]) {
      await page
        .getByRole('button', { name: `End ${name}` })
        .first()
        .click();
      await page.getByRole('button', { name: 'End it for good' }).click();
      await expect.poll(() => page.getByRole('button', { name: `End ${name}` }).count()).toBe(left);
    }
    await rows
      .getByText(/^ended /)
      .first()
      .waitFor();
  });

  it('show the rates of tax and what is usual in a country', async () => {
    const { page } = treasurer;
    await follow('Tax rates');
    await page.getByRole('table', { name: 'Tax rates' }).getByText('20 %').first().waitFor();
    await page.getByText('United Kingdom').click();
    await expectOpenToAll(treasurer, 'tax');
  });

  it('asks no other host for anything and leaves the console empty', () => {
    // The browser itself notes the refusal that was provoked.
    expect(treasurer.complaints.filter((one) => !/status of 4(00|22)/.test(one))).toEqual([]);
  });
});
