import { Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  accountsListOptions,
  membersListOptions,
  occupanciesListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { isNegative, magnitude } from '../../figures/exact';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { WideTable } from '../../parts/wide-table';

/** The members: where they are today, and how their accounts stand. */
export function MembersPage() {
  const say = useOfficeWords();
  const { money } = useFigures();
  const [{ data: members }, { data: occupancies }, { data: accounts }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(membersListOptions()),
      whole(occupanciesListOptions()),
      whole(accountsListOptions()),
      peopleMeOptions(),
    ],
  });
  const [sought, setSought] = useState('');
  const today = todayIn(me.community.zone);
  const spacesOf = (id: string): string =>
    occupancies.items
      .filter(({ memberId, days }) => memberId === id && days.from <= today && (days.to === null || days.to > today))
      .map(({ spaceCode }) => spaceCode)
      .join(', ');
  const balanceOf = (id: string): string | undefined =>
    accounts.items.find(
      ({ account, member, currency }) =>
        account === 'receivable' && member?.id === id && currency === me.community.currency,
    )?.balance;
  const rows = members.items
    .map((member) => ({ ...member, spaces: spacesOf(member.id), balance: balanceOf(member.id) }))
    .filter(({ code, name, spaces, trade }) =>
      `${code} ${name} ${spaces} ${trade}`.toLowerCase().includes(sought.trim().toLowerCase()),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('place.members')}</Title>
        {me.roles.includes('treasurer') && (
          <Button component={Link} to="/members/new">
            {say('move-in.title')}
          </Button>
        )}
      </Group>
      <Paper>
        <Group justify="space-between" align="flex-end" mb="sm">
          <TextInput
            type="search"
            label={say('members.seek')}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
          <CsvButton
            name="members"
            rows={[
              ['code', 'name', 'contact', 'email', 'trade', 'spaces', 'balance', 'currency'],
              ...rows.map((one) => [
                ...[one.code, one.name, one.contactName, one.email, one.trade, one.spaces],
                ...[one.balance ?? '', me.community.currency],
              ]),
            ]}
          />
        </Group>
        {rows.length === 0 ? (
          <Text role="status">{say(sought === '' ? 'members.none' : 'members.none-found')}</Text>
        ) : (
          <WideTable name={say('place.members')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('preview.member')}</Table.Th>
                <Table.Th>{say('members.spaces')}</Table.Th>
                <Table.Th>{say('members.trade')}</Table.Th>
                <Table.Th ta="right">{say('payments.balance')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ id, code, name, trade, spaces, balance }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Link to="/members/$member" params={{ member: code }}>
                      {name}
                    </Link>
                    <Text size="xs" c="dimmed">
                      {code}
                    </Text>
                  </Table.Td>
                  <Table.Td>{spaces || '–'}</Table.Td>
                  <Table.Td>{trade || '–'}</Table.Td>
                  <Table.Td className="right figure">
                    {balance === undefined
                      ? '–'
                      : `${isNegative(balance) ? `${say('payments.is-credit')} ` : ''}${money(magnitude(balance), me.community.currency)}`}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </Paper>
    </Stack>
  );
}
