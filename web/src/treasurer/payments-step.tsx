import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { accountsListOptions, invoicesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { isNegative, isZero, negated, sum } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { Fact } from '../parts/fact';
import { Tag } from '../parts/tag';
import type { StepProps } from './step';

/** Who has paid: what was billed in this run, and how each member's account stands now. */
export default function PaymentsStep({ run }: StepProps) {
  const say = useWords();
  const figures = useFigures();
  const [{ data: invoices }, { data: accounts }] = useSuspenseQueries({
    queries: [
      invoicesListOptions({ query: { run: run.id, limit: '1000' } }),
      accountsListOptions({ query: { limit: '1000' } }),
    ],
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
        <div className="scroll" tabIndex={0} role="region" aria-label={say('payments.title')}>
          <Table>
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
                const balance = account?.balance ?? '0.00';
                const state = isZero(balance) ? 'settled' : isNegative(balance) ? 'credit' : 'open';
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
                      {figures.money(state === 'credit' ? negated(balance) : balance, run.currency)}
                    </Table.Td>
                    <Table.Td>
                      <Tag tone={state === 'open' ? 'warn' : 'good'}>
                        {say(state === 'open' ? 'payments.open-state' : `payments.${state}`)}
                      </Tag>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </div>
      </Paper>
    </Stack>
  );
}
