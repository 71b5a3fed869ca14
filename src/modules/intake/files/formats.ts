import { d0010 } from './d0010/d0010.format.js';
import { greenButton } from './green-button/green-button.format.js';
import type { FileFormat } from './meter-file.js';
import { mscons } from './mscons/mscons.format.js';
import { nem12 } from './nem/nem12.format.js';
import { nem13 } from './nem/nem13.format.js';
import { ocmf } from './ocmf/ocmf.format.js';
import { p1 } from './p1/p1.format.js';
import { csv } from './table/table.format.js';

/** Every format of text that can be read, the most particular first: the first that recognises a file reads it. */
const formats: readonly FileFormat[] = [nem12, nem13, greenButton, mscons, d0010, ocmf, p1, csv];

/** The format of a file that begins so; undefined where it is none of ours. */
export const formatOf = (beginning: string): FileFormat | undefined =>
  formats.find((format) => format.recognises(beginning));

/** Why no format is recognised, and what to do. */
export function unknownReason(beginning: string): string {
  const text = beginning.trim();
  if (text === '') return 'The file is empty. Ask the sender for it again.';
  if (/^<(!doctype )?html/i.test(text))
    return 'The file is a web page, perhaps that of a login. Download the data file.';
  // Of XML, the first line says only that it is XML.
  const [line = ''] = text.replace(/^(<[?!][^>]*>\s*)+/, '').split(/[\r\n]/, 1);
  const begun = line.slice(0, 40).replace(/\p{Cc}/gu, '·');
  const names = [...formats.map(({ name }) => name), 'XLSX'].join(', ');
  return `The file begins with "${begun}", which is none of the formats known here: ${names}.`;
}
