import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What the bench printed once, kept beside it, so that whoever runs it sees what has become of each ratio. Of a run only ratios are kept: absolute
 * figures say more of the machine than of us.
 *
 *     npm run bench > before.txt                                       in a checkout of then
 *     npm run bench -- --keep before.txt --as "before the record"      here; writes scripts/bench/before.json
 */

/** Ratios of one run. */
export interface Before {
  /** What stood then, in a few words; the heads of the columns say it. */
  readonly described: string;
  /** As the run says of itself: database, Node, quick or full. */
  readonly by: string;
  readonly ratios: Readonly<Record<string, number>>;
}

const keptAt = join('scripts', 'bench', 'before.json');

/** The line of a figure: its name, ours, the ceiling, the unit and the ratio, in columns. */
const figureLine = /^(\S.*?)\s{2,}[\d,.]+\s+[\d,.]+ {2}(\S+)\s+(\d+\.\d\d)(?:\s|$)/;

/**
 * Reads what a run of the bench printed.
 *
 * @throws Error where it holds no figure
 */
export function readPrinted(printed: string, described: string): Before {
  const lines = printed.split('\n');
  const figures = lines.flatMap((line): [string, number][] => {
    const [, name, , ratio] = figureLine.exec(line) ?? [];
    return name === undefined || ratio === undefined ? [] : [[name, Number.parseFloat(ratio)]];
  });
  if (figures.length === 0) throw new Error('This is not what npm run bench prints: no line of it holds a ratio.');
  const by = lines.find((line) => line.endsWith(', quick') || line.endsWith(', full')) ?? '';
  return { described, by, ratios: Object.fromEntries(figures) };
}

/** Keeps what a run printed. @returns how many ratios */
export function keepPrinted(file: string, described: string, at = keptAt): number {
  const before = readPrinted(readFileSync(file, 'utf8'), described);
  writeFileSync(at, `${JSON.stringify(before, null, 2)}\n`);
  return Object.keys(before.ratios).length;
}

/** What was kept; null where nothing was. */
export const readKept = (at = keptAt): Before | null =>
  existsSync(at) ? (JSON.parse(readFileSync(at, 'utf8')) as Before) : null;

/** The ratio of then and the ratio of now, each in its column. */
export const beside = (before: Before | null, name: string, ratio: number): string =>
  before === null
    ? ratio.toFixed(2).padStart(7)
    : `${(before.ratios[name]?.toFixed(2) ?? '–').padStart(8)}${ratio.toFixed(2).padStart(7)}`;

export const headOf = (before: Before | null): string =>
  before === null ? 'ratio'.padStart(7) : `${'before'.padStart(8)}${'now'.padStart(7)}`;

/** What the column before is; whether it can be compared. */
export function sayBefore({ described, by }: Before, now: string): string {
  const isOther = by.endsWith(', quick') !== now.endsWith(', quick');
  return `Ratios before: ${described} (${by})${isOther ? '; rounds of another length than now, so compare with care' : ''}.`;
}
