import { Button, Table } from '@mantine/core';
import { memo } from 'react';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { useInPortions } from '../parts/in-portions';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';

/** From this change on a member stands out, in whole percents either way. */
const outlierPercent = 30;

export interface PreviewRow {
  readonly member: { readonly id: string; readonly code: string; readonly name: string };
  readonly net: string;
  readonly gross: string;
  /** Undefined of a member that was not there last time. */
  readonly before: string | undefined;
  readonly difference: string;
  readonly percent: number | undefined;
}

interface PreviewTableProps {
  readonly rows: readonly PreviewRow[];
  readonly currency: string;
  /** The same function for as long as the rows are the same. */
  readonly open: (member: string) => void;
}

/** What each member would be billed, against last time. */
export function PreviewTable({ rows, currency, open }: PreviewTableProps) {
  const say = useOfficeWords();
  const shown = useInPortions(rows);
  return (
    <WideTable name={say('preview.members', { count: rows.length })} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('preview.member')}</Table.Th>
          <Table.Th ta="right">{say('preview.this')}</Table.Th>
          <Table.Th ta="right">{say('preview.last')}</Table.Th>
          <Table.Th ta="right">{say('preview.change')}</Table.Th>
          <Table.Th ta="right">{say('preview.gross')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((row) => (
          <Row key={row.member.id} row={row} currency={currency} open={open} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

const Row = memo(function Row({
  row: { member, net, gross, before, difference, percent },
  currency,
  open,
}: Pick<PreviewTableProps, 'currency' | 'open'> & { readonly row: PreviewRow }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Table.Tr>
      <Table.Td>
        <Button variant="transparent" px={0} h="auto" mih={28} onClick={() => open(member.code)} className="wrap">
          {member.name}
        </Button>
        {percent !== undefined && Math.abs(percent) >= outlierPercent && (
          <>
            {' '}
            <Tag tone="warn">{say('preview.outlier')}</Tag>
          </>
        )}
      </Table.Td>
      <Table.Td className="right figure">{figures.money(net, currency)}</Table.Td>
      <Table.Td className="right figure">
        {before === undefined ? say('preview.new') : figures.money(before, currency)}
      </Table.Td>
      <Table.Td className="right figure">
        {figures.change(difference, currency)}
        {percent !== undefined && ` (${figures.percent(percent)})`}
      </Table.Td>
      <Table.Td className="right figure">{figures.money(gross, currency)}</Table.Td>
    </Table.Tr>
  );
});
