import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Statement } from '../../../domain/statement/model.js';
import { approvedBy, checkSentence } from '../../../domain/statement/wording.js';
import { lineHeight, type Pen } from '../../../platform/pdf/pen.js';
import { across, bottom, colour, left, mm, right } from '../../../platform/pdf/style.js';
import { heading, headingHeight } from '../../../platform/pdf/heading.js';
import { drawQr } from './qr.js';

/** How a reader finds out whether this paper is genuine, and who stands behind it. */
const inset = 4 * mm;
const pad = 2.5 * mm;
const side = 22 * mm;
const room = across - 3 * inset - side;
const below = 3 * mm;
const small = { size: 8 } as const;

export interface CheckBox {
  readonly lines: readonly (readonly string[])[];
  /** With the room below it. */
  readonly height: number;
}

/** Measures the box, without drawing. */
export function layCheckBox(pen: Pen, statement: Statement): CheckBox {
  const texts = [checkSentence(statement, true), approvedBy(statement)].filter((text) => text !== '');
  const lines = texts.map((text) => pen.wrap(text, room, small));
  const written = headingHeight + lines.flat().length * lineHeight(small.size) + lines.length * 2;
  return { lines, height: Math.max(side, written) + 2 * pad + below };
}

/** True where the box stands whole on what is left of the page. */
export const fits = (pen: Pen, { height }: CheckBox): boolean => pen.y + height - below <= bottom;

export function drawCheckBox(
  pen: Pen,
  { verification: { code, link }, locale }: Statement,
  { lines, height }: CheckBox,
): void {
  const words = wordsOf(locale);
  pen.need(height - below);
  const edge = pen.y;
  pen.artifact(() => pen.rect(left, edge, across, height - below, colour.tint));
  pen.group('Sect', () => {
    pen.y = edge + pad;
    heading(pen, words.checkTitle, left + inset, 0, room);
    const style = { size: 10, weight: 'semibold', align: 'right' } as const;
    pen.tag('P', () => pen.line(words.code(code), left + inset, edge + pad + 11.5, style, room));
    for (const text of lines) {
      pen.tag('P', () => (pen.y = pen.lines(text, left + inset, pen.y, small)));
      pen.y += 2;
    }
    drawQr(pen, link, right - inset - side, edge + pad, side, words.codeTo(link));
  });
  pen.y = edge + height;
}
