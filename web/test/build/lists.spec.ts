import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/* Whatever stands in a table can be taken along as a file. */

const root = path.resolve(import.meta.dirname, '../../src');
const isTable = /<(CardTable|WideTable|Table)\b/;
const isFile = /<(CsvButton|ListHead)\b/;

/** What is no list, or whose file is offered by the page around it. */
const others: Readonly<Record<string, string>> = {
  'parts/card-table.tsx': 'how tables look',
  'parts/wide-table.tsx': 'how tables look',
  'treasurer/costs/bill-foot.tsx': 'a sum below a form',
  'treasurer/preview-table.tsx': 'treasurer/preview-members.tsx',
  'treasurer/readings/exception-grid.tsx': 'treasurer/readings/readings-page.tsx',
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

it('every table has its CSV file', () => {
  const without = files.filter((file) => isTable.test(textOf(file)) && !isFile.test(textOf(file)));
  expect(without.toSorted()).toEqual(Object.keys(others).toSorted());
  for (const page of Object.values(others).filter((why) => why.endsWith('.tsx'))) expect(textOf(page)).toMatch(isFile);
});
