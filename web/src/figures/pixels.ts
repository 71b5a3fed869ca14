/** How long a bar is. For drawing only: what stands in a label or a table is the text that came. */
export const lengthOf = (value: string): number => Number(value);
