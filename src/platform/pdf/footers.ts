import { wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import type { Locale } from '../../domain/statement/model.js';
import type { Pen } from './pen.js';
import { colour, left, mm, page, right, size } from './style.js';

/** Under every page a text on one line, and which page of how many it is. Drawn last, when all pages are there. */
export function drawPageFooters(pen: Pen, footer: string, locale: Locale = 'en-GB'): void {
  const { start, count } = pen.doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    pen.doc.switchToPage(start + index);
    pen.forgetColour();
    pen.artifact(() => {
      pen.rule(left, page.height - page.foot - 3 * mm, right - left);
      const style = { size: size.small, colour: colour.muted } as const;
      const where = wordsOf(locale).page(index + 1, count);
      const [text = '', ...rest] = pen.wrap(footer, right - left - 24 * mm, style);
      pen.line(rest.length === 0 ? text : `${text} …`, left, page.height - page.foot + 1, style);
      pen.line(where, left, page.height - page.foot + 1, { ...style, align: 'right' }, right - left);
    }, 'Pagination');
  }
}
