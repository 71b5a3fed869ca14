import * as XLSX from '@e965/xlsx';
import { TextDecoder } from 'node:util';
import { inspectMeterFile } from '../../src/modules/intake/files/inspect.js';
import { alternate } from './alternate.js';
import { type Sample, samples } from './file-samples.js';
import { benchImport } from './import-file.js';
import type { BenchFigure } from './ingest.js';
import type { RunBench } from './run.js';

/*
 * Readings a second of each format, inspected as a stream: decoded, taken apart, converted, checked, tallied, and not kept. Beside each
 * the ceiling of a bare tokenizer, which decodes the same pieces and counts the fields of every record; for workbooks, which nobody
 * reads by hand, the package that opens them, alone. Last a whole import of half-hours, from the request to the last stored value,
 * beside the bare insert of the same values.
 */

const zone = { offsetMinutes: null, zone: 'Europe/London' };

/** Files of all formats, and one import. */
export async function benchFiles({ databaseUrl, quick }: RunBench): Promise<BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const sample of samples(quick ? 48_000 : 192_000)) {
    const { channels, problemCounts } = await inspectMeterFile(sample.pieces, zone);
    const count = channels.reduce((sum, channel) => sum + channel.count, 0);
    if (count === 0 || problemCounts['loses-record'] > 0)
      throw new Error(`The ${sample.format} of the bench is not sound.`);
    const bytes = sample.pieces.reduce((sum, piece) => sum + piece.length, 0);
    figures.push(
      await alternate({
        name: `${sample.format}, ${(bytes / 1e6).toFixed(1)} MB, over ${sample.record === '' ? 'the bare package' : 'a bare tokenizer'}`,
        ...{ unit: 'rows/s', count, rounds: quick ? 3 : 5 },
        ours: async () => void (await inspectMeterFile(sample.pieces, zone)),
        ceiling: async () => Promise.resolve(sample.record === '' ? opened(sample) : tokenized(sample)),
      }),
    );
  }
  return [...figures, await benchImport({ databaseUrl, quick })];
}

/** Decodes, cuts at the ends of records, and counts the fields. */
function tokenized({ pieces, record, field }: Sample): void {
  const decoder = new TextDecoder();
  let [rest, fields] = ['', 0];
  for (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(record);
    rest = lines.pop() ?? '';
    for (const line of lines) fields += line.split(field).length;
  }
  if (fields === 0) throw new Error('A file has fields.');
}

function opened({ pieces }: Sample): void {
  const { SheetNames: names } = XLSX.read(Buffer.concat(pieces), { dense: true });
  if (names.length !== 1) throw new Error('The workbook of the bench has one sheet.');
}
