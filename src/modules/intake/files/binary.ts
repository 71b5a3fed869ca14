/** Kinds of file that are no text, by their first bytes, and what to do with each. */
const kinds: readonly { readonly bytes: readonly number[]; readonly sentence: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], sentence: 'The file is a ZIP archive. Unpack it and send the files in it.' },
  {
    bytes: [0x50, 0x4b, 0x05, 0x06],
    sentence: 'The file is a ZIP archive with nothing in it. Ask the sender for it again.',
  },
  { bytes: [0x1f, 0x8b], sentence: 'The file is packed with gzip. Unpack it and send the file in it.' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], sentence: 'The file is a 7-Zip archive. Unpack it and send the files in it.' },
  { bytes: [0x52, 0x61, 0x72, 0x21], sentence: 'The file is a RAR archive. Unpack it and send the files in it.' },
  { bytes: [0x42, 0x5a, 0x68], sentence: 'The file is packed with bzip2. Unpack it and send the file in it.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], sentence: 'The file is packed with xz. Unpack it and send the file in it.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], sentence: 'The file is packed with zstd. Unpack it and send the file in it.' },
  {
    bytes: [0x25, 0x50, 0x44, 0x46],
    sentence: 'The file is a PDF, which is made for people to read. Ask the sender for the data file.',
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    sentence: 'The file is a workbook of the old kind (.xls). Save it as .xlsx or .csv and send that.',
  },
  { bytes: [0x89, 0x50, 0x4e, 0x47], sentence: 'The file is a picture (PNG). Ask the sender for the data file.' },
  { bytes: [0xff, 0xd8, 0xff], sentence: 'The file is a picture (JPEG). Ask the sender for the data file.' },
  { bytes: [0x47, 0x49, 0x46, 0x38], sentence: 'The file is a picture (GIF). Ask the sender for the data file.' },
];

/** Parts of a workbook of Excel, one of which stands first in its archive. */
const workbookParts = /^(?:\[Content_Types\]\.xml$|_rels\/|docProps\/|customXml\/|xl\/)/i;

/** Whether a file begins as a workbook of Excel does: as an archive of the parts that one has. */
export const looksLikeWorkbook = (sample: Uint8Array): boolean => workbookParts.test(firstInArchive(sample));

/** Whether a file begins as a ZIP archive of other things does: neither a workbook nor an OpenDocument. */
export const isArchiveOfFiles = (sample: Uint8Array): boolean => {
  const name = firstInArchive(sample);
  return name !== '' && name !== 'mimetype' && !workbookParts.test(name);
};

/** Name of the first file in a ZIP archive; empty where it is none. */
function firstInArchive(sample: Uint8Array): string {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.length);
  if (bytes.length < 30 || bytes.readUInt32BE(0) !== 0x504b0304) return '';
  return bytes.toString('utf8', 30, 30 + bytes.readUInt16LE(26));
}

/** Why a file that begins so is no text, and what to do; null where nothing speaks against text. */
export function binaryReason(sample: Uint8Array): string | null {
  if (firstInArchive(sample) === 'mimetype')
    return 'The file is an OpenDocument spreadsheet or text. Save it as .xlsx or .csv and send that.';
  return kinds.find(({ bytes }) => bytes.every((byte, i) => sample[i] === byte))?.sentence ?? null;
}
