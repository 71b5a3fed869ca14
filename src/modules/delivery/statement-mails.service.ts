import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { isId } from '../../platform/http/wire.js';
import { Mail } from '../../platform/mail/mail.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { statementKind } from './statement-mail.service.js';
import type { StatementMail, StatementMails } from './statement-mails.schema.js';

interface Row extends Omit<StatementMail, 'mail' | 'member'> {
  readonly runId: string | null;
  readonly memberId: string;
  readonly code: string;
  readonly name: string;
  readonly email: string;
}

const select = `
  SELECT i.id AS "invoiceId", i.number, i.run_id AS "runId", m.id AS "memberId", m.code, m.name, m.email, m.email <> '' AS "hasAddress",
         coalesce(d.state, 'pending') AS document
  FROM invoice i JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
  LEFT JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id
  WHERE i.community_id = current_community()`;

/** How the statements of a run get to their members by e-mail: seen, held back, sent. */
@Injectable()
export class StatementMailsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly mail: Mail,
  ) {}

  /** @throws DomainError `not-found` */
  list(communityId: string, runId: string): Promise<StatementMails> {
    return this.transactions.inCommunity(communityId, (tx) => this.read(tx, communityId, runId));
  }

  /** @throws DomainError `not-found`; `conflict` where nothing is left to hold back */
  hold(communityId: string, runId: string, actor: Actor): Promise<StatementMails> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const about = (await rowsOf(tx, runId)).map(({ invoiceId, email }) => ({ subjectId: invoiceId, to: email }));
      const held = await this.mail.hold(tx, communityId, statementKind, about);
      if (held === 0)
        throw new DomainError(
          'conflict',
          'No mail of this run waits any more, so none can be held back. A statement that is wrong is taken back by a correction.',
        );
      await this.record(tx, actor, 'held', runId, { mails: held });
      return this.read(tx, communityId, runId);
    });
  }

  /** @throws DomainError `not-found`; `request-in-progress` while documents are being made; `conflict` where nothing waits or is held back */
  send(communityId: string, runId: string, actor: Actor): Promise<StatementMails> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await rowsOf(tx, runId);
      const mails = await this.mail.latest(
        tx,
        communityId,
        statementKind,
        rows.map(({ invoiceId }) => invoiceId),
      );
      const kept = rows.filter(({ invoiceId }) => ['held', 'waiting'].includes(mails.get(invoiceId)?.state ?? ''));
      if (kept.length === 0)
        throw new DomainError(
          'conflict',
          'No mail of this run waits or is held back. Send a single statement again from its row.',
        );
      let sent = 0;
      for (const row of kept) if (await this.sendRow(tx, communityId, row)) sent += 1;
      await this.record(tx, actor, 'sent', runId, { mails: sent });
      return this.read(tx, communityId, runId);
    });
  }

  /**
   * Sends one statement: what is held or waits leaves now, what went or was refused goes again.
   *
   * @throws DomainError `not-found`; `request-in-progress` while its document is being made; `conflict` without an address, or while it leaves
   */
  sendOne(communityId: string, address: string, actor: Actor): Promise<StatementMail> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<Row>(`${select} AND ${isId(address) ? 'i.id' : 'i.number'} = $1`, [address]);
      if (!row) throw new DomainError('not-found', `There is no invoice ${address} here; check its number.`);
      if (!row.hasAddress)
        throw new DomainError(
          'conflict',
          'The member has no e-mail address. Enter one first, or hand the statement over on paper.',
        );
      if (!(await this.sendRow(tx, communityId, row)))
        throw new DomainError('conflict', 'A mail with this statement is leaving just now. Look again in a minute.');
      await this.record(tx, actor, 'sent', row.runId ?? row.invoiceId, { invoice: row.number, mails: 1 });
      const [item] = await this.describe(tx, communityId, [row]);
      return item as StatementMail;
    });
  }

  private async sendRow(tx: Tx, communityId: string, { invoiceId, number, email, document }: Row): Promise<boolean> {
    if (document === 'pending')
      throw new DomainError(
        'request-in-progress',
        `The document of ${number} is still being made. Send it when it is there.`,
      );
    return (await this.mail.send(tx, communityId, statementKind, invoiceId, email)) !== null;
  }

  private async read(tx: Tx, communityId: string, runId: string): Promise<StatementMails> {
    const items = await this.describe(tx, communityId, await rowsOf(tx, runId));
    const times = items.flatMap(({ mail }) => (mail?.state === 'waiting' && mail.leavesAt ? [mail.leavesAt] : []));
    return { leavesAt: times.toSorted().at(-1) ?? null, items };
  }

  private async describe(tx: Tx, communityId: string, rows: readonly Row[]): Promise<StatementMail[]> {
    const mails = await this.mail.latest(
      tx,
      communityId,
      statementKind,
      rows.map(({ invoiceId }) => invoiceId),
    );
    return rows.map(({ invoiceId, number, hasAddress, document, memberId, code, name }) => ({
      ...{ invoiceId, number, hasAddress, document },
      member: { id: memberId, code, name },
      mail: mails.get(invoiceId) ?? null,
    }));
  }

  private record(tx: Tx, actor: Actor, happened: string, runId: string, data: object): Promise<void> {
    return this.audit.record(tx, {
      actor,
      type: `statement-mails.${happened}`,
      subjectKind: 'billing-run',
      subjectId: runId,
      data: { ...data },
    });
  }
}

/** The statements of a run; none where it was not issued. In the order in which their mails are written down. @throws DomainError `not-found` */
async function rowsOf(tx: Tx, runId: string): Promise<Row[]> {
  const found = isId(runId)
    ? await tx.query('SELECT FROM billing_run WHERE community_id = current_community() AND id = $1', [runId])
    : [];
  if (found.length === 0) throw new DomainError('not-found', `There is no billing run ${runId} here; check its id.`);
  return tx.query<Row>(`${select} AND i.run_id = $1 ORDER BY i.id`, [runId]);
}
