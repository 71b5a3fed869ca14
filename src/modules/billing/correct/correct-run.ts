import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import { assert, DomainError } from '../../../domain/errors.js';
import type { Override } from '../../../domain/invoice/billing-run.js';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import { type Decimal, decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import type { Calculated } from '../share/calculate.js';
import { carriedBy, withCarried } from './carry.js';
import { findCauses } from './correction-causes.js';
import { deltaRows, type DeltaStored } from './correction-deltas.js';
import { type CorrectionTerms, correctRows } from './correct-rows.js';
import { grouped } from '../grouped.js';
import { inputHash } from '../share/input-hash.js';
import type { RunInputs } from '../run/inputs.js';
import { settledBy, withSettled } from './settle-finals.js';
import { readRows, rowsOf, type RunRows } from '../share/run-rows.js';
import type { Run } from '../run/runs.js';
import { type StoredLine, totalsOf } from '../share/totals.js';
import { standingInvoices } from './take-back.js';

/** What is stored of a run that was computed. */
export interface Stored {
  readonly rows: RunRows;
  /** None in a run that corrects nothing. */
  readonly deltas: readonly DeltaStored[];
}

interface Standing {
  readonly id: string;
  /** When its figures were calculated. */
  readonly since: Instant;
}

/** As much of a run as it is computed by, whether it is stored or only asked about. */
export type Correcting = Pick<
  Run,
  'id' | 'communityId' | 'siteId' | 'period' | 'currency' | 'correctsId' | 'leaverId' | 'createdAt'
>;

/** What a correction would change. */
export interface WouldChange {
  /** Costs of which somebody would bear another amount, as they are called. */
  readonly costs: readonly string[];
  /** Whoever would be billed another amount, tax included. */
  readonly members: readonly { readonly memberId: string; readonly issued: Decimal; readonly now: Decimal }[];
}

/** What a correction adds to a run: it is compared with what stands, and bound to it. */
@Injectable()
export class CorrectRun {
  constructor(private readonly community: CommunityService) {}

  /** A computed run as rows; of a correction with its deltas, and with small changes held. */
  async stored(tx: Tx, run: Run, inputs: RunInputs, figures: Calculated): Promise<Stored> {
    if (run.correctsId === null) {
      const terms = await this.termsOf(tx, run, inputs);
      return { rows: await completed(tx, run, inputs, figures, terms), deltas: [] };
    }
    await this.refuseOtherTax(tx, run, inputs);
    const { standing, terms, rows, deltas } = await this.corrected(tx, run, run.correctsId, inputs, figures);
    const causes = await findCauses(tx, standing.id, standing.since, inputs);
    const { currency, holdBelow } = terms;
    return { rows, deltas: deltaRows(deltas, { currency, locale: inputs.locale, holdBelow, causes }) };
  }

  /** What a correction that were opened now would change, by cost and by member; nothing where it would be refused as empty. */
  async wouldChange(tx: Tx, run: Correcting, inputs: RunInputs, figures: Calculated): Promise<WouldChange> {
    assert(run.correctsId !== null, 'What would change is asked of a run that was issued.');
    const { terms, stood, rows, deltas } = await this.corrected(tx, run, run.correctsId, inputs, figures);
    const [was, is] = [stood, rows].map(({ lines }) => grouped(lines, ({ memberId }) => memberId));
    const grossOf = (lines: readonly StoredLine[] = []): Decimal =>
      totalsOf(lines, terms.currency, terms.rounding, new Map()).gross;
    const members = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
      .map((memberId) => ({ memberId, issued: grossOf(was?.get(memberId)), now: grossOf(is?.get(memberId)) }))
      .filter(({ issued, now }) => !issued.equals(now));
    return { costs: [...new Set(deltas.map(({ cost }) => cost.description))], members };
  }

  private async corrected(tx: Tx, run: Correcting, originId: string, inputs: RunInputs, figures: Calculated) {
    const terms = await this.termsOf(tx, run, inputs);
    const now = await completed(tx, run, inputs, figures, terms);
    const standing = await readStanding(tx, originId);
    const stood = await readRows(tx, standing.id);
    return { standing, terms, stood, ...correctRows(stood, now, terms) };
  }

  private async termsOf(tx: Tx, run: Correcting, { currency, tax }: RunInputs): Promise<CorrectionTerms> {
    const rounding = tax.kind === 'registered' ? tax.rounding : 'half-up';
    return { currency, rounding, holdBelow: await this.holdBelow(tx, run) };
  }

  /** The fingerprint of all that the run rests on: of a correction also what it corrects, how and why, and the invoices that it would take back. */
  async hash(tx: Tx, run: Run, inputs: RunInputs, overrides: readonly Override[]): Promise<string> {
    const own = inputHash(
      inputs,
      overrides.map((one) => one.issue),
    );
    const settled = await settledBy(tx, run);
    const carried = [...(await carriedBy(tx, run)), ...settled];
    if (run.correctsId === null && carried.length === 0) return own;
    if (run.correctsId === null) {
      const holding = settled.length === 0 ? {} : { holdBelow: plain(await this.holdBelow(tx, run)) };
      return hashOf({ inputs: own, carried, ...holding });
    }
    const { id } = await readStanding(tx, run.correctsId);
    const facts = {
      inputs: own,
      standing: id,
      carried,
      way: run.way,
      cause: run.cause,
      holdBelow: plain(await this.holdBelow(tx, run)),
      invoices: (await standingInvoices(tx, run.correctsId)).map(({ number, creditedBy }) => [number, creditedBy]),
    };
    return hashOf(facts);
  }

  /** A line of the next run bears tax as that run does. @throws DomainError `conflict` */
  private async refuseOtherTax(tx: Tx, run: Run, inputs: RunInputs): Promise<void> {
    const { zone } = await this.community.get(run.communityId);
    const { registered } = await this.community.policyOn(tx, run.communityId, 'tax', dayOf(run.createdAt, zone));
    if (run.way === 'credit-and-reissue' || registered === (inputs.tax.kind === 'registered')) return;
    throw new DomainError(
      'conflict',
      'The community charges tax now and did not then, or the other way round, so the next run cannot bill the difference; cancel this correction and choose credit-and-reissue.',
    );
  }

  /** @throws DomainError `conflict` for a correction that changes nothing, and for a final statement of nothing */
  async refuseEmpty(tx: Tx, { id, correctsId, leaverId }: Run): Promise<void> {
    if (leaverId !== null) {
      const [line] = await tx.query(
        'SELECT FROM run_line WHERE community_id = current_community() AND run_id = $1 LIMIT 1',
        [id],
      );
      if (line === undefined)
        throw new DomainError('conflict', 'Nothing is to be billed to the member. Cancel the final statement.');
    }
    if (correctsId === null) return;
    const [delta] = await tx.query(
      'SELECT FROM run_delta WHERE community_id = current_community() AND run_id = $1 LIMIT 1',
      [id],
    );
    if (delta === undefined)
      throw new DomainError(
        'conflict',
        'Nothing differs from what stands; there is nothing to correct. Cancel the correction.',
      );
  }

  /** By the policy of the day on which the correction was opened. */
  private async holdBelow(tx: Tx, { communityId, createdAt }: Correcting): Promise<Decimal> {
    const { zone } = await this.community.get(communityId);
    const { holdBelow } = await this.community.policyOn(tx, communityId, 'corrections', dayOf(createdAt, zone));
    return decimal(holdBelow);
  }
}

/** The rows of a run with what it carries of corrections and settles of final statements. */
async function completed(
  tx: Tx,
  run: Correcting,
  inputs: RunInputs,
  figures: Calculated,
  terms: CorrectionTerms,
): Promise<RunRows> {
  const { locale } = inputs;
  const carried = await withCarried(tx, run, rowsOf(inputs, figures), locale);
  return withSettled(tx, run, carried, { ...terms, locale });
}

const hashOf = (facts: object): string => createHash('sha256').update(canonicalJson(facts), 'utf8').digest('hex');

async function readStanding(tx: Tx, originId: string): Promise<Standing> {
  const [standing] = await tx.query<Standing>(
    `SELECT s.id, r.proposed_at AS since FROM standing_run s JOIN billing_run r ON r.community_id = s.community_id AND r.id = s.id
     WHERE s.community_id = current_community() AND s.origin_id = $1`,
    [originId],
  );
  assert(standing !== undefined, 'Of a run that was issued something stands.');
  return standing;
}
