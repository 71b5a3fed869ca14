import type PDFDocument from 'pdfkit';

type Doc = InstanceType<typeof PDFDocument>;
interface Page {
  write(chunk: Uint8Array): void;
}
/** The parts of pdfkit through which everything goes that it writes. */
interface Writes {
  page: Page;
  _offset: number;
  _write(data: string | Uint8Array): void;
  addContent(operators: string): unknown;
}

/**
 * Collects what pdfkit writes, in large pieces.
 *
 * pdfkit turns each of a statement's thousands of short strings into bytes character by character and pushes each through a stream;
 * that is a fifth of all its work. Here strings are joined first, for each page and for the file, and turned into bytes once.
 */
export function collect(doc: Doc): () => Buffer {
  const writes = doc as unknown as Writes;
  const pieces: Buffer[] = [];
  let text = '';
  let page: Page | undefined;
  let operators = '';

  const endText = (): void => {
    if (text !== '') pieces.push(Buffer.from(text, 'latin1'));
    text = '';
  };
  const endPage = (): void => {
    if (operators !== '') page?.write(Buffer.from(operators, 'latin1'));
    operators = '';
  };
  writes.addContent = (data) => {
    if (page !== writes.page) endPage();
    page = writes.page;
    operators += `${data}\n`;
    return doc;
  };
  writes._write = (data) => {
    if (typeof data === 'string') {
      text += `${data}\n`;
      writes._offset += data.length + 1;
      return;
    }
    endText();
    pieces.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    writes._offset += data.length;
  };
  // What was written before, at the making of the document, is waiting in its stream.
  for (let piece = doc.read() as Uint8Array | null; piece !== null; piece = doc.read() as Uint8Array | null) {
    pieces.push(Buffer.from(piece));
  }
  return () => {
    endPage();
    doc.end();
    endText();
    return Buffer.concat(pieces);
  };
}
