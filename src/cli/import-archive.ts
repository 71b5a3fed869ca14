import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Restored } from '../modules/archive/restore.service.js';
import { loadConfig } from '../platform/config.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output } from './output.js';

export interface ImportArchiveOptions {
  /** Whose token is shown: a treasurer's name, where there are several. */
  readonly treasurer?: string;
}

/** `import-archive`: makes a community anew from an archive, and says how it was proved to be what left. */
export async function importArchiveCommand(
  out: Output,
  file: string,
  { treasurer }: ImportArchiveOptions,
): Promise<void> {
  const found = await fs.stat(file).catch(() => undefined);
  if (!found) throw new CommandFailed(`There is no ${file}.`, exitCodes.usage);
  const folder = found.isDirectory() ? file : await unpacked(out, file);
  try {
    out.busy('Opening the database');
    const config = loadConfig();
    const house = await openHouse({ ...config, role: 'api', port: 0 });
    try {
      if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
      const { RestoreService } = await import('../modules/archive/restore.service.js');
      const { schemaOf } = await import('../platform/database/migrate.js');
      const { ownerUrl } = house.database;
      const service = house.api.get(RestoreService, { strict: false });
      const done = await service.restore(
        { ownerUrl, schema: await schemaOf(ownerUrl) },
        folder,
        (...at) => out.progress(...at),
        config.archivePassphrase,
      );
      const { AccessService } = await import('../modules/access/access.service.js');
      const access = house.api.get(AccessService, { strict: false });
      const token = await tokenOf(service.treasurers(done.description.community.id), treasurer, (personId) =>
        access.issuePersonToken(done.description.community.id, personId, 'first token after the restore'),
      );
      out.answer([...sentencesOf(done), '', ...token.lines].join('\n'), { ...summaryOf(done), token: token.token });
    } finally {
      await house.close();
    }
  } finally {
    if (folder !== file) await fs.rm(folder, { recursive: true, force: true });
  }
}

async function unpacked(out: Output, file: string): Promise<string> {
  const { unpackFile } = await import('../platform/archive/tar.js');
  out.busy('Unpacking');
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'commonmeter-archive-'));
  try {
    await unpackFile(file, folder, () => undefined);
    return folder;
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Keys do not travel, so whoever keeps the books gets a new one, shown once. */
async function tokenOf(
  found: Promise<readonly { readonly personId: string; readonly name: string }[]>,
  wanted: string | undefined,
  issue: (personId: string) => Promise<{ token: string }>,
): Promise<{ token: string | null; lines: readonly string[] }> {
  const treasurers = await found;
  const person = wanted === undefined ? treasurers[0] : treasurers.find(({ name }) => name === wanted);
  if (!person) {
    const names = treasurers.map(({ name }) => name).join(', ');
    return {
      token: null,
      lines: [`There is no treasurer "${wanted ?? ''}"; there is ${names || 'none'}. No token was made.`],
    };
  }
  const { token } = await issue(person.personId);
  return {
    token,
    lines: [
      `Token of ${person.name}, shown only now:`,
      '',
      `  ${token}`,
      '',
      'Devices and other people need new keys too: csv/keys.csv of the archive says which they had.',
    ],
  };
}

const summaryOf = ({
  description: { archive, community, record },
  rows,
  readings,
  balances,
  heads,
  root,
  key,
}: Restored) => ({
  archive,
  community,
  rows,
  readings,
  record: { entries: record.entries, heads, root, identical: true },
  balances: { compared: balances, identical: true },
  key,
});

function sentencesOf({
  description: { community, record },
  rows,
  readings,
  balances,
  heads,
  root,
  key,
}: Restored): string[] {
  return [
    `${community.name} is here: ${rows} rows and ${readings} readings.`,
    `Record: ${record.entries} entries, ${heads} signed heads. Made again from its entries it has the root`,
    `  ${root}`,
    '  identical to the one that was exported; everything it speaks of was read again and is what was sealed.',
    `Balances: accounts, invoices, payments, runs and readings come to the same in all ${balances} lines.`,
    `It goes on being signed with ${key ?? 'a key that the first head makes known'}.`,
  ];
}
