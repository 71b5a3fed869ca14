import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Statement } from '../../../domain/statement/model.js';
import { headline, paymentDetails } from '../../../domain/statement/wording.js';
import { lineHeight, type Pen } from '../../../platform/pdf/pen.js';
import { across, colour, left, mm, right, size } from '../../../platform/pdf/style.js';
import { drawQr } from './qr.js';

/** The one thing to see first: how much, by when, and how. */
const inset = 5 * mm;
const qrSide = 27 * mm;
const small = { size: 8 } as const;

export function drawPayBox(pen: Pen, statement: Statement): void {
  const words = wordsOf(statement.locale);
  const { lead, amount, then, small: advice, period, payable } = headline(statement);
  const remarks = [...advice, ...(period === undefined ? [] : [period])];
  const details = payable ? paymentDetails(statement) : [];
  const link = payable ? statement.payment?.link : undefined;
  const leftRoom = details.length === 0 ? across - 2 * inset : 70 * mm;
  const shrink = Math.min(1, leftRoom / pen.width(amount, { size: size.amount, weight: 'semibold' }));
  const thenLines = then === undefined ? [] : pen.wrap(then, leftRoom, { size: 11, weight: 'semibold' });
  const remarkRoom = across - 2 * inset - (link === undefined ? 0 : qrSide + 4 * mm);
  const remarkLines = remarks.flatMap((remark) => pen.wrap(remark, remarkRoom, small));
  const payX = left + inset + 74 * mm;
  const valueRoom = right - inset - (link === undefined ? 0 : qrSide + 4 * mm) - payX - 17 * mm;
  const pairs = details.map(([name, value]) => [name, pen.wrap(value, valueRoom, { weight: 'semibold' })] as const);
  const payHeight = 18 + pairs.reduce((total, [, lines]) => total + lines.length * lineHeight(size.body), 0);
  const owedHeight = 51 + thenLines.length * lineHeight(11);
  const remarksAt = Math.max(payHeight, owedHeight) + 5;
  const textHeight = remarksAt + remarkLines.length * lineHeight(small.size);
  const height = Math.max(textHeight, link === undefined ? 0 : qrSide + 12) + 2 * 3.5 * mm;

  pen.need(height);
  const top = pen.y;
  pen.artifact(() => {
    pen.rect(left, top, across, height, colour.tint);
    pen.rect(left, top, 3, height, colour.accent);
  });
  pen.group('Sect', () => {
    let y = top + 3.5 * mm;
    pen.tag('H2', () => pen.line(lead, left + inset, y + 10, { size: 10.5, weight: 'semibold' }));
    const amountSize = size.amount * shrink;
    pen.tag('P', () =>
      pen.line(amount, left + inset, y + 42, { size: amountSize, weight: 'semibold', colour: colour.accent }),
    );
    y += 51;
    if (thenLines.length > 0)
      pen.tag('P', () => pen.lines(thenLines, left + inset, y, { size: 11, weight: 'semibold' }));
    y = top + 3.5 * mm + remarksAt;
    if (remarkLines.length > 0) pen.tag('P', () => pen.lines(remarkLines, left + inset, y, small));
  });
  if (pairs.length > 0) drawDetails(pen, words.howToPay, pairs, payX, top + 3.5 * mm);
  if (link !== undefined) {
    const x = right - inset - qrSide + 2;
    drawQr(pen, link, x, top + 3.5 * mm, qrSide, words.codeTo(link));
    pen.tag('P', () =>
      pen.line(words.scanToSee, x, top + 3.5 * mm + qrSide + 9, { size: size.small, align: 'center' }, qrSide),
    );
  }
  pen.y = top + height;
}

function drawDetails(
  pen: Pen,
  title: string,
  pairs: readonly (readonly [string, readonly string[]])[],
  x: number,
  top: number,
): void {
  pen.group('Sect', () => {
    pen.tag('H2', () => pen.line(title, x, top + 10, { size: 10.5, weight: 'semibold' }));
    let y = top + 18;
    for (const [name, lines] of pairs) {
      pen.tag('P', () => {
        pen.line(name, x, y + size.body * 1.02, { colour: colour.muted });
        y = pen.lines(lines, x + 17 * mm, y, { weight: 'semibold' });
      });
    }
  });
}
