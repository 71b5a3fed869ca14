import { wordsWith } from './more';
import record from './en-record.json';

/** Like `useWords`, with the texts of the page of the record. */
export const useRecordWords = wordsWith('record', record);
