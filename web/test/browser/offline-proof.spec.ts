import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser, Visitor } from '../support/visitor';

/*
 * What the whole is for: a member has the PDF of a statement of the demo, and neither network nor server. The program and the page, each by itself, say
 * that it is right and why; and with one digit changed, drawn anew so that paper and proof agree, both say what differs.
 */

const url = inject('url');
const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'commonmeter-offline-'));

interface Line {
  why: { reason: { rule: string; price?: string; weight?: string } };
}
interface Bundle {
  statement: {
    number: string;
    use: { readings: { used: string; latest?: { value: string } }[] }[];
    charges: { gross: string; lines: Line[] };
  };
  record: { head: string; run: { proof: string[] } };
}
interface Parts {
  attachedFile: (file: Uint8Array, name: string) => { bytes: Uint8Array; isPacked: boolean };
  canonicalJson: (value: unknown) => string;
  drawStatement: (statement: unknown, attached: string) => Uint8Array;
}

/** The last digit of a figure, or character of base64 or hex, turned into another. */
const turned = (text: string): string =>
  text.replace(/([0-9a-zA-Z])([^0-9a-zA-Z]*)$/, (_, last: string, rest: string) => (last === '1' ? '2' : '1') + rest);
const lineWith = (bundle: Bundle, key: 'price' | 'weight') =>
  bundle.statement.charges.lines.find(({ why }) => why.reason[key] !== undefined)?.why.reason;

/** What is changed, and what both say of it. */
const changes: readonly (readonly [string, (bundle: Bundle) => void, RegExp])[] = [
  [
    'a reading',
    ({ statement }) => {
      const latest = statement.use[0]!.readings.find((row) => row.latest !== undefined)!.latest!;
      latest.value = turned(latest.value);
    },
    /Meter .*: [\d.]+ is stated, [\d.]+ comes out/,
  ],
  [
    'a price',
    (bundle) => {
      const reason = lineWith(bundle, 'price')!;
      // The first digit that counts: the last may be less than a coin.
      reason.price = reason.price!.replace(/[1-9]/, (digit) => (digit === '9' ? '8' : '9'));
    },
    /Line \d+, .* is stated/,
  ],
  [
    'a weight',
    (bundle) => {
      const reason = lineWith(bundle, 'weight')!;
      reason.weight = reason.weight!.replace(/[1-9]/, (digit) => (digit === '9' ? '8' : '9'));
    },
    /Line \d+, .* is stated/,
  ],
  [
    'the total',
    ({ statement: { charges } }) => {
      charges.gross = turned(charges.gross);
    },
    /Total: [\d.]+ is stated, [\d.]+ comes out/,
  ],
  [
    'the signature',
    ({ record }) => {
      record.head = record.head.replace(
        /(.)(.{9})\n$/,
        (_, one: string, rest: string) => `${one === 'A' ? 'B' : 'A'}${rest}\n`,
      );
    },
    /The head of the record is not signed with its key/,
  ],
  [
    'a leaf',
    ({ record: { run } }) => {
      run.proof[0] = turned(run.proof[0]!);
    },
    /The billing run: its entry is not in the record of this head/,
  ],
];

describe.skipIf(url === '')('a statement of the demo, without network and server', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let parts: Parts;
  let pdf: Buffer;
  let written = '';
  let key = '';

  /** What the program says, with the code that it ends with. */
  const program = (path: string): { status: number | null; text: string } => {
    const env = { PATH: process.env['PATH'], DATA_DIR: folder, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const args = [join(root, 'dist/src/cli.js'), 'verify', path, '--key', key];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    return { status, text: stdout };
  };
  const onPage = async (path: string): Promise<string> => {
    await page.reload();
    await page.locator('#key').fill(key);
    await page.locator('#file').setInputFiles(path);
    await page.locator('.headline').first().waitFor();
    return page.locator('#result').innerText();
  };

  beforeAll(async () => {
    const part = (name: string) => import(pathToFileURL(join(root, 'dist/src', name)).href) as Promise<Parts>;
    const [{ attachedFile }, { canonicalJson }, { drawStatement }] = await Promise.all([
      part('domain/proof/attachment.js'),
      part('domain/proof/canonical.js'),
      part('modules/invoices/pdf/document.js'),
    ]);
    parts = { attachedFile, canonicalJson, drawStatement };
    execFileSync(process.execPath, [join(root, 'scripts/verifier.mjs')], { cwd: root, stdio: 'ignore' });
    browser = await openBrowser();
    const treasurer = await Visitor.open(browser, url);
    await treasurer.enter('treasurer');
    const got = await treasurer.page.evaluate(async () => {
      const of = async (path: string) => (await fetch(`/api/v1/${path}`)).json() as Promise<never>;
      const { key: ofRecord } = (await of('log/head')) as { key: string };
      const { items } = (await of('invoices?limit=100')) as { items: { number: string }[] };
      const files: string[] = [];
      for (const { number } of items) {
        const bytes = new Uint8Array(await (await fetch(`/api/v1/invoices/${number}/document.pdf`)).arrayBuffer());
        files.push(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
      }
      return { ofRecord, files };
    });
    await treasurer.close();
    key = got.ofRecord;
    for (const file of got.files) {
      const bytes = Buffer.from(file, 'hex');
      const text = inflateSync(parts.attachedFile(bytes, 'bundle.json').bytes).toString('utf8');
      const bundle = JSON.parse(text) as Bundle;
      const hasDisplay = bundle.statement.use[0]?.readings.some((row) => row.latest !== undefined) ?? false;
      if (!hasDisplay || !lineWith(bundle, 'price') || !lineWith(bundle, 'weight')) continue;
      [pdf, written] = [bytes, text];
      break;
    }
    context = await browser.newContext({ offline: true });
    page = await context.newPage();
    await page.goto(pathToFileURL(join(root, 'dist/verifier/verify.html')).href);
  });
  afterAll(async () => {
    await context.close();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is right, and both say why', async () => {
    expect(written).not.toBe('');
    const path = join(folder, 'right.pdf');
    writeFileSync(path, pdf);
    const { status, text } = program(path);
    const shown = await onPage(path);
    expect([status, text.slice(0, 6), shown.slice(0, 6)]).toEqual([0, 'RIGHT:', 'RIGHT:']);
    for (const why of [
      'The key of the record is the one that you were given.',
      'sealed shares and those of the house add up to exactly',
      'Two people answer for it',
      'The lines come to',
    ]) {
      expect(text).toContain(why);
      expect(shown).toContain(why);
    }
    expect(text).toContain('The PDF is, to the byte, what is drawn from the statement attached to it.');
  });

  it.each(changes)('with %s changed is wrong, and both say what differs', async (what, change, sentence) => {
    const bundle = JSON.parse(written) as Bundle;
    change(bundle);
    const other = parts.canonicalJson(bundle);
    expect(other).not.toBe(written);
    const path = join(folder, `${what.replace(' ', '-')}.pdf`);
    writeFileSync(path, parts.drawStatement(bundle.statement, other));
    const { status, text } = program(path);
    const shown = await onPage(path);
    expect([status, text.slice(0, 6), shown.slice(0, 6)]).toEqual([1, 'WRONG:', 'WRONG:']);
    const differing = (said: string): string => said.slice(0, said.indexOf('What was checked'));
    expect(differing(text)).toMatch(sentence);
    expect(differing(shown)).toMatch(sentence);
  });
});
