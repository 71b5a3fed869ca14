import demo from './en-demo.json';
import { wordsWith } from './more';

export type DemoKey = keyof typeof demo;

/** Like `useWords`, with the texts of the card that stands on every page of a demo. */
export const useDemoWords = wordsWith('demo', demo);
