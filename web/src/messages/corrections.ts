import corrections from './en-corrections.json';
import { wordsWith } from './more';

/** Like `useWords`, with the texts of what was issued and is put right. */
export const useCorrectionWords = wordsWith('corrections', corrections);
