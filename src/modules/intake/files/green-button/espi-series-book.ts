import { type Join, type Resource, usagePointIn } from './espi-graph.js';
import { noReadingType } from './espi-reading-type.js';
import { Series } from './espi-series.js';
import type { FileSink } from '../meter-file.js';
import type { StretchBudget } from '../stretches.js';

/*
 * Names of meters and registers. A person knows a usage point by the title of its entry, as `Front Electric Meter` or an address; else
 * by the name of its service delivery point; else by the last part of its address, which is the sender's number for it. A register has
 * the title of its MeterReading, else the last part of that address, else `import` or `export`. Two that have the same name are told
 * apart by that last part, or by counting.
 */

const longestName = 120;

/** The last part of an address, as `5446AF3F` of `…/UsagePoint/5446AF3F`. */
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A title as a name; '' where it says no more than what kind of thing it is. */
function nameIn(title: string, kind: string): string {
  const text = title.trim().replace(/\s+/g, ' ').slice(0, longestName);
  return text.replace(/\s/g, '').toLowerCase() === kind ? '' : text;
}

/** Gives each owner a name of its own. */
class Names {
  private readonly byOwner = new Map<Resource | null, string>();
  private readonly taken = new Set<string>();

  of(owner: Resource | null, wanted: string, distinction: string): string {
    const known = this.byOwner.get(owner);
    if (known !== undefined) return known;
    let name = wanted;
    if (this.taken.has(name) && distinction !== '') name = `${wanted} (${distinction})`;
    for (let count = 2; this.taken.has(name); count += 1) name = `${wanted} (${count})`;
    this.taken.add(name);
    this.byOwner.set(owner, name);
    return name;
  }
}

/** The series of a file, opened when their first reading comes. */
export class SeriesBook {
  private readonly meters = new Names();
  private readonly registers = new Map<string, Names>();
  private readonly series = new Map<Resource | null, Map<Resource | null, Map<Resource | null, Series>>>();
  /** Stretches of time of all channels together. */
  private readonly budget: StretchBudget = { left: 100_000 };

  constructor(private readonly sink: FileSink) {}

  /** @returns null where the values of the type cannot be read, which was said where it stands */
  of({ point, meterReading, type }: Join): Series | null {
    const ofPoint = within(this.series, point, () => new Map<Resource | null, Map<Resource | null, Series>>());
    const ofReading = within(ofPoint, meterReading, () => new Map<Resource | null, Series>());
    const known = ofReading.get(type);
    if (known) return known;
    const says = type?.type ?? noReadingType;
    if (says.scale === null) return null;
    const { unit, kind, direction } = says;
    const pointId = point ? lastOf(point.links.self) : usagePointIn(meterReading?.links.self ?? '');
    const meterTitle = nameIn(point?.title ?? '', 'usagepoint') || nameIn(point?.name ?? '', 'servicedeliverypoint');
    const meter = this.meters.of(point, meterTitle || pointId.slice(0, longestName) || 'UsagePoint', pointId);
    const readingId = lastOf(meterReading?.links.self ?? '');
    const title = nameIn(meterReading?.title ?? '', 'meterreading') || readingId.slice(0, longestName);
    const registers = within(this.registers, meter, () => new Names());
    const register = registers.of(meterReading ?? type, title || (direction ?? 'reading'), readingId);
    const channel = this.sink.channel({ meter, register, kind, ...unit, direction });
    const series = new Series(channel, says, says.scale, this.sink, this.budget);
    ofReading.set(type, series);
    return series;
  }
}

function within<Key, Value>(map: Map<Key, Value>, key: Key, open: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = open();
  map.set(key, value);
  return value;
}
