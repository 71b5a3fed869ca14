import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import { perMille } from '../../../domain/statement/format.js';
import type { SitePart, Statement, UtilityUse } from '../../../domain/statement/model.js';
import { partsInWords } from '../../../domain/statement/wording.js';
import { lineHeight, type Pen } from '../../../platform/pdf/pen.js';
import { across, colour, left, mm, right } from '../../../platform/pdf/style.js';

/** One bar for the whole site, cut into whose it was, with a legend that says each part in figures. */
const ground: Record<SitePart['kind'], string> = {
  you: colour.accent,
  others: colour.light,
  shared: colour.shared,
  vacant: colour.vacant,
  unmeasured: colour.muted,
};
const tall = 5 * mm;
const legend = { size: 8 } as const;

export const shareBarHeight = tall + 9 * mm;

export function drawShareBar(pen: Pen, { share, unit }: UtilityUse, locale: Statement['locale']): void {
  if (share === undefined) return;
  const top = pen.y;
  const words = partsInWords(share, unit, locale);
  pen.tag(
    'Figure',
    () => {
      let x = left;
      share.parts.forEach((part, index) => {
        const last = index === share.parts.length - 1;
        const width = last ? right - x : (perMille(part.quantity, share.total) / 1000) * across;
        pen.rect(x, top, Math.max(0, width), tall, ground[part.kind]);
        if (!last) pen.rect(x + width - 0.6, top, 0.6, tall, colour.white);
        x += width;
      });
    },
    {
      alt: wordsOf(locale).shareInWords(share.place, words.join('; ')),
      bbox: [left, top, right, top + tall],
      placement: 'Block',
    },
  );
  pen.y = top + tall + 2.2 * mm;
  let x = left;
  pen.tag('P', () => {
    words.forEach((word, index) => {
      const wide = pen.width(word, legend) + 24;
      if (x > left && x + wide > right) {
        x = left;
        pen.y += lineHeight(legend.size);
      }
      pen.rect(x, pen.y + 1.2, 7, 7, ground[share.parts[index]?.kind ?? 'others']);
      pen.line(word, x + 11, pen.y + 8, legend);
      x += wide;
    });
  });
  pen.y += lineHeight(legend.size);
}
