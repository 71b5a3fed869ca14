import { Paper, Table, Text, Title } from '@mantine/core';
import { isZero } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { Tag } from '../parts/tag';
import type { Shared } from './statement-model';

/** How each bill was shared among all: its lines, all members together, and what of it is one's own. */
export function SharedBills({ sharing, currency }: { sharing: readonly Shared[]; currency: string }) {
  const say = useWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, currency);
  return sharing.map((bill) => (
    <Paper key={`${bill.title} ${bill.document ?? ''}`}>
      <Title order={2} size="h4">
        {say('shared.title', { bill: [bill.title, bill.document].filter(Boolean).join(', ') })}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {say('shared.before-tax')}
      </Text>
      <div className="scroll" tabIndex={0} role="region" aria-label={bill.title}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('bill.what')}</Table.Th>
              <Table.Th ta="right">{say('costs.amount')}</Table.Th>
              <Table.Th ta="right">{say('shared.all')}</Table.Th>
              <Table.Th ta="right">{say('shared.you')}</Table.Th>
              <Table.Th>{say('bill.key')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bill.components.map((one) => (
              <Table.Tr key={one.label}>
                <Table.Td>{one.label}</Table.Td>
                <Table.Td className="right figure">{money(one.amount)}</Table.Td>
                <Table.Td className="right figure">{money(one.members)}</Table.Td>
                <Table.Td className="right figure">{money(one.you)}</Table.Td>
                <Table.Td>{one.sharedBy}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th>{say('costs.total')}</Table.Th>
              <Table.Th ta="right" className="figure">
                {money(bill.total.amount)}
              </Table.Th>
              <Table.Th ta="right" className="figure">
                {money(bill.total.members)}
              </Table.Th>
              <Table.Th ta="right" className="figure">
                {money(bill.total.you)}
              </Table.Th>
              <Table.Td>
                <Tag tone={isZero(bill.difference) ? 'good' : 'bad'}>
                  {`${say('difference.name')} ${money(bill.difference)}`}
                </Tag>
              </Table.Td>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </div>
    </Paper>
  ));
}
