import type { ReadingType } from './espi-reading-type.js';
import { kept } from '../meter-file.js';

/*
 * What belongs together in a Green Button file. Resources lie side by side in Atom entries and are joined by the addresses of those:
 *
 *   UsagePoint     self …/UsagePoint/1                                  related …/UsagePoint/1/MeterReading
 *   MeterReading   self …/UsagePoint/1/MeterReading/01   up …/MeterReading   related …/ReadingType/07
 *   ReadingType    self …/ReadingType/07
 *   IntervalBlock  self …/MeterReading/01/IntervalBlock/173   up …/MeterReading/01/IntervalBlock
 *
 * Real files do it in part, in another order, or not at all: some put the one inside the other, or all into one entry. So a block is
 * joined by where it lies, else by its links, else, in a file without links, by what came last before it; and at the end of the file
 * by being the only one. Where that leaves a choice, nothing is joined.
 */

/** Addresses as `pathOf` makes them; '' for what an entry does not say. */
export interface Links {
  self: string;
  up: string;
  readonly related: string[];
}

/** A UsagePoint, a MeterReading or a ReadingType, as its entry presents it. */
export interface Resource {
  links: Links;
  title: string;
  /** Of a UsagePoint: the name inside its ServiceDeliveryPoint. */
  name: string;
  /** Of a ReadingType: what it says, once its end tag was read. */
  type: ReadingType | null;
  /** The resource that this one repeats: feeds are sent in pages, and each page tells all of them again. */
  repeats: Resource | null;
}

/** An entry, a UsagePoint or a MeterReading: what lies in it belongs together. */
export interface Scope {
  readonly outer: Scope | null;
  readonly points: Resource[];
  readonly meterReadings: Resource[];
  readonly types: Resource[];
}

export interface Join {
  readonly point: Resource | null;
  readonly meterReading: Resource | null;
  readonly type: Resource | null;
}

/** Related links of one entry that are kept. */
export const mostLinks = 1000;

export const noLinks = (): Links => ({ self: '', up: '', related: [] });
export const newResource = (): Resource => ({ links: noLinks(), title: '', name: '', type: null, repeats: null });

/** An address as it can be compared: without its host and the slashes around it. Its case stays: some senders' numbers are in base 64. */
export const pathOf = (href: string): string =>
  kept(
    href
      .trim()
      .slice(0, 2048)
      .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
      .replace(/^\/+/, '')
      .replace(/(?<!\/)\/+$/, ''),
  );

const upTo = (path: string, segment: string): string => {
  const at = path.toLowerCase().lastIndexOf(`/${segment}`);
  return at === -1 ? '' : path.slice(0, at);
};
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
/** The sender's number of the usage point that an address lies in. @example 'v1/UsagePoint/5446AF3F/MeterReading/1' → 5446AF3F */
export const usagePointIn = (path: string): string => /(?:^|\/)usagepoint\/([^/]+)/i.exec(path)?.[1] ?? '';

/** What came last, where a file tells in order. Several that come together leave a choice. */
class Latest {
  private value: Resource | null = null;
  private isUsed = true;
  private isSeveral = false;

  add(value: Resource): void {
    this.isSeveral = !this.isUsed && this.value !== value;
    this.isUsed = false;
    this.value = value;
  }

  use(): Resource | null | 'several' {
    this.isUsed = true;
    return this.isSeveral ? 'several' : this.value;
  }
}

/** Resources by a path; `several` where more than one claims it. */
class Paths {
  private readonly all = new Map<string, Resource | 'several'>();

  add(path: string, resource: Resource): void {
    if (path === '') return;
    const known = this.all.get(path);
    this.all.set(path, known === undefined || known === resource ? resource : 'several');
  }

  get(path: string): Resource | null {
    const known = this.all.get(path);
    return known === undefined || known === 'several' ? null : known;
  }

  /** The one resource that has one of these paths; null where none has, or where they name several. */
  find(paths: readonly string[]): Resource | null {
    const found = new Set(paths.map((path) => this.all.get(path)));
    found.delete(undefined);
    const [one] = found;
    return found.size === 1 && one !== undefined && one !== 'several' ? one : null;
  }
}

/** All resources of one kind. */
class Kind {
  readonly bySelf = new Paths();
  readonly byRelated = new Paths();
  readonly latest = new Latest();
  private one: Resource | null = null;
  private isSeveral = false;

  /** @returns the resource, or the one that it repeats */
  add(resource: Resource): Resource {
    const known = this.bySelf.get(resource.links.self);
    if (known && sameType(known.type, resource.type)) {
      resource.repeats = known;
      const { related } = known.links;
      const others = resource.links.related.filter((path) => !related.includes(path));
      related.push(...others.slice(0, Math.max(0, mostLinks - related.length)));
    }
    const it = known && resource.repeats ? known : resource;
    this.bySelf.add(it.links.self, it);
    for (const path of it.links.related) this.byRelated.add(path, it);
    this.latest.add(it);
    this.isSeveral ||= this.one !== null && this.one !== it;
    this.one ??= it;
    return it;
  }

  get only(): Resource | null | 'several' {
    return this.isSeveral ? 'several' : this.one;
  }
}

export class EspiGraph {
  private readonly points = new Kind();
  private readonly pointById = new Paths();
  private readonly meterReadings = new Kind();
  private readonly types = new Kind();
  private hasBlockBeforeType = false;

  addPoint(point: Resource): void {
    const it = this.points.add(point);
    this.pointById.add(usagePointIn(it.links.self), it);
  }

  addMeterReading(reading: Resource): void {
    this.meterReadings.add(reading);
  }

  addType(type: Resource): void {
    this.types.add(type);
  }

  /** What a block certainly belongs to, by where it lies and by links; null for what is not known, or not known yet. */
  joinOf(scope: Scope | null, links: Links): Join {
    const meterReading = nearest(scope, 'meterReadings') ?? this.meterReadingOf(links);
    return {
      point: nearest(scope, 'points') ?? (meterReading && this.pointOf(meterReading.links)) ?? this.pointOf(links),
      meterReading,
      type: nearest(scope, 'types') ?? this.typeOf(meterReading),
    };
  }

  /** The same for a block in a file without links: where it lies, else what came last before it. Null where that leaves a choice. */
  joinByOrder(scope: Scope | null): Join | null {
    const known = this.joinOf(scope, noLinks());
    const [lastPoint, lastReading, lastType] = [this.points, this.meterReadings, this.types].map(({ latest }) =>
      latest.use(),
    );
    const point = known.point ?? lastPoint ?? null;
    const meterReading = known.meterReading ?? lastReading ?? null;
    const type = known.type ?? lastType ?? null;
    // Where one block came before any type, the others may come before theirs, too.
    this.hasBlockBeforeType ||= type === null;
    if (!known.type && this.hasBlockBeforeType) return null;
    if (point === 'several' || meterReading === 'several' || type === 'several') return null;
    return { point, meterReading, type };
  }

  /** What a block belongs to once the whole file is known; or of what it could belong to several, in the words of the format. */
  joinAtEnd(scope: Scope | null, links: Links): Join | 'UsagePoint' | 'MeterReading' | 'ReadingType' {
    const known = this.joinOf(scope, links);
    const meterReading = known.meterReading ?? this.meterReadings.only;
    if (meterReading === 'several') return 'MeterReading';
    const type = known.type ?? this.typeOf(meterReading) ?? this.types.only;
    if (type === 'several') return 'ReadingType';
    const point = known.point ?? (meterReading && this.pointOf(meterReading.links)) ?? this.points.only;
    return point === 'several' ? 'UsagePoint' : { point, meterReading, type };
  }

  private meterReadingOf({ self, up }: Links): Resource | null {
    const { bySelf, byRelated } = this.meterReadings;
    const paths = [upTo(self, 'intervalblock'), upTo(up, 'intervalblock'), up];
    return bySelf.find(paths) ?? byRelated.find([self, up, parentOf(self)]);
  }

  private typeOf(meterReading: Resource | null): Resource | null {
    return meterReading && this.types.bySelf.find(meterReading.links.related);
  }

  private pointOf({ self, up }: Links): Resource | null {
    const { bySelf, byRelated } = this.points;
    const above = [upTo(self, 'meterreading'), upTo(up, 'meterreading'), up];
    return (
      bySelf.find(above) ?? byRelated.find([self, up, parentOf(self)]) ?? this.pointById.find([usagePointIn(self)])
    );
  }
}

/** The one resource of a kind in the innermost scope that has any. */
function nearest(scope: Scope | null, kind: 'points' | 'meterReadings' | 'types'): Resource | null {
  for (let at = scope; at; at = at.outer) {
    const [one, another] = at[kind];
    if (one) return another ? null : (one.repeats ?? one);
  }
  return null;
}

/** Whether two resources that have the same address say the same; of other kinds they do. */
function sameType(a: ReadingType | null, b: ReadingType | null): boolean {
  if (a === null || b === null) return a === b;
  const { unit, scale, ...rest } = a;
  const { unit: otherUnit, scale: otherScale, ...others } = b;
  const isScaled = scale === null || otherScale === null ? scale === otherScale : scale.equals(otherScale);
  return unit.unit === otherUnit.unit && isScaled && JSON.stringify(rest) === JSON.stringify(others);
}
