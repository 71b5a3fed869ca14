import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import type { Letter } from '../../platform/mail/letter.js';
import { Mail, type MailRow } from '../../platform/mail/mail.js';
import { CommunityService } from '../community/community.service.js';
import type { MailRead } from './outbox.schema.js';

type ListedMail = MailRow & { readonly subject: string | null };

/** The mail of a community: what went, what waits, and in a demo or without a mail server what would have gone. */
@Injectable()
export class OutboxService {
  constructor(
    private readonly transactions: Transactions,
    private readonly mail: Mail,
    private readonly communities: CommunityService,
  ) {}

  async list(communityId: string, query: PageQuery): Promise<{ items: ListedMail[]; next: string | null }> {
    const limit = limitOf(query);
    const [before] = readCursor(query.cursor, 1) ?? [];
    const { items, next } = await this.transactions.inCommunity(communityId, async (tx) =>
      pageOf(await this.mail.list(tx, communityId, before, limit + 1), limit, ({ id }) => [id]),
    );
    const { demo } = await this.communities.get(communityId);
    const listed: ListedMail[] = [];
    for (const mail of items) listed.push({ ...mail, subject: await this.mail.subject(communityId, mail, demo) });
    return { items: listed, next };
  }

  /** One mail with what it says. @throws DomainError `not-found` */
  async read(communityId: string, id: string): Promise<MailRead> {
    const mail = await this.transactions.inCommunity(communityId, (tx) => this.mail.one(tx, communityId, id));
    if (!mail) throw new DomainError('not-found', 'There is no such mail here.');
    const { demo } = await this.communities.get(communityId);
    const letter = await this.mail.read(communityId, mail, demo);
    return { mail, letter: letter && shown(letter) };
  }
}

const shown = ({ from, replyTo, subject, text, html, attachments }: Letter): NonNullable<MailRead['letter']> => ({
  ...{ from, replyTo, subject, text, html },
  attachments: attachments.map(({ filename, contentType, content }) => ({
    ...{ filename, contentType, bytes: content.length },
    sha256: createHash('sha256').update(content).digest('hex'),
  })),
});
