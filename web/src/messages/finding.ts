import finding from './en-finding.json';
import { wordsWith } from './more';

/** Like `useWords`, with the texts of the search and of the sheet of keys. */
export const useFindingWords = wordsWith('finding', finding);
