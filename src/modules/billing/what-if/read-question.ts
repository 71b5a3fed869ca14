import { Injectable } from '@nestjs/common';
import { type OccupiedInstead } from '../../../domain/apportionment/occupied-instead.js';
import { overlap, type Period } from '../../../domain/calendar/period.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { InvalidRequest } from '../../../platform/http/validation.js';
import type { MeterInstead } from '../../metering/meters/metering.service.js';
import { type KeysInstead, TariffsService, type TariffsInstead } from '../../tariffs/tariffs.service.js';
import type { Instead } from '../run/instead.js';
import { type Called, calledThings } from './called.js';
import type { Change } from './question.schema.js';

/** What a question puts in place of what is stored, and each change in words. */
export interface Asked {
  readonly instead: Instead;
  /** In the order asked. */
  readonly sentences: readonly string[];
}

type Of<Kind extends Change['kind']> = Extract<Change, { kind: Kind }> & { readonly at: string };
type Entry<Collection> = Collection extends ReadonlyMap<string, infer Value> ? Value : never;

interface Asking {
  readonly tx: Tx;
  readonly communityId: string;
  readonly siteId: string;
  /** From the first to the last day asked about. */
  readonly days: Period;
}

/** Reads what is to be otherwise: everything named is there, of this site, named once, and could be adopted as it stands. */
@Injectable()
export class ReadQuestion {
  constructor(private readonly tariffs: TariffsService) {}

  /** @throws InvalidRequest that points at what is not there; and what adopting the terms would throw */
  async read(asking: Asking, changes: readonly Change[]): Promise<Asked> {
    const told = changes.map((change, index) => ({ ...change, at: `/changes/${index}` }));
    const of = <Kind extends Change['kind']>(kind: Kind): Of<Kind>[] =>
      told.filter((change): change is Of<Kind> => change.kind === kind);
    const words = new Map<string, string>();
    const instead: Instead = {
      keys: await this.keys(asking, of('key'), words),
      tariffs: await this.ownTariffs(asking, of('tariff'), words),
      places: {
        occupancies: await occupancies(asking, of('occupancy'), words),
        spaces: await spaces(asking, of('space'), words),
      },
      meters: await meters(asking, of('meter'), words),
    };
    return { instead, sentences: told.map(({ at }) => words.get(at) ?? '') };
  }

  private async keys(asking: Asking, asked: readonly Of<'key'>[], words: Map<string, string>): Promise<KeysInstead> {
    const { tx, communityId, days } = asking;
    const called = await calledThings(
      tx,
      'apportionment_key',
      asked.map(({ key, at }) => [`${at}/key`, key]),
    );
    const others = await calledThings(
      tx,
      'apportionment_key',
      asked.flatMap(({ by, at }) => ('key' in by ? [[`${at}/by/key`, by.key] as const] : [])),
    );
    const found = new Map<string, Entry<KeysInstead>>();
    for (const { by, at } of asked) {
      const key = once(called, found, `${at}/key`);
      const other = others.get(`${at}/by/key`);
      if (other !== undefined) {
        found.set(key.id, { ownerId: other.id });
        words.set(at, `What goes by the key ${nameOf(key)} is shared by the key ${nameOf(other)}.`);
      } else if ('terms' in by) {
        const { terms, sentence } = await this.tariffs.checkedKeyTerms(
          ...([tx, communityId, key, { days, terms: by.terms }, `${at}/by/terms`] as const),
        );
        found.set(key.id, { terms });
        words.set(at, `The key ${nameOf(key)} reads instead: ${sentence}`);
      }
    }
    return found;
  }

  private async ownTariffs(
    { tx, communityId }: Asking,
    asked: readonly Of<'tariff'>[],
    words: Map<string, string>,
  ): Promise<TariffsInstead> {
    const called = await calledThings(
      tx,
      'tariff',
      asked.map(({ tariff, at }) => [`${at}/tariff`, tariff]),
    );
    const others = await calledThings(
      tx,
      'tariff',
      asked.flatMap(({ by, at }) => ('tariff' in by ? [[`${at}/by/tariff`, by.tariff] as const] : [])),
    );
    const found = new Map<string, Entry<TariffsInstead>>();
    for (const { by, at } of asked) {
      const tariff = once(called, found, `${at}/tariff`);
      const other = others.get(`${at}/by/tariff`);
      if (other !== undefined) {
        found.set(tariff.id, { ownerId: other.id });
        words.set(at, `Whoever is charged by the tariff ${nameOf(tariff)} is charged by ${nameOf(other)}.`);
      } else if ('terms' in by) {
        const { terms, sentence } = await this.tariffs.checkedTariffTerms(tx, communityId, by.terms, `${at}/by/terms`);
        found.set(tariff.id, { terms });
        words.set(at, `The tariff ${nameOf(tariff)} reads instead: ${sentence}`);
      }
    }
    return found;
  }
}

async function occupancies(
  { tx, siteId }: Asking,
  asked: readonly Of<'occupancy'>[],
  words: Map<string, string>,
): Promise<OccupiedInstead[]> {
  const called = await calledThings(
    tx,
    'space',
    asked.map(({ space, at }) => [`${at}/space`, space]),
    siteId,
  );
  const members = await calledThings(
    tx,
    'member',
    asked.flatMap(({ member, at }) => (member === null ? [] : [[`${at}/member`, member] as const])),
  );
  const found: OccupiedInstead[] = [];
  for (const { at, days } of asked) {
    const space = there(called, `${at}/space`);
    const member = members.get(`${at}/member`) ?? null;
    if (space.kind === 'common') throw refused(`${at}/space`, `${space.code} is a common part and cannot be occupied`);
    if (found.some((other) => other.spaceId === space.id && overlap(other, days) !== null))
      throw refused(`${at}/days`, `another change says who has ${space.code} on some of these days`);
    found.push({ spaceId: space.id, memberId: member?.id ?? null, ...days });
    const until = days.to === null ? 'on' : `to ${days.to}`;
    words.set(
      at,
      `${nameOf(space)} ${member ? `is let to ${nameOf(member)}` : 'is empty'} from ${days.from} ${until}.`,
    );
  }
  return found;
}

async function spaces({ tx, siteId }: Asking, asked: readonly Of<'space'>[], words: Map<string, string>) {
  const called = await calledThings(
    tx,
    'space',
    asked.map(({ space, at }) => [`${at}/space`, space]),
    siteId,
  );
  const found = new Map<string, Entry<Instead['places']['spaces']>>();
  for (const { at, area, weight } of asked) {
    const space = once(called, found, `${at}/space`);
    found.set(space.id, {
      ...(area === undefined ? {} : { area: decimal(area) }),
      ...(weight === undefined ? {} : { weight: decimal(weight) }),
    });
    const has = [area === undefined ? [] : [`${area} m²`], weight === undefined ? [] : [`the weight ${weight}`]];
    words.set(at, `${nameOf(space)} has ${has.flat().join(' and ')}.`);
  }
  return found;
}

async function meters({ tx, siteId }: Asking, asked: readonly Of<'meter'>[], words: Map<string, string>) {
  const called = await calledThings(
    tx,
    'meter',
    asked.map(({ meter, at }) => [`${at}/meter`, meter]),
    siteId,
  );
  const told = asked.flatMap(({ tells, at }) =>
    tells === 'nothing' || tells.space === null ? [] : [[`${at}/tells/space`, tells.space] as const],
  );
  const inSpaces = await calledThings(tx, 'space', told, siteId);
  const found = new Map<string, MeterInstead>();
  for (const { at, tells } of asked) {
    const meter = once(called, found, `${at}/meter`);
    const space = inSpaces.get(`${at}/tells/space`) ?? null;
    found.set(meter.id, tells === 'nothing' ? { isThere: false } : { isThere: true, spaceId: space?.id ?? null });
    const use = space === null ? 'of no space in particular' : `of ${nameOf(space)}`;
    words.set(
      at,
      tells === 'nothing'
        ? `The meter ${nameOf(meter)} is not there.`
        : `The meter ${nameOf(meter)} tells the use ${use}.`,
    );
  }
  return found;
}

const nameOf = ({ code, name }: Called): string => (name === code || name === '' ? code : `${name} (${code})`);

const refused = (pointer: string, detail: string): InvalidRequest => new InvalidRequest([{ pointer, detail }]);

function there(called: ReadonlyMap<string, Called>, at: string): Called {
  const thing = called.get(at);
  if (thing === undefined) throw refused(at, 'is not there');
  return thing;
}

/** A thing that no other change speaks of. */
function once(called: ReadonlyMap<string, Called>, found: ReadonlyMap<string, unknown>, at: string): Called {
  const thing = there(called, at);
  if (found.has(thing.id)) throw refused(at, `another change speaks of ${thing.code}; say all of it in one`);
  return thing;
}
