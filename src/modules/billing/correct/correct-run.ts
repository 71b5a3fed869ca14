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
import { correctRows } from './correct-rows.js';
import { inputHash } from '../share/input-hash.js';
import type { RunInputs } from '../run/inputs.js';
import { settledBy, withSettled } from './settle-finals.js';
import { readRows, rowsOf, type RunRows } from '../share/run-rows.js';
import type { Run } from '../run/runs.js';
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

/** What a correction adds to a run: it is compared with what stands, and bound to it. */
@Injectable()
export class CorrectRun {
  constructor(private readonly community: CommunityService) {}

  /** A computed run as rows; of a correction with its deltas, and with small changes held. */
  async stored(tx: Tx, run: Run, inputs: RunInputs, figures: Calculated): Promise<Stored> {
    const { currency, tax, locale } = inputs;
    const rounding = tax.kind === 'registered' ? tax.rounding : 'half-up';
    const holdBelow = await this.holdBelow(tx, run);
    const carried = await withCarried(tx, run, rowsOf(inputs, figures), locale);
    const now = await withSettled(tx, run, carried, { currency, rounding, locale, holdBelow });
    if (run.correctsId === null) return { rows: now, deltas: [] };
    await this.refuseOtherTax(tx, run, inputs);
    const standing = await readStanding(tx, run.correctsId);
    const { rows, deltas } = correctRows(await readRows(tx, standing.id), now, { currency, rounding, holdBelow });
    const causes = await findCauses(tx, standing.id, standing.since, inputs);
    return { rows, deltas: deltaRows(deltas, { currency, locale: inputs.locale, holdBelow, causes }) };
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
  private async holdBelow(tx: Tx, { communityId, createdAt }: Run): Promise<Decimal> {
    const { zone } = await this.community.get(communityId);
    const { holdBelow } = await this.community.policyOn(tx, communityId, 'corrections', dayOf(createdAt, zone));
    return decimal(holdBelow);
  }
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
