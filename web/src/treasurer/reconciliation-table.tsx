import { Paper, Table, Text } from '@mantine/core';
import type { Reconciliation } from '../api/generated/types.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ListHead } from '../parts/list-head';
import { WideTable } from '../parts/wide-table';

const parts = ['members', 'common', 'vacant', 'held'] as const;

/** Every cost, and who bears it; the last column is the promise. */
export function ReconciliationTable({ reconciliation }: { run: string; reconciliation: Reconciliation }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { currency, lines, total } = reconciliation;
  const sentence = Object.fromEntries(
    [...parts, 'amount' as const, 'difference' as const].map((part) => [part, figures.money(total[part], currency)]),
  );
  const cells = (row: Reconciliation['total']) =>
    [row.amount, ...parts.map((part) => row[part]), row.difference].map((amount, i) => (
      <Table.Td key={i} className="right figure">
        {figures.money(amount, currency)}
      </Table.Td>
    ));
  return (
    <Paper>
      <ListHead
        title={say('costs.title')}
        csv={[
          'reconciliation',
          ['cost', 'source', 'amount', ...parts, 'difference', 'currency'],
          ...[...lines, { ...total, description: 'total', source: '' }].map((row) => [
            ...[row.description, row.source, row.amount],
            ...[...parts.map((part) => row[part]), row.difference, currency],
          ]),
        ]}
      />
      <Text size="sm" c="dimmed" mb="xs">
        {say('costs.sentence', sentence)}
      </Text>
      <WideTable name={say('costs.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('costs.cost')}</Table.Th>
            <Table.Th ta="right">{say('costs.amount')}</Table.Th>
            {parts.map((part) => (
              <Table.Th key={part} ta="right">
                {say(`difference.${part}`)}
              </Table.Th>
            ))}
            <Table.Th ta="right">{say('difference.name')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.costNo}>
              <Table.Td>
                {line.description}
                <Text size="xs" c="dimmed">
                  {line.source}
                </Text>
              </Table.Td>
              {cells(line)}
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr fw={650}>
            <Table.Th>{say('costs.total')}</Table.Th>
            {cells(total)}
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
    </Paper>
  );
}
