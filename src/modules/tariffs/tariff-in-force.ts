import type { CivilDate, Period } from '../../domain/calendar/period.js';
import { DomainError, type Issue } from '../../domain/errors.js';
import { type Tariff, versionsInForce } from '../../domain/tariff/tariff.js';
import type { Tx } from '../../platform/database/transactions.js';
import { type TariffsInstead, versionsAsked } from './instead.js';
import { tariffSentence } from './sentences.js';
import { calendarOf, domainTariff } from './tariff-terms.js';
import { tariffVersions } from './versions.js';

/** A tariff on some days of a period, with the decision behind it. */
export interface TariffPieceInForce {
  readonly period: Period;
  readonly versionId: string;
  readonly tariff: Tariff;
  /** Code of the band calendar that its prices speak of; null where no price depends on the hour. */
  readonly calendar: string | null;
  readonly sentence: string;
  readonly adoptedBy: string;
  readonly adoptedOn: CivilDate;
  readonly decision: string;
}

export interface TariffInForce {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** In order of time; pieces and issues together tile the period. */
  readonly pieces: readonly TariffPieceInForce[];
  readonly issues: readonly Issue[];
}

/** A tariff over a period. @throws DomainError `not-found` */
export async function readTariffInForce(
  tx: Tx,
  communityId: string,
  tariffId: string,
  period: Period,
  instead: TariffsInstead,
): Promise<TariffInForce> {
  const [tariff] = await tx.query<{ id: string; code: string; name: string }>(
    'SELECT id, code, name FROM tariff WHERE community_id = $1 AND id = $2',
    [communityId, tariffId],
  );
  if (!tariff) throw new DomainError('not-found', `There is no tariff ${tariffId}.`);
  const stored = (await versionsAsked(tx, tariffVersions, communityId, [tariffId], instead)).get(tariffId) ?? [];
  const versions = stored.map((version) => ({ ...version, ...version.days }));
  const { pieces, issues } = versionsInForce(versions, period, { kind: 'tariff', id: tariff.id, label: tariff.code });
  return {
    ...tariff,
    issues,
    pieces: pieces.map((piece) => ({
      period: piece.period,
      versionId: piece.version.id,
      tariff: domainTariff(piece.version.terms),
      calendar: calendarOf(piece.version.terms),
      sentence: tariffSentence(piece.version.terms),
      adoptedBy: piece.version.adoptedBy,
      adoptedOn: piece.version.adoptedOn,
      decision: piece.version.decision,
    })),
  };
}
