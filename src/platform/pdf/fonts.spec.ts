import { openPdf } from './open.js';
import { Pen } from './pen.js';

/** One line on a page, with nothing else; not packed, so that its tables can be read. */
function drawn(text: string): string {
  const { doc, finished } = openPdf({ title: 'a', author: 'b', lang: 'en-GB', at: new Date('2026-11-03T09:30:00Z') });
  (doc as unknown as { compress: boolean }).compress = false;
  const pen = new Pen(doc, () => undefined);
  pen.paragraph(text, 50, 400);
  return finished().toString('latin1');
}

it('gives a letter the same text whatever was drawn before it: no part of another letter takes it away', () => {
  // Ỵ is drawn of a Y and a dot, ” of two ’.
  drawn('Ỵ”');
  const after = drawn('Y’');
  expect(after).toMatch(/<0059>/);
  expect(after).toMatch(/<2019>/);
  expect(after).not.toMatch(/<>/);
});
