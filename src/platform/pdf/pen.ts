import type PDFDocument from 'pdfkit';
import { type Face, face, type Weight } from './fonts.js';
import { GlyphWriter } from './glyphs.js';
import { bottom, colour, size } from './style.js';

type Doc = InstanceType<typeof PDFDocument>;
type Element = PDFKit.PDFStructureElement;

export interface Style {
  readonly weight?: Weight;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
  readonly tabular?: boolean;
}

/** How far apart lines stand, as a part of their size. */
const leading = 1.36;
export const lineHeight = (points: number): number => points * leading;

/** Says over how many columns a cell goes, which pdfkit has no option for. */
function spanColumns(element: Element, columns: number): void {
  const { data } = (element as unknown as { dictionary: { data: { A?: object } } }).dictionary;
  data.A = { ...data.A, O: 'Table', ColSpan: columns };
}

/** A text longer than this many lines in one place is cut with an ellipsis; the attached data has it whole. */
const mostLines = 12;

/**
 * Draws on a pdfkit document: text by its lines, tags around it, and a cursor that opens the next page.
 *
 * Whatever is drawn is either inside `tag` (a reader speaks it) or inside `artifact` (decoration).
 */
export class Pen {
  /** Top of the free room on this page. */
  y = 0;
  private parent: Element;
  private ink = '';
  private readonly writers: Record<Weight, GlyphWriter>;
  private readonly faces: Record<Weight, Face> = { regular: face('regular'), semibold: face('semibold') };

  constructor(
    readonly doc: Doc,
    private readonly startPage: (pen: Pen) => void,
  ) {
    this.writers = {
      regular: new GlyphWriter(doc, 'regular', this.faces.regular),
      semibold: new GlyphWriter(doc, 'semibold', this.faces.semibold),
    };
    this.parent = doc.struct('Document');
    doc.addStructure(this.parent);
    this.newPage();
  }

  newPage(): void {
    this.doc.addPage();
    this.ink = '';
    this.startPage(this);
  }

  /** Makes sure that `height` fits below the cursor, on the next page if need be. */
  need(height: number): void {
    if (this.y + height > bottom) this.newPage();
  }

  /** A structure element around others. */
  group(type: string, draw: () => void, options: object = {}): void {
    const outer = this.parent;
    const element = this.doc.struct(type, options);
    outer.add(element);
    this.parent = element;
    draw();
    this.parent = outer;
    element.end();
  }

  /** A structure element with what it holds on this page; a cell may span several columns. */
  tag(type: string, draw: () => void, options: object = {}, columns = 1): void {
    const element = this.doc.struct(type, options);
    if (columns > 1) spanColumns(element, columns);
    this.parent.add(element);
    element.add(this.doc.markStructureContent(type));
    draw();
    this.doc.endMarkedContent();
    element.end();
  }

  /** Decoration: readers pass over it. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  fill(hex: string): void {
    if (this.ink !== hex) this.doc.fillColor(hex);
    this.ink = hex;
  }

  /** After going back to another page, whose colour is not the last one set. */
  forgetColour(): void {
    this.ink = '';
  }

  width(text: string, style: Style = {}): number {
    const { weight = 'regular', size: points = size.body, tabular = false } = style;
    return this.faces[weight].width(this.faces[weight].drawable(text).replaceAll('\u00a0', ' '), points, tabular);
  }

  /** Breaks a text into lines no wider than `room`; a word wider than that is cut where it must be. */
  wrap(text: string, room: number, style: Style = {}): string[] {
    if (this.width(text, style) <= room) return [text];
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.width(longer, style) <= room) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = word;
      while (lines.length <= mostLines && this.width(line, style) > room) {
        const fits = this.fitting(line, room, style);
        lines.push(fits);
        line = line.slice(fits.length);
      }
      if (lines.length > mostLines) break;
    }
    if (lines.length < mostLines) return [...lines, line];
    return [...lines.slice(0, mostLines - 1), `${(lines[mostLines - 1] ?? '').slice(0, -1)}…`];
  }

  /** The longest beginning of a word that fits, at least one character. */
  private fitting(word: string, room: number, style: Style): string {
    let fits = '';
    for (const character of Array.from(word)) {
      if (fits !== '' && this.width(fits + character, style) > room) break;
      fits += character;
    }
    return fits;
  }

  /** One line with its baseline at `y`. The space after it keeps words apart for those who copy or listen. */
  line(text: string, x: number, y: number, style: Style = {}, room = 0): void {
    const { weight = 'regular', size: points = size.body, align = 'left', tabular = false } = style;
    const shown = this.faces[weight].drawable(text).replaceAll('\u00a0', ' ');
    const spare = align === 'left' ? 0 : room - this.faces[weight].width(shown, points, tabular);
    this.fill(style.colour ?? colour.ink);
    this.writers[weight].write(`${shown} `, x + (align === 'center' ? spare / 2 : spare), y, points, tabular);
  }

  /** Lines from their top downwards; returns where the next thing may begin. */
  lines(lines: readonly string[], x: number, top: number, style: Style = {}, room = 0): number {
    const points = style.size ?? size.body;
    const step = lineHeight(points);
    lines.forEach((line, index) => this.line(line, x, top + index * step + points * 1.02, style, room));
    return top + lines.length * step;
  }

  /** A wrapped paragraph at the cursor, tagged; moves the cursor. */
  paragraph(text: string, x: number, room: number, style: Style = {}, type = 'P'): void {
    const lines = this.wrap(text, room, style);
    this.need(lines.length * lineHeight(style.size ?? size.body));
    this.tag(type, () => {
      this.y = this.lines(lines, x, this.y, style, room);
    });
  }

  rule(x: number, y: number, width: number, hex: string = colour.rule, thickness = 0.6): void {
    this.doc.lineWidth(thickness).strokeColor(hex);
    this.doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke();
  }

  rect(x: number, y: number, width: number, height: number, hex: string, radius = 0): void {
    this.fill(hex);
    if (radius > 0) this.doc.roundedRect(x, y, width, height, radius).fill();
    else this.doc.rect(x, y, width, height).fill();
  }
}
