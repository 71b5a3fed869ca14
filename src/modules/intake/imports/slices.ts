import { setImmediate as breath } from 'node:timers/promises';
import { type Pieces, unpacked } from '../files/unpack.js';

/** Bytes that are read at once: their readings wait in memory until they are taken, and everybody else waits meanwhile. */
const sliceBytes = 65_536;

/** A file unpacked, in slices between which others have their turn. @throws DomainError `unreadable-file`, `too-large` */
export async function* slicesOf(pieces: Pieces, mostUnpacked: number): AsyncGenerator<Uint8Array> {
  for await (const piece of unpacked(pieces, mostUnpacked)) {
    for (let at = 0; at < piece.length; at += sliceBytes) {
      yield piece.subarray(at, at + sliceBytes);
      await breath();
    }
  }
}
