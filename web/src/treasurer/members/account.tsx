import { Group, Paper, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { MemberAccount } from '../../api/generated/types.gen';
import { isZero } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

/** The account with its running balance, the newest first, and what of it is open. */
export function Account({ account }: { account: MemberAccount }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, account.currency);
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('ledger.title')}
        </Title>
        <CsvButton
          name={`account-${account.member.code}`}
          rows={[
            ['posted', 'kind', 'source', 'text', 'amount', 'balance', 'currency'],
            ...account.entries.map((one) => [
              ...[one.postedOn, one.kind, one.source, one.text, one.amount, one.balance, account.currency],
            ]),
          ]}
        />
      </Group>
      {account.open.length > 0 && (
        <Group gap="xs" mb="sm">
          {account.open.map(({ number, due, paused, days }) => (
            <span key={number}>
              <Link to="/statements/$number" params={{ number }}>
                {number}
              </Link>{' '}
              <Tag tone={days > 30 ? 'bad' : 'warn'}>{say('ledger.open-for', { amount: money(due), days })}</Tag>
              {!isZero(paused) && ` ${say('ledger.paused', { amount: money(paused) })}`}
            </span>
          ))}
        </Group>
      )}
      {account.entries.length === 0 ? (
        <Text>{say('ledger.none')}</Text>
      ) : (
        <WideTable name={say('ledger.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('ledger.on')}</Table.Th>
              <Table.Th>{say('bill.what')}</Table.Th>
              <Table.Th ta="right">{say('bill.amount')}</Table.Th>
              <Table.Th ta="right">{say('ledger.balance')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {account.entries.toReversed().map((one, i) => (
              <Table.Tr key={`${one.id} ${i}`}>
                <Table.Td className="figure">{figures.day(one.postedOn)}</Table.Td>
                <Table.Td>{one.text}</Table.Td>
                <Table.Td className="right figure">{figures.change(one.amount, account.currency)}</Table.Td>
                <Table.Td className="right figure">{money(one.balance)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Paper>
  );
}
