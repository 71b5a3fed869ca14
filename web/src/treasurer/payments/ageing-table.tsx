import { Group, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Accounts } from '../../api/generated/types.gen';
import { compare, isNegative, isZero, magnitude } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

type Account = Accounts['items'][number];
export type Receivable = Account & { readonly member: NonNullable<Account['member']> };

const ages = ['upTo30', 'upTo60', 'upTo90', 'over90'] as const;

/** Every member's account by how long it has been open, who owes most first. */
export function AgeingTable({ receivables }: { receivables: readonly Receivable[] }) {
  const say = useOfficeWords();
  const { money } = useFigures();
  const rows = receivables.toSorted((a, b) => compare(b.balance, a.balance));
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('ageing.title')}
        </Title>
        <CsvButton
          name="accounts"
          rows={[
            ['member', 'name', 'currency', 'balance', ...ages],
            ...rows.map(({ member, currency, balance, ageing }) => [
              ...[member.code, member.name, currency, balance],
              ...ages.map((age) => ageing?.[age] ?? ''),
            ]),
          ]}
        />
      </Group>
      <WideTable name={say('ageing.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('preview.member')}</Table.Th>
            <Table.Th ta="right">{say('payments.balance')}</Table.Th>
            {ages.map((age) => (
              <Table.Th key={age} ta="right">
                {say(`ageing.${age}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ member, currency, balance, ageing }) => (
            <Table.Tr key={`${member.id} ${currency}`}>
              <Table.Td>
                <Link to="/members/$member" params={{ member: member.code }}>
                  {member.name}
                </Link>
              </Table.Td>
              <Table.Td className="right figure">
                {isZero(balance) ? (
                  <Tag tone="good">{say('payments.is-paid')}</Tag>
                ) : (
                  <>
                    {isNegative(balance) && `${say('payments.is-credit')} `}
                    {money(magnitude(balance), currency)}
                  </>
                )}
              </Table.Td>
              {ages.map((age) => (
                <Table.Td key={age} className="right figure">
                  {ageing && !isZero(ageing[age]) ? money(ageing[age], currency) : '–'}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
