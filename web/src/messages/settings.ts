import settings from './en-settings.json';
import { wordsWith } from './more';
import type { WordKey } from './words';

export type SettingsKey = WordKey | keyof typeof settings;

/** Like `useWords`, with the texts of the pages on which a community is set up. */
export const useSettingsWords = wordsWith('settings', settings);
