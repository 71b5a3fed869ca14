import { lineHeight, type Pen } from './pen.js';
import { across, colour, mm, size } from './style.js';

/** What a heading of one line takes. */
export const headingHeight = lineHeight(size.heading) + 2.5;

/** A section's heading with room for what follows it; moves the cursor below it. */
export function heading(pen: Pen, text: string, x: number, follows: number, room = across, type = 'H2'): void {
  const points = type === 'H2' ? size.heading : 9.5;
  const lines = pen.wrap(text, room, { size: points, weight: 'semibold' });
  pen.need(lines.length * lineHeight(points) + Math.min(follows, 60 * mm) + 4);
  pen.tag(type, () => {
    const hex = type === 'H2' ? colour.accent : colour.ink;
    pen.y = pen.lines(lines, x, pen.y, { size: points, weight: 'semibold', colour: hex }) + 2.5;
  });
}
