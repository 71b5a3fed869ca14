import { Table, type TableProps } from '@mantine/core';

/** A table that is pushed sideways where it has no room, by keyboard too. @param name what readers of screens call it */
export function WideTable({ name, ...table }: TableProps & { name: string }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={name}>
      <Table {...table} />
    </div>
  );
}
