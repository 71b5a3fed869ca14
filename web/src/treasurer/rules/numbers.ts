/**
 * Whole numbers as people list them, each within bounds.
 *
 * @returns undefined where it cannot be read
 * @example numbersOf('8-10, 20', 0, 23) → [8, 9, 10, 20]
 */
export function numbersOf(text: string, least: number, most: number): number[] | undefined {
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const listed: number[] = [];
  for (const piece of text.split(',').map((one) => one.trim())) {
    if (piece === '') continue;
    const [, first, last = first] = /^0?(\d{1,2})(?:\s*[-–]\s*0?(\d{1,2}))?$/.exec(piece) ?? [];
    const [from, to] = [first, last].map((one) => all.findIndex((number) => String(number) === one));
    if (from === undefined || to === undefined || from < 0 || to < from) return undefined;
    listed.push(...all.slice(from, to + 1));
  }
  return listed;
}

/** The same list as text. @example inList([8, 9, 10, 20]) → '8, 9, 10, 20' */
export const inList = (numbers: readonly number[]): string => numbers.join(', ');
