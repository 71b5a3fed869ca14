import type { Statement } from '../../../domain/statement/model.js';
import { lineHeight, type Pen } from '../../../platform/pdf/pen.js';
import { across, left } from '../../../platform/pdf/style.js';

/** What to do if it cannot be paid, or is wrong: a title with its text beside it, or above where the title is long. */
const style = { size: 8 } as const;
const strong = { ...style, weight: 'semibold' } as const;
const gap = 2;

interface Note {
  readonly title: readonly string[];
  readonly text: readonly string[];
  /** Zero where the text stands below the title. */
  readonly indent: number;
  readonly height: number;
}

export interface Notes {
  readonly notes: readonly Note[];
  readonly height: number;
}

/** Measures the notes, without drawing. */
export function layNotes(pen: Pen, statement: Statement): Notes {
  const notes = statement.notes.map(({ title, text }): Note => {
    const wide = pen.width(`${title}  `, strong);
    const indent = wide > across / 2 ? 0 : wide;
    const lines = { title: pen.wrap(title, across, strong), text: pen.wrap(text, across - indent, style) };
    const count = lines.text.length + (indent === 0 ? lines.title.length : 0);
    return { ...lines, indent, height: count * lineHeight(style.size) + gap };
  });
  return { notes, height: notes.reduce((total, note) => total + note.height, 0) };
}

export function drawNotes(pen: Pen, { notes }: Notes): void {
  for (const { title, text, indent, height } of notes) {
    pen.need(height);
    pen.tag('P', () => {
      const below = pen.lines(title, left, pen.y, strong);
      pen.y = pen.lines(text, left + indent, indent === 0 ? below : pen.y, style) + gap;
    });
  }
}
