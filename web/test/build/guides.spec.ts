import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import demo from '../../src/messages/en-demo.json';
import devices from '../../src/messages/en-devices.json';
import logIn from '../../src/messages/en-log-in.json';
import corrections from '../../src/messages/en-corrections.json';
import office from '../../src/messages/en-office.json';
import record from '../../src/messages/en-record.json';
import everybody from '../../src/messages/en.json';

/*
 * The guides show what the pages show. Each of their pictures is taken by a browser test that comes past the page (`npm run screenshots -- --guides` takes them anew), and
 * what they print in bold stands in the catalogues: whoever changes a word of a page is told which guide to change.
 */

const docs = path.resolve(import.meta.dirname, '../../../docs');
const tests = path.resolve(import.meta.dirname, '../browser');
const guides = ['treasurer-month.md', 'member-guide.md', 'installer-guide.md'];
const guideOf = (name: string): string => readFileSync(path.join(docs, name), 'utf8');
const shownIn = (guide: string) =>
  [...guide.matchAll(/!\[([^\]]*)\]\(pictures\/([\w-]+)\.webp\)/g)].map(([, alt = '', name = '']) => ({ alt, name }));
const taken = readdirSync(tests).flatMap((file) =>
  [...readFileSync(path.join(tests, file), 'utf8').matchAll(/\.forGuide\('([\w-]+)'/g)].map(([, name = '']) => name),
);

describe('the pictures of the guides', () => {
  const shown = guides.flatMap((guide) => shownIn(guideOf(guide)));

  it('are those that the browser tests take, each once', () => {
    expect(shown.map(({ name }) => name).toSorted()).toEqual(taken.toSorted());
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('say in words what they show', () => {
    for (const { alt, name } of shown) expect(alt.length, name).toBeGreaterThan(20);
  });

  it('are there, as wide as a desk or a phone, and small', () => {
    const files = readdirSync(path.join(docs, 'pictures'));
    expect(files.toSorted()).toEqual(taken.map((name) => `${name}.webp`).toSorted());
    for (const file of files) {
      const content = readFileSync(path.join(docs, 'pictures', file));
      expect(content.subarray(8, 15).toString('latin1'), file).toBe('WEBPVP8');
      expect([1280, 390], file).toContain(widthOf(content));
      expect(content.length, file).toBeLessThanOrEqual(60_000);
    }
  });
});

describe('what the guides print in bold', () => {
  const anything = '[^“”]+';
  const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  /** A text with whatever may stand in its places; of what is counted, each form. */
  const patterns = Object.values({
    ...everybody,
    ...office,
    ...corrections,
    ...record,
    ...devices,
    ...demo,
    ...logIn,
  }).flatMap((text) => {
    const forms = /^\{\w+, plural, (.*)\}$/.exec(text)?.[1];
    const all = forms === undefined ? [text] : [...forms.matchAll(/\{([^}]*)\}/g)].map(([, form = '']) => form);
    return all.map(
      (form) =>
        new RegExp(
          `^${form
            .split(/\{[^}]*\}|#/)
            .map(escaped)
            .join(anything)}$`,
        ),
    );
  });

  it.each(guides)('stands on a page: %s', (name) => {
    const bold = [...guideOf(name).matchAll(/\*\*([^*]+)\*\*/g)].map(([, text = '']) => text.replaceAll('\n', ' '));
    expect(bold.length).toBeGreaterThan(10);
    expect(bold.filter((text) => !patterns.some((pattern) => pattern.test(text)))).toEqual([]);
  });
});

/** Pixels across: in the frame of what is lossy (VP8), or in the head of what has more than a frame (VP8X). */
function widthOf(content: Buffer): number {
  return content.subarray(12, 16).toString('latin1') === 'VP8X'
    ? content.readUIntLE(24, 3) + 1
    : content.readUInt16LE(26) & 0x3fff;
}
