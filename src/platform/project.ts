import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project: the nearest above this file that holds package.json, whether this runs from source or built. */
function projectFolder(): string {
  let here = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(here, 'package.json'))) here = path.dirname(here);
  return here;
}

/** A file of the project that is read while it runs: documentation, fonts, package.json. */
export const projectFile = (...names: string[]): string => path.join(projectFolder(), ...names);
