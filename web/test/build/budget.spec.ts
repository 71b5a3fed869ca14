import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/* What the first page weighs on the wire, and what it says about itself. Reads the build: node scripts/prepare.mjs --web */

const dist = path.resolve(import.meta.dirname, '../../dist');
const kB = 1000;

interface Piece {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly name?: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}
const manifest = JSON.parse(readFileSync(path.join(dist, 'manifest.json'), 'utf8')) as Record<string, Piece>;

/** A file and everything it cannot do without. */
function whole(key: string, seen = new Set<string>()): Set<string> {
  const piece = manifest[key];
  if (!piece || seen.has(piece.file)) return seen;
  for (const file of [piece.file, ...(piece.css ?? [])]) seen.add(file);
  for (const other of piece.imports ?? []) whole(other, seen);
  return seen;
}
const weight = (file: string): number => {
  const compressed = path.join(dist, `${file}.gz`);
  return statSync(existsSync(compressed) ? compressed : path.join(dist, file)).size;
};
const weightOf = (files: Iterable<string>): number => [...files].reduce((sum, file) => sum + weight(file), 0);

const entry = Object.entries(manifest).find(([, { isEntry }]) => isEntry)?.[0] ?? '';
const latin = Object.values(manifest).find(({ file }) => /inter-latin-wght-normal.*\.woff2$/.test(file))?.file ?? '';

it('is at most 280 kB for the first page, its font and the heaviest page behind it included, without charts', () => {
  const first = whole(entry);
  const charts = [...first].filter((file) => /chart/i.test(file));
  expect(charts).toEqual([]);
  expect(latin).not.toBe('');
  const pages = (manifest[entry]?.dynamicImports ?? []).filter((key) => /-page\.tsx$/.test(key));
  expect(pages.length).toBeGreaterThan(0);
  const heaviest = Math.max(
    ...pages.map((key) => weightOf(new Set([...whole(key)].filter((file) => !first.has(file))))),
  );
  expect(weightOf([...first, latin]) + heaviest).toBeLessThanOrEqual(280 * kB);
});

it('loads the charts in a piece of at most 230 kB, where one is shown', () => {
  const chart = Object.keys(manifest).find((key) => key.endsWith('/bar-chart.tsx')) ?? '';
  expect(manifest[chart]?.isDynamicEntry).toBe(true);
  const first = whole(entry);
  const piece = weightOf([...whole(chart)].filter((file) => !first.has(file)));
  expect(piece).toBeGreaterThan(50 * kB);
  expect(piece).toBeLessThanOrEqual(230 * kB);
});

it('has every file compressed beside it, and none inlined', () => {
  for (const { file } of Object.values(manifest)) {
    if (!/\.(js|css)$/.test(file)) continue;
    for (const suffix of ['.gz', '.br']) expect(existsSync(path.join(dist, `${file}${suffix}`)), file).toBe(true);
    expect(readFileSync(path.join(dist, file), 'utf8')).not.toMatch(/url\(["']?data:/);
  }
});

it('writes no script into the page', () => {
  const page = readFileSync(path.join(dist, 'index.html'), 'utf8');
  expect(page.replaceAll(/<script[^>]*src="\/assets\/[^"]+"[^>]*><\/script>/g, '')).not.toContain('<script');
  expect(page).not.toMatch(/https?:\/\//);
});
