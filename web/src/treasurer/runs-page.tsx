import { Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runViewsListOptions } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { CsvButton } from '../parts/csv-button';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';
import { toneOf } from './run-state';

/** All runs, newest first. */
export function RunsPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(whole(runViewsListOptions()));
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('runs.title')}</Title>
        {data.items.length > 0 && <CsvButton name="runs" rows={rowsOf(data.items)} />}
      </Group>
      {data.items.length === 0 ? (
        <Paper>
          <Text>{say('runs.none')}</Text>
        </Paper>
      ) : (
        <Paper>
          <WideTable name={say('runs.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('runs.period')}</Table.Th>
                <Table.Th>{say('runs.site')}</Table.Th>
                <Table.Th>{say('payments.state')}</Table.Th>
                <Table.Th ta="right">{say('difference.costs')}</Table.Th>
                <Table.Th ta="right">{say('difference.name')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((run) => (
                <Table.Tr key={run.id}>
                  <Table.Td>
                    <Link to="/runs/$run" params={{ run: run.id }}>
                      {figures.period(run.period)}
                    </Link>
                    {run.correction && ` (${say('runs.correction')})`}
                  </Table.Td>
                  <Table.Td>{run.site.code}</Table.Td>
                  <Table.Td>
                    <Tag tone={toneOf(run.status)}>{say(`run.state.${run.status}`)}</Tag>
                  </Table.Td>
                  <Table.Td className="right figure">
                    {run.totals ? figures.money(run.totals.costs, run.currency) : '–'}
                  </Table.Td>
                  <Table.Td className="right figure">
                    {run.totals ? figures.money(run.totals.difference, run.currency) : '–'}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        </Paper>
      )}
    </Stack>
  );
}

const rowsOf = (runs: readonly BillingRun[]): readonly (readonly string[])[] => [
  [
    ...['site', 'from', 'to', 'state', 'corrects', 'costs', 'members', 'common', 'vacant', 'held', 'difference'],
    ...['currency', 'issued at'],
  ],
  ...runs.map(({ site, period, status, correction, totals, currency, issuedAt }) => [
    ...[site.code, period.from, period.to, status, correction?.of ?? ''],
    ...(['costs', 'members', 'common', 'vacant', 'held', 'difference'] as const).map((part) => totals?.[part] ?? ''),
    ...[currency, issuedAt ?? ''],
  ]),
];
