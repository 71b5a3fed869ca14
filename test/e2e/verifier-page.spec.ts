import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeBundle } from '../../src/domain/proof/bundle.js';
import { writeKey } from '../../src/domain/proof/note.js';
import { drawStatement } from '../../src/modules/invoices/pdf/document.js';
import { drawCertificate } from '../../src/modules/proofs/certificate-page.js';
import { canonicalJson } from '../../src/domain/proof/canonical.js';
import { bundles, certificateFile, cosignerKey, key } from '../support/bundle.js';
import { openingsOfHall } from '../support/openings.js';
import { browserPath, Chromium } from '../support/chromium.js';

/* The verifier as two files: one for Node, one for a browser that has no network. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-page-'));
const anna = bundles().ANNA;
const written = writeBundle(anna);
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const right = file('right.pdf', drawStatement(anna.statement, written));
const certificate = file('certificate.pdf', drawCertificate(certificateFile()));
const spoilt = file('spoilt.json', written.replace('"net":"2.51"', '"net":"2.53"'));

const twoCosigned = bundles({
  cosigners: [
    { who: 'amy', at: 1793786400 },
    { who: 'jonas', at: 1793790000 },
  ],
}).ANNA;
const cosigned = file('cosigned.json', writeBundle(twoCosigned));
const [amy, jonas, someoneElse] = (['amy', 'jonas', 'amy-too'] as const).map((who) => writeKey(cosignerKey(who))) as [
  string,
  string,
  string,
];
const hallsOther = writeKey({ ...key, publicKey: cosignerKey('amy').publicKey });

beforeAll(() => execFileSync(process.execPath, ['scripts/verifier.mjs'], { stdio: 'ignore' }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('verify.mjs', () => {
  const alone = (path: string) => spawnSync(process.execPath, ['dist/verifier/verify.mjs', path], { encoding: 'utf8' });

  it('stands alone, and ends with 0, 1 or 2', () => {
    expect(alone(right)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^RIGHT: H-2026-00001/) });
    expect(alone(spoilt)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('✗ Line 2, Standing charge: 2.53'),
    });
    expect(alone(file('no.json', '{}'))).toMatchObject({ status: 2, stdout: '' });
  });

  it('takes a statement and its certificate together, with the key', () => {
    const args = ['dist/verifier/verify.mjs', right, certificate, writeKey(key)];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('✓ The key of the record is the one that you were given.');
    expect(stdout).toContain('certificate.pdf is the certificate that came with the statement.');
  });
});

describe('verify.mjs with keys of cosigners', () => {
  const with_ = (...more: string[]) =>
    spawnSync(process.execPath, ['dist/verifier/verify.mjs', cosigned, ...more], { encoding: 'utf8' });

  it('counts the cosignatures that its reader asks for', () => {
    const both = with_(amy, writeKey(key), jonas);
    expect(both.status).toBe(0);
    expect(both.stdout).toContain('✓ amy.auditor, whose key you gave, cosigned this head at 2026-11-04');
    expect(with_(amy, someoneElse)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('✗ You ask for 2 cosignatures of the keys that you gave; 1 are there.'),
    });
    expect(with_(amy, someoneElse, '--quorum', '1').status).toBe(0);
    expect(with_(amy, '--quorum', 'two')).toMatchObject({ status: 2, stderr: expect.stringContaining('“two” is no') });
    expect(with_(writeKey(key), hallsOther).status).toBe(2);
  });
});

if (browserPath === undefined) console.warn('No Chromium is found: the page of the verifier is NOT tried here.');
(browserPath === undefined ? describe.skip : describe)('verify.html in Chromium', () => {
  let browser: Chromium;
  beforeAll(async () => {
    browser = new Chromium(browserPath ?? '');
    await browser.open(pathToFileURL(resolve('dist/verifier/verify.html')).href);
  });
  afterAll(() => browser.close());
  const shown = async (...paths: string[]): Promise<string> => {
    await browser.evaluate(`document.getElementById('result').replaceChildren()`);
    await browser.drop('#drop', ...paths);
    await browser.until(`document.querySelector('.headline') !== null`);
    return browser.evaluate<string>(`document.getElementById('result').innerText`);
  };

  it('reads the bundle out of a PDF that is dropped on it, and says that it is right and why', async () => {
    const text = await shown(right);
    expect(text).toMatch(/^RIGHT: H-2026-00001 for ANNA/);
    expect(text).toContain('Line 2, Standing charge: 1 of 4 equal shares of £10.01 is 2.51.');
    expect(text).toContain('Northgrid, Units: your share of 24.00 is one of them.');
    expect(text).toContain('Compare with the paper: H-2026-00001, ANNA, total 30.31 GBP');
    if (process.env.PICTURE) writeFileSync(process.env.PICTURE, await browser.picture());
  });

  it('says what differs, and of what it cannot read that it cannot', async () => {
    expect(await shown(spoilt)).toMatch(/^WRONG: [^]*Line 2, Standing charge: 2\.53 is stated/);
    expect(await shown(file('junk.bin', Buffer.from([255, 254])))).toMatch(/^This file cannot be checked\./);
  });

  it('takes a certificate by itself, and a statement beside it', async () => {
    const text = await shown(certificate);
    expect(text).toMatch(/^RIGHT: the certificate of The hall/);
    expect(text).toContain('All costs come to 104.61 GBP, and the difference is 0.00.');
    expect(text).toContain('Compare with the paper: all costs 104.61 GBP, members 65.01');
    if (process.env.PICTURE) writeFileSync(`${process.env.PICTURE}.certificate.png`, await browser.picture());
    const both = await shown(right, certificate);
    expect(both.match(/^RIGHT: /gm)).toHaveLength(2);
    expect(both).toContain('certificate.pdf is the certificate that came with the statement.');
  });

  it('says who signed the readings, as Node does, on the curve of a meter too', async () => {
    for (const name of ['ANNA', 'BEN'] as const) {
      const written = writeBundle(bundles()[name]);
      expect(await shown(file(`${name}.json`, written))).toContain(
        '2 of 2 readings were signed by the device that made them.',
      );
      const changed = name === 'ANNA' ? ['\\"1040\\"', '\\"1041\\"'] : ['RV\\":1030.00', 'RV\\":1030.01'];
      const other = written.replace(changed[0] ?? '', changed[1] ?? '');
      expect(other).not.toBe(written);
      expect(await shown(file('other.json', other))).toMatch(
        /^WRONG: [^]*A text is not what a device signed with the key/,
      );
    }
  });

  it('takes keys of cosigners, and how many of them are asked for', async () => {
    const fill = (id: string, value: string) =>
      browser.evaluate(`document.getElementById(${JSON.stringify(id)}).value = ${JSON.stringify(value)}`);
    await browser.evaluate(`document.querySelector('details').open = true`);
    await fill('cosigners', `${amy}\n${someoneElse}\n`);
    expect(await shown(cosigned)).toMatch(
      /^WRONG: [^]*You ask for 2 cosignatures of the keys that you gave; 1 are there/,
    );
    await fill('quorum', '1');
    expect(await shown(cosigned)).toMatch(/^RIGHT: [^]*amy.auditor, whose key you gave, cosigned this head/);
    await fill('quorum', 'two');
    expect(await shown(cosigned)).toContain('“two” is no number of people');
    if (process.env.PICTURE) writeFileSync(`${process.env.PICTURE}.cosigners.png`, await browser.picture());
    await fill('quorum', '');
    await fill('cosigners', '');
  });

  it('opens the envelopes that an auditor was given, beside the certificate', async () => {
    const openings = openingsOfHall();
    const written = canonicalJson(openings);
    const text = await shown(file('openings.json', written), certificate);
    expect(text.match(/^RIGHT: /gm)).toHaveLength(2);
    expect(text).toContain('every envelope was opened; each holds from 0 to 9960, and all come to 9960.');
    const spoiltOne = written.replace('"amount":"2400"', '"amount":"2401"');
    expect(spoiltOne).not.toBe(written);
    expect(await shown(file('openings-spoilt.json', spoiltOne))).toMatch(/^WRONG: [^]*share-differs/);
  });

  it('asks no network for anything, and may not', async () => {
    expect(browser.seen.filter((url) => !url.startsWith('"file:'))).toEqual([]);
    expect(readFileSync('dist/verifier/verify.html', 'utf8')).toContain(
      `content="default-src 'none'; script-src 'sha256-`,
    );
  });
});
