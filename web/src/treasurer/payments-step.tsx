import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { accountsListOptions, invoicesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { isNegative, isZero, magnitude, sum } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { Fact } from '../parts/fact';
import { ListHead } from '../parts/list-head';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';
import type { StepProps } from './step';

const stateOf = (balance: string): 'paid' | 'credit' | 'open' =>
  isZero(balance) ? 'paid' : isNegative(balance) ? 'credit' : 'open';

/** Who has paid: what was billed in this run, and how each member's account stands now. */
export default function PaymentsStep({ run }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [{ data: invoices }, { data: accounts }] = useSuspenseQueries({
    queries: [whole(invoicesListOptions({ query: { run: run.id } })), whole(accountsListOptions())],
  });
  const balances = new Map(
    accounts.items.flatMap(({ account, member, balance, currency }) =>
      account === 'receivable' && member && currency === run.currency
        ? [[member.id, { name: member.name, balance }]]
        : [],
    ),
  );
  const rows = invoices.items.map((invoice) => ({ invoice, account: balances.get(invoice.memberId) }));
  if (rows.length === 0) {
    return (
      <Paper>
        <Title order={2} size="h4" mb={4}>
          {say('payments.none')}
        </Title>
        <Text>{say('payments.none-text')}</Text>
      </Paper>
    );
  }
  const open = rows.flatMap(({ account }) => (account && !isNegative(account.balance) ? [account.balance] : []));
  return (
    <Stack gap="lg">
      <div className="facts">
        <Fact
          name={say('payments.billed')}
          figure={figures.money(sum(rows.map(({ invoice }) => invoice.gross)), run.currency)}
        />
        <Fact
          name={say('payments.open')}
          figure={figures.money(sum(open), run.currency)}
          note={say('money.owed-by', { count: open.filter((one) => !isZero(one)).length })}
        />
      </div>
      <Paper>
        <ListHead
          title={say('payments.title')}
          csv={[
            'run-payments',
            ['member', 'name', 'number', 'gross', 'balance now', 'currency', 'state'],
            ...rows.map(({ invoice, account }) => [
              ...[invoice.memberCode, account?.name ?? '', invoice.number, invoice.gross, account?.balance ?? ''],
              ...[run.currency, account ? stateOf(account.balance) : ''],
            ]),
          ]}
        />
        <WideTable name={say('payments.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('preview.member')}</Table.Th>
              <Table.Th>{say('send.number')}</Table.Th>
              <Table.Th ta="right">{say('payments.billed')}</Table.Th>
              <Table.Th ta="right">{say('payments.balance')}</Table.Th>
              <Table.Th>{say('payments.state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ invoice, account }) => {
              const state = account && stateOf(account.balance);
              return (
                <Table.Tr key={invoice.id}>
                  <Table.Td>{account?.name ?? invoice.memberCode}</Table.Td>
                  <Table.Td>
                    <Link to="/statements/$number" params={{ number: invoice.number }} className="figure">
                      {invoice.number}
                    </Link>
                  </Table.Td>
                  <Table.Td className="right figure">{figures.money(invoice.gross, run.currency)}</Table.Td>
                  <Table.Td className="right figure">
                    {account ? figures.money(magnitude(account.balance), run.currency) : '–'}
                  </Table.Td>
                  <Table.Td>
                    {state && <Tag tone={state === 'open' ? 'warn' : 'good'}>{say(`payments.is-${state}`)}</Tag>}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </WideTable>
      </Paper>
    </Stack>
  );
}
