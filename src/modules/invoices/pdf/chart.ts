import { perMille } from '../../../domain/statement/format.js';
import type { Bar, Statement, UtilityUse } from '../../../domain/statement/model.js';
import { barFigures, historyInWords, historyLegend, sameAYearAgo } from '../../../domain/statement/wording.js';
import type { Pen } from '../../../platform/pdf/pen.js';
import { across, colour, left, mm, right, size } from '../../../platform/pdf/style.js';

/** Thirteen bars: this period dark, the same one a year ago mid, estimated ones dashed. They differ without colour too. */
export const chartHeight = 35 * mm;

const plot = 21 * mm;
const label = { size: size.small, align: 'center' } as const;

export function drawChart(pen: Pen, use: UtilityUse, bars: readonly Bar[], locale: Statement['locale']): void {
  const top = pen.y;
  const base = top + 5 * mm + plot;
  const slot = across / bars.length;
  const wide = Math.min(slot * 0.72, 16 * mm);
  const most = bars.reduce((a, b) => (perMille(b.quantity, a) > 1000 ? b.quantity : a), '0.001');
  const ago = sameAYearAgo(bars);
  const figures = barFigures(bars, locale);
  const fits = figures.every((figure) => pen.width(figure, label) <= slot - 2);
  const alt = historyInWords(use, bars, locale);
  pen.tag(
    'Figure',
    () => {
      bars.forEach((bar, index) => {
        const last = index === bars.length - 1;
        const height = (perMille(bar.quantity, most) / 1000) * plot;
        const x = left + index * slot + (slot - wide) / 2;
        drawBar(pen, bar, { x, y: base - height, width: wide, height }, last ? 'now' : index === ago ? 'ago' : 'other');
        const style = { ...label, weight: last ? 'semibold' : 'regular' } as const;
        if (fits || last || index === ago) {
          pen.line(figures[index] ?? '', left + index * slot, base - height - 3, style, slot);
        }
        pen.line(bar.label, left + index * slot, base + 10, style, slot);
      });
      pen.rule(left, base, across, colour.muted, 0.6);
    },
    { alt, bbox: [left, top, right, base + 13], placement: 'Block' },
  );
  pen.y = base + 6 * mm;
  pen.paragraph(historyLegend(bars, locale), left, across, { size: size.small, colour: colour.muted });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawBar(pen: Pen, bar: Bar, { x, y, width, height }: Box, role: 'now' | 'ago' | 'other'): void {
  const ground = role === 'now' ? colour.accent : role === 'ago' ? colour.mid : colour.light;
  if (height <= 0) return;
  if (!bar.estimated) {
    pen.rect(x, y, width, height, ground);
    return;
  }
  if (role === 'now') pen.rect(x, y, width, height, colour.tint);
  pen.doc
    .lineWidth(role === 'now' ? 1.3 : 0.9)
    .strokeColor(role === 'now' ? colour.accent : colour.muted)
    .dash(2.6, { space: 2 });
  pen.doc.rect(x + 0.5, y + 0.5, width - 1, Math.max(0, height - 0.5)).stroke();
  pen.doc.undash();
}
