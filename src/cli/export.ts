import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packFolder } from '../platform/archive/tar.js';
import { loadConfig } from '../platform/config.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output } from './output.js';

export interface ExportOptions {
  readonly community: string;
  readonly out: string;
  /** Only what is held about this member. */
  readonly member?: string;
  /** Whether the key of the record comes along, sealed. */
  readonly handOver?: boolean;
}

/**
 * `export`: everything that a community has, as a folder or packed into one file.
 *
 * The folder is written beside where it is to be and gets its name when it is whole; so what bears the name is an archive.
 */
export async function exportCommand(out: Output, options: ExportOptions): Promise<void> {
  const { community, out: target, member, handOver = false } = options;
  const { archivePassphrase } = loadConfig();
  if (handOver && archivePassphrase === undefined)
    throw new CommandFailed('Name a passphrase in ARCHIVE_PASSPHRASE, which the key is sealed with.', exitCodes.usage);
  if (member !== undefined) return exportMember(out, community, member, target);
  const isPacked = /\.(tar\.gz|tgz)$/.test(target);
  if (await exists(target)) throw new CommandFailed(`${target} is there already; name another.`, exitCodes.usage);
  await fs.mkdir(path.dirname(path.resolve(target)), { recursive: true });
  const draft = await fs.mkdtemp(`${path.resolve(target)}.draft-`);
  out.busy('Opening the database');
  const house = await openHouse({ ...loadConfig(), role: 'api', port: 0 });
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { ExportService } = await import('../modules/archive/export.service.js');
    const { schemaOf } = await import('../platform/database/migrate.js');
    const schema = await schemaOf(house.database.ownerUrl);
    const service = house.api.get(ExportService, { strict: false });
    const { description, sha256, files, alarms } = await service.export(
      community,
      draft,
      schema,
      (...at) => out.progress(...at),
      handOver ? archivePassphrase : undefined,
    );
    if (isPacked) {
      out.busy('Packing');
      await packFolder(draft, files, `${draft}.tar.gz`);
      await fs.rename(`${draft}.tar.gz`, target);
    } else await fs.rename(draft, target);
    const { record, tables, readings } = description;
    const bytes = isPacked ? (await fs.stat(target)).size : files.reduce((sum, file) => sum + file.bytes, 0);
    const text = [
      `${target}: ${files.length} files, ${bytes} bytes.`,
      `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables, ${readings.reduce((sum, { rows }) => sum + rows, 0)} readings.`,
      `Record of ${record.entries} entries, root ${record.root}.`,
      `SHA256SUMS has the hash ${sha256}; the record says so from now on.`,
      ...(alarms === 0
        ? []
        : [
            `The record was found to differ in ${alarms} places (GET /log/head): they stand in the archive as they are.`,
          ]),
      ...(handOver
        ? ['It brings the key of the record, sealed with ARCHIVE_PASSPHRASE: keep that apart from it.']
        : []),
      'Names, addresses and figures stand in it in plain text: keep it as you keep the books.',
    ].join('\n');
    out.answer(text, {
      file: target,
      bytes,
      files: files.length,
      sha256,
      archive: description.archive,
      record,
      alarms,
    });
  } finally {
    await house.close();
    await fs.rm(draft, { recursive: true, force: true });
    await fs.rm(`${draft}.tar.gz`, { force: true });
  }
}

/** What is held about one member, as the member may have it. */
async function exportMember(out: Output, community: string, member: string, target: string): Promise<void> {
  if (await exists(target)) throw new CommandFailed(`${target} is there already; name another.`, exitCodes.usage);
  out.busy('Opening the database');
  const house = await openHouse({ ...loadConfig(), role: 'api', port: 0 });
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { ExportService } = await import('../modules/archive/export.service.js');
    const { MemberExportService } = await import('../modules/archive/member-export.service.js');
    const communityId = await house.api.get(ExportService, { strict: false }).idOf(community);
    const service = house.api.get(MemberExportService, { strict: false });
    const { bytes, content } = await service.export(communityId, member, null);
    await pipeline(content, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
    out.answer(`${target}: what is held about ${member}, ${bytes} bytes.`, { file: target, bytes, member });
  } finally {
    await house.close();
  }
}

const exists = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    () => true,
    () => false,
  );
