import { Injectable } from '@nestjs/common';
import type { Allotment } from '../../../domain/apportionment/generation.js';
import {
  amongMeters,
  claimantOf,
  exportBand,
  generationCalendar,
  generationKeyOf,
  gridBand,
  localBand,
  namedIn,
} from '../../../domain/apportionment/generation-bands.js';
import type { OccupancyPiece } from '../../../domain/apportionment/pieces.js';
import type { Period } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { type Decimal, plain, sum, zero } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { GenerationService } from '../../metering/loads/generation.service.js';
import type { LoadPart } from '../../metering/loads/interval-loads.service.js';
import { countedOnce, type InstalledRegister, MeteringService } from '../../metering/meters/metering.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import { clipped, usualUtility } from './basis.js';
import { grouped } from '../grouped.js';
import type { MeasuredUse, RunInputs, RunMeter, RunSite } from '../run/inputs.js';
import type { Instead } from '../run/instead.js';
import { type Hand, partsInHands, partsOfDevices } from './load-parts.js';
import { slices } from './slices.js';

/** What generation is allotted from: the run's days and hands, and what was measured in them. */
export interface Generating extends Pick<RunInputs, 'period' | 'pieces' | 'slices' | 'meters' | 'uses'> {
  readonly site: RunSite;
  /** What a question puts in the place of what is. */
  readonly instead: Pick<Instead, 'keys' | 'meters'>;
  /** By what costs and tariffs count: calendars of hours, and generation keys. */
  readonly calendars: readonly (string | null)[];
}

interface Found {
  readonly uses: readonly MeasuredUse[];
  readonly issues: readonly Issue[];
}

/** One stretch of days on which nobody moved and one allotment was in force. */
interface Stretch extends Generating {
  readonly key: string;
  readonly days: Period;
  readonly allotment: Allotment;
}

/**
 * What the site made, allotted to its meters: each use once more, cut by where it came from.
 *
 * Days are cut where somebody moves and where another version of the key begins; each stretch is one pass over the intervals of the
 * whole site. Nothing is allotted around a gap: where one interval of one meter is not known, the run stops and says which.
 */
@Injectable()
export class CollectGeneration {
  constructor(
    private readonly metering: MeteringService,
    private readonly generation: GenerationService,
    private readonly tariffs: TariffsService,
  ) {}

  async collect(tx: Tx, communityId: string, asked: Generating): Promise<Found> {
    const keys = [...new Set(asked.calendars.flatMap((calendar) => generationKeyOf(calendar) ?? []))].sort();
    const all: Found[] = [];
    for (const key of keys) all.push(await this.ofKey(tx, communityId, asked, key));
    return { uses: all.flatMap(({ uses }) => uses), issues: all.flatMap(({ issues }) => issues) };
  }

  private async ofKey(tx: Tx, communityId: string, asked: Generating, key: string): Promise<Found> {
    const { pieces, issues } = await this.tariffs.generationInForce(
      tx,
      communityId,
      key,
      asked.period,
      asked.instead.keys,
    );
    const hands = asked.pieces.map(({ days }) => days);
    const found: Found[] = [{ uses: [], issues: [...issues, ...workedOut(asked, key)] }];
    for (const { period, allotment } of pieces) {
      for (const days of slices(period, [...(asked.slices[usualUtility] ?? []), ...hands])) {
        found.push(await this.over(tx, communityId, { ...asked, key, days, allotment }));
      }
    }
    const uses = found.flatMap((one) => one.uses);
    const said = found.flatMap((one) => one.issues);
    return {
      uses: [...uses, ...atSource(asked, key)],
      issues: said.length > 0 ? said : unlikeMeasured(asked, key, uses),
    };
  }

  private async over(tx: Tx, communityId: string, stretch: Stretch): Promise<Found> {
    const { site, days, allotment } = stretch;
    const span = spanOf(days, site.zone);
    const installed = await this.metering.registersOf(tx, communityId, site.id, span, stretch.instead.meters);
    const counted = countedOnce(installed);
    const subs = installed.filter(
      ({ id, utility, meterRole }) => counted.has(id) && utility === usualUtility && meterRole === 'sub',
    );
    const users = subs.filter(({ direction }) => direction === 'import');
    const makers = subs.filter(({ direction }) => direction === 'export');
    if (makers.length === 0) return { uses: [], issues: [nothingMakes(stretch)] };
    const odd = ofOtherLength(users, makers);
    if (odd.length > 0) return { uses: [], issues: [unlike(stretch, odd)] };
    const made = makers.flatMap((register) =>
      partsOfDevices(register, span, (id) => leafId(handOf(stretch, register, id))),
    );
    const used = users.flatMap((register) => partsInHands(register, stretch, days, leafId));
    const missing = await this.generation.incomplete(tx, communityId, [...made, ...used]);
    if (missing.length > 0) return { uses: [], issues: [incomplete(stretch, namesOf(missing, subs))] };
    const named = namedIn(allotment);
    const claiming = used.map((part) => ({ ...part, who: claimantOf(heldBy(part.who), named) }));
    const allotted = await this.generation.allot(tx, communityId, made, claiming, allotment, site.zone);
    const counts = await this.generation.sums(tx, communityId, used);
    const local = new Map(allotted.users.map((user) => [user.id, user.local]));
    const parts = [...grouped(used, ({ who }) => claimantOf(heldBy(who), named))].flatMap(([claimant, own]) => {
      const meters = [...new Set(own.map(({ who }) => who))].map((id) => ({ id, quantity: counts.get(id) ?? zero }));
      return amongMeters(local.get(claimant) ?? zero, meters, `${days.from}/${days.to}:${claimant}`);
    });
    return {
      issues: [],
      uses: [
        ...parts.flatMap(({ id, local: own, grid }) =>
          bandsOf(stretch, used, id, { [localBand]: own, [gridBand]: grid }),
        ),
        ...allotted.producers.flatMap(({ id, local: own, exported }) =>
          bandsOf(stretch, made, id, { [localBand]: own, [exportBand]: exported }),
        ),
      ],
    };
  }
}

type Held = Omit<Hand, 'spaceId'> & { readonly spaceId: string | null };

const leafId = ({ registerId, installationId, spaceId, memberId }: Held): string =>
  JSON.stringify([registerId, installationId, spaceId, memberId]);
function heldBy(leaf: string): Hand {
  const [registerId, installationId, spaceId, memberId] = JSON.parse(leaf) as [string, string, string, string | null];
  return { registerId, installationId, spaceId, memberId };
}

/** Whose a meter of the roof is: of whoever has the space that it stands in. */
function handOf({ pieces, days }: Stretch, register: InstalledRegister, installationId: string): Held {
  const spaceId = register.devices.find(({ id }) => id === installationId)?.spaceId ?? null;
  const memberId = clipped(pieces, days).find(({ space }: OccupancyPiece) => space.id === spaceId)?.memberId ?? null;
  return { registerId: register.id, installationId, spaceId, memberId };
}

/** The uses of one meter in one hand, by origin. */
function bandsOf(
  { key, uses }: Stretch,
  parts: readonly LoadPart[],
  leaf: string,
  bands: Readonly<Record<string, Decimal>>,
): MeasuredUse[] {
  const held: Held = heldBy(leaf);
  const own = parts.filter(({ who }) => who === leaf);
  const whole = uses.find(
    ({ calendar, registerId, spaceId, memberId }) =>
      calendar === null && registerId === held.registerId && spaceId === held.spaceId && memberId === held.memberId,
  );
  return Object.entries(bands).map(([band, quantity]) => ({
    ...held,
    calendar: generationCalendar(key),
    band,
    from: own[0]?.from ?? '',
    to: own.at(-1)?.to ?? '',
    quantity,
    conversion: null,
    quality: whole?.quality ?? 'actual',
    opening: null,
    closing: null,
    intervals: null,
  }));
}

const ofMeters = ({ meters }: Generating, is: (meter: RunMeter) => boolean): ReadonlySet<string> =>
  new Set(meters.filter((meter) => meter.utility === usualUtility && is(meter)).map(({ registerId }) => registerId));

/** What came in at the source came from the grid, and what went out there was exported. */
function atSource(asked: Generating, key: string): MeasuredUse[] {
  const came = ofMeters(asked, ({ role, direction }) => role === 'source' && direction === 'import');
  const went = ofMeters(asked, ({ role, direction }) => role === 'source' && direction === 'export');
  return asked.uses
    .filter(({ calendar, registerId }) => calendar === null && (came.has(registerId) || went.has(registerId)))
    .map((use) => ({
      ...use,
      calendar: generationCalendar(key),
      band: came.has(use.registerId) ? gridBand : exportBand,
      opening: null,
      closing: null,
      intervals: null,
    }));
}

const blocking = (key: string, days: Period, detail: string, remedy: string): Issue => ({
  code: 'generation-unallotted',
  severity: 'blocking',
  subject: { kind: 'key', id: key, label: key },
  ...days,
  detail: `What the site makes cannot be allotted by the key "${key}" from ${days.from} to ${days.to}: ${detail}.`,
  remedy,
});

const nothingMakes = ({ key, days }: Stretch): Issue =>
  blocking(
    key,
    days,
    'no sub-meter of direction export measures what is made',
    'Install the meter of the roof as a sub-meter whose register counts exports, or share by another key.',
  );
const unlike = ({ key, days }: Stretch, names: readonly string[]): Issue =>
  blocking(
    key,
    days,
    `${names.join(', ')} do not send intervals of the same length as the others`,
    'Have all meters send intervals of one length, or share by another key.',
  );
const incomplete = ({ key, days }: Stretch, names: readonly string[]): Issue =>
  blocking(
    key,
    days,
    `not every interval of ${names.join(', ')} is known`,
    'Enter the missing readings: an interval that is not known may have used what another was given.',
  );

/** Registers whose intervals are not as long as those of the first that sends any. */
function ofOtherLength(users: readonly InstalledRegister[], makers: readonly InstalledRegister[]): string[] {
  const all = [...makers, ...users];
  const length = all.find(({ intervalMinutes }) => intervalMinutes !== null)?.intervalMinutes;
  return all
    .filter(({ intervalMinutes }) => intervalMinutes === null || intervalMinutes !== length)
    .map(({ label }) => label);
}

function namesOf(leaves: readonly string[], registers: readonly InstalledRegister[]): string[] {
  const labels = new Map(registers.map(({ id, label }) => [id, label]));
  return [...new Set(leaves.map((leaf) => labels.get(heldBy(leaf).registerId) ?? leaf))];
}

/** A use that is worked out by a formula has no intervals to allot to. */
function workedOut(asked: Generating, key: string): Issue[] {
  const virtual = ofMeters(asked, ({ role }) => role === 'virtual');
  const ids = new Set(
    asked.uses.filter(({ registerId }) => virtual.has(registerId)).map(({ registerId }) => registerId),
  );
  const names = asked.meters.filter(({ registerId }) => ids.has(registerId)).map(({ meterCode }) => meterCode);
  return names.length === 0
    ? []
    : [
        blocking(
          key,
          asked.period,
          `${names.join(', ')} are worked out by formulas and have no intervals`,
          'Install a meter there, or share by another key.',
        ),
      ];
}

/** What was allotted is what was measured, meter by meter; anything else is told and not billed. */
function unlikeMeasured(asked: Generating, key: string, allotted: readonly MeasuredUse[]): Issue[] {
  const users = ofMeters(asked, ({ role, direction }) => role === 'sub' && direction === 'import');
  const total = (uses: readonly MeasuredUse[], id: string): Decimal =>
    sum(
      uses.filter(({ registerId, spaceId }) => registerId === id && spaceId !== null).map(({ quantity }) => quantity),
    );
  const whole = asked.uses.filter(({ calendar }) => calendar === null);
  return [...users].flatMap((id) => {
    const [measured, told] = [total(whole, id), total(allotted, id)];
    if (measured.equals(told)) return [];
    const name = asked.meters.find(({ registerId }) => registerId === id)?.meterCode ?? id;
    return [
      blocking(
        key,
        asked.period,
        `${name} counted ${plain(measured)}, and its intervals come to ${plain(told)}`,
        'Look for readings that were corrected or estimated over several intervals, and enter each interval.',
      ),
    ];
  });
}
