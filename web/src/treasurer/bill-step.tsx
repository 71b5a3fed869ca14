import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  chargesListOptions,
  supplierBillsCheckOptions,
  supplierBillsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { SupplierBill } from '../api/generated/types.gen';
import { useFigures, useWords } from '../messages/words';
import { Tag } from '../parts/tag';
import type { StepProps } from './step';

/** What there is to be shared: the supplier's bills of these days, each recomputed, and the costs that come back. */
export default function BillStep({ run }: StepProps) {
  const say = useWords();
  const figures = useFigures();
  const [{ data: bills }, { data: charges }] = useSuspenseQueries({
    queries: [
      supplierBillsListOptions({ query: { site: run.site.code, limit: '200' } }),
      chargesListOptions({ query: { limit: '500' } }),
    ],
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
        </Paper>
      )}
      {own.map((bill) => (
        <BillPaper key={bill.id} bill={bill} />
      ))}
      <Paper>
        <Title order={2} size="h4" mb="xs">
          {say('bill.charges')}
        </Title>
        {recurring.length === 0 ? (
          <Text>{say('bill.charges-none')}</Text>
        ) : (
          <div className="scroll" tabIndex={0} role="region" aria-label={say('bill.charges')}>
            <Table>
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
            </Table>
          </div>
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

function BillPaper({ bill }: { bill: SupplierBill }) {
  const say = useWords();
  const figures = useFigures();
  const { data: check } = useSuspenseQuery(supplierBillsCheckOptions({ path: { id: bill.id } }));
  const statusOf = (no: number): string => check.components.find((one) => one.no === no)?.status ?? 'unchecked';
  return (
    <Paper>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Title order={2} size="h4">
            {bill.supplier}, {bill.number}
          </Title>
          <Text size="sm" c="dimmed">
            {figures.period(bill.period)}
          </Text>
        </div>
        <Tag tone={check.agrees ? 'good' : 'bad'}>{say(check.agrees ? 'bill.agrees' : 'bill.differs')}</Tag>
      </Group>
      <div className="scroll" tabIndex={0} role="region" aria-label={`${bill.supplier}, ${bill.number}`}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('bill.what')}</Table.Th>
              <Table.Th ta="right">{say('bill.quantity')}</Table.Th>
              <Table.Th ta="right">{say('bill.price')}</Table.Th>
              <Table.Th ta="right">{say('bill.amount')}</Table.Th>
              <Table.Th>{say('bill.key')}</Table.Th>
              <Table.Th>{say('bill.check')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bill.components.map(({ no, description, quantity, unit, price, amount, key }) => (
              <Table.Tr key={no}>
                <Table.Td>{description}</Table.Td>
                <Table.Td className="right figure">
                  {quantity === null ? '' : `${figures.number(quantity)} ${unit ?? ''}`}
                </Table.Td>
                <Table.Td className="right figure">{price === null ? '' : figures.number(price)}</Table.Td>
                <Table.Td className="right figure">{figures.money(amount, bill.currency)}</Table.Td>
                <Table.Td>{key?.code}</Table.Td>
                <Table.Td>
                  {statusOf(no) === 'agrees' ? say('bill.line-agrees') : statusOf(no).replaceAll('-', ' ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th colSpan={3}>{say('bill.net')}</Table.Th>
              <Table.Th ta="right" className="figure">
                {figures.money(bill.net, bill.currency)}
              </Table.Th>
              <Table.Th colSpan={2}>
                {say('bill.gross', {
                  tax: figures.money(bill.tax, bill.currency),
                  gross: figures.money(bill.gross, bill.currency),
                })}
              </Table.Th>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </div>
      {check.energy.length > 0 && (
        <Text size="sm" mt="xs">
          {check.energy
            .map(({ band, unit, billed, measured }) =>
              say('bill.energy', {
                band: band ?? say('bill.all-bands'),
                billed: `${figures.number(billed)} ${unit}`,
                measured: measured === null ? say('bill.not-measured') : `${figures.number(measured)} ${unit}`,
              }),
            )
            .join(' ')}
        </Text>
      )}
      {bill.document && (
        <Text size="sm" mt="xs">
          <Anchor href={`/api/v1/supplier-bills/${bill.id}/document`}>
            {say('bill.document', { name: bill.document.name })}
          </Anchor>
        </Text>
      )}
    </Paper>
  );
}
