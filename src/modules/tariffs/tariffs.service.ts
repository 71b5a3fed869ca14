import { Injectable } from '@nestjs/common';
import { checkKey } from '../../domain/apportionment/key.js';
import type { BandCalendar } from '../../domain/calendar/bands.js';
import type { CivilDate, Period } from '../../domain/calendar/period.js';
import type { TaxKind } from '../../domain/invoice/tax.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { checkedTerms } from './checked-tariff.js';
import type { KeysInstead, TariffsInstead } from './instead.js';
import { inCodes } from './key-names.js';
import { domainKey, named, type Named, referencesOf } from './key-references.js';
import { type GenerationInForce, type KeyInForce, readGenerationInForce, readKeysInForce } from './keys-in-force.js';
import { keySentence } from './key-sentence.js';
import type { KeyTerms } from './keys.schema.js';
import type { TariffTerms } from './own-tariffs.schema.js';
import { tariffSentence } from './sentences.js';
import { readTariffInForce, type TariffInForce } from './tariff-in-force.js';

export { keyTerms } from './keys.schema.js';
export { tariffTerms } from './own-tariffs.schema.js';
export type { Instead, KeysInstead, TariffsInstead } from './instead.js';
export type { KeyInForce, KeyPieceInForce } from './keys-in-force.js';
export type { TariffInForce, TariffPieceInForce } from './tariff-in-force.js';

/** A band calendar by the code that keys and tariffs name it by. */
export interface NamedCalendar extends BandCalendar {
  readonly id: string;
  readonly code: string;
}

/** A tax on a day. */
export interface TaxRateInForce extends TaxKind {
  /** 0.2 is 20 %. */
  readonly rate: Decimal;
}

/** Terms that could be adopted, with codes for all they name, and in words. */
export interface Checked<Terms> {
  readonly terms: Terms;
  readonly sentence: string;
}

/** What rates, shares and taxes on which days: read inside the transaction of whoever computes with it. */
@Injectable()
export class TariffsService {
  /** The keys over a period, each cut where it, or the key of its residual, changes. Days without a version are Issues. */
  keysInForce(
    tx: Tx,
    communityId: string,
    keyIds: readonly string[],
    period: Period,
    instead: KeysInstead = new Map(),
  ): Promise<KeyInForce[]> {
    return readKeysInForce(tx, communityId, keyIds, period, instead);
  }

  /** How a generation key allots over a period what the site makes. Days without a version are Issues. */
  generationInForce(
    tx: Tx,
    communityId: string,
    code: string,
    period: Period,
    instead: KeysInstead = new Map(),
  ): Promise<GenerationInForce> {
    return readGenerationInForce(tx, communityId, code, period, instead);
  }

  /** A tariff over a period. @throws DomainError `not-found` */
  tariffInForce(
    tx: Tx,
    communityId: string,
    tariffId: string,
    period: Period,
    instead: TariffsInstead = new Map(),
  ): Promise<TariffInForce> {
    return readTariffInForce(tx, communityId, tariffId, period, instead);
  }

  /**
   * Terms that a question puts in place of a key's, checked as if they were to be adopted for the days asked about.
   *
   * @param at where the terms stand in the request
   * @throws DomainError `key-incomplete`, and those of `checkKey`; `invalid-input` pointing at what the terms name and is not there
   */
  async checkedKeyTerms(
    tx: Tx,
    communityId: string,
    key: Named,
    asked: { readonly days: Period; readonly terms: KeyTerms },
    at: string,
  ): Promise<Checked<KeyTerms>> {
    const terms = await inCodes(tx, communityId, key, asked, at);
    checkKey(domainKey(terms, await referencesOf(tx, communityId, [terms]), () => ({ kind: 'equal' })));
    return { terms, sentence: keySentence(terms) };
  }

  /** The same for terms of a tariff. @throws DomainError `tariff-gap`, `tariff-overlap`; `invalid-input` where there is no such calendar */
  async checkedTariffTerms(tx: Tx, communityId: string, given: TariffTerms, at: string): Promise<Checked<TariffTerms>> {
    const terms = await checkedTerms(tx, communityId, given, at);
    return { terms, sentence: tariffSentence(terms) };
  }

  /** All band calendars, by code. */
  async calendars(tx: Tx, communityId: string): Promise<ReadonlyMap<string, NamedCalendar>> {
    const rows = await tx.query<{ id: string; code: string; terms: BandCalendar }>(
      'SELECT id, code, terms FROM band_calendar WHERE community_id = $1 ORDER BY code COLLATE "C"',
      [communityId],
    );
    return new Map(rows.map(({ id, code, terms }) => [code, { id, code, ...terms }]));
  }

  /** The tax rates of a day, by code. */
  async taxRatesOn(tx: Tx, communityId: string, date: CivilDate): Promise<ReadonlyMap<string, TaxRateInForce>> {
    const rows = await tx.query<TaxKind & { readonly rate: string }>(
      'SELECT code, label, category, reason, rate FROM tax_rate WHERE community_id = $1 AND days @> $2::date ORDER BY code COLLATE "C"',
      [communityId, date],
    );
    return new Map(rows.map(({ rate, ...tax }) => [tax.code, { ...tax, rate: decimal(rate) }]));
  }

  /** Every tax code that ever had a rate. */
  async taxCodes(tx: Tx, communityId: string): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ code: string }>('SELECT DISTINCT code FROM tax_rate WHERE community_id = $1', [
      communityId,
    ]);
    return new Set(rows.map(({ code }) => code));
  }

  /** The ids of keys by their ids or codes, as they were asked for; those that are not there are left out. */
  async keyIds(tx: Tx, communityId: string, addresses: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await named(tx, 'apportionment_key', communityId, addresses);
    return new Map([...found].map(([address, { id }]) => [address, id]));
  }

  /** The same for tariffs. */
  async tariffIds(tx: Tx, communityId: string, addresses: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await named(tx, 'tariff', communityId, addresses);
    return new Map([...found].map(([address, { id }]) => [address, id]));
  }
}
