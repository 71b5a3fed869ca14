import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { type MemberOpenings, type OpeningsFile, openingsFormat, writeOpenings } from '../../domain/proof/audit-run.js';
import { type OwnOpening, sharedOn, whole, type WrittenSum } from '../../domain/proof/run-sums.js';
import type { Statement } from '../../domain/statement/model.js';
import { zero } from '../../domain/quantity/decimal.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { readCertificateAt } from './certificate-rows.js';
import { keyInForce } from './record-keys.js';

interface Row {
  readonly unitId: string;
  readonly openings: string;
  readonly body: string;
}

/** What opens all envelopes of a run, for the auditor: put together from rows that are written once. */
@Injectable()
export class OpeningsService {
  constructor(private readonly transactions: Transactions) {}

  /** The openings as a file that `commonmeter verify` checks. @throws DomainError `not-found` for a run without sealed sums */
  async of(communityId: string, runId: string): Promise<string> {
    const file = await this.transactions.inCommunity(communityId, (tx) => this.fileOf(tx, runId));
    return writeOpenings(file);
  }

  private async fileOf(tx: Tx, runId: string): Promise<OpeningsFile> {
    const [sums] = await tx.query<{ lists: string }>(
      'SELECT lists FROM run_sum WHERE community_id = current_community() AND run_id = $1',
      [runId],
    );
    const key = await keyInForce(tx);
    if (sums === undefined || key === null) {
      throw new DomainError(
        'not-found',
        'There are no sealed sums of such a run: it is not recorded yet, or has fewer than three members.',
      );
    }
    const lists = JSON.parse(sums.lists) as WrittenSum[];
    const rows = await tx.query<Row>(
      `SELECT m.code AS "unitId", o.openings, s.body FROM run_sum_opening o
       JOIN billing_run r ON r.community_id = o.community_id AND r.id = o.run_id
       JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id
       JOIN invoice i ON i.community_id = o.community_id AND i.run_id = o.run_id AND i.member_id = o.member_id AND i.kind = 'invoice' AND i.issued_at = r.issued_at
       JOIN invoice_statement s ON s.community_id = i.community_id AND s.invoice_id = i.id AND s.body IS NOT NULL
       WHERE o.community_id = current_community() AND o.run_id = $1 ORDER BY m.code`,
      [runId],
    );
    const billed = await tx.query<{ code: string; isErased: boolean }>(
      `SELECT m.code, d.body IS NULL AS "isErased" FROM invoice i JOIN billing_run r ON r.community_id = i.community_id AND r.id = i.run_id AND r.issued_at = i.issued_at
       JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
       JOIN invoice_statement d ON d.community_id = i.community_id AND d.invoice_id = i.id
       WHERE i.community_id = current_community() AND i.run_id = $1 AND i.kind = 'invoice' ORDER BY m.code`,
      [runId],
    );
    if (billed.some(({ isErased }) => isErased)) {
      throw new DomainError(
        'erased',
        'A member of this run was erased after its years, and with it what opens its envelopes. That all of them come to each cost is proved as before.',
      );
    }
    const certificate = await readCertificateAt(tx, runId);
    return {
      ...{ format: openingsFormat, origin: key.name, run: runId, lists },
      register: billed.map(({ code }) => code),
      members: rows.map((row) => openingsOf(row, lists)),
      ...(certificate === null ? {} : { certificate: certificate.signed.content }),
    };
  }
}

/** The amounts are those that stand on the statement that the member was sent; an envelope that was made with another does not open. */
function openingsOf({ openings, body }: Row, lists: readonly WrittenSum[]): MemberOpenings {
  const statement = JSON.parse(body) as Statement;
  const shared = new Map(sharedOn(statement).map((one) => [one.of, one]));
  const own = JSON.parse(openings) as OwnOpening[];
  return {
    unitId: statement.member.number,
    openings: lists.map(({ of, list, exponent }, i) => {
      const printed = whole(shared.get(of)?.you(statement) ?? zero, exponent);
      const amount = list === 'charges' ? printed : -printed;
      const { blinding = '', salt = '' } = own[i] ?? {};
      return { amount: String(amount > 0n ? amount : 0n), blinding, salt };
    }),
  };
}
