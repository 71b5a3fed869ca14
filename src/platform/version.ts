import { createRequire } from 'node:module';
import { projectFile } from './project.js';

/** The version of this build, as package.json says it. */
export const { version } = createRequire(import.meta.url)(projectFile('package.json')) as { version: string };
