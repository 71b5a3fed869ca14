import { startTransition, useEffect, useState } from 'react';

/** So many rows are drawn in one go, also by a slow telephone without holding anybody up. */
const portion = 25;

/**
 * The rows of a long table, a portion after the other: those that are seen first at once, the others as soon as there is time. In the end all of them stand there, for
 * whoever searches in the page, prints it or has it read out. Rows that stand there already are not drawn again where they are made with `memo`.
 */
export function useInPortions<Row>(rows: readonly Row[]): readonly Row[] {
  const [count, setCount] = useState(portion);
  useEffect(() => {
    if (count >= rows.length) return undefined;
    const next = setTimeout(() => startTransition(() => setCount(count + portion)));
    return () => clearTimeout(next);
  }, [count, rows.length]);
  return count >= rows.length ? rows : rows.slice(0, count);
}
