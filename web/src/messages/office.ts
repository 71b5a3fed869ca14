import office from './en-office.json';
import { wordsWith } from './more';
import type { WordKey } from './words';

export type OfficeKey = WordKey | keyof typeof office;

/** Like `useWords`, with the texts of those who run a community. */
export const useOfficeWords = wordsWith('office', office);
