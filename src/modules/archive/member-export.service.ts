import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Zip, ZipDeflate } from 'fflate';
import { DomainError } from '../../domain/errors.js';
import { seenMemberId } from '../../platform/database/addresses.js';
import { FolderWriter } from '../../platform/archive/folder.js';
import type { PackedFile } from '../../platform/archive/tar.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Seen } from '../community/places.service.js';
import { memberSheets } from './member-sheets.js';
import { pagesOf } from './paged.js';
import { writeSheets } from './sheets.js';

/** A packed file that is deleted when it was read. */
export interface MemberExport {
  readonly name: string;
  readonly bytes: number;
  readonly content: Readable;
}

/** Everything that a community holds about one member, as that member may have it: nobody else's figures are among it. */
@Injectable()
export class MemberExportService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @param address id or code @throws DomainError `not-found`, also where it is another member than the viewer */
  async export(communityId: string, address: string, seen: Seen): Promise<MemberExport> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'commonmeter-member-'));
    try {
      const out = new FolderWriter(path.join(folder, 'files'));
      const code = await this.transactions.inSnapshot(communityId, (tx) =>
        this.write(tx, communityId, address, seen, out),
      );
      const { files } = await out.seal();
      const file = path.join(folder, 'member.zip');
      await pipeline(zipped(out.folder, files), createWriteStream(file, { mode: 0o600 }));
      const content = createReadStream(file).on('close', () => void fs.rm(folder, { recursive: true, force: true }));
      return { name: `${code}.zip`, bytes: (await fs.stat(file)).size, content };
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async write(tx: Tx, communityId: string, address: string, seen: Seen, out: FolderWriter): Promise<string> {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const id = await seenMemberId(tx, communityId, address, seen);
    await tx.query(`SELECT set_config('app.photos', $1, true)`, [id]);
    await writeSheets(tx, out, memberSheets(id));
    const statements = `SELECT 'statements/' || i.number || '.json' AS path, convert_to(s.body, 'UTF8') AS content FROM invoice i
      JOIN invoice_statement s ON s.community_id = i.community_id AND s.invoice_id = i.id
      WHERE i.community_id = current_community() AND i.member_id = '${id}' AND s.body IS NOT NULL ORDER BY i.number`;
    const documents = `SELECT 'statements/' || i.number || '.' || d.format AS path, d.content FROM invoice i
      JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id AND d.content IS NOT NULL
      WHERE i.community_id = current_community() AND i.member_id = '${id}' ORDER BY i.number`;
    const photos = `SELECT 'photos/' || p.id || '.' || split_part(p.media_type, '/', 2) AS path, p.content FROM photo p
      WHERE p.community_id = current_community() AND p.member_id = '${id}' ORDER BY p.id`;
    for (const sql of [statements, documents, photos]) {
      for await (const page of pagesOf<{ path: string; content: Buffer }>(tx, sql, 16)) {
        for (const { path: name, content } of page) await out.put(name, content);
      }
    }
    const [row] = await tx.query<{ code: string; name: string; community: string }>(
      `SELECT m.code, m.name, c.name AS community FROM member m JOIN community c ON c.id = m.community_id
       WHERE m.community_id = current_community() AND m.id = $1`,
      [id],
    );
    if (!row) throw new DomainError('not-found', 'There is no such member here.');
    await out.put('README.txt', readme(row, this.clock.now()));
    return row.code;
  }
}

const readme = ({ name, code, community }: { name: string; code: string; community: string }, at: string): string =>
  `${name} (${code})

What ${community} holds about you, as it stood at ${at.slice(0, 19).replace('T', ' ')} UTC.

  csv/member.csv          your entry: name, contact, address
  csv/people.csv          who may look at it and send readings for you
  csv/occupancies.csv     which spaces you had, and when
  csv/readings.csv        what the meters of these spaces read while they were yours; times are UTC
  csv/invoices.csv        invoices and credit notes; invoice-lines.csv has their lines
  csv/shares.csv          what you were to bear of each cost, and by which weight
  csv/payments.csv        what you paid; account.csv is your account with the community
  csv/disputes.csv        what you questioned, and what was answered; reminders.csv of what you were reminded
  csv/bookings.csv        what you booked; declared-uses.csv what you declared about your use
  statements/             each statement: the PDF as it was sent, with its proof, and the figures it was drawn from (JSON)
  photos/                 photos that you sent, or that were taken for you

Amounts are decimal, with a point. Figures of other members are not in it. A text that a spreadsheet would compute has an apostrophe in
front. "sha256sum -c SHA256SUMS" says whether all of it is here; "commonmeter verify statements/NUMBER.pdf" whether a statement is right.
`;

/** Files as a ZIP, piece by piece. */
async function* zipped(folder: string, files: readonly PackedFile[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(piece);
  });
  for (const { name } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = sameDate;
    zip.add(entry);
    for await (const piece of createReadStream(path.join(folder, name)) as AsyncIterable<Buffer>) {
      entry.push(piece);
      yield* ready.splice(0);
    }
    entry.push(new Uint8Array(), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready;
}

/** The first that a ZIP can say, so that the same files make the same bytes. */
const sameDate = new Date(1980, 0, 2);
