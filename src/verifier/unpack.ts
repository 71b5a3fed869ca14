import { inflate } from 'node:zlib';
import type { Unpack } from './read-file.js';

/** Unpacks in Node. */
export const unpack: Unpack = (packed, most) =>
  new Promise((resolve, reject) => {
    inflate(packed, { maxOutputLength: most }, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
