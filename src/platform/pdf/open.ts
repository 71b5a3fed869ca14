import PDFDocument from 'pdfkit';
import { escapeMetadata } from './metadata.js';
import { collect } from './output.js';

/** What a document says of itself. */
export interface PdfFrame {
  readonly title: string;
  readonly author: string;
  /** Language of its text, as `en-GB`. */
  readonly lang: string;
  /** Its only date, so that drawing it again gives the same bytes. */
  readonly at: Date;
  readonly layout?: 'portrait' | 'landscape';
}

/**
 * Opens an A4 document: tagged, PDF 1.7 in the PDF/A-3a profile, without a page and without any font but those that are drawn with.
 *
 * @returns the document, and what ends it and gives its bytes
 */
export function openPdf({ title, author, lang, at, layout = 'portrait' }: PdfFrame): {
  readonly doc: InstanceType<typeof PDFDocument>;
  readonly finished: () => Buffer;
} {
  const doc = new PDFDocument({
    size: 'A4',
    layout,
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a' as 'PDF/A-3',
    tagged: true,
    displayTitle: true,
    lang,
    bufferPages: true,
    autoFirstPage: false,
    font: null as unknown as string,
    info: {
      Title: title,
      Author: author,
      Creator: 'Commonmeter',
      Producer: 'Commonmeter',
      CreationDate: at,
      ModDate: at,
    },
  });
  const finished = collect(doc);
  escapeMetadata(doc);
  return { doc, finished };
}
