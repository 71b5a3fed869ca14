import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card-table.module.css';

export interface CardRow {
  readonly key: string;
  /** The first is the title of the card. */
  readonly cells: readonly ReactNode[];
}

interface CardTableProps {
  readonly name: string;
  readonly heads: readonly string[];
  /** Which columns are figures, and stand under each other. */
  readonly figures: readonly number[];
  readonly rows: readonly CardRow[];
  readonly foot?: CardRow;
  readonly caption?: string;
}

/** A table of many columns, whose rows are cards where there is no room for it. The roles are said because a browser forgets them with the look. */
export function CardTable({ name, heads, figures, rows, foot, caption }: CardTableProps) {
  const looks = (i: number): string | undefined => (figures.includes(i) ? 'right figure' : undefined);
  return (
    <Table role="table" aria-label={name} className={classes.cards} verticalSpacing={6}>
      {caption !== undefined && <Table.Caption>{caption}</Table.Caption>}
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {heads.map((head, i) => (
            <Table.Th key={head} role="columnheader" className={looks(i)}>
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">
        {rows.map(({ key, cells }) => (
          <Table.Tr key={key} role="row">
            {cells.map((cell, i) => (
              <Table.Td key={heads[i]} role="cell" className={looks(i)} data-name={i === 0 ? undefined : heads[i]}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
      {foot && (
        <Table.Tfoot role="rowgroup">
          <Table.Tr role="row" fw={700}>
            {foot.cells.map((cell, i) => (
              <Table.Td key={heads[i]} role="cell" className={looks(i)} data-name={i === 0 ? undefined : heads[i]}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tfoot>
      )}
    </Table>
  );
}
