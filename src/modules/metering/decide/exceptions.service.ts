import { Injectable } from '@nestjs/common';
import type { Instant, Span } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { problemsPage } from '../../../platform/http/problem.js';
import { isId, limitOf } from '../../../platform/http/wire.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { EstimatesService } from '../estimate/estimates.service.js';
import type { ExceptionsQuery, Resolution, Resolutions } from './exception.schema.js';
import {
  type FindingException,
  findingCalled,
  findingsWhere,
  type FindingRow,
  isFinal,
} from '../validate/finding-exceptions.js';
import { meterCalled } from '../registers/find-register.js';
import { idOf, MeteringService } from '../meters/metering.service.js';
import {
  accept,
  describedReading,
  readingChoices,
  type ReadingException,
  readingExceptionCalled,
  type ReadingRow,
  readingsWhere,
  supersede,
} from './reading-exceptions.js';
import { lockSite } from '../validate/validation.service.js';

export type { FindingException, FindingRow } from '../validate/finding-exceptions.js';
export type { ReadingException } from './reading-exceptions.js';

/** A question that a person must decide, or has decided: about one reading, or about what validation found. */
export type Exception = ReadingException | FindingException;

type Asked = Omit<ExceptionsQuery, 'cursor' | 'limit'> & { readonly after?: string | undefined };

interface Result {
  readonly id: string;
  readonly status: 'resolved' | 'refused';
  readonly problem?: { readonly type: string; readonly code: string; readonly detail: string };
}

interface Resolved {
  readonly results: readonly Result[];
  readonly summary: { readonly resolved: number; readonly refused: number };
  /** Whether more fit the filter. */
  readonly more: boolean;
}

/** Conflicts, held readings and findings, and what people decide about them. Decisions stay. */
@Injectable()
export class ExceptionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly metering: MeteringService,
    private readonly estimates: EstimatesService,
  ) {}

  list(communityId: string, query: ExceptionsQuery): Promise<{ items: Exception[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [];
      return pageOf(await some(tx, communityId, { ...query, after }, limit + 1), limit, ({ id }) => [id]);
    });
  }

  /** Open conflicts and held readings of a site in a span: a run must not be issued over them unseen. */
  openOf(tx: Tx, communityId: string, siteId: string, span: Span): Promise<ReadingException[]> {
    return readingsWhere(tx, communityId, { siteId, span, state: 'open' }, null).then((found) =>
      found.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1)),
    );
  }

  /**
   * What the last passes see of a site in a span, as far as a run must say something of it: what nobody has settled, and displays that
   * somebody confirmed to have wrapped.
   */
  async seenFindings(tx: Tx, communityId: string, siteId: string, span: Span): Promise<FindingRow[]> {
    const found = await findingsWhere(tx, communityId, { siteId, span }, null);
    return found.filter(
      ({ closedAt, decision }) =>
        closedAt === null && (!isFinal(decision) || decision?.choice === 'rollover-confirmed'),
    );
  }

  /**
   * Decides about an exception.
   *
   * - keep: what is known stays. supersede: the other value counts from now on, as a correction with who and why.
   * - accept: the held reading becomes a reading; of a finding, that it is true as it stands. dismiss: the held reading does not count.
   * - estimate: what is missing there is estimated now. ask: a reading is asked for. Both can be followed by another decision.
   * - exchange-found: the device was exchanged, and is recorded so now. rollover-confirmed: the display wrapped.
   *
   * @throws DomainError `not-found`, `already-decided`, `invalid-input` for a choice that does not belong to it, `no-estimate`
   */
  resolve(communityId: string, id: string, resolution: Resolution, actor: Actor): Promise<Exception> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [finding] = isId(id) ? await findingsWhere(tx, communityId, { ids: [id] }, 1) : [];
      return finding
        ? this.resolveFinding(tx, communityId, finding, resolution, actor)
        : this.resolveReading(tx, communityId, id, resolution, actor);
    });
  }

  /**
   * Decides about many at once; each has its own answer, and one that is refused harms no other.
   *
   * @throws DomainError `not-found` for a site or meter of the filter that is not there
   */
  resolveMany(communityId: string, { ids, filter, choice, reason }: Resolutions, actor: Actor): Promise<Resolved> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const fitting =
        ids ?? (await some(tx, communityId, { ...filter, state: 'open' }, atOnce + 1)).map(({ id }) => id);
      const results: Result[] = [];
      for (const id of new Set(fitting.slice(0, atOnce))) {
        try {
          await tx.undoable(() => this.resolve(communityId, id, { choice, reason }, actor));
          results.push({ id, status: 'resolved' });
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          const { code, message: detail } = error;
          results.push({ id, status: 'refused', problem: { type: `${problemsPage}#${code}`, code, detail } });
        }
      }
      const resolved = results.filter(({ status }) => status === 'resolved').length;
      return { results, summary: { resolved, refused: results.length - resolved }, more: fitting.length > atOnce };
    });
  }

  private async resolveReading(
    tx: Tx,
    communityId: string,
    id: string,
    { choice, reason }: Resolution,
    actor: Actor,
  ): Promise<ReadingException> {
    const row = await this.lock(tx, communityId, id);
    if (row.decidedAt !== null) throw decided(row.choice ?? '', row.decidedAt);
    const chosen = readingChoices[row.kind].find((one) => one === choice);
    if (!chosen)
      throw noChoice(row.kind === 'held' ? 'A held reading' : 'A conflict', readingChoices[row.kind], choice);
    const [person, now] = [personOf(actor), this.clock.now()];
    if (chosen === 'supersede') await supersede(tx, communityId, row, reason, person, now);
    if (chosen === 'accept') await accept(tx, communityId, row);
    await tx.query(
      `INSERT INTO exception_decision (community_id, exception_id, choice, reason, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [communityId, id, chosen, reason, person, now],
    );
    const data = { choice, reason, kind: row.kind, meter: row.meter, register: row.register, at: row.at };
    await this.record(tx, actor, 'reading-exception', id, data);
    return describedReading(await readingExceptionCalled(tx, communityId, id));
  }

  private async resolveFinding(
    tx: Tx,
    communityId: string,
    { id, siteId }: FindingRow,
    { choice, reason, exchange }: Resolution,
    actor: Actor,
  ): Promise<FindingException> {
    await lockSite(tx, communityId, siteId);
    const row = await findingCalled(tx, communityId, id);
    const { decision, closedAt, choices, decisions, rule, meter, register, at, until } = row;
    if (decision !== null && isFinal(decision)) throw decided(decision.choice, decision.decidedAt);
    if (closedAt !== null) {
      throw new DomainError('already-decided', `A pass on ${closedAt} no longer saw this; there is nothing to decide.`);
    }
    const chosen = choices.find((one) => one === choice);
    if (!chosen) throw noChoice(`A finding of ${rule}`, choices, choice);
    if ((chosen === 'exchange-found') !== (exchange !== undefined)) {
      throw new DomainError('invalid-input', 'An exchange that was found, and only that, is told with its `exchange`.');
    }
    const [person, now] = [personOf(actor), this.clock.now()];
    if (exchange !== undefined && row.meterId !== null) {
      await this.metering.exchange(communityId, row.meterId, exchange, actor);
    }
    if (chosen === 'estimate') await this.estimates.forFinding(tx, communityId, row, reason, actor);
    await tx.query(
      `INSERT INTO finding_decision (community_id, finding_id, no, choice, reason, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [communityId, id, decisions + 1, chosen, reason, person, now],
    );
    const data = { choice, reason, rule, meter, register, from: at, to: until };
    await this.record(tx, actor, 'validation-finding', id, data);
    return findingCalled(tx, communityId, id);
  }

  private record(tx: Tx, actor: Actor, subjectKind: string, subjectId: string, data: Record<string, unknown>) {
    return this.audit.record(tx, { actor, type: 'exception.resolved', subjectKind, subjectId, data });
  }

  /** Two who decide at once stand in line at the register, where the version of a correction is counted too. */
  private async lock(tx: Tx, communityId: string, id: string): Promise<ReadingRow> {
    const { registerNo } = await readingExceptionCalled(tx, communityId, id);
    await tx.query('SELECT FROM register WHERE community_id = $1 AND no = $2 FOR NO KEY UPDATE', [
      communityId,
      registerNo,
    ]);
    return readingExceptionCalled(tx, communityId, id);
  }
}

/** The most that are decided about in one call. */
const atOnce = 1000;

/** Exceptions of both kinds that fit, by their ids: these are in the order of time, so two lists by id are one. */
async function some(
  tx: Tx,
  communityId: string,
  { after, kind, state, site, meter, rule, severity }: Asked,
  limit: number,
): Promise<Exception[]> {
  const siteId = site === undefined ? undefined : await idOf(tx, communityId, 'site', site);
  const meterId = meter === undefined ? undefined : (await meterCalled(tx, communityId, meter)).id;
  const common = { after, state, siteId, meterId };
  const asksFindings = kind === undefined || kind === 'finding';
  const asksReadings = kind !== 'finding' && rule === undefined && severity === undefined;
  const ofKind = kind === 'finding' ? undefined : kind;
  const readings = asksReadings ? await readingsWhere(tx, communityId, { ...common, kind: ofKind }, limit) : [];
  const findings = asksFindings ? await findingsWhere(tx, communityId, { ...common, rule, severity }, limit) : [];
  return [...readings, ...findings].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}

const rankOf = ({ meter, register, at, id }: ReadingException): string => [meter, register, at, id].join('\u0000');

function personOf({ kind, id }: Actor): string {
  assert(kind === 'person' && id !== null, 'A person decides about readings.');
  return id;
}

const decided = (choice: string, at: Instant): DomainError =>
  new DomainError(
    'already-decided',
    `This was decided on ${at}: ${choice}. A decision stays; send a new reading if it was wrong.`,
  );

const noChoice = (what: string, choices: readonly string[], choice: string): DomainError =>
  new DomainError('invalid-input', `${what} can be resolved by ${choices.join(' or ')}, not by ${choice}.`);
