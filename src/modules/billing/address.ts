/** An address as it was entered, line by line. */
export const linesOf = (address: string): string[] =>
  address
    .split(/\r?\n|,\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
