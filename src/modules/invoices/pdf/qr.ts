import { encode } from 'uqr';
import type { Pen } from '../../../platform/pdf/pen.js';
import { colour } from '../../../platform/pdf/style.js';

/** A QR code as one vector path: dark runs of each row, so that it prints sharp at any size. The side includes its quiet zone. */
export function drawQr(pen: Pen, payload: string, x: number, y: number, side: number, alt: string): void {
  const { data, size } = encode(payload, { ecc: 'M', border: 2 });
  const module = side / size;
  pen.tag(
    'Figure',
    () => {
      pen.rect(x, y, side, side, colour.white);
      data.forEach((row, line) => {
        for (let from = 0; from < row.length; from += 1) {
          if (row[from] !== true) continue;
          let to = from;
          while (row[to + 1] === true) to += 1;
          pen.doc.rect(x + from * module, y + line * module, (to - from + 1) * module, module);
          from = to;
        }
      });
      pen.fill('#000000');
      pen.doc.fill();
    },
    { alt, bbox: [x, y, x + side, y + side], placement: 'Block' },
  );
}
