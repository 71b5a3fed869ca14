import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle } from '../../src/domain/proof/bundle.js';
import { writeCertificate } from '../../src/domain/proof/certificate.js';
import { writeKey } from '../../src/domain/proof/note.js';
import { drawStatement } from '../../src/modules/invoices/pdf/document.js';
import { bundles, certificateFile, certified, key } from '../support/bundle.js';
import { drawCertificate } from '../../src/modules/proofs/certificate-page.js';
import { commonmeter, documentOf, type Spoken } from '../support/cli.js';

/* `commonmeter verify` as a member uses it: a file, and no service, database or network anywhere. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const verify = (...args: string[]): Promise<Spoken> =>
  commonmeter(['verify', ...args], { DATA_DIR: folder, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });

const { ANNA: anna, BEN: ben } = bundles();
const written = writeBundle(anna);
const pdf = drawStatement(anna.statement, written);

describe('commonmeter verify', () => {
  it('says of a PDF that it is right, sentence by sentence, and ends with 0', async () => {
    const { code, stdout, stderr } = await verify(write('right.pdf', pdf), '--key', writeKey(key));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^RIGHT: H-2026-00001 for ANNA \(30\.31 GBP\)\. \d+ checks hold, nothing differs\./);
    for (const sentence of [
      '✓ The PDF is, to the byte, what is drawn from the statement attached to it.',
      '✓ Line 2, Standing charge: 1 of 4 equal shares of £10.01 is 2.51.',
      '✓ The key of the record is the one that you were given.',
      '✓ Northgrid, Units: your share of 24.00 is one of them.',
      'What no file can prove:',
    ]) {
      expect(stdout).toContain(sentence);
    }
  });

  it('says the same of the bundle alone, and that the key is to be compared', async () => {
    const { code, stdout } = await verify(write('right.json', written));
    expect(code).toBe(0);
    expect(stdout).toContain('· Compare the key with the one that you were given when you joined');
  });

  it('names the line that differs, and ends with 1', async () => {
    const said = await verify(write('line.json', written.replace('"net":"2.51"', '"net":"2.53"')));
    expect(said.code).toBe(1);
    expect(said.stdout).toMatch(/^WRONG: /);
    expect(said.stdout).toContain('✗ Line 2, Standing charge: 2.53 is stated');
  });

  it('sees that another key signed, and that the paper is not what is attached', async () => {
    const other = await verify(write('again.json', written), '--key', 'other.example/record+00000000+AAAA');
    expect([other.code, other.stdout.includes('signed with another key')]).toEqual([1, true]);
    const paper = await verify(write('paper.pdf', Buffer.concat([pdf.subarray(0, -1), Buffer.from(' \n')])));
    expect([paper.code, paper.stdout.includes('✗ The PDF is not what is drawn')]).toEqual([1, true]);
  });

  it('compares with an earlier statement', async () => {
    const said = await verify(write('now.json', written), '--earlier', write('ben.json', writeBundle(ben)));
    expect(said.stdout).toContain('The head that you kept is another than the one that this file leads back to.');
  });

  it.each([
    ['no file', 'none.pdf', null, 1],
    ['a file that is neither', 'x.bin', Buffer.from([0xff, 0xfe, 0]), 2],
    ['a PDF without a bundle', 'bare.pdf', drawStatement(anna.statement), 2],
    ['a PDF that was appended to', 'more.pdf', Buffer.concat([pdf, Buffer.from('\n%%EOF\n')]), 2],
    ['half a PDF', 'half.pdf', pdf.subarray(0, pdf.length / 2), 2],
    ['JSON that is no bundle', 'other.json', Buffer.from('{}'), 2],
  ])('cannot read %s, and says so', async (_, name, content, exit) => {
    const { code, stdout, stderr } = await verify(content === null ? join(folder, name) : write(name, content));
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stderr.length).toBeGreaterThan(10);
  });

  it('says of a certificate that it is right by itself, on paper and as data, and beside statements of its run', async () => {
    const own = certificateFile();
    const paper = write('certificate.pdf', drawCertificate(own));
    const alone = await verify(paper, '--key', writeKey(key));
    expect([alone.code, alone.stderr]).toEqual([0, '']);
    expect(alone.stdout).toMatch(/^RIGHT: the certificate of The hall, 2026-10-01 to 2026-11-01 \(104\.61 GBP\)\./);
    expect(alone.stdout).toContain('✓ The PDF is, to the byte, what is drawn from the certificate attached to it.');
    expect(alone.stdout).toContain('✓ The certificate is entry 11 of the record.');
    expect((await verify(write('certificate.json', writeCertificate(own)))).code).toBe(0);
    const together = await verify(write('anna.pdf', pdf), write('ben.json', writeBundle(ben)), paper);
    expect(together.code).toBe(0);
    expect(together.stdout.match(/^RIGHT: /gm)).toHaveLength(3);
    expect(together.stdout).toContain(`✓ ${paper} is the certificate that came with the statement.`);
  });

  it('names what differs in a certificate, and in one that is not that of the statement', async () => {
    const spoilt = writeCertificate(certificateFile()).replace('"members":"60.00"', '"members":"61.00"');
    const said = await verify(write('spoilt.json', spoilt));
    expect(said.code).toBe(1);
    expect(said.stdout).toContain('✗ Northgrid, Units: 99.6 is stated, 100.6 comes out.');
    expect(said.stdout).toContain('✗ The certificate is not what was signed with the key of the record.');
    const other = certificateFile({ certificate: { ...certified(), site: 'Another hall' } });
    const beside = await verify(write('anna.json', written), write('other.json', writeCertificate(other)));
    expect(beside.code).toBe(1);
    expect(beside.stdout).toMatch(/✗ .*other\.json is another certificate of this run/);
  });

  it('answers machines with every check', async () => {
    const said = await commonmeter(['--json', 'verify', write('machine.json', written)], { DATA_DIR: folder });
    expect(documentOf(said)).toMatchObject({
      verdict: 'right',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'own-sum', outcome: 'holds' })]),
    });
  });
});
