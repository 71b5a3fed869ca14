import type PDFDocument from 'pdfkit';
import type { Face, Run } from './fonts.js';

type Doc = InstanceType<typeof PDFDocument>;

/** pdfkit's own font object of one document: which glyphs it uses, under which numbers. */
interface EmbeddedFont {
  readonly id: string;
  layout(text: string, features?: readonly string[]): Run;
  encode(text: string, features?: readonly string[]): [string[], Run['positions']];
  ref(): unknown;
}
interface Internals {
  readonly _font: EmbeddedFont;
  readonly page: { readonly fonts: Record<string, unknown> };
  addContent(operators: string): void;
}

const tnum = ['tnum'];
const written = (value: number): string => (Math.abs(value) < 1e-4 ? '0' : value.toFixed(3).replace(/\.?0+$/, ''));

/**
 * Places shaped lines on the page with one operator group each.
 *
 * pdfkit's `text` saves and restores the state, turns the page over and shapes the line three times for every call. A
 * statement has three hundred short lines and nothing to wrap, so here a line is shaped from the shared words and written
 * as one string. pdfkit still keeps the font: its subset, widths and Unicode map.
 */
export class GlyphWriter {
  private readonly doc: Internals;
  private readonly font: EmbeddedFont;

  constructor(doc: Doc, name: string, face: Face) {
    doc.registerFont(name, face.font as PDFKit.Mixins.PDFFontSource).font(name);
    this.doc = doc as unknown as Internals;
    this.font = this.doc._font;
    this.font.layout = (text, features) => face.shape(text, features !== undefined);
  }

  /** Writes a line with its baseline at (x, y), y counted from the top of the page. */
  write(text: string, x: number, y: number, points: number, tabular: boolean): void {
    const { font, doc } = this;
    const [codes, positions] = font.encode(text, tabular ? tnum : undefined);
    doc.page.fonts[font.id] ??= font.ref();
    let shown = '';
    let run = '';
    let rise = 0;
    codes.forEach((code, index) => {
      const { xAdvance, advanceWidth, xOffset, yOffset } = positions[index] ?? noMove;
      if (xOffset !== 0 || yOffset !== rise) {
        shown += `${run === '' ? '' : `[<${run}>] TJ `}${written((yOffset * points) / 1000)} Ts [${written(-xOffset)}] TJ `;
        run = '';
        rise = yOffset;
      }
      run += code;
      const kern = advanceWidth - xAdvance + xOffset;
      if (kern !== 0) {
        shown += `[<${run}> ${written(kern)}] TJ `;
        run = '';
      }
    });
    if (run !== '') shown += `<${run}> Tj `;
    const level = rise === 0 ? '' : '0 Ts ';
    doc.addContent(`BT /${font.id} ${written(points)} Tf 1 0 0 -1 ${written(x)} ${written(y)} Tm ${shown}${level}ET`);
  }
}

const noMove = { xAdvance: 0, advanceWidth: 0, xOffset: 0, yOffset: 0 };
