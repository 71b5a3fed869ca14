import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { narrow, openBrowser, Visitor, wide } from '../support/visitor';

/* Somebody holds a paper, and has a browser without scripts: the code on it says what was issued, with the same figures as the app. */

const url = inject('url');

interface Issued {
  readonly number: string;
  readonly gross: string;
  readonly code: string;
}

describe.skipIf(url === '')('a code from paper, without scripts', () => {
  let browser: Browser;
  let plain: Visitor;
  let issued: Issued;
  const shown = () => plain.page.locator('main').innerText();

  beforeAll(async () => {
    browser = await openBrowser();
    const treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer');
    issued = await treasurer.page.evaluate(async () => {
      const of = async (path: string) => (await fetch(`/api/v1/${path}`)).json() as Promise<never>;
      const { items } = (await of('invoices?limit=1')) as { items: { number: string }[] };
      const number = items[0]?.number ?? '';
      const bundle = (await of(`invoices/${number}/bundle`)) as {
        statement: { verification: { code: string }; charges: { gross: string } };
      };
      return { number, gross: bundle.statement.charges.gross, code: bundle.statement.verification.code };
    });
    await treasurer.close();
    plain = await Visitor.open(browser, url, wide, 'light', false);
  });
  afterAll(async () => {
    await plain.close();
    await browser.close();
  });

  it('is typed into a form, and says what was issued, with the way to check the rest', async () => {
    await plain.page.goto(`${url}/verify`);
    await plain.page.getByLabel('Code').fill(issued.code.toLowerCase().replaceAll('-', ' '));
    await plain.page.getByRole('button', { name: 'Look up' }).click();
    await plain.page.getByRole('heading', { name: 'Issued by us, and still good' }).waitFor();
    const text = await shown();
    expect(text).toContain(issued.number);
    expect(text.replace(/[\s,]/g, '')).toContain(issued.gross);
    expect(text).not.toContain('undefined');
    await plain.page.getByRole('link', { name: 'The same as data' }).click();
    expect(JSON.parse(await plain.page.locator('body').innerText())).toMatchObject({
      number: issued.number,
      gross: issued.gross,
    });
  });

  it('can be read by everybody, at 320 pixels, dark, and printed', async () => {
    // What looks for barriers is a script itself; only those of the app are held back.
    const still = await Visitor.open(browser, url);
    await still.page.route('**/assets/*.js', (route) => route.abort());
    await still.page.goto(`${url}/verify/${issued.code}`);
    for (const [size, scheme] of [
      [wide, 'light'],
      [wide, 'dark'],
      [narrow, 'light'],
      [narrow, 'dark'],
    ] as const) {
      await still.setScheme(scheme);
      await still.page.setViewportSize(size);
      expect(await still.barriers()).toEqual([]);
      expect(await still.overhang()).toBe(0);
      await still.picture(`paper-code-${size.width}-${scheme}`);
    }
    await still.page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await still.picture('paper-code-print');
    await still.page.emulateMedia({ media: 'screen' });
    await still.page.goto(`${url}/verify/0000-0000-0000`);
    expect(await still.barriers()).toEqual([]);
    await still.picture('paper-code-unknown');
    await still.close();
  });

  it('that was never issued says so and no more', async () => {
    const answer = await plain.page.goto(`${url}/verify/${encodeURIComponent('"><script>1</script>')}`);
    expect(answer?.status()).toBe(404);
    expect(await shown()).toContain('Nothing was issued under this code');
    expect(await plain.page.getByLabel('Code').inputValue()).toBe('"><script>1</script>');
  });

  it('gives its place to the app where scripts run', async () => {
    const visitor = await Visitor.open(browser, url);
    await visitor.go(`/verify/${issued.code}`);
    await visitor.page.getByText('Issued by us, and still good').waitFor();
    expect(await visitor.page.locator('.paper-code').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('asks no other host for anything', () => {
    // What was never issued is not found, and browsers note that.
    expect(plain.complaints.filter((one) => !one.includes('404'))).toEqual([]);
  });
});
