import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { chargesListOptions, supplierBillsListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ListHead } from '../parts/list-head';
import { WideTable } from '../parts/wide-table';
import { BillPaper } from './costs/bill-paper';
import type { StepProps } from './step';

/** What there is to be shared: the supplier's bills of these days, each recomputed, and the costs that come back. */
export default function BillStep({ run, roles }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [{ data: bills }, { data: charges }] = useSuspenseQueries({
    queries: [whole(supplierBillsListOptions({ query: { site: run.site.code } })), whole(chargesListOptions())],
  });
  const reaches = ({ from, to }: { from: string; to: string | null }): boolean =>
    from < run.period.to && (to === null || to > run.period.from);
  const own = bills.items.filter(({ period, replacedBy }) => replacedBy === null && reaches(period));
  const recurring = charges.items.filter(({ site, days }) => site.id === run.site.id && reaches(days));
  return (
    <Stack gap="lg">
      {own.length === 0 && (
        <Paper>
          <Title order={2} size="h4" mb={4}>
            {say('bill.none')}
          </Title>
          <Text>{say('bill.none-text', { period: figures.period(run.period) })}</Text>
          {roles.includes('treasurer') && (
            <Button
              mt="sm"
              variant="default"
              component={Link}
              to={`/costs/bills/new?site=${run.site.code}&from=${run.period.from}&to=${run.period.to}` as '/runs'}
            >
              {say('bill.enter')}
            </Button>
          )}
        </Paper>
      )}
      {own.map((bill) => (
        <BillPaper key={bill.id} bill={bill} mayDecide={roles.includes('treasurer')} />
      ))}
      <Paper>
        <ListHead
          title={say('bill.charges')}
          csv={[
            'charges',
            ['code', 'description', 'key', 'tariff', 'amount', 'per', 'currency'],
            ...recurring.map((one) => [
              ...[one.code, one.description, one.key?.code ?? '', one.tariff?.code ?? ''],
              ...[one.amount ?? '', one.per ?? '', run.currency],
            ]),
          ]}
        />
        {recurring.length === 0 ? (
          <Text>{say('bill.charges-none')}</Text>
        ) : (
          <WideTable name={say('bill.charges')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('bill.what')}</Table.Th>
                <Table.Th>{say('bill.key')}</Table.Th>
                <Table.Th ta="right">{say('bill.amount')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {recurring.map(({ id, description, amount, per, key, tariff }) => (
                <Table.Tr key={id}>
                  <Table.Td>{description}</Table.Td>
                  <Table.Td>{key?.code ?? tariff?.code ?? ''}</Table.Td>
                  <Table.Td className="right figure">
                    {amount === null
                      ? say('bill.by-tariff')
                      : `${figures.money(amount, run.currency)}${per === 'month' ? ` ${say('bill.per-month')}` : ''}`}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </Paper>
      <Group>
        <Button component={Link} to={`/runs/${run.id}/readings` as '/runs'}>
          {say('bill.next')}
        </Button>
      </Group>
    </Stack>
  );
}
