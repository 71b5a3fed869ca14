import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CommandFailed, type Output } from './output.js';

/** A file that takes less than a moment needs no bar. */
const longBytes = 16_000_000;
const megabyte = 1_000_000;

/** The bytes of a file that a person named, from the disk as they are asked for; of a long one, how far it has been read or sent. */
export async function* filePieces(out: Output, path: string, label = 'Reading'): AsyncGenerator<Uint8Array> {
  try {
    const size = await sizeOf(path);
    const total = Math.ceil(size / megabyte);
    let [read, shown] = [0, -1];
    for await (const piece of createReadStream(path, { highWaterMark: 262_144 })) {
      yield piece as Uint8Array;
      read += (piece as Uint8Array).length;
      const done = read >= size ? total : Math.floor(read / megabyte);
      if (size < longBytes || done === shown) continue;
      shown = done;
      out.progress(label, done, total);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Length of a file that a person named, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new CommandFailed(`${path} cannot be read: ${code ?? 'unknown reason'}.`);
}
