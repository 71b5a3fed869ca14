import { daysIn, epochMs, fromEpochMs, type Period, type Span } from '../../../domain/calendar/period.js';
import { dayOf, localMoment, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { type Decimal, decimal, plain, sum } from '../../../domain/quantity/decimal.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { SiteFacts, UseFacts } from '../../../domain/statement/facts.js';
import type { Locale, ReadingEnd, ReadingRow } from '../../../domain/statement/model.js';
import { grouped } from '../grouped.js';
import type { ReadingJson, UseRow } from './issue-sources.js';
import { workedOut } from './statement-formula.js';
import type { HistoryRow } from './statement-history.js';

/*
 * What a member used, as its statement shows it: the registers with their readings, the bands, the place among the others, and the
 * periods before. Everything is grouped once for all members.
 */

/** What all members of a site have in common. */
export interface SiteFrame {
  readonly place: string;
  readonly locale: Locale;
  readonly zone: Zone;
  readonly period: Period;
  /** Trades by member. */
  readonly trades: ReadonlyMap<string, string>;
  /** `calendar/band`, in the order in which the calendars name their bands. */
  readonly bands: readonly string[];
}

/** Facts of use, ready to be asked for by member. */
export interface SiteUse extends SiteFrame {
  readonly span: Span;
  readonly byMember: ReadonlyMap<string, readonly UseRow[]>;
  readonly history: ReadonlyMap<string, readonly HistoryRow[]>;
  readonly utilities: ReadonlyMap<string, UtilityTotals>;
}

/** What one utility came to at the whole site. */
interface UtilityTotals {
  /** What there was to be used: what came in, with what was made there and without what was given back. */
  readonly source: Decimal | null;
  readonly members: Decimal;
  readonly shared: Decimal;
  readonly vacant: Decimal;
  readonly ofMember: ReadonlyMap<string, Decimal>;
}

const isWhole = (row: UseRow): boolean => row.band === '';
const total = (rows: readonly UseRow[]): Decimal => sum(rows.map((row) => decimal(row.quantity)));

export function siteUse(frame: SiteFrame, uses: readonly UseRow[], history: readonly HistoryRow[]): SiteUse {
  const owned = uses.filter((row) => isOfSpace(row) && row.memberId !== null && row.spaceKind === 'let');
  const byUtility = grouped(uses.filter(isWhole), (row) => row.utility);
  return {
    ...frame,
    span: spanOf(frame.period, frame.zone),
    byMember: grouped(owned, (row) => row.memberId ?? ''),
    history: grouped(history, (row) => row.memberId),
    utilities: new Map([...byUtility].map(([utility, rows]) => [utility, totalsOf(rows)])),
  };
}

/** Sub-meters and virtual meters tell what spaces used. */
const isOfSpace = ({ role, direction }: UseRow): boolean =>
  role !== 'source' && role !== 'deduction' && direction === 'import';

function totalsOf(rows: readonly UseRow[]): UtilityTotals {
  const sources = rows.filter((row) => row.role === 'source' && row.direction === 'import');
  const generated = total(rows.filter((row) => row.role === 'sub' && row.direction === 'export'));
  const exported = total(rows.filter((row) => row.role === 'source' && row.direction === 'export'));
  const subs = rows.filter((row) => isOfSpace(row) && row.spaceKind !== null);
  const members = subs.filter((row) => row.spaceKind === 'let' && row.memberId !== null);
  return {
    source: sources.length === 0 ? null : total(sources).plus(generated).minus(exported),
    members: total(members),
    shared: total(subs.filter((row) => row.spaceKind === 'common')),
    vacant: total(subs.filter((row) => row.spaceKind === 'let' && row.memberId === null)),
    ofMember: new Map([...grouped(members, (row) => row.memberId ?? '')].map(([id, own]) => [id, total(own)])),
  };
}

/** The use of one member, one entry for each utility that a meter of the member measured. */
export function useOf(site: SiteUse, memberId: string): UseFacts[] {
  const own = site.byMember.get(memberId) ?? [];
  return [...grouped(own, (row) => row.utility)].map(([utility, rows]): UseFacts => {
    const whole = rows.filter(isWhole);
    const used = total(whole);
    const totals = site.utilities.get(utility);
    const peers = peersOf(site, memberId, totals);
    return {
      utility,
      unit: rows[0]?.unit ?? '',
      total: plain(used),
      history: [
        ...historyOf(site, memberId, utility),
        { ...presence(site, whole), quantity: plain(used), estimated: whole.some(isEstimated) },
      ],
      ...(peers === undefined ? {} : { peers }),
      ...siteFacts(site, used, totals),
      readings: readingsOf(site, rows),
    };
  });
}

const isEstimated = ({ quality }: { readonly quality: string }): boolean =>
  quality === 'estimated' || quality === 'substituted';

/** The days of the period from the first to the last on which something was measured for a member. */
function presence({ period, span, zone }: SiteUse, rows: readonly UseRow[]): Period {
  const ends = (of: (row: UseRow) => string): number[] => rows.map((row) => epochMs(of(row)));
  const first = Math.min(...ends((row) => row.from));
  const last = Math.max(...ends((row) => row.to));
  return {
    from: first <= epochMs(span.from) ? period.from : dayOf(fromEpochMs(first), zone),
    to: last >= epochMs(span.to) ? period.to : dayOf(fromEpochMs(last), zone),
  };
}

const historyOf = ({ history }: SiteUse, memberId: string, utility: string): UseFacts['history'] =>
  (history.get(memberId) ?? [])
    .filter((row) => row.utility === utility)
    .map(({ from, to, quantity, estimated }) => ({ from, to, quantity, estimated }));

function siteFacts(site: SiteUse, own: Decimal, totals: UtilityTotals | undefined): { site?: SiteFacts } {
  if (totals === undefined || totals.source === null) return {};
  const { source, members, shared, vacant, ofMember } = totals;
  const unmeasured = source.minus(members).minus(shared).minus(vacant);
  if (unmeasured.isNegative() && !unmeasured.isZero()) return {};
  return {
    site: {
      place: site.place,
      total: plain(source),
      otherMembers: ofMember.size - 1,
      others: plain(members.minus(own)),
      shared: plain(shared),
      vacant: plain(vacant),
      unmeasured: plain(unmeasured),
    },
  };
}

/** Members of the same trade, the member left out. Whether they are enough to be shown is the statement's to say. */
function peersOf(
  { trades, period, locale }: SiteUse,
  memberId: string,
  totals: UtilityTotals | undefined,
): UseFacts['peers'] {
  const trade = trades.get(memberId);
  if (!trade || totals === undefined) return undefined;
  const peers = [...totals.ofMember].filter(([id]) => id !== memberId && trades.get(id) === trade);
  if (peers.length === 0) return undefined;
  const perDay = sum(peers.map(([, used]) => used)).dividedBy(peers.length * daysIn(period));
  return {
    label: wordsOf(locale).run.use.peers(trade),
    members: peers.length,
    perDay: perDay.toDecimalPlaces(1).toFixed(1),
  };
}

/** One row for each device of each register and each time without a break; its bands below it. */
function readingsOf(site: SiteUse, rows: readonly UseRow[]): ReadingRow[] {
  const registers = grouped(rows, (row) => [row.meter, row.register].join('\u0000'));
  return [...registers.values()].flatMap((ofRegister) => {
    const devices = [...grouped(ofRegister, (row) => row.installationId).values()];
    return devices.flatMap((ofDevice, index) => {
      const notes = ageOf(site.locale, ofDevice, devices[index - 1], devices[index + 1]);
      return withoutBreak(ofDevice).flatMap((some) => deviceRows(site, some, notes));
    });
  });
}

/** Why a register has rows of several devices: it was exchanged, or one device counted from zero again. */
function ageOf(
  locale: Locale,
  own: readonly UseRow[],
  before: readonly UseRow[] | undefined,
  after: readonly UseRow[] | undefined,
): string[] {
  const words = wordsOf(locale).run.use;
  if (after !== undefined) return [isRestarted(own, after) ? words.untilRestart : words.oldMeter];
  if (before !== undefined) return [isRestarted(before, own) ? words.sinceRestart : words.newMeter];
  return [];
}

/** True where the same device shows less than it did. */
function isRestarted(before: readonly UseRow[], after: readonly UseRow[]): boolean {
  const closing = before.findLast(isWhole)?.closing ?? null;
  const opening = after.find(isWhole)?.opening ?? null;
  const isSame = before[0]?.serial !== '' && before[0]?.serial === after[0]?.serial;
  return isSame && closing !== null && opening !== null && decimal(opening.value).lessThan(decimal(closing.value));
}

/** Uses in order of time, cut where one does not begin when the one before it ended. */
function withoutBreak(rows: readonly UseRow[]): UseRow[][] {
  const stretches: UseRow[][] = [];
  let until = -Infinity;
  for (const row of rows.toSorted((a, b) => epochMs(a.from) - epochMs(b.from))) {
    if (epochMs(row.from) > until) stretches.push([]);
    stretches.at(-1)?.push(row);
    until = Math.max(until, epochMs(row.to));
  }
  return stretches;
}

function deviceRows(site: SiteUse, rows: readonly UseRow[], notes: readonly string[]): ReadingRow[] {
  const bands = grouped(
    rows.filter((row) => !isWhole(row)),
    (row) => row.band,
  );
  const inOrder = [...bands].toSorted(([a], [b]) => site.bands.indexOf(a) - site.bands.indexOf(b));
  const register = registerRow(site, rows.filter(isWhole));
  const virtual = workedOut(rows.filter(isWhole), site.locale);
  return [
    { ...register, ...noteOf([...notes, ...virtual.notes, ...conversions(rows.filter(isWhole), site.locale)]) },
    ...virtual.parts.map((part): ReadingRow => ({ meter: register.meter, partOf: register.register, ...part })),
    ...inOrder.map(([band, some]): ReadingRow => ({
      meter: register.meter,
      register: band.slice(band.indexOf('/') + 1),
      partOf: register.register,
      used: plain(total(some)),
      ...(some.some(isEstimated) ? { note: wordsOf(site.locale).run.use.partlyEstimated } : {}),
    })),
  ];
}

const noteOf = (notes: readonly string[]): { note?: string } => (notes.length === 0 ? {} : { note: notes.join(', ') });

/** What gas came to in kWh, with the factor; one factor for each stretch of days. */
function conversions(rows: readonly UseRow[], locale: Locale): string[] {
  const found = rows.flatMap(({ conversion }) => conversion ?? []);
  if (found.length === 0) return [];
  const factors = [...new Set(found.map(({ sentence }) => sentence))];
  return [
    `${wordsOf(locale).run.why.figure(plain(sum(found.map(({ energy }) => decimal(energy)))))} kWh: ${factors.join('; ')}`,
  ];
}

function registerRow({ zone, locale }: SiteUse, rows: readonly UseRow[]): ReadingRow {
  const [first] = rows;
  const last = rows.at(-1);
  const used = total(rows);
  const base = { meter: first?.meter ?? '', register: first?.register ?? '', used: plain(used) };
  if (first?.opening && last?.closing) {
    const turned = decimal(first.opening.value)
      .plus(used.dividedBy(decimal(first.multiplier)))
      .minus(decimal(last.closing.value));
    return {
      ...base,
      previous: endOf(first.opening, zone),
      latest: endOf(last.closing, zone),
      ...(decimal(first.multiplier).equals(1) ? {} : { multiplier: plain(decimal(first.multiplier)) }),
      ...(turned.isZero() ? {} : { rolledOverAt: plain(turned) }),
    };
  }
  const minutes = first?.intervalMinutes ?? null;
  if (minutes === null || rows.some((row) => row.intervals === null)) return base;
  const expected = rows.reduce(
    (n, row) => n + Math.trunc((epochMs(row.to) - epochMs(row.from)) / (minutes * 60_000)),
    0,
  );
  const words = wordsOf(locale).run.use;
  const present = rows.reduce((n, row) => n + (row.intervals ?? 0), 0);
  return {
    ...base,
    intervals: { present, expected, name: minutes === 30 ? words.halfHours : words.intervals(minutes) },
  };
}

const endOf = ({ value, at, quality }: ReadingJson, zone: Zone): ReadingEnd => ({
  value,
  at: localMoment(at, zone),
  quality: quality === 'actual' || quality === 'customer' ? quality : 'estimated',
});
