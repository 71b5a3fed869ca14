import { Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  chargesEndMutation,
  chargesListOptions,
  peopleMeOptions,
  supplierBillsListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Charge, SupplierBill } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

/** What there is to share: the suppliers' bills, and what comes back every month. */
export function CostsPage() {
  const say = useOfficeWords();
  const [{ data: bills }, { data: charges }] = useSuspenseQueries({
    queries: [whole(supplierBillsListOptions()), whole(chargesListOptions())],
  });
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const mayEnter = me.roles.includes('treasurer');
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('place.costs')}</Title>
        {mayEnter && (
          <Group>
            <Button component={Link} to="/costs/bills/new">
              {say('bill.enter')}
            </Button>
            <Button component={Link} to="/costs/charges/new" variant="default">
              {say('charge.enter')}
            </Button>
          </Group>
        )}
      </Group>
      <Bills bills={bills.items} />
      <Charges charges={charges.items} currency={me.community.currency} mayEnd={mayEnter} />
    </Stack>
  );
}

function Bills({ bills }: { bills: readonly SupplierBill[] }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const rows = bills.toSorted((a, b) => b.period.from.localeCompare(a.period.from));
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('costs.bills')}
        </Title>
        {rows.length > 0 && (
          <CsvButton
            name="supplier-bills"
            rows={[
              ['supplier', 'number', 'site', 'from', 'to', 'kind', 'net', 'tax', 'gross', 'currency', 'document'],
              ...rows.map((one) => [
                ...[one.supplier, one.number, one.site.code, one.period.from, one.period.to, one.kind],
                ...[one.net, one.tax, one.gross, one.currency, one.document?.sha256 ?? ''],
              ]),
            ]}
          />
        )}
      </Group>
      {rows.length === 0 ? (
        <Text>{say('costs.bills-none')}</Text>
      ) : (
        <WideTable name={say('costs.bills')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('bill.number')}</Table.Th>
              <Table.Th>{say('bill.days')}</Table.Th>
              <Table.Th>{say('runs.site')}</Table.Th>
              <Table.Th ta="right">{say('bill.net')}</Table.Th>
              <Table.Th ta="right">{say('preview.gross')}</Table.Th>
              <Table.Th>{say('bill.paper')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>
                  <Link to="/costs/bills/$bill" params={{ bill: one.id }}>
                    {one.supplier}, {one.number}
                  </Link>
                  {one.replacedBy !== null && (
                    <>
                      {' '}
                      <Tag>{say('bill.replaced')}</Tag>
                    </>
                  )}
                </Table.Td>
                <Table.Td>{figures.period(one.period)}</Table.Td>
                <Table.Td>{one.site.code}</Table.Td>
                <Table.Td className="right figure">{figures.money(one.net, one.currency)}</Table.Td>
                <Table.Td className="right figure">{figures.money(one.gross, one.currency)}</Table.Td>
                <Table.Td>{one.document ? say('bill.paper-there') : '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Paper>
  );
}

function Charges({ charges, currency, mayEnd }: { charges: readonly Charge[]; currency: string; mayEnd: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [ending, setEnding] = useState<string>();
  const amountOf = ({ amount, per }: Charge): string =>
    amount === null
      ? say('bill.by-tariff')
      : `${figures.money(amount, currency)}${per === null || per === 'once' ? '' : ` ${say(`charge.per.${per}`)}`}`;
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('bill.charges')}
        </Title>
        {charges.length > 0 && (
          <CsvButton
            name="charges"
            rows={[
              ['code', 'description', 'site', 'kind', 'amount', 'per', 'key', 'space', 'tariff', 'tax', 'from', 'to'],
              ...charges.map((one) => [
                ...[one.code, one.description, one.site.code, one.kind, one.amount ?? '', one.per ?? ''],
                ...[one.key?.code ?? '', one.space?.code ?? '', one.tariff?.code ?? '', one.taxCode],
                ...[one.days.from, one.days.to ?? ''],
              ]),
            ]}
          />
        )}
      </Group>
      {charges.length === 0 ? (
        <Text>{say('costs.charges-none')}</Text>
      ) : (
        <WideTable name={say('bill.charges')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('bill.what')}</Table.Th>
              <Table.Th ta="right">{say('bill.amount')}</Table.Th>
              <Table.Th>{say('bill.key')}</Table.Th>
              <Table.Th>{say('charge.days')}</Table.Th>
              {mayEnd && <Table.Th>{say('charge.end')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {charges.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>
                  {one.description}
                  <Text size="xs" c="dimmed">
                    {one.code}, {one.site.code}
                  </Text>
                </Table.Td>
                <Table.Td className="right figure">{amountOf(one)}</Table.Td>
                <Table.Td>{one.key?.code ?? one.tariff?.code ?? one.space?.code}</Table.Td>
                <Table.Td>
                  {one.days.to === null
                    ? say('charge.since', { from: figures.day(one.days.from) })
                    : figures.period({ from: one.days.from, to: one.days.to })}
                </Table.Td>
                {mayEnd && (
                  <Table.Td>
                    {ending === one.id ? (
                      <EndCharge charge={one} done={() => setEnding(undefined)} />
                    ) : (
                      <Button
                        variant="default"
                        aria-label={say('charge.end-of', { name: one.description })}
                        onClick={() => setEnding(one.id)}
                      >
                        {say('charge.end')}
                      </Button>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Paper>
  );
}

function EndCharge({ charge, done }: { charge: Charge; done: () => void }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [to, setTo] = useState(charge.days.to ?? '');
  const ending = useMutation({
    ...chargesEndMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      done();
    },
  });
  return (
    <Stack gap="xs" miw={200}>
      <TextInput
        type="date"
        label={say('charge.first-day-not')}
        value={to}
        min={charge.days.from}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      {ending.isError && <ProblemNote error={ending.error} />}
      <Group gap="xs">
        <Button
          disabled={to === ''}
          loading={ending.isPending}
          onClick={() => ending.mutate({ path: { id: charge.id }, body: { to } })}
        >
          {say('charge.end')}
        </Button>
        <Button variant="default" onClick={done}>
          {say('close')}
        </Button>
      </Group>
    </Stack>
  );
}
